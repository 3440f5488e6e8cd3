import type { ConfigOption, SysmonConfig } from "../config";
import { explainConfig, type EventSummary } from "../explain/explainConfig";
import type { SchemaVersion } from "../schema";
import { rulesOf, type ConfigRule } from "./configRules";

/**
 * What became of a rule. `renamed`: it asks the same and reports another name; `moved`: it includes what it excluded, or
 * the other way round; `changed`: a rule of one name asks something else.
 */
export type RuleChange =
    | { readonly kind: "added"; readonly after: ConfigRule; readonly effect: Effect }
    | { readonly kind: "removed"; readonly before: ConfigRule; readonly effect: Effect }
    | {
          readonly kind: "renamed" | "moved" | "changed";
          readonly before: ConfigRule;
          readonly after: ConfigRule;
          readonly effect: Effect;
      };

/** What a change alone can do: let more events be logged, fewer, others, or the same. */
export type Effect = "more" | "fewer" | "other" | "same";

/** An option whose value differs; null where it is not set. */
export interface OptionChange {
    readonly name: string;
    readonly before: string | null;
    readonly after: string | null;
}

/** What is logged of an event id, where that differs in kind or in number of rules. */
export interface SummaryChange {
    readonly id: number;
    readonly before: EventSummary;
    readonly after: EventSummary;
}

/** What differs between two configurations. */
export interface ConfigDifference {
    /** Null where it is the same. */
    readonly schemaVersion: { readonly before: SchemaVersion; readonly after: SchemaVersion } | null;
    readonly options: readonly OptionChange[];
    /** By ascending id. */
    readonly events: readonly SummaryChange[];
    /** By element, then as they stand in the files. */
    readonly rules: readonly RuleChange[];
}

/**
 * Compares two configurations rule by rule. Comments, layout, grouping, repeated rules and the order of rules make no
 * difference; what a change does to events, `compareEvents` tells over a recording.
 */
export function diffConfigs(before: SysmonConfig, after: SysmonConfig): ConfigDifference {
    const summaries = new Map(explainConfig(after).map((summary) => [summary.id, summary]));
    const events = explainConfig(before).flatMap((summary): SummaryChange[] => {
        const next = summaries.get(summary.id);
        if (next === undefined || next.summary === summary.summary) return [];
        return [{ id: summary.id, before: summary, after: next }];
    });
    const isSameVersion = before.schemaVersion === after.schemaVersion;
    return {
        schemaVersion: isSameVersion ? null : { before: before.schemaVersion, after: after.schemaVersion },
        options: optionChanges(before.options, after.options),
        events,
        rules: ruleChanges(rulesOf(before), rulesOf(after)),
    };
}

function optionChanges(before: readonly ConfigOption[], after: readonly ConfigOption[]): OptionChange[] {
    // The last of two with one name holds.
    const [old, current] = [before, after].map(
        (options) => new Map(options.map(({ name, value }) => [name, value.trim()])),
    );
    const names = [...new Set([...before, ...after].map(({ name }) => name))].sort();
    return names.flatMap((name) => {
        const change = { name, before: old?.get(name) ?? null, after: current?.get(name) ?? null };
        return change.before === change.after ? [] : [change];
    });
}

function ruleChanges(before: readonly ConfigRule[], after: readonly ConfigRule[]): RuleChange[] {
    const changes: RuleChange[] = [];
    let gone = distinct(before);
    let come = distinct(after);
    /** Takes pairs with one key out of both lists, where the key has one rule on each side. */
    const pair = (
        keyOf: (rule: ConfigRule) => string | null,
        found: (old: ConfigRule, next: ConfigRule) => void,
    ): void => {
        const [olds, nexts] = [singles(gone, keyOf), singles(come, keyOf)];
        const paired = new Set<ConfigRule>();
        for (const [key, old] of olds) {
            const next = nexts.get(key);
            if (next === undefined) continue;
            paired.add(old).add(next);
            found(old, next);
        }
        gone = gone.filter((rule) => !paired.has(rule));
        come = come.filter((rule) => !paired.has(rule));
    };
    pair(wholeKey, () => undefined);
    pair(
        ({ element, onmatch, text }) => JSON.stringify([element, onmatch, text]),
        (old, next) => changes.push({ kind: "renamed", before: old, after: next, effect: "same" }),
    );
    pair(
        ({ element, text }) => JSON.stringify([element, text]),
        (old, next) =>
            changes.push({
                kind: "moved",
                before: old,
                after: next,
                effect: next.onmatch === "include" ? "more" : "fewer",
            }),
    );
    pair(
        ({ element, onmatch, names }) => (names.length === 0 ? null : JSON.stringify([element, onmatch, names])),
        (old, next) => changes.push({ kind: "changed", before: old, after: next, effect: "other" }),
    );
    for (const rule of gone) {
        changes.push({ kind: "removed", before: rule, effect: rule.onmatch === "include" ? "fewer" : "more" });
    }
    for (const rule of come) {
        changes.push({ kind: "added", after: rule, effect: rule.onmatch === "include" ? "more" : "fewer" });
    }
    const elements = [...new Set([...before, ...after].map(({ element }) => element))];
    return elements.flatMap((element) => changes.filter((change) => ruleOf(change).element === element));
}

/** The rule that a change is about, as it is now, or as it was. */
export function ruleOf(change: RuleChange): ConfigRule {
    return change.kind === "removed" ? change.before : change.after;
}

function wholeKey({ element, onmatch, text, names }: ConfigRule): string {
    return JSON.stringify([element, onmatch, text, names]);
}

function distinct(rules: readonly ConfigRule[]): ConfigRule[] {
    return [...new Map(rules.map((rule) => [wholeKey(rule), rule])).values()];
}

/** The rules by key, without those that share one. */
function singles(
    rules: readonly ConfigRule[],
    keyOf: (rule: ConfigRule) => string | null,
): ReadonlyMap<string, ConfigRule> {
    const found = new Map<string, ConfigRule>();
    const shared = new Set<string>();
    for (const rule of rules) {
        const key = keyOf(rule);
        if (key === null) continue;
        if (found.has(key)) shared.add(key);
        found.set(key, rule);
    }
    for (const key of shared) found.delete(key);
    return found;
}
