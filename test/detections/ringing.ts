import { plannedQuery, type Detection, type ParameterValue, type SysmonTable } from "../../detections";
import { loadTable, prepareQuery } from "../../kql";
import { minutesOf } from "../../detections/kqlText";
import type { SysmonEvent } from "../../sysmon/events";
import { eventTable, windowsEventTable } from "../../sysmon/events/tableRows";

/** One run of a rule that gave rows. */
export interface Ringing {
    /** When the rule ran. */
    readonly at: string;
    /** Its rows by column. */
    readonly rows: readonly Readonly<Record<string, unknown>>[];
}

/** How events reach the rule; defaults: table `Event`, visible after three minutes, the detection's own parameters. */
export interface RingingOptions {
    readonly table?: SysmonTable;
    /** Milliseconds from an event to its row, by the event's place. */
    readonly latency?: (index: number) => number;
    /** Milliseconds by which the runs of the rule are shifted against the clock. */
    readonly phase?: number;
    readonly parameters?: Readonly<Record<string, ParameterValue>>;
}

const minute = 60_000;

/** Queries made ready once: parsing takes far longer than running. */
const prepared = new Map<string, ReturnType<typeof prepareQuery>>();

/** How long after the last row a rule still runs: what waits for more to come has its answer by then. */
const afterwards = 30 * minute;

/** Runs a detection's planned query at its frequency while rows may be new to it; gives the runs that ring. */
export function ringings(
    detection: Detection,
    events: readonly SysmonEvent[],
    options: RingingOptions = {},
): Ringing[] {
    if (events.length === 0) return [];
    const { table = "Event", latency = () => 3 * minute, phase = 0, parameters = {} } = options;
    const ingested = events.map((event, index) => Date.parse(event.timeCreated) + latency(index));
    const fill = table === "Event" ? eventTable : windowsEventTable;
    const rows = fill(events, {
        resourceId: "/subscriptions/0/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/vm",
        ingestionTimes: ingested.map((time) => new Date(time).toISOString()),
    });
    const text = plannedQuery(detection, { table, parameters });
    const key = `${table}\n${text}`;
    const query = prepared.get(key) ?? prepareQuery(text, { tables: { [table]: rows.columns } });
    prepared.set(key, query);
    const data = loadTable(rows);
    const every = minutesOf(detection.frequency) * minute;
    const runs = new Set<number>();
    for (const time of ingested) {
        // Every run in which the row may be new: the next one and the one after it.
        const next = Math.floor((time - phase) / every) * every + phase;
        for (const run of [next, next + every, next + 2 * every]) runs.add(run);
    }
    const last = Math.max(...runs);
    for (let run = last; run <= last + afterwards; run += every) runs.add(run);
    return [...runs]
        .sort((left, right) => left - right)
        .map((run) => {
            const at = new Date(run).toISOString();
            const visible = data.select(ingested.flatMap((time, index) => (time <= run ? [index] : [])));
            const result = query.run({ tables: { [table]: visible }, now: at });
            const named = result.rows.map((row) =>
                Object.fromEntries(result.columns.map((column, index) => [column.name, row[index]])),
            );
            return { at, rows: named };
        })
        .filter(({ rows }) => rows.length > detection.threshold);
}
