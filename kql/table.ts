import { KqlError } from "./errors";
import { RowMemory, type SharedRows } from "./rowMemory";
import { scalarType, type Column, type Value } from "./types";
import { parseDatetime } from "./values/datetimeText";
import { readerOf, writerOf } from "./values/external";
import type { Int64 } from "./values/int64";

/** A table as data: rows of values in their JSON forms, in the order of the columns. */
export interface TableData {
    readonly columns: readonly { readonly name: string; readonly type: string }[];
    readonly rows: readonly (readonly unknown[])[];
    /** When each row became visible to queries (ISO 8601), for `ingestion_time()`; without them it is null. */
    readonly ingestionTimes?: readonly string[];
}

/** What a query answers: its columns and rows, values in their JSON forms. */
export interface QueryResult {
    readonly columns: Column[];
    readonly rows: unknown[][];
}

/** The values of a column, by row. */
export type Vector = readonly Value[];

/** A table held column by column, as the interpreter reads it. Its values never change. */
export class Table {
    /** Columns worked out so far, by place. */
    private readonly known: (Vector | undefined)[];
    private readonly vectorAt: (place: number) => Vector;

    /**
     * @param vectors The values of each column, by row; or what gives those of a column, by its place, when they are
     *   first asked for.
     * @param ingestionTimes Ticks at which each row was ingested.
     * @param shared Where queries keep what they find out about the rows; absent: nowhere.
     */
    constructor(
        readonly columns: readonly Column[],
        vectors: readonly Vector[] | ((place: number) => Vector),
        readonly length: number,
        readonly ingestionTimes?: readonly (Int64 | null)[],
        readonly shared?: SharedRows<Table>,
    ) {
        const lazy = typeof vectors === "function";
        this.known = lazy ? new Array<Vector | undefined>(columns.length).fill(undefined) : [...vectors];
        this.vectorAt = lazy ? vectors : () => [];
    }

    /** The values of each column, by row. */
    get vectors(): readonly Vector[] {
        return this.columns.map((_, place) => this.vector(place));
    }

    /** The values of the column at a place, by row. */
    vector(place: number): Vector {
        return (this.known[place] ??= this.vectorAt(place));
    }

    /**
     * The same table for many queries: what one works out on a row alone, the others need not. All that is worked out is
     * kept as long as the table.
     */
    forManyQueries(): Table {
        const { columns, length, ingestionTimes } = this;
        return new Table(columns, (place) => this.vector(place), length, ingestionTimes, {
            memory: new RowMemory(this),
        });
    }

    /** Rows of the table, each once, as {@link select} gives them; of a table for many queries, one for many as well. */
    part(indexes: readonly number[]): Table {
        const { columns, ingestionTimes: times, shared } = this;
        if (shared === undefined) return this.select(indexes);
        const { memory, places } = shared;
        return new Table(
            columns,
            (place) => chosen(this.vector(place), indexes),
            indexes.length,
            times && indexes.map((index) => times[index] ?? null),
            { memory, places: places === undefined ? indexes : indexes.map((index) => places[index] ?? index) },
        );
    }

    /** The rows with these indexes, in this order, as a table of its own. */
    select(indexes: readonly number[]): Table {
        const times = this.ingestionTimes;
        return new Table(
            this.columns,
            (place) => chosen(this.vector(place), indexes),
            indexes.length,
            times === undefined ? undefined : indexes.map((index) => times[index] ?? null),
        );
    }

    /** The table as data. */
    toResult(): QueryResult {
        const writers = this.columns.map((column) => writerOf(column.type));
        const rows: unknown[][] = [];
        const { vectors } = this;
        for (let row = 0; row < this.length; row++) {
            rows.push(vectors.map((vector, index) => writers[index]?.(vector[row] ?? null)));
        }
        return { columns: [...this.columns], rows };
    }
}

/** The columns of a table, all of them worked out now: what that takes counts toward the part of a run that asks. */
export function workedOut({ length, vectors }: Table): Pick<Table, "length" | "vectors"> {
    return { length, vectors };
}

/** The values of a column in some rows, in their order. */
export function chosen(vector: Vector, rows: readonly number[]): Vector {
    return rows.map((row) => vector[row] ?? null);
}

/** The columns that names of types stand for; a type that is none is refused, as is a name that comes twice. */
export function readColumns(
    table: string,
    columns: readonly { readonly name: string; readonly type: string }[],
): Column[] {
    const seen = new Set<string>();
    return columns.map(({ name, type }) => {
        const known = scalarType(type);
        if (known === undefined) {
            throw new KqlError(
                "KQ400",
                `table ${table}: column ${name} has type ${JSON.stringify(type)}, which is no KQL type`,
            );
        }
        if (seen.has(name)) throw new KqlError("KQ400", `table ${table}: column ${name} is declared twice`);
        seen.add(name);
        return { name, type: known };
    });
}

/** Most problems that one message lists. */
const listed = 10;

/**
 * Reads a table from data once, so that many queries can run over it. All values that do not fit their column are told
 * in one error.
 */
export function loadTable(data: TableData, name = "table"): Table {
    const columns = readColumns(name, data.columns);
    const problems: string[] = [];
    const vectors = columns.map((column, index) => {
        const read = readerOf(column.type);
        return data.rows.map((row, rowIndex) => {
            const value = read(row[index]);
            if (value !== undefined) return value;
            problems.push(`row ${rowIndex + 1}, column ${column.name}: ${show(row[index])} is no ${column.type} value`);
            return null;
        });
    });
    data.rows.forEach((row, rowIndex) => {
        if (row.length > columns.length) {
            problems.push(`row ${rowIndex + 1} has ${row.length} values for ${columns.length} columns`);
        }
    });
    const ingestionTimes = data.ingestionTimes?.map((text, rowIndex) => {
        const time = parseDatetime(text);
        if (time === null) problems.push(`row ${rowIndex + 1}: ingestion time ${show(text)} is no datetime`);
        return time;
    });
    if (ingestionTimes !== undefined && ingestionTimes.length !== data.rows.length) {
        problems.push(`${ingestionTimes.length} ingestion times for ${data.rows.length} rows`);
    }
    if (problems.length > 0) {
        const more = problems.length > listed ? `; and ${problems.length - listed} more` : "";
        throw new KqlError("KQ400", `table ${name}: ${problems.slice(0, listed).join("; ")}${more}`);
    }
    return new Table(columns, vectors, data.rows.length, ingestionTimes);
}

function show(data: unknown): string {
    const text = typeof data === "bigint" ? String(data) : (JSON.stringify(data) ?? String(data));
    return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
