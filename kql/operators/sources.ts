import { columnOf } from "../compile/calls";
import { convertTo, isInt64 } from "../compile/coerce";
import type { Compiler } from "../compile/compiler";
import { resultName, UniqueNames } from "../compile/names";
import { severalColumns } from "../compile/projection";
import type { Scope } from "../compile/scope";
import { valueIn, type Expr } from "../plan/expression";
import type { Run } from "../plan/run";
import { Scan } from "../plan/scan";
import type { SyntaxNode } from "../syntax";
import { Table } from "../table";
import type { Column, ScalarType, Value } from "../types";
import { add } from "../values/int64";

/** `datatable(…) […]`: rows written out. */
export function datatable(node: SyntaxNode, scope: Scope, compiler: Compiler): Scan {
    const columns = node.child("Schema").list("Columns").map(columnOf);
    const cells = node.list("Values");
    if (columns.length === 0) throw node.error("KQ102", "a datatable needs columns");
    if (cells.length % columns.length !== 0) {
        throw node.error("KQ102", `${cells.length} values do not fill rows of ${columns.length} columns`);
    }
    const values = cells.map((cell, index) => {
        const type = columns[index % columns.length]?.type ?? "dynamic";
        const expr = compiler.scalar(cell, scope);
        if (expr.reads.row) throw cell.error("KQ102", `${cell.text} depends on a row`);
        return convertTo(expr, type);
    });
    const length = cells.length / columns.length;
    return Scan.computed(columns, (run) => {
        const vectors = columns.map((_, column) =>
            Array.from({ length }, (_, row) => {
                const expr = values[row * columns.length + column];
                return expr === undefined ? null : valueIn(run, expr);
            }),
        );
        return new Table(columns, vectors, length);
    });
}

/** `print`: one row. */
export function print(node: SyntaxNode, scope: Scope, compiler: Compiler): Scan {
    const expressions = node.list("Expressions");
    const unique = new UniqueNames();
    const named = expressions.flatMap((expression, index) => {
        const several = severalColumns(expression, scope, compiler);
        if (several !== undefined && several.length > 1) {
            return several.map(({ name, expr }) => ({ name: unique.add(name ?? `print_${index}`), expr }));
        }
        const given = expression.kind === "SimpleNamedExpression" ? resultName(expression) : undefined;
        const expr = compiler.scalar(expression, scope);
        if (expr.reads.row) throw expression.error("KQ201", `${expression.text} depends on a row of another table`);
        return [{ name: unique.add(given ?? `print_${index}`), expr }];
    });
    const columns = named.map(({ name, expr }): Column => ({ name, type: expr.type }));
    return Scan.computed(
        columns,
        (run) =>
            new Table(
                columns,
                named.map(({ expr }) => [valueIn(run, expr)]),
                1,
            ),
        true,
    );
}

/** `range x from a to b step s`: both ends included. */
export function range(node: SyntaxNode, scope: Scope, compiler: Compiler): Scan {
    const from = compiler.scalar(node.child("From"), scope);
    const to = compiler.scalar(node.child("To"), scope);
    const step = compiler.scalar(node.child("Step"), scope);
    const type = rangeType(from, to, step);
    const columns = [{ name: node.child("Name").name, type }];
    const [low, high] = [convertTo(from, type), convertTo(to, type)];
    return Scan.computed(
        columns,
        (run) => {
            const values = series(valueIn(run, low), valueIn(run, high), valueIn(run, step), run, type === "real");
            return new Table(columns, [values], values.length);
        },
        true,
    );
}

/** The type of the values of a range. */
export function rangeType(from: Expr, to: Expr, step: Expr): ScalarType {
    if (from.type === "datetime" || from.type === "timespan") return from.type;
    const types = [from.type, to.type, step.type];
    return types.includes("real") ? "real" : types.includes("dynamic") || types.includes("decimal") ? "real" : "long";
}

/** The values from one to another, both included. */
export function series(from: Value, to: Value, step: Value, run: Run | undefined, real: boolean): Value[] {
    const values: Value[] = [];
    if (!isInt64(from) || !isInt64(to) || !isInt64(step) || step === 0 || Number.isNaN(step)) return values;
    if (real) {
        const count = Math.floor((Number(to) - Number(from)) / Number(step) + 1e-9);
        run?.produce(count + 1);
        for (let index = 0; index <= count; index++) values.push(Number(from) + index * Number(step));
        return values;
    }
    for (let value = from; step > 0 ? value <= to : value >= to;) {
        values.push(value);
        run?.produce(values.length);
        const next = add(value, step);
        // At the end of the 64-bit range the sum comes round to the other end.
        if (step > 0 ? next <= value : next >= value) break;
        value = next;
    }
    return values;
}
