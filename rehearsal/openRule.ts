import { prepareQuery, type FunnelStep, type Table } from "../kql";
import { eventTableColumns, windowsEventTableColumns } from "../sysmon/events";
import { runClock, type Groups } from "./alertClock";
import type { EventTableName } from "./plan/collections";
import type { PlannedRule } from "./plan/rules";
import type { StoredRows } from "./tableStation";
import type { Alert, AlertRow } from "./verdict";

/** A rule ready to be asked: its query parsed, bound and compiled once. */
export interface OpenRule {
    /** The rule as planned. */
    readonly planned: PlannedRule;
    /** Its alerts over the rows of a recording, and the most rows that any evaluation gave. */
    ring(stored: StoredRows): { alerts: Alert[]; mostRows: number };
    /** Indexes of the rows that its predicates on single events let through, whenever it is asked. */
    candidates(table: Table): number[];
    /** Its predicates on single events in order, with how many rows each lets through. */
    funnel(table: Table): FunnelStep[];
}

/**
 * Compiles a planned rule over the table that its chain collects into.
 *
 * @throws KqlError where the query is not valid over that table.
 */
export function openRule(planned: PlannedRule, tableName: EventTableName): OpenRule {
    const query = prepareQuery(planned.query, {
        tables: { Event: eventTableColumns, WindowsEvent: windowsEventTableColumns },
    });
    const schedule = {
        frequency: planned.frequencyMs,
        window: planned.windowMs,
        threshold: planned.threshold,
        failingPeriods: planned.failingPeriods,
        clockOffsets: query.clockOffsets,
    };
    const candidates = (table: Table): number[] => query.survivors(tableName, table);

    return {
        planned,
        candidates,
        funnel: (table) => query.funnel(tableName, table),
        ring: ({ table, clock }) => {
            // Rows that the query drops whenever it is asked cannot change its answer: the clock runs over the rest.
            const relevant = candidates(table);
            const rows = relevant.flatMap((index) => clock[index] ?? []);
            const evaluate = (visible: readonly number[], now: number): Groups<AlertRow> => {
                const seen = table.select(visible.flatMap((position) => relevant[position] ?? []));
                const { columns, rows: found } = query.run({ tables: { [tableName]: seen }, now: new Date(now) });
                const names = columns.map(({ name }) => name);
                return groupRows(
                    found.map((values) => toRow(names, values)),
                    planned.groupBy,
                );
            };
            const { rings, mostRows } = runClock(rows, schedule, evaluate);
            const alerts = rings.map(({ at, rows: found, certainty }) => ({
                detection: planned.detection,
                rule: planned.rule,
                severity: planned.severity,
                count: found.length,
                certainty,
                windowStart: new Date(at - schedule.window).toISOString(),
                windowEnd: new Date(at).toISOString(),
                rows: found,
            }));
            return { alerts, mostRows };
        },
    };
}

function toRow(names: readonly string[], values: readonly unknown[]): AlertRow {
    return Object.fromEntries(names.map((name, index) => [name, values[index]]));
}

/** Rows by the values of the columns that split alerts; a column that the result lacks splits nothing. */
function groupRows(rows: readonly AlertRow[], columns: readonly string[]): Groups<AlertRow> {
    const groups = new Map<string, AlertRow[]>();
    for (const row of rows) {
        const key = JSON.stringify(columns.map((column) => row[column] ?? null));
        const group = groups.get(key);
        if (group) group.push(row);
        else groups.set(key, [row]);
    }
    return groups;
}
