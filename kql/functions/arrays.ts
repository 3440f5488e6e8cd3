import { coerce, convertTo } from "../compile/coerce";
import { resultName } from "../compile/names";
import { rangeType, series } from "../operators/sources";
import { combine, expression, type Expr } from "../plan/expression";
import type { Value, ValueOf } from "../types";
import { dynamicOfScalar } from "../values/conversions";
import { isArray, isBag, realOfDynamic, type Dynamic } from "../values/dynamic";
import type { Int64 } from "../values/int64";
import { textOfDynamic } from "../values/json";
import { dynamicKey } from "../values/order";
import { sortOne } from "./arraySort";
import type { Call, ScalarFunction } from "./call";
import { checkCount, fixed } from "./define";

/** Arguments as dynamic values, typed scalars among them. */
function dynamics(call: Call): ((frame: Parameters<Expr["evaluate"]>[0]) => Dynamic)[] {
    return call.args.map((arg) => {
        const convert = dynamicOfScalar(arg.type);
        return (frame) => convert(arg.evaluate(frame));
    });
}

/** A function of any number of values that are dynamic or become so. */
function ofDynamics(least: number, most: number, body: (values: readonly Dynamic[]) => Dynamic): ScalarFunction {
    return (call) => {
        checkCount(call, least, most);
        const parts = dynamics(call);
        return expression("dynamic", combine(call.args), (frame) => body(parts.map((part) => part(frame))));
    };
}

/** A function of an array; null for what is none. */
function ofArray(body: (array: readonly Dynamic[]) => Dynamic): ScalarFunction {
    return fixed(["dynamic"], "dynamic", (value) => (isArray(value) ? body(value) : null));
}

function arrays(values: readonly Dynamic[]): (readonly Dynamic[])[] | undefined {
    return values.every(isArray) ? values.filter(isArray) : undefined;
}

/** Each value once, in the order they come. */
function once(values: Iterable<Dynamic>): Dynamic[] {
    const seen = new Map<string, Dynamic>();
    for (const value of values) {
        const key = dynamicKey(value);
        if (!seen.has(key)) seen.set(key, value);
    }
    return [...seen.values()];
}

function keysOf(values: readonly Dynamic[]): Set<string> {
    return new Set(values.map(dynamicKey));
}

const concat = ofDynamics(1, 64, (values) => {
    const known = values.filter((value) => value !== null);
    return arrays(known)?.flat(1) ?? null;
});

const slice = fixed(["dynamic", "long", "long"], "dynamic", (array, start, end) => {
    if (!isArray(array)) return null;
    const size = array.length;
    const from = Number(start) < 0 ? Math.max(0, size + Number(start)) : Number(start);
    const to = Number(end) < 0 ? size + Number(end) : Number(end);
    return array.slice(from, Math.max(0, to + 1));
});

/** `array_split(array, index or indexes)`. */
const splitArray: ScalarFunction = ofDynamics(2, 2, ([array = null, at = null]) => {
    if (!isArray(array)) return null;
    const places = (isArray(at) ? at : [at]).map((place) => {
        const index = Number(realOfDynamic(place) ?? 0);
        return index < 0 ? Math.max(0, array.length + index) : Math.min(array.length, index);
    });
    const borders = [0, ...places, array.length];
    return borders.slice(1).map((border, index) => array.slice(borders[index], border));
});

const indexOf: ScalarFunction = (call) => {
    checkCount(call, 2, 5);
    const [array, value] = dynamics(call);
    const [start, length, occurrence] = [2, 3, 4].map((index) =>
        index < call.count ? call.typed(index, "long") : undefined,
    );
    return expression("long", combine(call.args), (frame) => {
        const items = array?.(frame) ?? null;
        if (!isArray(items)) return null;
        const key = dynamicKey(value?.(frame) ?? null);
        const from = Number(start?.evaluate(frame) ?? 0);
        const first = from < 0 ? Math.max(0, items.length + from) : from;
        const size = Number(length?.evaluate(frame) ?? -1);
        const end = size < 0 ? items.length : Math.min(items.length, first + size);
        let left = Number(occurrence?.evaluate(frame) ?? 1);
        for (let index = first; index < end; index++)
            if (dynamicKey(items[index] ?? null) === key && --left === 0) return index;
        return -1;
    });
};

const rotate = (array: readonly Dynamic[], by: number): Dynamic[] => {
    if (array.length === 0) return [];
    const shift = ((by % array.length) + array.length) % array.length;
    return [...array.slice(shift), ...array.slice(0, shift)];
};

