import type { SysmonConfig } from "../config";
import { compileExplainer } from "../explainVerdict";
import { compileFilter, type FilterableEvent } from "../filter";
import { issueAt, type Issue } from "../issue";
import { eventById, type EventFacts } from "../schema";
import { positionOf, type EventReading } from "./alternatives";

/** What a detection needs of the sensor. */
export interface Need {
    /** Name of the detection. */
    readonly name: string;
    /** Id of an event that it reads. */
    readonly eventId: number;
    /** Events of that id that must reach it, as a recording has them. Default: none. */
    readonly proofs?: readonly FilterableEvent[];
}

/** What the configuration withholds from detections. `unlogged`: elements of which nothing can be logged. */
export function* needFindings(
    needs: readonly Need[],
    config: SysmonConfig,
    readings: readonly EventReading[],
    unlogged: ReadonlySet<string>,
): Generator<Issue> {
    const decide = compileFilter(config);
    const explain = compileExplainer(config);
    for (const [event, ofEvent] of byEvent(needs)) {
        const reading = readings.find(({ element }) => element === event.element);
        const position = positionOf(reading?.blocks[0]?.source ?? {});
        if (reading === undefined ? !event.loggedWithoutRules : unlogged.has(reading.element)) {
            const cause = reading === undefined ? "the file has no block for it" : "its rules let none through";
            const names = [...new Set(ofEvent.map(({ name }) => name))].join(", ");
            yield issueAt(
                "SM250",
                position,
                `Nothing is logged of ${event.element} (${event.id}), which detections need (${names}): ${cause}. Write an include for what they look for.`,
            );
            continue;
        }
        for (const { name, proofs = [] } of ofEvent) {
            const lost = proofs.find((proof) => !decide(proof).logged);
            if (lost === undefined) continue;
            yield issueAt(
                "SM251",
                position,
                `${name} must ring on a ${event.element} event that is not logged: ${explain(lost)}. Widen the include, or narrow the exclude.`,
            );
        }
    }
}

/** Needs by the event, ids in order; those of events that are never filtered are always met. */
function byEvent(needs: readonly Need[]): (readonly [EventFacts & { readonly element: string }, readonly Need[]])[] {
    const ids = [...new Set(needs.map(({ eventId }) => eventId))].sort((a, b) => a - b);
    return ids.flatMap((id) => {
        const event = eventById(id);
        if (event === undefined || event.element === null) return [];
        return [[{ ...event, element: event.element }, needs.filter(({ eventId }) => eventId === id)] as const];
    });
}
