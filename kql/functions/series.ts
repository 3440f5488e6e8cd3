import { coerce } from "../compile/coerce";
import { combine, expression } from "../plan/expression";
import { dynamicReal, isArray, realOfDynamic, type Dynamic } from "../values/dynamic";
import type { ScalarFunction } from "./call";
import { checkCount, fixed } from "./define";

/** The elements of an array of numbers; null for what is none. */
function numbersOf(value: Dynamic): (number | null)[] | undefined {
    return isArray(value) ? value.map((item) => realOfDynamic(item) ?? null) : undefined;
}

/** An array of numbers without any that is none; undefined for any other value. */
export function finiteNumbers(value: Dynamic): number[] | undefined {
    const numbers = numbersOf(value);
    const finite = numbers?.filter((item): item is number => item !== null && Number.isFinite(item));
    return finite !== undefined && finite.length === numbers?.length ? finite : undefined;
}

/** A function of two arrays, element by element; a number stands for an array of itself. */
function pairwise(body: (a: number, b: number) => Dynamic): ScalarFunction {
    return (call) => {
        checkCount(call, 2, 2);
        const [left, right] = [0, 1].map((index) => coerce(call.arg(index), "dynamic"));
        return expression("dynamic", combine(call.args), (frame) => {
            const [a, b] = [left?.evaluate(frame) ?? null, right?.evaluate(frame) ?? null];
            const length = Math.max(isArray(a) ? a.length : 0, isArray(b) ? b.length : 0);
            if (!isArray(a) && !isArray(b)) return null;
            return Array.from({ length }, (_, index): Dynamic => {
                const [x, y] = [a, b].map((side) => realOfDynamic(isArray(side) ? (side[index] ?? null) : side));
                return x === undefined || y === undefined ? null : body(x, y);
            });
        });
    };
}

/** A function of an array, element by element. */
function each(body: (value: number) => number): ScalarFunction {
    return fixed(["dynamic"], "dynamic", (value) => {
        const numbers = numbersOf(value);
        return numbers?.map((item) => (item === null ? null : dynamicReal(body(item)))) ?? null;
    });
}

/** A real of an array all of whose elements are numbers; null for any other. */
function reduced(body: (values: readonly number[]) => number): ScalarFunction {
    return fixed(["dynamic"], "real", (value) => {
        const numbers = finiteNumbers(value);
        return numbers === undefined ? null : body(numbers);
    });
}

/** A real of two arrays of one length. */
function ofPair(body: (a: readonly number[], b: readonly number[]) => number): ScalarFunction {
    return fixed(["dynamic", "dynamic"], "real", (left, right) => {
        const [a, b] = [finiteNumbers(left), finiteNumbers(right)];
        return a === undefined || b === undefined || a.length !== b.length ? null : body(a, b);
    });
}

function dot(a: readonly number[], b: readonly number[]): number {
    return a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0);
}

function mean(values: readonly number[]): number {
    return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function pearson(a: readonly number[], b: readonly number[]): number {
    const [x, y] = [mean(a), mean(b)];
    const [p, q] = [a.map((value) => value - x), b.map((value) => value - y)];
    return dot(p, q) / Math.sqrt(dot(p, p) * dot(q, q));
}

/** The sample variance of numbers; 0 where there are fewer than two. */
export function sampleVariance(values: readonly number[]): number {
    if (values.length < 2) return 0;
    const middle = mean(values);
    return values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1);
}

/** What `series_stats` tells of an array. */
export interface SeriesStats {
    readonly min: number;
    readonly min_idx: number;
    readonly max: number;
    readonly max_idx: number;
    readonly avg: number;
    readonly stdev: number;
    readonly variance: number;
}

/** Statistics of an array of numbers; undefined where it has elements that are none. */
export function seriesStats(value: Dynamic): SeriesStats | undefined {
    const numbers = finiteNumbers(value);
    if (numbers === undefined || numbers.length === 0) return undefined;
    const [least, most] = [numbers.reduce((a, b) => Math.min(a, b)), numbers.reduce((a, b) => Math.max(a, b))];
    const variance = sampleVariance(numbers);
    return {
        min: least,
        min_idx: numbers.indexOf(least),
        max: most,
        max_idx: numbers.indexOf(most),
        avg: mean(numbers),
        stdev: Math.sqrt(variance),
        variance,
    };
}

function statsBag(value: Dynamic): Dynamic {
    const stats = seriesStats(value);
    if (stats === undefined) return null;
    return new Map<string, Dynamic>([
        ["min", dynamicReal(stats.min)],
        ["min_idx", stats.min_idx],
        ["max", dynamicReal(stats.max)],
        ["max_idx", stats.max_idx],
        ["avg", dynamicReal(stats.avg)],
        ["stdev", dynamicReal(stats.stdev)],
        ["variance", dynamicReal(stats.variance)],
    ]);
}

/** What `series_fit_line` finds: the straight line nearest to an array, by the method of least squares. */
export interface FittedLine {
    readonly rsquare: number;
    readonly slope: number;
    readonly variance: number;
    readonly rvariance: number;
    readonly interception: number;
    readonly lineFit: readonly number[];
}