function shifting(sign: 1 | -1): ScalarFunction {
    return (call) => {
        checkCount(call, 2, 3);
        const [array, , fill] = dynamics(call);
        const by = call.typed(1, "long");
        return expression("dynamic", combine(call.args), (frame) => {
            const items = array?.(frame) ?? null;
            const distance = by.evaluate(frame);
            if (!isArray(items) || distance === null) return null;
            const left = Number(distance) * sign;
            const empty =
                fill?.(frame) ?? (items.length > 0 && items.every((item) => typeof item === "string") ? "" : null);
            return items.map((_, index) =>
                index + left >= 0 && index + left < items.length ? (items[index + left] ?? null) : empty,
            );
        });
    };
}

/** `array_iff(conditions, values, others)`. */
const arrayIff = ofDynamics(3, 3, ([conditions = null, yes = null, no = null]) => {
    if (!isArray(conditions)) return null;
    const at = (values: Dynamic, index: number): Dynamic => (isArray(values) ? (values[index] ?? null) : values);
    return conditions.map((condition, index) => {
        const test = typeof condition === "boolean" ? condition : (realOfDynamic(condition) ?? 0) !== 0;
        return condition === null ? null : at(test ? yes : no, index);
    });
});

const sum = fixed(["dynamic"], "real", (array) => {
    if (!isArray(array)) return null;
    return array.reduce((total: number, item) => total + (realOfDynamic(item) ?? Number.NaN), 0);
});

/** `range(start, stop [, step])` as a value. */
const rangeArray: ScalarFunction = (call) => {
    checkCount(call, 2, 3);
    const [from, to] = [call.arg(0), call.arg(1)];
    const timely = from.type === "datetime" || from.type === "timespan";
    const step = call.optional(2);
    const type = rangeType(from, to, step ?? from);
    const [low, high] = [convertTo(from, type), convertTo(to, type)];
    const toDynamic = dynamicOfScalar(type);
    return expression("dynamic", combine(call.args), (frame) => {
        const by: Value = step === undefined ? (timely ? 36_000_000_000 : 1) : step.evaluate(frame);
        return series(low.evaluate(frame), high.evaluate(frame), by, frame.run, type === "real").map(toDynamic);
    });
};

const zip = ofDynamics(2, 16, (values) => {
    const columns = values.map((value) => (isArray(value) ? value : [value]));
    const length = Math.max(...columns.map((column) => column.length));
    return Array.from({ length }, (_, index) => columns.map((column) => column[index] ?? null));
});

const union = ofDynamics(1, 64, (values) => {
    const all = arrays(values);
    return all === undefined ? null : once(all.flat(1));
});

const intersect = ofDynamics(1, 64, (values) => {
    const [first, ...rest] = arrays(values) ?? [];
    if (first === undefined) return null;
    const others = rest.map(keysOf);
    return once(first).filter((value) => others.every((keys) => keys.has(dynamicKey(value))));
});

const difference = ofDynamics(2, 64, (values) => {
    const [first, ...rest] = arrays(values) ?? [];
    if (first === undefined) return null;
    const others = keysOf(rest.flat(1));
    return once(first).filter((value) => !others.has(dynamicKey(value)));
});

/** A function of two sets, of which the keys of their elements are enough. */
function ofTwoSets<R extends "bool" | "real">(
    returns: R,
    body: (a: Set<string>, b: Set<string>) => ValueOf[R],
): ScalarFunction {
    return fixed<readonly ["dynamic", "dynamic"], R>(["dynamic", "dynamic"], returns, (a, b) =>
        body(keysOf(listOf(a)), keysOf(listOf(b))),
    );
}

function listOf(value: Dynamic): readonly Dynamic[] {
    return isArray(value) ? value : [];
}

const hasElement: ScalarFunction = (call) => {
    checkCount(call, 2, 2);
    const [array, value] = dynamics(call);
    return expression("bool", combine(call.args), (frame) => {
        const items = array?.(frame) ?? null;
        return isArray(items) ? keysOf(items).has(dynamicKey(value?.(frame) ?? null)) : null;
    });
};

/** Pairs of a key and a value, as arguments. */
function pack(call: Call): Expr {
    if (call.count % 2 !== 0) throw call.fail("KQ102", `${call.name}() takes pairs of a key and a value`);
    const keys = call.args
        .filter((_, index) => index % 2 === 0)
        .map((key) => coerce(convertTo(key, "string"), "string"));
    const values = dynamics(call).filter((_, index) => index % 2 === 1);
    return expression("dynamic", combine(call.args), (frame) => {
        const bag = new Map<string, Dynamic>();
        keys.forEach((key, index) => bag.set(key.evaluate(frame), values[index]?.(frame) ?? null));
        return bag;
    });
}

