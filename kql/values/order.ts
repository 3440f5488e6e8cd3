import type { ScalarType, Value } from "../types";
import { compareDecimals, type Decimal } from "./decimal";
import { DynamicReal, DynamicScalar, type Dynamic } from "./dynamic";
import { textOfDynamic } from "./json";

/** Whether a value is a decimal. Of all values that are objects only decimals carry `unscaled`. */
export function isDecimal(value: Value): value is Decimal {
    return typeof value === "object" && value !== null && "unscaled" in value;
}

/** Negative, zero or positive as one value that is not null stands before, with or after another of the same type. */
export type Order = (a: Value, b: Value) => number;

function plain(a: Value, b: Value): number {
    if (a === null || b === null) return 0;
    return a < b ? -1 : a > b ? 1 : 0;
}

function realOrder(a: Value, b: Value): number {
    if (typeof a !== "number" || typeof b !== "number") return plain(a, b);
    if (Number.isNaN(a)) return Number.isNaN(b) ? 0 : -1;
    return Number.isNaN(b) ? 1 : a - b === 0 || a === b ? 0 : a < b ? -1 : 1;
}

function decimalOrder(a: Value, b: Value): number {
    return isDecimal(a) && isDecimal(b) ? compareDecimals(a, b) : plain(a, b);
}

/** The order of the values of a type: texts by their UTF-16 code units, guids by their text, NaN before every real. */
export function orderOf(type: ScalarType): Order {
    switch (type) {
        case "real":
            return realOrder;
        case "decimal":
            return decimalOrder;
        case "bool":
        case "int":
        case "long":
        case "string":
        case "guid":
        case "datetime":
        case "timespan":
        case "dynamic":
            return plain;
    }
}

/** A value that stands for all that equal it as a map key: the value itself but for decimals and dynamics. */
export function keyOf(type: ScalarType): (value: Value) => unknown {
    switch (type) {
        case "decimal":
            return (value) => (isDecimal(value) ? `${value.unscaled}/${value.scale}` : value);
        case "dynamic":
            return (value) => (isDecimal(value) ? value : dynamicKey(value));
        case "bool":
        case "int":
        case "long":
        case "real":
        case "string":
        case "guid":
        case "datetime":
        case "timespan":
            return (value) => value;
    }
}

/** Text that two dynamic values share just when they are equal: numbers by value, scalars by their text. */
export function dynamicKey(value: Dynamic): string {
    if (value === null) return "null";
    if (typeof value === "number" || typeof value === "bigint") return `n${value}`;
    if (value instanceof DynamicReal) return `n${value.value}`;
    if (typeof value === "string") return `s${value}`;
    if (value instanceof DynamicScalar) return `s${textOfDynamic(value)}`;
    return textOfDynamic(value);
}
