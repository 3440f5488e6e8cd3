import { combine, expression, type Expr, type Frame } from "../plan/expression";
import { resultName } from "../compile/names";
import { DynamicScalar, isArray, realOfDynamic, type Dynamic } from "../values/dynamic";
import { textOfDynamic } from "../values/json";
import type { Call, ScalarFunction } from "./call";

/** Where values of a kind stand among others: numbers and times, texts, guids, all others. */
function rank(value: Dynamic): number {
    if (typeof value === "string") return 1;
    if (realOfDynamic(value) !== undefined) return 0;
    if (!(value instanceof DynamicScalar)) return 3;
    return value.scalar.type === "guid" ? 2 : 0;
}

function numberOf(value: Dynamic): number | undefined {
    if (!(value instanceof DynamicScalar)) return realOfDynamic(value);
    const { scalar } = value;
    return scalar.type === "datetime" || scalar.type === "timespan" ? Number(scalar.value) : undefined;
}

function compareItems(a: Dynamic, b: Dynamic): number {
    const ranks = rank(a) - rank(b);
    if (ranks !== 0) return ranks;
    const [x, y] = [numberOf(a), numberOf(b)];
    if (x !== undefined && y !== undefined) return x - y;
    const [s, t] = [textOfDynamic(a), textOfDynamic(b)];
    return s < t ? -1 : s > t ? 1 : 0;
}

/** The places of an array's elements in order; nulls last or first, whichever the direction. */
function placesInOrder(items: readonly Dynamic[], descending: boolean, nullsLast: boolean): number[] {
    const places = items.map((_, place) => place);
    return places.sort((a, b) => {
        const [x, y] = [items[a] ?? null, items[b] ?? null];
        if (x === null || y === null) return x === y ? a - b : (x === null) === nullsLast ? 1 : -1;
        return (descending ? compareItems(y, x) : compareItems(x, y)) || a - b;
    });
}

/** The arrays of a call, the first of which gives the order, and whether nulls come last. */
function readArguments(call: Call): { readonly arrays: readonly Expr[]; readonly nullsLast: boolean } {
    const last = call.arg(call.count - 1);
    if (call.count < 2 || last.type !== "bool") return { arrays: call.args, nullsLast: true };
    return { arrays: call.args.slice(0, -1), nullsLast: call.constant(call.count - 1) === true };
}

/** Whether a call of `array_sort_asc` or `array_sort_desc` sorts several arrays, so that it gives several columns. */
export function sortsSeveral(call: Call): boolean {
    return readArguments(call).arrays.length > 1;
}

/** Each array in the order of the first one; null for an array of another length. */
export function sortSeveral(descending: boolean): (call: Call) => { readonly name: string; readonly expr: Expr }[] {
    return (call) => {
        const { arrays, nullsLast } = readArguments(call);
        const evaluations = arrays.map((_, index) => call.typed(index, "dynamic").evaluate);
        const reads = combine(arrays);
        const [first] = evaluations;
        return arrays.map((_, index) => {
            const node = call.argNode(index);
            const evaluate = evaluations[index];
            const expr = expression("dynamic", reads, (frame: Frame) => {
                const keys = first?.(frame) ?? null;
                const items = evaluate?.(frame) ?? null;
                if (!isArray(keys) || !isArray(items) || keys.length !== items.length) return null;
                return placesInOrder(keys, descending, nullsLast).map((place) => items[place] ?? null);
            });
            return { name: `${resultName(node) ?? `array${index}`}_sorted`, expr };
        });
    };
}

/** `array_sort_asc(array [, nulls last])`, `array_sort_desc`. */
export function sortOne(descending: boolean): ScalarFunction {
    return (call) => {
        if (sortsSeveral(call)) {
            throw call.fail("KQ201", `${call.name}() of several arrays gives several columns: choose one by [index]`);
        }
        const [column] = sortSeveral(descending)(call);
        if (column === undefined) throw call.fail("KQ102", `${call.name}() needs an array`);
        return column.expr;
    };
}
