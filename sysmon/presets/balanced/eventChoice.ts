import type { ConfigBuilder, FieldFilters } from "../../builder";
import type { EventElement, EventElementAt } from "../../schema";

/** Oldest schema version with everything that is used: `FileDeleteDetected` (4.60) and `not begin with` (4.70). */
export const schemaVersion = 4.7;

type Version = typeof schemaVersion;

/** A rule that logs some events of a kind, with its reason. */
export interface ReasonedRule<E extends EventElementAt<Version>> {
    /** Rule name that its events carry. */
    readonly name: string;
    /** What it shows, or why nothing narrower will do; one or two sentences. */
    readonly reason: string;
    /** Whether every filter must match, or one is enough. Default: `or`. */
    readonly rule?: "and";
    readonly filters: FieldFilters<E, Version>;
}

/**
 * A rule that drops the events of a kind that match all of its filters. It has no name: a name would stick to events that
 * it does not drop after all.
 */
export type ReasonedExcept<E extends EventElementAt<Version>> = Omit<ReasonedRule<E>, "name" | "rule">;

/** What the preset does with one kind of event, and why. */
export interface EventChoice {
    readonly element: EventElement;
    /** `all`: every event but those that `rules` match; `selected`: those that `rules` match; `nothing`: none. */
    readonly logs: "all" | "selected" | "nothing";
    /** Why so much or so little of it. */
    readonly reason: string;
    /** Name (null for rules that drop) and reason of each rule, in their order. */
    readonly rules: readonly { readonly name: string | null; readonly reason: string }[];
    /** Adds its block to a configuration. */
    addTo(config: ConfigBuilder<Version>): ConfigBuilder<Version>;
}

/** Every event of a kind, but those that a rule of `except` matches. */
export function all<E extends EventElementAt<Version>>(
    element: E,
    reason: string,
    ...except: readonly ReasonedExcept<E>[]
): EventChoice {
    return {
        element,
        logs: "all",
        reason,
        rules: except.map((rule) => ({ name: null, reason: rule.reason })),
        addTo: (config) =>
            config
                .event(element, { relation: "or" })
                .exclude(...except.map(({ filters }) => ({ rule: "and", filters }) as const)),
    };
}

/** The events of a kind that a rule matches; the first rule that matches names the event. */
export function selected<E extends EventElementAt<Version>>(
    element: E,
    reason: string,
    ...rules: readonly ReasonedRule<E>[]
): EventChoice {
    return {
        element,
        logs: "selected",
        reason,
        rules,
        addTo: (config) =>
            config
                .event(element, { relation: "or" })
                .include(...rules.map(({ name, rule, filters }) => ({ name, rule: rule ?? "or", filters }) as const)),
    };
}

/** No event of a kind that is not logged either where a configuration does not mention it. */
export function nothing(element: EventElement, reason: string): EventChoice {
    return { element, logs: "nothing", reason, rules: [], addTo: (config) => config };
}
