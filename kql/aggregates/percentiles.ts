import { resultName } from "../compile/names";
import { isInt64 } from "../compile/coerce";
import { checkCount } from "../functions/define";
import type { Call } from "../functions/call";
import { isConstant, type Expr } from "../plan/expression";
import type { Value } from "../types";
import { formatReal } from "../values/real";
import { dynamicOfScalar } from "../values/conversions";
import { isArray } from "../values/dynamic";
import { orderOf } from "../values/order";
import type { Aggregate, AggregateFunction, TupleAggregate } from "./define";

/** The values of an expression that are not null, sorted, collected over the rows of a group. */
function collected(expr: Expr): {
    readonly add: (frame: Parameters<Expr["evaluate"]>[0]) => void;
    readonly sorted: () => Value[];
} {
    const values: Value[] = [];
    return {
        add: (frame) => {
            const value = expr.evaluate(frame);
            if (value !== null) values.push(value);
        },
        sorted: () => values.sort(orderOf(expr.type)),
    };
}

/** The value of nearest rank: the smallest one that at least this percentage of all does not exceed. */
function nearestRank(sorted: readonly Value[], percent: number): Value {
    if (sorted.length === 0) return null;
    const rank = Math.ceil((percent / 100) * sorted.length);
    return sorted[Math.min(sorted.length, Math.max(1, rank)) - 1] ?? null;
}

function percentOf(call: Call, index: number): number {
    const expr = call.arg(index);
    if (!isConstant(expr)) throw call.argNode(index).error("KQ102", "a percentile must be a constant");
    const value = call.constant(index);
    if (!isInt64(value) || Number(value) < 0 || Number(value) > 100) {
        throw call.argNode(index).error("KQ102", "a percentile is a number from 0 to 100");
    }
    return Number(value);
}

/** `percentile(value, percent)`. */
export const percentile: AggregateFunction = (call) => {
    checkCount(call, 2, 2);
    const expr = call.arg(0);
    const percent = percentOf(call, 1);
    return {
        type: expr.type,
        start: () => {
            const all = collected(expr);
            return { add: all.add, result: () => nearestRank(all.sorted(), percent) };
        },
    };
};

/** `percentiles(value, percent, …)`: a column a percentile. */
export function percentileColumns(call: Call): TupleAggregate {
    checkCount(call, 2, 64);
    const expr = call.arg(0);
    const name = resultName(call.argNode(0)) ?? "";
    const percents = call.nodes.slice(1).map((_, index) => percentOf(call, index + 1));
    return {
        columns: percents.map((percent) => ({ name: `percentile_${name}_${percentName(percent)}`, type: expr.type })),
        start: () => {
            const all = collected(expr);
            return {
                add: all.add,
                results: () => {
                    const sorted = all.sorted();
                    return percents.map((percent) => nearestRank(sorted, percent));
                },
            };
        },
    };
}

function percentName(percent: number): string {
    return Number.isInteger(percent) ? String(percent) : formatReal(percent).replace(".", "_");
}

/** `percentiles_array(value, percent, … or an array of them)`. */
export const percentilesArray: AggregateFunction = (call): Aggregate => {
    checkCount(call, 2, 64);
    const expr = call.arg(0);
    const toDynamic = dynamicOfScalar(expr.type);
    const list = call.arg(1).type === "dynamic" ? call.constant(1) : null;
    const percents =
        typeof list === "object" && list !== null && !("unscaled" in list) && isArray(list)
            ? list.map(Number)
            : call.nodes.slice(1).map((_, index) => percentOf(call, index + 1));
    return {
        type: "dynamic",
        start: () => {
            const all = collected(expr);
            return {
                add: all.add,
                result: () => {
                    const sorted = all.sorted();
                    return percents.map((percent) => toDynamic(nearestRank(sorted, percent)));
                },
            };
        },
    };
};
