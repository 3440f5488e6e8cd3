import type { SysmonConfig } from "../config";
import { eventName } from "../explain/eventName";
import { compileExplainer } from "../explainVerdict";
import { compileFilter, type FilterableEvent } from "../filter";

/** As many examples are kept of what an event id gains, and of what it loses. */
const examplesKept = 3;

/** An event that one of two configurations logs and the other does not. */
export interface EventExample<Event extends FilterableEvent = FilterableEvent> {
    readonly event: Event;
    /** What decided before, see `explainVerdict`. */
    readonly before: string;
    /** What decides now. */
    readonly after: string;
}

/** What the change of a configuration does to the events of one id. */
export interface EventComparison<Event extends FilterableEvent = FilterableEvent> {
    readonly id: number;
    readonly name: string;
    /** Events looked at. */
    readonly read: number;
    readonly loggedBefore: number;
    readonly loggedAfter: number;
    readonly gained: number;
    readonly lost: number;
    /** Events that both log, under different rule names. */
    readonly renamed: number;
    readonly gainedExamples: readonly EventExample<Event>[];
    readonly lostExamples: readonly EventExample<Event>[];
}

/**
 * Compares two configurations event by event, in memory that does not grow with the number of events. A recording holds
 * only what its own sensor logged, so what is gained over one is a lower bound.
 */
export function compareEvents<Event extends FilterableEvent>(
    before: SysmonConfig,
    after: SysmonConfig,
): {
    /** Takes one event into account. */
    add(event: Event): void;
    /** The ids seen so far, ascending. */
    result(): EventComparison<Event>[];
} {
    const [decideBefore, decideAfter] = [compileFilter(before), compileFilter(after)];
    const [explainBefore, explainAfter] = [compileExplainer(before), compileExplainer(after)];
    const tallies = new Map<number, Tally<Event>>();
    return {
        add(event) {
            const tally = tallies.get(event.id) ?? new Tally<Event>();
            tallies.set(event.id, tally);
            const [old, next] = [decideBefore(event), decideAfter(event)];
            tally.read++;
            if (old.logged) tally.loggedBefore++;
            if (next.logged) tally.loggedAfter++;
            if (old.logged === next.logged) {
                if (old.ruleName !== next.ruleName) tally.renamed++;
                return;
            }
            if (next.logged) tally.gained++;
            else tally.lost++;
            const examples = next.logged ? tally.gainedExamples : tally.lostExamples;
            if (examples.length >= examplesKept) return;
            examples.push({ event, before: explainBefore(event), after: explainAfter(event) });
        },
        result: () =>
            [...tallies].sort(([a], [b]) => a - b).map(([id, tally]) => ({ id, name: eventName(id), ...tally })),
    };
}

class Tally<Event extends FilterableEvent> {
    read = 0;
    loggedBefore = 0;
    loggedAfter = 0;
    gained = 0;
    lost = 0;
    renamed = 0;
    readonly gainedExamples: EventExample<Event>[] = [];
    readonly lostExamples: EventExample<Event>[] = [];
}
