import type { StoredFunction } from "./binding";
import type { Limits } from "./limits";
import { prepareQuery } from "./prepare";
import { loadTable, type QueryResult, type TableData } from "./table";

/** What a database holds. */
export interface DatabaseOptions {
    /** Tables by name, their values in JSON forms. */
    readonly tables?: Readonly<Record<string, TableData>>;
    /** Stored functions. Default: none. */
    readonly functions?: readonly StoredFunction[];
    /** The instant that `now()` gives, ISO 8601 or a date. Default: the clock's, at each query. */
    readonly now?: string | Date;
    /** What a query may use. Default: `defaultLimits`. */
    readonly limits?: Partial<Limits>;
}

/** Tables and functions to ask. */
export interface Database {
    /**
     * Answers a query.
     *
     * @throws KqlError, with code, line and column, for what is not valid or not supported: never a wrong answer.
     */
    query(text: string): QueryResult;
}

/**
 * Opens a database over rows in memory.
 *
 * @throws KqlError where a table's rows do not fit its columns.
 */
export function openDatabase({ tables = {}, functions, now, limits }: DatabaseOptions): Database {
    const loaded = Object.fromEntries(Object.entries(tables).map(([name, data]) => [name, loadTable(data, name)]));
    const columns = Object.fromEntries(Object.entries(loaded).map(([name, table]) => [name, table.columns]));
    return {
        query: (text) =>
            prepareQuery(text, { tables: columns, functions, limits }).run({ tables: loaded, now: now ?? new Date() }),
    };
}
