import { formatDuration } from "../../azure";
import type { PlannedRule } from "../plan/rules";
import type { Life } from "./coverage";
import type { DetectionState, EventReach, PolicyLine, WatchedMachine } from "./diffState";

/** What a change means for detection. */
export interface DetectionDiff {
    /** Machines that are watched only before or only after, sorted. */
    readonly machines: { readonly gained: readonly string[]; readonly lost: readonly string[] };
    /** Event ids that get less far, or farther, and where. */
    readonly events: readonly EventChange[];
    /** Detections that ring no more, or again, and where. */
    readonly detections: readonly DetectionChange[];
    /** ATT&CK techniques that some rule could see before, or only after, sorted. */
    readonly techniques: { readonly gained: readonly string[]; readonly lost: readonly string[] };
    /** Rules that are in both plans and differ. */
    readonly rules: readonly RuleChange[];
    /** GB a day before and after; null where nothing tells. */
    readonly gbPerDay: { readonly before: number | null; readonly after: number | null };
    /** What policies say only after, and only before. */
    readonly policies: { readonly broken: readonly PolicyLine[]; readonly mended: readonly PolicyLine[] };
    /** What gets lost: the reason why a change is stopped. */
    readonly losses: readonly Loss[];
}

/** An event id that gets less far, or farther. */
export interface EventChange {
    /** Event id. */
    readonly id: number;
    readonly before: EventReach;
    readonly after: EventReach;
    /** Machines on which it does, sorted. */
    readonly machines: readonly string[];
}

/** `absent`: no rule of it is switched on. */
export type DetectionLife = Life | "absent";

/** A detection that rings no more, or again. */
export interface DetectionChange {
    /** Its name. */
    readonly detection: string;
    /** Severity of the rule. */
    readonly severity: string;
    readonly before: DetectionLife;
    readonly after: DetectionLife;
    /** Machines on which it does, sorted. */
    readonly machines: readonly string[];
}

/** A rule that asks something else, at another time, or more or less of it. */
export interface RuleChange {
    /** The detection behind it. */
    readonly detection: string;
    /** What changed, one phrase each: `threshold 0 → 5`. */
    readonly changes: readonly string[];
}

/** Something that was detected, and is no more. */
export interface Loss {
    /** What a recorded reason names it by: a machine, a detection, `event-10`. */
    readonly about: string;
    /** In a sentence. */
    readonly message: string;
    /** The recorded reason; null where there is none. */
    readonly reason: string | null;
}

/**
 * What a change means for detection, from what two plans mean for it.
 *
 * @param reasons Recorded reasons, by what they are about.
 */
export function diffDetection(
    before: DetectionState,
    after: DetectionState,
    reasons: Readonly<Record<string, string>> = {},
): DetectionDiff {
    const machines = changed([...before.machines.keys()], [...after.machines.keys()]);
    const events = eventChanges(before, after);
    const detections = detectionChanges(before, after);
    const losses = [...machineLosses(machines.lost), ...eventLosses(events), ...detectionLosses(detections)];
    return {
        machines,
        events,
        detections,
        techniques: changed(techniquesOf(before), techniquesOf(after)),
        rules: ruleChanges(before.rules, after.rules),
        gbPerDay: { before: before.volume?.gbPerDay ?? null, after: after.volume?.gbPerDay ?? null },
        policies: {
            broken: withoutThose(after.policies, before.policies),
            mended: withoutThose(before.policies, after.policies),
        },
        losses: losses.map(([about, message]) => ({
            about,
            message,
            reason: Object.hasOwn(reasons, about) ? (reasons[about] ?? null) : null,
        })),
    };
}

/** Machines in words: the first of them, and how many more. */
export function whereOf([first = "", ...others]: readonly string[]): string {
    return others.length === 0 ? first : `${first} and ${others.length} more`;
}

function changed(before: readonly string[], after: readonly string[]): { gained: string[]; lost: string[] } {
    return {
        gained: after.filter((one) => !before.includes(one)).sort(),
        lost: before.filter((one) => !after.includes(one)).sort(),
    };
}

/** Machines that are watched before and after. */
function* kept(
    before: DetectionState,
    after: DetectionState,
): Generator<[machine: string, before: WatchedMachine, after: WatchedMachine]> {
    for (const [machine, now] of after.machines) {
        const then = before.machines.get(machine);
        if (then !== undefined) yield [machine, then, now];
    }
}

/** Groups machines by what changes there. */
class Transitions<Change> {
    private readonly found = new Map<string, { readonly change: Change; readonly machines: string[] }>();

    add(key: string, change: Change, machine: string): void {
        const entry = this.found.get(key) ?? { change, machines: [] };
        entry.machines.push(machine);
        this.found.set(key, entry);
    }

