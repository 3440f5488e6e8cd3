import { loadTable, type Table } from "../kql";
import { eventTable, windowsEventTable, type SysmonEvent } from "../sysmon/events";
import type { ClockRow } from "./alertClock";
import type { EventTableName } from "./plan/collections";

/** The rows of a table as queries would see them, and when. */
export interface StoredRows {
    /** The table's columns and rows, in the order of the events. */
    readonly table: Table;
    /** When each row happened and became visible. */
    readonly clock: readonly ClockRow[];
}

/** The station between collection and query: events become rows of the table, each with its time of ingestion. */
export function storeRows(
    events: readonly SysmonEvent[],
    options: { table: EventTableName; latencyMs: number; resourceId: string },
): StoredRows {
    const clock = events.map(({ timeCreated }) => {
        const time = Date.parse(timeCreated);
        return { time, ingested: time + options.latencyMs };
    });
    const ingestionTimes = clock.map(({ ingested }) => new Date(ingested).toISOString());
    const write = options.table === "Event" ? eventTable : windowsEventTable;
    return { table: loadTable(write(events, { resourceId: options.resourceId, ingestionTimes })), clock };
}
