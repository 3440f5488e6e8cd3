import { expression } from "../plan/expression";
import { dynamicOfScalar } from "../values/conversions";
import { dynamicReal, integerOfDynamic, isArray, realOfDynamic, type Dynamic } from "../values/dynamic";
import { dynamicKey } from "../values/order";
import type { Call, ScalarFunction } from "./call";
import { checkCount } from "./define";

/** The key of what stands for a missing value: that of the placeholder given, else null. */
function missingKey(call: Call, index: number): string {
    if (index >= call.count) return dynamicKey(null);
    const { type } = call.arg(index);
    return dynamicKey(dynamicOfScalar(type)(call.constant(index)));
}

type Fill = (items: readonly Dynamic[], missing: (item: Dynamic) => boolean) => Dynamic[];

/** `series_fill_forward`, `series_fill_backward`: the nearest value before or after. */
function carried(fill: Fill): ScalarFunction {
    return (call) => {
        checkCount(call, 1, 2);
        const key = missingKey(call, 1);
        const { evaluate, reads } = call.typed(0, "dynamic");
        return expression("dynamic", reads, (frame) => {
            const items = evaluate(frame);
            return isArray(items) ? fill(items, (item) => dynamicKey(item) === key) : null;
        });
    };
}

const forward: Fill = (items, missing) => {
    let last: Dynamic | undefined;
    return items.map((item) => {
        if (!missing(item)) last = item;
        return missing(item) && last !== undefined ? last : item;
    });
};

const backward: Fill = (items, missing) => forward([...items].reverse(), missing).reverse();

/** `series_fill_const(array, value [, missing])`. */
const fillConst: ScalarFunction = (call) => {
    checkCount(call, 2, 3);
    const key = missingKey(call, 2);
    const value = dynamicOfScalar(call.arg(1).type)(call.constant(1));
    const { evaluate, reads } = call.typed(0, "dynamic");
    return expression("dynamic", reads, (frame) => {
        const items = evaluate(frame);
        return isArray(items) ? items.map((item) => (dynamicKey(item) === key ? value : item)) : null;
    });
};

/**
 * `series_fill_linear(array [, missing [, edges [, constant]]])`: missing values on the line between their neighbors, at
 * the edges the nearest one. Whole numbers stay whole: what lies between is cut off.
 */
const fillLinear: ScalarFunction = (call) => {
    checkCount(call, 1, 4);
    const key = missingKey(call, 1);
    const edges = call.count < 3 || call.constant(2) === true;
    const otherwise = call.count < 4 ? dynamicReal(0) : dynamicOfScalar(call.arg(3).type)(call.constant(3));
    const { evaluate, reads } = call.typed(0, "dynamic");
    return expression("dynamic", reads, (frame) => {
        const items = evaluate(frame);
        if (!isArray(items)) return null;
        const missing = (item: Dynamic | undefined): boolean => dynamicKey(item ?? null) === key;
        const there = items.flatMap((item, place) => (missing(item) ? [] : [place]));
        const [first] = there;
        if (first === undefined) return items.map(() => otherwise);
        const whole = there.every((place) => integerOfDynamic(items[place] ?? null) !== undefined);
        let next = 0;
        return items.map((item, place) => {
            if (!missing(item)) return item;
            while ((there[next] ?? items.length) < place) next++;
            const [before, after] = [there[next - 1], there[next]];
            if (before === undefined || after === undefined) {
                return edges ? (items[before ?? after ?? first] ?? null) : item;
            }
            const [low, high] = [before, after].map((at) => realOfDynamic(items[at] ?? null));
            if (low === undefined || high === undefined) return null;
            const between = low + ((high - low) * (place - before)) / (after - before);
            return whole ? Math.trunc(between) : dynamicReal(between);
        });
    });
};

/** Functions that fill the gaps of arrays of numbers. */
export const seriesFillFunctions: Readonly<Record<string, ScalarFunction>> = {
    series_fill_backward: carried(backward),
    series_fill_const: fillConst,
    series_fill_forward: carried(forward),
    series_fill_linear: fillLinear,
};