    all(): (Change & { readonly machines: readonly string[] })[] {
        return [...this.found.values()].map(({ change, machines }) => ({ ...change, machines: machines.sort() }));
    }
}

function eventChanges(before: DetectionState, after: DetectionState): EventChange[] {
    const transitions = new Transitions<Omit<EventChange, "machines">>();
    for (const [machine, then, now] of kept(before, after)) {
        for (const id of new Set([...then.events.keys(), ...now.events.keys()])) {
            const [was, is] = [then, now].map(({ events }) => events.get(id) ?? "unlogged");
            if (was === undefined || is === undefined || was === is) continue;
            transitions.add(`${id} ${was} ${is}`, { id, before: was, after: is }, machine);
        }
    }
    return transitions.all().sort((left, right) => left.id - right.id);
}

function detectionChanges(before: DetectionState, after: DetectionState): DetectionChange[] {
    const transitions = new Transitions<Omit<DetectionChange, "machines">>();
    const severities = new Map(
        [...before.rules, ...after.rules].map(({ detection, severity }) => [detection, severity]),
    );
    for (const [machine, then, now] of kept(before, after)) {
        for (const [detection, severity] of severities) {
            const [was, is] = [then, now].map(({ detections }): DetectionLife => detections.get(detection) ?? "absent");
            if (was === undefined || is === undefined || was === is) continue;
            transitions.add(`${detection} ${was} ${is}`, { detection, severity, before: was, after: is }, machine);
        }
    }
    return transitions.all().sort((left, right) => (left.detection < right.detection ? -1 : 1));
}

/** Techniques of the rules that some machine can ring: a rule that no recording proves is given the benefit of the doubt. */
function techniquesOf({ machines, rules }: DetectionState): string[] {
    const seen = rules.filter(({ detection }) =>
        [...machines.values()].some(({ detections }) => isSeeing(detections.get(detection) ?? "absent")),
    );
    return [...new Set(seen.flatMap(({ techniques }) => techniques))];
}

function isSeeing(life: DetectionLife): boolean {
    return life === "alive" || life === "unproven";
}

function ruleChanges(before: readonly PlannedRule[], after: readonly PlannedRule[]): RuleChange[] {
    return after.flatMap((now) => {
        const then = before.find(({ detection }) => detection === now.detection);
        const changes = then === undefined ? [] : phrases(then, now);
        return changes.length === 0 ? [] : [{ detection: now.detection, changes }];
    });
}

function phrases(then: PlannedRule, now: PlannedRule): string[] {
    const values = (rule: PlannedRule): Record<string, string> => ({
        severity: rule.severity,
        frequency: formatDuration(rule.frequencyMs),
        window: formatDuration(rule.windowMs),
        threshold: String(rule.threshold),
        "groups by": rule.groupBy.join(", ") || "nothing",
        "failing periods": `${rule.failingPeriods.toAlert} of ${rule.failingPeriods.of}`,
        "silence after an alert": rule.muteMs === undefined ? "none" : formatDuration(rule.muteMs),
    });
    const [was, is] = [values(then), values(now)];
    const settings = Object.entries(is).flatMap(([name, value]) =>
        was[name] === value ? [] : [`${name} ${was[name] ?? ""} → ${value}`],
    );
    return then.query === now.query ? settings : ["its query", ...settings];
}

function withoutThose(lines: readonly PolicyLine[], known: readonly PolicyLine[]): PolicyLine[] {
    const said = new Set(known.map(({ policy, message }) => `${policy} ${message}`));
    return lines.filter(({ policy, message }) => !said.has(`${policy} ${message}`));
}

type NamedLoss = readonly [about: string, message: string];

function machineLosses(lost: readonly string[]): NamedLoss[] {
    return lost.map((machine) => [machine, `Nothing watches ${machine} any more.`]);
}

const reachOrder: readonly EventReach[] = ["unlogged", "logged", "collected"];

function eventLosses(events: readonly EventChange[]): NamedLoss[] {
    return events.flatMap(({ id, before, after, machines }): NamedLoss[] => {
        if (reachOrder.indexOf(after) > reachOrder.indexOf(before)) return [];
        const what = after === "unlogged" ? "logged" : "collected";
        return [[`event-${id}`, `Event ${id} is no longer ${what} on ${whereOf(machines)}.`]];
    });
}

function detectionLosses(detections: readonly DetectionChange[]): NamedLoss[] {
    return detections.flatMap(({ detection, severity, before, after, machines }): NamedLoss[] => {
        if (!isSeeing(before) || isSeeing(after)) return [];
        const where = whereOf(machines);
        const message =
            after === "dead"
                ? `${detection} (${severity}) goes dark on ${where}: it rings in none of the recordings that prove it.`
                : `${detection} (${severity}) is gone or switched off for ${where}.`;
        return [[detection, message]];
    });
}
