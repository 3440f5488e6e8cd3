import { resultName } from "../compile/names";
import { checkCount } from "../functions/define";
import type { Call } from "../functions/call";
import type { Expr, Frame } from "../plan/expression";
import type { Output } from "../plan/scan";
import type { SyntaxNode } from "../syntax";
import type { Value } from "../types";
import { orderOf } from "../values/order";
import type { AggregateFunction, TupleAggregate } from "./define";
import {
    percentileColumns,
    percentilesArray,
    weightedPercentileColumns,
    weightedPercentilesArray,
} from "./percentiles";

/** Makes an aggregate of several columns of a call; the keys are those of `by`. */
type TupleFunction = (call: Call, keys: readonly Output[]) => TupleAggregate;

/** Aggregates that give several columns, or one that they name themselves. */
const tupleFunctions: ReadonlyMap<string, TupleFunction> = new Map([
    ["any", anyRow("any_")],
    ["arg_max", extremeRow(1, "max", false)],
    ["arg_min", extremeRow(-1, "min", false)],
    ["argmax", extremeRow(1, "max", true)],
    ["argmin", extremeRow(-1, "min", true)],
    ["percentile", percentileColumns],
    ["percentiles", percentileColumns],
    ["percentiles_array", named(percentilesArray, "percentiles")],
    ["percentilesw", weightedPercentileColumns],
    ["percentilesw_array", named(weightedPercentilesArray, "percentiles")],
    ["percentilew", weightedPercentileColumns],
    ["take_any", anyRow("")],
]);

/** The aggregate of this name that names its columns, for a place where it stands by itself. */
export function findTupleAggregate(name: string): TupleFunction | undefined {
    return tupleFunctions.get(name);
}

/** An aggregate of one column, which it names for its first argument. */
function named(make: AggregateFunction, prefix: string): TupleFunction {
    return (call) => {
        const aggregate = make(call);
        return {
            columns: [{ name: `${prefix}_${resultName(call.argNode(0)) ?? ""}`, type: aggregate.type }],
            start: () => {
                const accumulator = aggregate.start();
                return { add: accumulator.add, results: () => [accumulator.result()] };
            },
        };
    };
}

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

/** `arg_max` and its relatives; the old ones, without an underscore, put `max_` before the names of their columns. */
function extremeRow(sign: 1 | -1, prefix: "max" | "min", prefixed: boolean): TupleFunction {
    return (call, keys) => {
        if (call.count < 2)
            throw call.fail("KQ102", `${call.name}() needs a value to compare and at least one to return`);
        const best = call.arg(0);
        if (best.type === "dynamic")
            throw call.argNode(0).error("KQ102", `${call.name}() cannot compare dynamic values; convert them`);
        const own = resultName(call.argNode(0));
        const first = { name: prefixed ? `${prefix}_${own ?? ""}` : (own ?? `${prefix}_`), expr: best };
        const others = values(call, 1, [first.name, ...keys.map(({ name }) => name)], (node, index) => {
            const name = resultName(node);
            if (prefixed) return `${prefix}_${own ?? ""}_${name ?? `arg${index}`}`;
            return name ?? `${prefix}_${own ?? ""}_arg${index}`;
        });
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

/** `take_any(…)`: the first row; of one value alone, the first that is there. */
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
                        if (row !== undefined) return;
                        const found = all.map(({ expr }) => expr.evaluate(frame));
                        const [only] = found;
                        if (found.length > 1 || (only !== null && only !== "")) row = found;
                    },
                    results: () => row ?? nothing(all),
                };
            },
        };
    };
}
