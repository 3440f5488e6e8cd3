import { Scan, type Source } from "../plan/scan";
import type { Scope } from "./scope";

/** All rows of a stored table; undefined where there is none of this name. */
export function storedTable(name: string, scope: Scope): Scan | undefined {
    const { query } = scope;
    const columns = Object.hasOwn(query.schema.tables, name) ? query.schema.tables[name] : undefined;
    if (columns === undefined) return undefined;
    query.tablesUsed.add(name);
    const source: Source = {
        columns,
        tableName: name,
        read: (run) => {
            const table = run.tables.get(name);
            if (table === undefined) throw new Error(`no rows were given for table ${name}`);
            return table;
        },
    };
    return Scan.of(source, false, name);
}
