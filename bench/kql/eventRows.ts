import type { TableData } from "../../kql";
import { eventTable } from "../../sysmon/events";
import { eventMix } from "../sysmon/eventMix";

/** When the first of the generated events happened; the others follow it 10 ms apart, none on a whole second. */
const firstTime = Date.parse("2024-05-17T09:00:00.001Z");

/** Rows of the table `Event`, as the service writes them: nine events of access to a process for each new process. */
export function eventRows(count: number): TableData {
    const events = eventMix(count, [
        [10, 9],
        [1, 1],
    ]).map(({ id, fields }, index) => ({
        id,
        version: 3,
        level: 4,
        channel: "Microsoft-Windows-Sysmon/Operational",
        computer: "workstation.contoso.com",
        timeCreated: new Date(firstTime + 10 * index).toISOString(),
        fields,
    }));
    const { columns, rows } = eventTable(events, { ingestionTimes: events.map(({ timeCreated }) => timeCreated) });
    // Texts that were put together piece by piece are made whole here, not while the first contender reads them.
    return { columns, rows: rows.map((row) => row.map((value) => (typeof value === "string" ? whole(value) : value))) };
}

/** The same text, in one piece of memory. */
function whole(text: string): string {
    return Buffer.from(text).toString();
}

/** Megabytes of text in a table, a byte a character. */
export function megabytes({ rows }: TableData): number {
    let characters = 0;
    for (const row of rows) for (const value of row) if (typeof value === "string") characters += value.length;
    return characters / 1_000_000;
}
