import { resultName } from "../compile/names";
import { checkCount } from "../functions/define";
import type { Call } from "../functions/call";
import type { Expr, Frame } from "../plan/expression";
import type { Output } from "../plan/scan";
import type { SyntaxNode } from "../syntax";
import type { Value } from "../types";
import { orderOf } from "../values/order";
import { percentileColumns } from "./percentiles";
import type { TupleAggregate } from "./define";

/** Makes an aggregate of several columns of a call; the keys are those of `by`. */
type TupleFunction = (call: Call, keys: readonly Output[]) => TupleAggregate;

/** The aggregate of several columns that a call is; undefined for any other. */
export function findTupleAggregate(node: SyntaxNode): TupleFunction | undefined {
    const args = node.child("ArgumentList").list("Expressions");
    const several = args.length > 1 || args.some(({ kind }) => kind === "StarExpression");
    switch (node.child("Name").name) {
        case "arg_max":
        case "argmax":
            return extremeRow(1, "max");
        case "arg_min":
        case "argmin":
            return extremeRow(-1, "min");
        case "take_any":
            return several ? anyRow("") : undefined;
        case "any":
            return several ? anyRow("any_") : undefined;
        case "percentiles":
            return percentileColumns;
        default:
            return undefined;
    }
}

/** Names of the aggregates that give several columns at once. */
export const tupleAggregateNames: ReadonlySet<string> = new Set([
    "arg_max",
    "argmax",
    "arg_min",
    "argmin",
    "take_any",
    "any",
    "percentiles",
]);

interface NamedValue {
    readonly name: string;
    readonly expr: Expr;
}

/** The columns that arguments from an index on ask for; `*` is every column that is not there yet. */
function values(
    call: Call,
    from: number,
    taken: readonly string[],
    nameOf: (node: SyntaxNode, index: number) => string,
): NamedValue[] {
    const names = new Set(taken);
    return call.nodes.slice(from).flatMap((node, offset): NamedValue[] => {
        if (node.kind !== "StarExpression") {
            const expr = call.arg(from + offset);
            const name = nameOf(node, from + offset);
            names.add(name);
            return [{ name, expr }];
        }
        const row = call.scope.row;
        if (row === undefined) throw node.error("KQ102", "* stands for no columns here");
        return row.outputs.filter(({ name }) => !names.has(name)).map(({ name, expr }) => ({ name, expr }));
    });
}

function extremeRow(sign: 1 | -1, prefix: string): TupleFunction {
    return (call, keys) => {
        if (call.count < 2)
            throw call.fail("KQ102", `${call.name}() needs a value to compare and at least one to return`);
        const best = call.arg(0);
        if (best.type === "dynamic")
            throw call.argNode(0).error("KQ102", `${call.name}() cannot compare dynamic values; convert them`);
        const own = resultName(call.argNode(0));
        const first = { name: own ?? `${prefix}_`, expr: best };
        const others = values(
            call,
            1,
            [first.name, ...keys.map(({ name }) => name)],
            (node, index) => resultName(node) ?? `${prefix}_${own ?? ""}_arg${index}`,
        );
        const all = [first, ...others];
        const order = orderOf(best.type);
        return {
            columns: all.map(({ name, expr }) => ({ name, type: expr.type })),
            start: () => {
                let row: Value[] | undefined;
                return {
                    add: (frame) => {
                        const value = best.evaluate(frame);
                        const before = row?.[0] ?? null;
                        const better =
                            row === undefined ||
                            (value !== null && (before === null || order(value, before) * sign > 0));
                        if (better) row = all.map(({ expr }) => expr.evaluate(frame));
                    },
                    results: () => row ?? nothing(all),
                };
            },
        };
    };
}

function nothing(columns: readonly NamedValue[]): Value[] {
    return columns.map(({ expr }) => (expr.type === "string" ? "" : null));
}

function anyRow(prefix: string): TupleFunction {
    return (call, keys) => {
        checkCount(call, 1, 64);
        const all = values(
            call,
            0,
            keys.map(({ name }) => name),
            (node, index) => resultName(node) ?? `arg${index}`,
        );
        return {
            columns: all.map(({ name, expr }) => ({ name: `${prefix}${name}`, type: expr.type })),
            start: () => {
                let row: Value[] | undefined;
                return {
                    add: (frame: Frame) => {
                        row ??= all.map(({ expr }) => expr.evaluate(frame));
                    },
                    results: () => row ?? nothing(all),
                };
            },
        };
    };
}
