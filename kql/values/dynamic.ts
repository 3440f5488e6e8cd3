import type { Decimal } from "./decimal";
import type { Int64 } from "./int64";

/**
 * A real inside a dynamic value that a plain number cannot stand for, because it is a whole number (`1.0` is no `1`) or
 * none at all. Every other real is a plain number with a fraction; a plain whole number is a long.
 */
export class DynamicReal {
    constructor(readonly value: number) {}
}

/** A datetime, timespan, guid or decimal inside a dynamic value: JSON shows it as text, the engine keeps its type. */
export type TypedScalar =
    | { readonly type: "datetime"; readonly value: Int64 }
    | { readonly type: "timespan"; readonly value: Int64 }
    | { readonly type: "guid"; readonly value: string }
    | { readonly type: "decimal"; readonly value: Decimal };

/** The holder of a typed scalar, so that it is never taken for a bag. */
export class DynamicScalar {
    constructor(readonly scalar: TypedScalar) {}
}

/** A property bag: keys in the order they came. */
export type Bag = ReadonlyMap<string, Dynamic>;

/** A value of type dynamic: JSON and the engine's own scalars. */
export type Dynamic =
    null | boolean | number | bigint | string | DynamicReal | DynamicScalar | readonly Dynamic[] | Bag;

/** Whether a dynamic value is an array. */
export function isArray(value: Dynamic): value is readonly Dynamic[] {
    return Array.isArray(value);
}

/** Whether a dynamic value is a property bag. */
export function isBag(value: Dynamic): value is Bag {
    return value instanceof Map;
}

/** A real as a dynamic value. */
export function dynamicReal(value: number): Dynamic {
    return Number.isInteger(value) || !Number.isFinite(value) ? new DynamicReal(value) : value;
}

/** The number that a dynamic value is, as a real; undefined for anything else. */
export function realOfDynamic(value: Dynamic): number | undefined {
    if (typeof value === "number") return value;
    if (typeof value === "bigint") return Number(value);
    return value instanceof DynamicReal ? value.value : undefined;
}

/** The integer that a dynamic value is; undefined for anything else, a real among them. */
export function integerOfDynamic(value: Dynamic): Int64 | undefined {
    if (typeof value === "bigint") return value;
    return typeof value === "number" && Number.isInteger(value) ? value : undefined;
}

/** What `gettype` calls a dynamic value. */
export function typeOfDynamic(value: Dynamic): string {
    if (value === null) return "null";
    switch (typeof value) {
        case "boolean":
            return "bool";
        case "string":
            return "string";
        case "bigint":
            return "long";
        case "number":
            return Number.isInteger(value) ? "long" : "double";
        default:
            if (value instanceof DynamicReal) return "double";
            if (value instanceof DynamicScalar) return value.scalar.type;
            return isArray(value) ? "array" : "dictionary";
    }
}

/** The property of a bag, or the element of an array (counted from the end where negative); null where there is none. */
export function member(value: Dynamic, key: string | Int64): Dynamic {
    if (typeof key === "string") return isBag(value) ? (value.get(key) ?? null) : null;
    if (isArray(value)) {
        const index = Number(key);
        return value[index < 0 ? value.length + index : index] ?? null;
    }
    return null;
}