/** `pack_all([ignore nulls])`: all columns of the row. */
const packAll: ScalarFunction = (call) => {
    checkCount(call, 0, 1);
    const row = call.scope.row;
    if (row === undefined) throw call.fail("KQ102", "pack_all() packs the columns of rows; there are none here");
    const skipping = call.count === 1 && call.constant(0) === true;
    const parts = row.outputs.map(({ name, expr }) => ({ name, expr, convert: dynamicOfScalar(expr.type) }));
    return expression("dynamic", combine(row.outputs.map(({ expr }) => expr)), (frame) => {
        const bag = new Map<string, Dynamic>();
        for (const { name, expr, convert } of parts) {
            const value = convert(expr.evaluate(frame));
            if (!skipping || (value !== null && value !== "")) bag.set(name, value);
        }
        return bag;
    });
};

/** `bag_pack_columns(column, …)`: columns by their names. */
const bagPackColumns: ScalarFunction = (call) => {
    checkCount(call, 1, 64);
    const values = dynamics(call);
    const names = call.nodes.map((node) => resultName(node) ?? "");
    return expression("dynamic", combine(call.args), (frame) => {
        return new Map(names.map((name, index): [string, Dynamic] => [name, values[index]?.(frame) ?? null]));
    });
};

/** Paths of all that a bag holds, `['a'][0]['b']`; an array counts, and then its elements as one. */
function treePaths(value: Dynamic, prefix: string, paths: Set<string>): Set<string> {
    const at = (path: string, entry: Dynamic): void => {
        if (!isBag(entry)) paths.add(path);
        treePaths(entry, path, paths);
    };
    if (isBag(value)) for (const [key, entry] of value) at(`${prefix}['${key}']`, entry);
    if (isArray(value)) for (const entry of value) at(`${prefix}[0]`, entry);
    return paths;
}

const bagKeys = fixed(["dynamic"], "dynamic", (bag) => (isBag(bag) ? [...bag.keys()] : null));

const bagMerge = ofDynamics(2, 64, (bags) => {
    const merged = new Map<string, Dynamic>();
    for (const bag of bags)
        if (isBag(bag)) for (const [key, value] of bag) if (!merged.has(key)) merged.set(key, value);
    return merged;
});

const bagZip = fixed(["dynamic", "dynamic"], "dynamic", (keys, values) => {
    if (!isArray(keys) || !isArray(values)) return null;
    return new Map(keys.map((key, index): [string, Dynamic] => [textOfDynamic(key), values[index] ?? null]));
});

/** `repeat(value, count)`. */
const repeat: ScalarFunction = (call) => {
    checkCount(call, 2, 2);
    const [value] = dynamics(call);
    const count = call.typed(1, "long");
    return expression("dynamic", combine(call.args), (frame) => {
        const times = count.evaluate(frame);
        if (times === null || times < 0) return null;
        frame.run.produce(Number(times));
        return new Array<Dynamic>(Number(times)).fill(value?.(frame) ?? null);
    });
};

function length(value: Dynamic): Int64 | null {
    return isArray(value) ? value.length : null;
}

/** Functions of arrays and property bags. */
export const arrayFunctions: Readonly<Record<string, ScalarFunction>> = {
    array_concat: concat,
    array_iff: arrayIff,
    array_iif: arrayIff,
    array_index_of: indexOf,
    array_length: fixed(["dynamic"], "long", length),
    array_reverse: ofArray((array) => [...array].reverse()),
    array_rotate_left: fixed(["dynamic", "long"], "dynamic", (array, by) =>
        isArray(array) ? rotate(array, Number(by)) : null,
    ),
    array_rotate_right: fixed(["dynamic", "long"], "dynamic", (array, by) =>
        isArray(array) ? rotate(array, -Number(by)) : null,
    ),
    array_shift_left: shifting(1),
    array_shift_right: shifting(-1),
    array_slice: slice,
    array_sort_asc: sortOne(false),
    array_sort_desc: sortOne(true),
    array_split: splitArray,
    array_sum: sum,
    arraylength: fixed(["dynamic"], "long", length),
    bag_keys: bagKeys,
    bag_merge: bagMerge,
    bag_pack: pack,
    bag_pack_columns: bagPackColumns,
    bag_zip: bagZip,
    jaccard_index: ofTwoSets("real", (a, b) => {
        const both = [...a].filter((key) => b.has(key)).length;
        const all = a.size + b.size - both;
        return all === 0 ? Number.NaN : both / all;
    }),
    pack,
    pack_all: packAll,
    pack_array: ofDynamics(0, 64, (values) => values),
    pack_dictionary: pack,
    range: rangeArray,
    repeat,
    set_difference: difference,
    set_equals: ofTwoSets("bool", (a, b) => a.size === b.size && [...a].every((key) => b.has(key))),
    set_has_element: hasElement,
    set_intersect: intersect,
    set_union: union,
    treepath: fixed(["dynamic"], "dynamic", (value) => [...treePaths(value, "", new Set())]),
    zip,
};
