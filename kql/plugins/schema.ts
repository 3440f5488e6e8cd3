import { convertTo } from "../compile/coerce";
import { nullOf } from "../plan/expression";
import { Scan, type OpenRelation } from "../plan/scan";
import type { Column } from "../types";

/** A relation with the columns that the query says it has, whatever those are that its rows would give it. */
export function conform(relation: OpenRelation, columns: readonly Column[]): Scan {
    return Scan.computed(columns, (run) => {
        const scan = relation.resolve(run);
        const outputs = columns.map(({ name, type }) => {
            const output = scan.find(name);
            return { name, expr: output === undefined ? nullOf(type) : convertTo(output.expr, type) };
        });
        return scan.select(outputs).table(run);
    });
}
