import { coerce } from "../compile/coerce";
import { checkCount } from "../functions/define";
import type { Call } from "../functions/call";
import type { Expr } from "../plan/expression";
import { isConstant } from "../plan/expression";
import type { Run } from "../plan/run";
import { dynamicOfScalar } from "../values/conversions";
import { isArray, isBag, type Dynamic } from "../values/dynamic";
import { dynamicKey } from "../values/order";
import type { Aggregate, AggregateFunction } from "./define";
import { only, predicate } from "./numbers";

/** Most elements that a list or set holds unless the query says otherwise (Kusto documentation). */
const defaultSize = 1_048_576;

function sizeOf(call: Call, index: number): number {
    if (index >= call.count) return defaultSize;
    if (!isConstant(call.arg(index))) throw call.argNode(index).error("KQ102", "a largest size must be a constant");
    const size = call.integer(index);
    return size < 0 ? defaultSize : size;
}

function list(expr: Expr, size: number, nulls: boolean): Aggregate {
    const toDynamic = dynamicOfScalar(expr.type);
    return {
        type: "dynamic",
        start: () => {
            const items: Dynamic[] = [];
            return {
                add: (frame) => {
                    const value = expr.evaluate(frame);
                    if ((value === null && !nulls) || items.length >= size) return;
                    frame.run.keep(value);
                    items.push(toDynamic(value));
                },
                result: () => items,
            };
        },
    };
}

function set(expr: Expr, size: number): Aggregate {
    const toDynamic = dynamicOfScalar(expr.type);
    return {
        type: "dynamic",
        start: () => {
            const items: Dynamic[] = [];
            const seen = new Set<string>();
            const take = (value: Dynamic, run: Run): void => {
                const key = dynamicKey(value);
                if (value === null || items.length >= size || seen.has(key)) return;
                run.keep(key);
                run.keep(value);
                seen.add(key);
                items.push(value);
            };
            return {
                add: (frame) => {
                    const value = toDynamic(expr.evaluate(frame));
                    if (isArray(value)) for (const item of value) take(item, frame.run);
                    else take(value, frame.run);
                },
                result: () => items,
            };
        },
    };
}

function bag(expr: Expr): Aggregate {
    const { evaluate } = coerce(expr, "dynamic");
    return {
        type: "dynamic",
        start: () => {
            const merged = new Map<string, Dynamic>();
            return {
                add: (frame) => {
                    const value = evaluate(frame);
                    if (!isBag(value)) return;
                    for (const [key, entry] of value) {
                        if (merged.has(key)) continue;
                        frame.run.keep(key);
                        frame.run.keep(entry);
                        merged.set(key, entry);
                    }
                },
                result: () => merged,
            };
        },
    };
}

/** `make_list(value [, size])`: all values but nulls. */
export const makeList: AggregateFunction = (call) => {
    checkCount(call, 1, 2);
    return list(call.arg(0), sizeOf(call, 1), false);
};

/** `make_list_if(value, condition [, size])`. */
export const makeListIf: AggregateFunction = (call) => {
    checkCount(call, 2, 3);
    return only(predicate(call, 1), list(call.arg(0), sizeOf(call, 2), false));
};

/** `make_list_with_nulls(value)`. */
export const makeListWithNulls: AggregateFunction = (call) => {
    checkCount(call, 1, 1);
    return list(call.arg(0), defaultSize, true);
};

/** `make_set(value [, size])`: each value once, in the order they come; the elements of arrays count as values. */
export const makeSet: AggregateFunction = (call) => {
    checkCount(call, 1, 2);
    return set(call.arg(0), sizeOf(call, 1));
};

/** `make_set_if(value, condition [, size])`. */
export const makeSetIf: AggregateFunction = (call) => {
    checkCount(call, 2, 3);
    return only(predicate(call, 1), set(call.arg(0), sizeOf(call, 2)));
};

/** `make_bag(bag [, size])`: all keys, each with the first value it comes with. */
export const makeBag: AggregateFunction = (call) => {
    checkCount(call, 1, 2);
    return bag(call.arg(0));
};

/** `make_bag_if(bag, condition [, size])`. */
export const makeBagIf: AggregateFunction = (call) => {
    checkCount(call, 2, 3);
    return only(predicate(call, 1), bag(call.arg(0)));
};
