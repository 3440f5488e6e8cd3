import { loadTable, type Table } from "../kql";
import {
    eventTable,
    eventTableColumns,
    windowsEventTable,
    windowsEventTableColumns,
    type SysmonEvent,
    type TableRows,
} from "../sysmon/events";
import type { ClockRow } from "./alertClock";
import type { Sender } from "./sender";
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
    options: { table: EventTableName; senderOf: (event: SysmonEvent) => Sender },
): StoredRows {
    const senders = events.map(options.senderOf);
    const clock = events.map(({ timeCreated }, index) => {
        const time = Date.parse(timeCreated);
        return { time, ingested: time + (senders[index]?.latencyMs ?? 0) };
    });
    const [write, columns] =
        options.table === "Event"
            ? ([eventTable, eventTableColumns] as const)
            : ([windowsEventTable, windowsEventTableColumns] as const);
    const ingestionTimes = clock.map(({ ingested }) => new Date(ingested).toISOString());
    const rows: TableRows["rows"][number][] = [];
    // Writing knows one machine at a time; the rows stay in the order of the events.
    for (const resourceId of new Set(senders.map((sender) => sender.resourceId))) {
        const own = events.flatMap((_, index) => (senders[index]?.resourceId === resourceId ? [index] : []));
        const written = write(
            own.flatMap((index) => events[index] ?? []),
            { resourceId, ingestionTimes: own.flatMap((index) => ingestionTimes[index] ?? []) },
        );
        own.forEach((index, position) => (rows[index] = written.rows[position] ?? []));
    }
    return { table: loadTable({ columns, rows, ingestionTimes }).forManyQueries(), clock };
}

/** Some of the rows, by index, in this order. */
export function selectRows({ table, clock }: StoredRows, indexes: readonly number[]): StoredRows {
    return { table: table.part(indexes), clock: indexes.flatMap((index) => clock[index] ?? []) };
}