/** The line nearest to an array of numbers, its places counted from 1; undefined where it has elements that are none. */
export function fitLine(value: Dynamic): FittedLine | undefined {
    const y = finiteNumbers(value);
    if (y === undefined || y.length < 2) return undefined;
    const x = y.map((_, index) => index + 1);
    const [middle, level] = [mean(x), mean(y)];
    const spread = x.reduce((sum, at) => sum + (at - middle) ** 2, 0);
    const slope = x.reduce((sum, at, index) => sum + (at - middle) * ((y[index] ?? 0) - level), 0) / spread;
    const interception = level - slope * middle;
    const lineFit = x.map((at) => interception + slope * at);
    const variance = sampleVariance(y);
    const rvariance = sampleVariance(y.map((at, index) => at - (lineFit[index] ?? 0)));
    return {
        rsquare: variance === 0 ? 0 : 1 - rvariance / variance,
        slope,
        variance,
        rvariance,
        interception,
        lineFit,
    };
}

function fittedLineBag(value: Dynamic): Dynamic {
    const line = fitLine(value);
    if (line === undefined) return null;
    return new Map<string, Dynamic>([
        ["rsquare", dynamicReal(line.rsquare)],
        ["slope", dynamicReal(line.slope)],
        ["variance", dynamicReal(line.variance)],
        ["rvariance", dynamicReal(line.rvariance)],
        ["interception", dynamicReal(line.interception)],
        ["line_fit", line.lineFit.map(dynamicReal)],
    ]);
}

/** `series_fir(array, filter [, normalize [, center]])`: the array under a filter that slides over it. */
const fir: ScalarFunction = (call) => {
    checkCount(call, 2, 4);
    const [series, filter] = [call.typed(0, "dynamic"), call.typed(1, "dynamic")];
    const normalized = call.count > 2 ? call.constant(2) === true : undefined;
    const centered = call.count > 3 && call.constant(3) === true;
    return expression("dynamic", combine([series, filter]), (frame) => {
        const [values, weights] = [finiteNumbers(series.evaluate(frame)), finiteNumbers(filter.evaluate(frame))];
        if (values === undefined || weights === undefined) return null;
        const negative = weights.some((weight) => weight < 0);
        if (negative && normalized === true) return null;
        const total = weights.reduce((sum, weight) => sum + weight, 0);
        const by = (normalized ?? !negative) ? total : 1;
        const ahead = centered ? Math.floor(weights.length / 2) : 0;
        return values.map((_, index) => {
            const sum = weights.reduce((all, weight, back) => all + weight * (values[index + ahead - back] ?? 0), 0);
            return dynamicReal(sum / by);
        });
    });
};

/** `series_iir(array, numerators, denominators)`: each value out of those before it, made from and making. */
const iir: ScalarFunction = fixed(["dynamic", "dynamic", "dynamic"], "dynamic", (series, above, below) => {
    const [values, numerators, denominators] = [series, above, below].map(finiteNumbers);
    if (values === undefined || numerators === undefined || denominators === undefined) return null;
    const [scale, ...fed] = denominators;
    if (scale === undefined || scale === 0) return null;
    const made: number[] = [];
    values.forEach((_, index) => {
        const from = numerators.reduce((sum, weight, back) => sum + weight * (values[index - back] ?? 0), 0);
        made.push(fed.reduce((sum, weight, back) => sum - weight * (made[index - back - 1] ?? 0), from) / scale);
    });
    return made.map(dynamicReal);
});

/** Functions of arrays of numbers, as `make-series` makes them. */
export const seriesFunctions: Readonly<Record<string, ScalarFunction>> = {
    series_abs: each(Math.abs),
    series_acos: each(Math.acos),
    series_add: pairwise((a, b) => dynamicReal(a + b)),
    series_asin: each(Math.asin),
    series_atan: each(Math.atan),
    series_ceiling: each(Math.ceil),
    series_cos: each(Math.cos),
    series_cosine_similarity: ofPair((a, b) => dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b))),
    series_divide: pairwise((a, b) => dynamicReal(a / b)),
    series_dot_product: ofPair(dot),
    series_equals: pairwise((a, b) => a === b),
    series_exp: each(Math.exp),
    series_fir: fir,
    series_fit_line_dynamic: fixed(["dynamic"], "dynamic", fittedLineBag),
    series_floor: each(Math.floor),
    series_greater: pairwise((a, b) => a > b),
    series_greater_equals: pairwise((a, b) => a >= b),
    series_iir: iir,
    series_less: pairwise((a, b) => a < b),
    series_less_equals: pairwise((a, b) => a <= b),
    series_log: each(Math.log),
    series_magnitude: reduced((values) => Math.sqrt(dot(values, values))),
    series_multiply: pairwise((a, b) => dynamicReal(a * b)),
    series_not_equals: pairwise((a, b) => a !== b),
    series_pearson_correlation: ofPair(pearson),
    series_pow: pairwise((a, b) => dynamicReal(a ** b)),
    series_product: reduced((values) => values.reduce((product, value) => product * value, 1)),
    series_sign: each(Math.sign),
    series_sin: each(Math.sin),
    series_stats_dynamic: fixed(["dynamic"], "dynamic", statsBag),
    series_subtract: pairwise((a, b) => dynamicReal(a - b)),
    series_sum: reduced((values) => values.reduce((sum, value) => sum + value, 0)),
    series_tan: each(Math.tan),
};
