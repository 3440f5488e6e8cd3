import type { Compiler, Operator } from "../compile/compiler";
import { isInt64 } from "../compile/coerce";
import type { Scope } from "../compile/scope";
import { valueIn, type Expr } from "../plan/expression";
import type { Run } from "../plan/run";
import { Scan } from "../plan/scan";
import type { SyntaxNode } from "../syntax";
import type { Table } from "../table";
import type { Value } from "../types";
import { orderOf, type Order } from "../values/order";

/** A value that rows are put in order by. */
export interface SortKey {
    readonly expr: Expr;
    readonly descending: boolean;
    readonly nullsFirst: boolean;
}

/** The keys that the expressions of `sort by` or `top … by` name: descending and nulls last unless they say otherwise. */
export function sortKeys(nodes: readonly SyntaxNode[], scan: Scan, scope: Scope, compiler: Compiler): SortKey[] {
    const inRow = scope.withRow(scan);
    return nodes.map((node) => {
        const ordering = node.optional("Ordering");
        const descending = ordering?.optional("AscOrDescKeyword")?.text !== "asc";
        const nulls = ordering?.optional("NullsClause")?.child("FirstOrLastKeyword").text;
        const expr = compiler.scalar(node, inRow);
        if (expr.type === "dynamic") throw node.error("KQ102", "rows cannot be ordered by a dynamic value; convert it");
        return { expr, descending, nullsFirst: nulls === undefined ? !descending : nulls === "first" };
    });
}

/** The order of two values as a key has it. */
export function keyOrder({ expr, descending, nullsFirst }: SortKey): Order {
    const order = orderOf(expr.type);
    return (a, b) => {
        if (a === null || b === null) return a === b ? 0 : (a === null) === nullsFirst ? -1 : 1;
        return descending ? order(b, a) : order(a, b);
    };
}

/** The kept rows of a scan in the order of the keys, at most `limit` of them. */
export function sorted(scan: Scan, keys: readonly SortKey[], run: Run, limit = Number.POSITIVE_INFINITY): Table {
    const frame = scan.frame(run);
    const rows: number[] = [];
    const columns = keys.map((): Value[] => []);
    scan.each(run, (kept) => {
        rows.push(kept.row);
        keys.forEach(({ expr }, index) => {
            const value = expr.evaluate(kept);
            run.keep(value);
            columns[index]?.push(value);
        });
    });
    const orders = keys.map(keyOrder);
    const places = rows.map((_, place) => place);
    places.sort((a, b) => {
        for (let index = 0; index < orders.length; index++) {
            const column = columns[index];
            const by = orders[index]?.(column?.[a] ?? null, column?.[b] ?? null) ?? 0;
            if (by !== 0) return by;
        }
        return a - b;
    });
    const chosen = limit < places.length ? places.slice(0, limit) : places;
    return scan.pick(
        run,
        frame,
        chosen.map((place) => rows[place] ?? 0),
    );
}

/** `sort by` and `order by`. */
export const sort: Operator = ({ node, input, scope, compiler }) => {
    const keys = sortKeys(node.list("Expressions"), input, scope, compiler);
    return Scan.computed(input.columns, (run) => sorted(input, keys, run), true);
};

/** A number of rows: not negative, the same whatever the row. */
export function rowCount(node: SyntaxNode, scope: Scope, compiler: Compiler): (run: Run) => number {
    const expr = compiler.scalar(node, scope);
    if (expr.reads.row) throw node.error("KQ102", `${node.text} depends on a row; a number of rows cannot`);
    if (expr.type !== "int" && expr.type !== "long") {
        throw node.error("KQ102", `a number of rows is a whole number, not a ${expr.type}`);
    }
    return (run) => {
        const value = valueIn(run, expr);
        return isInt64(value) ? Math.max(0, Number(value)) : 0;
    };
}

/** `top n by`. */
export const top: Operator = ({ node, input, scope, compiler }) => {
    const keys = sortKeys([node.child("ByExpression")], input, scope, compiler);
    const count = rowCount(node.child("Expression"), scope, compiler);
    return Scan.computed(input.columns, (run) => sorted(input, keys, run, count(run)), true);
};
