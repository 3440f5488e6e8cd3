import type { Schema, StoredFunction } from "./binding";
import { bounded, located } from "./compile/located";
import { compileQuery } from "./compile/query";
import type { TableUse } from "./compile/scope";
import { KqlError } from "./errors";
import { defaultLimits, type Limits } from "./limits";
import { compiledWithin } from "./plan/expression";
import { Run } from "./plan/run";
import type { Site } from "./plan/scan";
import { loadTable, readColumns, Table, type QueryResult, type TableData } from "./table";
import type { Column } from "./types";
import { parseDatetime } from "./values/datetimeText";
import type { Int64 } from "./values/int64";

/** Columns of a table as they are declared; names of types and their aliases are accepted. */
export type DeclaredColumns = readonly { readonly name: string; readonly type: string }[];

/** What a query is prepared against. */
export interface PrepareOptions {
    /** Tables by name. */
    readonly tables: Readonly<Record<string, DeclaredColumns>>;
    /** Functions stored in the workspace. Default: none. */
    readonly functions?: readonly StoredFunction[];
    /** What a run may use. Default: {@link defaultLimits}. */
    readonly limits?: Partial<Limits>;
}

/** The data and the clock of one run. */
export interface RunOptions {
    /** Rows of the tables that the query uses. */
    readonly tables: Readonly<Record<string, TableData | Table>>;
    /** The instant that `now()` gives, ISO 8601 or a date. */
    readonly now: string | Date;
}

/** One predicate on single rows, and how many rows it lets through. */
export interface FunnelStep extends Site {
    readonly rowsIn: number;
    readonly rowsOut: number;
}

/** A query, parsed, bound and compiled once, to be run many times. */
export interface PreparedQuery {
    /** Names of the stored tables that it reads. */
    readonly tablesUsed: readonly string[];
    /**
     * Every distinct span, in milliseconds, that it subtracts from the current time (`ago(5m)`, `now() - 5m`): between
     * two instants at which a row's time plus such a span lies, its answer cannot change.
     */
    readonly clockOffsets: readonly number[];
    /** Runs the query. */
    run(options: RunOptions): QueryResult;
    /**
     * Indexes of the rows that some use of the table lets through, whatever the time. Taking the others away never
     * changes an answer.
     */
    survivors(tableName: string, table: Table): readonly number[];
    /** Whether it is known to give no row over these rows or any part of them, whenever it is asked. */
    isBarren(tableName: string, table: Table): boolean;
    /**
     * The predicates on single rows that the first use of the table applies, in order; those that depend on the clock or
     * on other tables are left out.
     */
    funnel(tableName: string, table: Table): FunnelStep[];
}

/**
 * Prepares a query.
 *
 * @throws KqlError for the first error of the text, with what the others are, and for all that is not supported.
 */
export function prepareQuery(text: string, options: PrepareOptions): PreparedQuery {
    const schema: Schema = {
        tables: Object.fromEntries(
            Object.entries(options.tables).map(([name, columns]) => [name, readColumns(name, columns)]),
        ),
        functions: options.functions ?? [],
    };
    const limits = { ...defaultLimits, ...options.limits };
    const { result, query, node } = bounded(() => compiledWithin(limits, () => compileQuery(text, schema)));
    const tablesUsed = [...query.tablesUsed];
    const usesOf = (tableName: string): TableUse[] => query.uses.filter((use) => use.tableName === tableName);
    const offline = (tableName: string, table: Table): Run =>
        Run.begin(new Map([[tableName, conform(tableName, table, schema)]]), 0, limits);

    return {
        tablesUsed,
        clockOffsets: [...query.clockOffsets].sort((a, b) => a - b),
        run: ({ tables, now }) => {
            const given = new Map(tablesUsed.map((name) => [name, conform(name, tables[name], schema)]));
            const run = Run.begin(given, instant(now), limits);
            return located(node, () => (result.kind === "closed" ? result : result.resolve(run)).table(run).toResult());
        },
        survivors: (tableName, table) => {
            const survivors: (readonly number[])[] = [];
            for (const { scan } of usesOf(tableName)) {
                if (scan === undefined || scan.readsNeighbors) return allRows(table);
                survivors.push(scan.survivors(offline(tableName, table)));
            }
            const [only] = survivors;
            if (survivors.length === 1 && only !== undefined) return only;
            return [...new Set(survivors.flat())].sort((a, b) => a - b);
        },
        isBarren: (tableName, table) =>
            result.kind === "closed" &&
            tablesUsed.every((name) => name === tableName) &&
            result.isBarren(offline(tableName, table)),
        funnel: (tableName, table) => {
            const scan = usesOf(tableName).find((use) => use.scan !== undefined)?.scan;
            if (scan === undefined) return [];
            const steps = scan.funnel(offline(tableName, table));
            return steps.map(({ filter, rowsIn, rowsOut }) => ({ ...filter.site, rowsIn, rowsOut }));
        },
    };
}

function allRows(table: Table): number[] {
    return Array.from({ length: table.length }, (_, row) => row);
}

/** A table with the columns that the query was prepared against, in their order; those it lacks are null. */
function conform(name: string, data: TableData | Table | undefined, { tables }: Schema): Table {
    const columns = tables[name] ?? [];
    if (data === undefined) throw new KqlError("KQ400", `no rows were given for table ${name}, which the query reads`);
    const table = data instanceof Table ? data : loadTable(data, name);
    const same =
        table.columns.length === columns.length &&
        columns.every((column, index) => sameColumn(column, table.columns[index]));
    if (same) return table;
    const vectors = columns.map((column) => {
        const index = table.columns.findIndex((candidate) => candidate.name === column.name);
        const found = table.columns[index];
        if (found === undefined)
            return Array.from({ length: table.length }, () => (column.type === "string" ? "" : null));
        if (found.type !== column.type) {
            throw new KqlError(
                "KQ400",
                `table ${name}: column ${column.name} is ${found.type}, the query was prepared for ${column.type}`,
            );
        }
        return table.vector(index);
    });
    return new Table(columns, vectors, table.length, table.ingestionTimes);
}

function sameColumn(a: Column, b: Column | undefined): boolean {
    return a.name === b?.name && a.type === b.type;
}

function instant(now: string | Date): Int64 {
    const ticks = parseDatetime(now instanceof Date ? now.toISOString() : now);
    if (ticks === null) throw new KqlError("KQ402", `the current time ${JSON.stringify(now)} is no datetime`);
    return ticks;
}
