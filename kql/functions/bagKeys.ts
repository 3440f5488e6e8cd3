import { combine, expression } from "../plan/expression";
import { isArray, isBag, type Bag, type Dynamic } from "../values/dynamic";
import { dynamicOfScalar } from "../values/conversions";
import { textOfDynamic } from "../values/json";
import { jsonPathSteps } from "../values/jsonPath";
import type { ScalarFunction } from "./call";
import { checkCount, fixed } from "./define";

/** The keys to go by from a bag inward: a JSON path (`$.a.b`), or else the name of a key. Paths have no indexes here. */
function keysOf(key: string): string[] {
    const steps = /^\$[.[]/.test(key) ? jsonPathSteps(key) : undefined;
    const names = steps?.filter((step) => typeof step === "string");
    return names === undefined || names.length !== steps?.length || names.length === 0 ? [key] : names;
}

function has(bag: Dynamic, [key, ...rest]: readonly string[]): boolean {
    if (!isBag(bag) || key === undefined || !bag.has(key)) return false;
    return rest.length === 0 || has(bag.get(key) ?? null, rest);
}

function without(bag: Bag, [key, ...rest]: readonly string[]): Bag {
    if (key === undefined) return bag;
    if (rest.length === 0) return new Map([...bag].filter(([name]) => name !== key));
    const inner = bag.get(key) ?? null;
    return isBag(inner) ? new Map([...bag, [key, without(inner, rest)]]) : bag;
}

function withValue(bag: Dynamic, [key, ...rest]: readonly string[], value: Dynamic): Dynamic {
    if (key === undefined) return value;
    const before: Bag = isBag(bag) ? bag : new Map<string, Dynamic>();
    return new Map([...before, [key, withValue(before.get(key) ?? null, rest, value)]]);
}

/** `bag_set_key(bag, key, value)`. */
const bagSetKey: ScalarFunction = (call) => {
    checkCount(call, 3, 3);
    const [bag, key, value] = [call.typed(0, "dynamic"), call.typed(1, "string"), call.arg(2)];
    const toDynamic = dynamicOfScalar(value.type);
    return expression("dynamic", combine([bag, key, value]), (frame) => {
        const before = bag.evaluate(frame);
        return isBag(before) ? withValue(before, keysOf(key.evaluate(frame)), toDynamic(value.evaluate(frame))) : null;
    });
};

/** Functions of the keys of bags, which may lie further in. */
export const bagKeyFunctions: Readonly<Record<string, ScalarFunction>> = {
    bag_has_key: fixed(["dynamic", "string"], "bool", (bag, key) => (isBag(bag) ? has(bag, keysOf(key)) : null)),
    bag_remove_keys: fixed(["dynamic", "dynamic"], "dynamic", (bag, keys) => {
        if (!isBag(bag) || !isArray(keys)) return null;
        return keys.reduce<Bag>((left, key) => without(left, keysOf(textOfDynamic(key))), bag);
    }),
    bag_set_key: bagSetKey,
};
