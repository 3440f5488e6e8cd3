import { prepareQuery, workspaceTables, type FunnelStep, type Table } from "../kql";
import { eventTableColumns, windowsEventTableColumns } from "../sysmon/events";
import { runClock, runClockUntil, type ClockOutcome, type Groups } from "./alertClock";
import type { Surroundings } from "./fleet";
import type { EventTableName } from "./plan/collections";
import type { PlannedEntity, PlannedRule } from "./plan/rules";
import type { StoredRows } from "./tableStation";
import type { Alert, AlertEntity, AlertRow } from "./verdict";

/** A rule ready to be asked: its query parsed, bound and compiled once. */
export interface OpenRule {
    /** The rule as planned. */
    readonly planned: PlannedRule;
    /** Tables that it reads beside that of its chain; without rows of each it is not exercised. */
    readonly watches: readonly string[];
    /** Its alerts over the rows of a recording, and the most rows that any evaluation gave. */
    ring(stored: StoredRows, surroundings: Surroundings): { alerts: Alert[]; mostRows: number };
    /** Indexes of the rows that its predicates on single events let through, whenever it is asked. */
    candidates(table: Table): readonly number[];
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
        tables: { ...workspaceTables, Event: eventTableColumns, WindowsEvent: windowsEventTableColumns },
    });
    const schedule = {
        frequency: planned.frequencyMs,
        window: planned.windowMs,
        threshold: planned.threshold,
        failingPeriods: planned.failingPeriods,
        mute: planned.muteMs,
        clockOffsets: query.clockOffsets,
    };
    const candidates = (table: Table): readonly number[] => query.survivors(tableName, table);

    const watches = query.tablesUsed.filter((table) => table !== tableName);

    /** Alerts for the resources that the recording speaks of, out of tables cut to what is visible at an instant. */
    const ask = (tables: Readonly<Record<string, Table>>, now: number, { knows }: Surroundings): Groups<AlertRow> => {
        const { columns, rows } = query.run({ tables, now: new Date(now) });
        const names = columns.map(({ name }) => name);
        const found = rows.map((values) => toRow(names, values)).filter((row) => knows(row._ResourceId));
        return groupRows(found, planned.groupBy);
    };

    /** Over the table of the chain alone: rows that the query drops whenever it is asked cannot change its answer. */
    const overEvents = ({ table, clock }: StoredRows, surroundings: Surroundings): ClockOutcome<AlertRow> => {
        const able = candidates(table);
        const relevant = able.length === 0 || query.isBarren(tableName, table) ? [] : able;
        const rows = relevant.flatMap((index) => clock[index] ?? []);
        return runClock(rows, schedule, (visible, now) => {
            const seen = table.part(visible.flatMap((position) => relevant[position] ?? []));
            return ask({ [tableName]: seen }, now, surroundings);
        });
    };

    /** Over all tables that it reads: what is missing in one shows beside the others. */
    const overTables = (stored: StoredRows, surroundings: Surroundings): ClockOutcome<AlertRow> => {
        const read = query.tablesUsed.flatMap((name) => {
            const rows = name === tableName ? stored : surroundings.tables.get(name);
            return rows === undefined ? [] : [{ name, ...rows }];
        });
        const evaluate = (visible: readonly number[], now: number): Groups<AlertRow> => {
            let end = 0;
            const seen = read.map(({ name, table, clock }): [string, Table] => {
                const start = end;
                end += clock.length;
                const own = visible.filter((place) => place >= start && place < end);
                return [name, table.part(own.map((place) => place - start))];
            });
            return ask(Object.fromEntries(seen), now, surroundings);
        };
        const places = read.flatMap(({ clock }) => clock);
        const { until } = surroundings;
        return until === undefined
            ? runClock(places, schedule, evaluate)
            : runClockUntil(places, schedule, until, evaluate);
    };

    return {
        planned,
        watches,
        candidates,
        funnel: (table) => query.funnel(tableName, table),
        ring: (stored, surroundings) => {
            const run = watches.length === 0 ? overEvents : overTables;
            const { rings, mostRows } = run(stored, surroundings);
            const alerts = rings.map(({ at, rows: found, certainty }) => ({
                kind: planned.kind,
                detection: planned.detection,
                rule: planned.rule,
                severity: planned.severity,
                count: found.length,
                certainty,
                windowStart: new Date(at - schedule.window).toISOString(),
                windowEnd: new Date(at).toISOString(),
                rows: found,
                entities: entitiesOf(found, planned.entities),
            }));
            return { alerts, mostRows };
        },
    };
}

/** The entities that a rule finds in rows, each once; one without a value is none. */
function entitiesOf(rows: readonly AlertRow[], mappings: readonly PlannedEntity[]): AlertEntity[] {
    const entities = new Map<string, AlertEntity>();
    for (const row of rows) {
        for (const { type, identifiers } of mappings) {
            const values = Object.entries(identifiers).flatMap(([identifier, column]) => {
                const value = row[column];
                const text = typeof value === "string" || typeof value === "number" ? String(value) : "";
                return text === "" ? [] : [[identifier, text] as const];
            });
            const entity = { type, identifiers: Object.fromEntries(values) };
            if (values.length > 0) entities.set(JSON.stringify(entity), entity);
        }
    }
    return [...entities.values()];
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
