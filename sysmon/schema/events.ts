import { eventTable } from "./eventTable";
import type { FieldFacts } from "./fields";
import type { SchemaVersion } from "./version";

/** One event of the sensor in its newest layout. */
export interface EventFacts {
    /** Event id, e.g. 10. */
    readonly id: number;
    /**
     * Element that filters it in a configuration, e.g. `ProcessAccess`. Ids 12 to 14 share `RegistryEvent`, 17 and 18
     * `PipeEvent`, 19 to 21 `WmiEvent`; null for 4, 16 and 255, which are never filtered.
     */
    readonly element: string | null;
    /** First line of the event's message, e.g. `Process accessed`. */
    readonly heading: string;
    /** Element and heading, as the documentation names an event: `ProcessAccess (Process accessed)`. */
    readonly title: string;
    /** Version of the event's manifest: `Version` in its System part. */
    readonly version: number;
    /** First schema version that has the event. */
    readonly since: SchemaVersion;
    /** First schema version in which a configuration may name its element; the sensor lets two pass before `since`. */
    readonly acceptedSince: SchemaVersion;
    /** Whether the sensor writes it where the configuration has no rules for it: true for 1, 4, 5, 16 and 255. */
    readonly loggedWithoutRules: boolean;
    /** Its fields in the sensor's order. */
    readonly fields: readonly FieldFacts[];
}

/** Events that are written where the configuration does not mention them. */
const loggedWithoutRules: ReadonlySet<number> = new Set([1, 4, 5, 16, 255]);

/** Every event of the sensor in its newest layout, by ascending id. */
export const latestEvents: readonly EventFacts[] = eventTable.map((row) => ({
    id: row.id,
    element: row.element,
    heading: row.heading,
    title: row.element === null ? row.heading : `${row.element} (${row.heading})`,
    version: row.version,
    since: row.since,
    acceptedSince: "acceptedSince" in row ? row.acceptedSince : row.since,
    loggedWithoutRules: loggedWithoutRules.has(row.id),
    fields: Object.entries<{ readonly type: FieldFacts["type"]; readonly since?: SchemaVersion }>(row.fields).map(
        ([name, field]) => ({ name, type: field.type, since: Math.max(field.since ?? row.since, row.since) }),
    ),
}));

const byId: ReadonlyMap<number, EventFacts> = new Map(latestEvents.map((event) => [event.id, event]));

const byElement: ReadonlyMap<string, readonly EventFacts[]> = groupByElement();

function groupByElement(): Map<string, EventFacts[]> {
    const groups = new Map<string, EventFacts[]>();
    for (const event of latestEvents) {
        if (event.element === null) continue;
        const group = groups.get(event.element);
        if (group === undefined) groups.set(event.element, [event]);
        else group.push(event);
    }
    return groups;
}

/** The event of this id, or `undefined` where the sensor has none. */
export function eventById(id: number): EventFacts | undefined {
    return byId.get(id);
}

/** The events that an element filters, by ascending id; empty where there is no such element. Case matters. */
export function eventsByElement(element: string): readonly EventFacts[] {
    return byElement.get(element) ?? [];
}

/** Names of all elements that filter events, in the order of their ids. */
export const eventElements: readonly string[] = [...byElement.keys()];

/** The events that exist in a schema version, each with the fields it had there. */
export function eventsAtVersion(version: SchemaVersion): readonly EventFacts[] {
    return latestEvents
        .filter((event) => event.since <= version)
        .map((event) => ({ ...event, fields: event.fields.filter((field) => field.since <= version) }));
}
