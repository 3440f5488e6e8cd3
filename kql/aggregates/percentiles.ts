import { resultName } from "../compile/names";
import { isInt64 } from "../compile/coerce";
import { checkCount } from "../functions/define";
import type { Call } from "../functions/call";
import { isConstant, type Expr, type Frame } from "../plan/expression";
import type { Value } from "../types";
import { formatReal } from "../values/real";
import { dynamicOfScalar } from "../values/conversions";
import { isArray } from "../values/dynamic";
import { orderOf } from "../values/order";
import type { Aggregate, AggregateFunction, TupleAggregate } from "./define";

/** What has been collected of a group: asked for the value of a percentage, in the order of the values. */
interface Sample {
    readonly add: (frame: Frame) => void;
    /** Finds the value of nearest rank: the smallest one that at least this percentage of all does not exceed. */
    readonly ranks: () => (percent: number) => Value;
}

/** The values of an expression that are not null, each as often as its weight says: once where none is given. */
function sampleOf(expr: Expr, weight: Expr | undefined): Sample {
    const values: { readonly value: Value; readonly weight: number }[] = [];
    const order = orderOf(expr.type);
    return {
        add: (frame) => {
            const value = expr.evaluate(frame);
            const times = weight === undefined ? 1 : Number(weight.evaluate(frame) ?? 0);
            if (value === null || !(times > 0)) return;
            frame.run.keep(value);
            values.push({ value, weight: times });
        },
        ranks: () => {
            values.sort((a, b) => order(a.value, b.value));
            const reached: number[] = [];
            let total = 0;
            for (const { weight: times } of values) reached.push((total += times));
            return (percent) => {
                const rank = Math.max(1, Math.ceil((percent / 100) * total));
                return values[firstAtLeast(reached, rank)]?.value ?? null;
            };
        },
    };
}

/** The place of the first of ascending numbers that is not below another; the last place where all are. */
function firstAtLeast(numbers: readonly number[], least: number): number {
    let [low, high] = [0, numbers.length - 1];
    while (low < high) {
        const middle = (low + high) >> 1;
        if ((numbers[middle] ?? 0) < least) low = middle + 1;
        else high = middle;
    }
    return low;
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

/** The percentages that a call asks for from an argument on: constants, or an array of them. */
function percentsOf(call: Call, from: number): number[] {
    const list = call.count > from && call.arg(from).type === "dynamic" ? call.constant(from) : null;
    if (typeof list === "object" && list !== null && !("unscaled" in list) && isArray(list)) return list.map(Number);
    return call.nodes.slice(from).map((_, index) => percentOf(call, index + from));
}

function weightOf(call: Call, weighted: boolean): Expr | undefined {
    return weighted ? call.typed(1, "real") : undefined;
}

function one(weighted: boolean): AggregateFunction {
    const from = weighted ? 2 : 1;
    return (call) => {
        checkCount(call, from + 1, from + 1);
        const expr = call.arg(0);
        const weight = weightOf(call, weighted);
        const percent = percentOf(call, from);
        return {
            type: expr.type,
            start: () => {
                const sample = sampleOf(expr, weight);
                return { add: sample.add, result: () => sample.ranks()(percent) };
            },
        };
    };
}

/** `percentile(value, percent)`, exactly: the engine's own is an estimate of it. */
export const percentile = one(false);

/** `percentilew(value, weight, percent)`. */
export const weightedPercentile = one(true);

function columns(weighted: boolean): (call: Call) => TupleAggregate {
    const from = weighted ? 2 : 1;
    return (call) => {
        checkCount(call, from + 1, 64);
        const expr = call.arg(0);
        const weight = weightOf(call, weighted);
        const name = resultName(call.argNode(0)) ?? "";
        const percents = percentsOf(call, from);
        return {
            columns: percents.map((percent) => ({
                name: `percentile_${name}_${percentName(percent)}`,
                type: expr.type,
            })),
            start: () => {
                const sample = sampleOf(expr, weight);
                return {
                    add: sample.add,
                    results: () => {
                        const ranked = sample.ranks();
                        return percents.map(ranked);
                    },
                };
            },
        };
    };
}

/** `percentiles(value, percent, …)`: a column a percentile. */
export const percentileColumns = columns(false);

/** `percentilesw(value, weight, percent, …)`. */
export const weightedPercentileColumns = columns(true);

function percentName(percent: number): string {
    return Number.isInteger(percent) ? String(percent) : formatReal(percent).replace(".", "_");
}

function array(weighted: boolean): AggregateFunction {
    const from = weighted ? 2 : 1;
    return (call): Aggregate => {
        checkCount(call, from + 1, 64);
        const expr = call.arg(0);
        const weight = weightOf(call, weighted);
        const toDynamic = dynamicOfScalar(expr.type);
        const percents = percentsOf(call, from);
        return {
            type: "dynamic",
            start: () => {
                const sample = sampleOf(expr, weight);
                return {
                    add: sample.add,
                    result: () => {
                        const ranked = sample.ranks();
                        return percents.map((percent) => toDynamic(ranked(percent)));
                    },
                };
            },
        };
    };
}

/** `percentiles_array(value, percent, … or an array of them)`. */
export const percentilesArray = array(false);

/** `percentilesw_array(value, weight, percent, … or an array of them)`. */
export const weightedPercentilesArray = array(true);
