import type { ScalarType, Value } from "../types";
import { fromDotNetTicks, inCalendar, toDotNetTicks } from "./calendar";
import { parseDatetime } from "./datetimeText";
import { decimal, decimalOfReal, parseDecimal, realOfDecimal, type Decimal } from "./decimal";
import { DynamicReal, DynamicScalar, dynamicReal, integerOfDynamic, realOfDynamic, type Dynamic } from "./dynamic";
import { parseGuid } from "./guid";
import { int64, parseInt64, truncate, type Int64 } from "./int64";
import { parseJson } from "./json";
import { isDecimal } from "./order";
import { parseReal } from "./real";
import { textOf } from "./text";
import { parseTimespan } from "./timespan";

/** Turns a value of one type into another as the functions `tolong`, `todatetime` and so on do: null where it cannot. */
export type Conversion = (value: Value) => Value;

const nothing: Conversion = () => null;
const itself: Conversion = (value) => value;

function isInteger(value: Value): value is Int64 {
    return typeof value === "bigint" || typeof value === "number";
}

function ofText<T extends Value>(parse: (text: string) => T | null): Conversion {
    return (value) => (typeof value === "string" ? parse(value) : null);
}

/** A conversion of what a dynamic value holds: each kind as the scalar type it is. */
function ofDynamic(to: ScalarType): Conversion {
    const text = conversion("string", to);
    const long = conversion("long", to);
    const real = conversion("real", to);
    const bool = conversion("bool", to);
    return (value) => {
        if (typeof value === "string") return text(value);
        if (typeof value === "boolean") return bool(value);
        if (typeof value === "bigint") return long(value);
        if (typeof value === "number") return Number.isInteger(value) ? long(value) : real(value);
        if (value instanceof DynamicReal) return real(value.value);
        if (value instanceof DynamicScalar) return conversion(value.scalar.type, to)(value.scalar.value);
        return null;
    };
}

/** The bool that a text stands for: `true` or `false` in any case, or an integer, of which only 0 is false. */
export function parseBool(text: string): boolean | null {
    const word = text.trim().toLowerCase();
    if (word === "true") return true;
    if (word === "false") return false;
    const number = /^[+-]?\d+$/.test(word) ? parseInt64(word) : null;
    return number === null ? null : number !== 0;
}

function toBool(from: ScalarType): Conversion {
    switch (from) {
        case "bool":
            return itself;
        case "int":
        case "long":
        case "real":
            return (value) => (value === null || Number.isNaN(value) ? null : value !== 0);
        case "decimal":
            return (value) => (isDecimal(value) ? value.unscaled !== 0n : null);
        case "string":
            return ofText(parseBool);
        case "dynamic":
            return ofDynamic("bool");
        case "guid":
        case "datetime":
        case "timespan":
            return nothing;
    }
}

function toLong(from: ScalarType): Conversion {
    switch (from) {
        case "bool":
            return (value) => (value === null ? null : value === true ? 1 : 0);
        case "int":
        case "long":
        case "timespan":
            return itself;
        case "datetime":
            return (value) => (isInteger(value) ? toDotNetTicks(value) : null);
        case "real":
            return (value) => (typeof value === "number" ? truncate(value) : null);
        case "decimal":
            return (value) => (isDecimal(value) ? int64(value.unscaled / 10n ** BigInt(value.scale)) : null);
        case "string":
            return ofText(parseInt64);
        case "dynamic":
            return ofDynamic("long");
        case "guid":
            return nothing;
    }
}

/** A long cut to its lower 32 bits, as the engine makes an int of it. */
export function int32(value: Int64): number {
    return Number(BigInt.asIntN(32, BigInt(value)));
}

function toInt(from: ScalarType): Conversion {
    switch (from) {
        case "int":
            return itself;
        case "real":
            return (value) => {
                if (typeof value !== "number" || Number.isNaN(value)) return null;
                const whole = Math.max(-(2 ** 31), Math.min(2 ** 31 - 1, Math.trunc(value)));
                return whole === 0 ? 0 : whole;
            };
        case "string":
            return ofText((text) => {
                const long = parseInt64(text);
                return long === null || long < -(2 ** 31) || long >= 2 ** 31 ? null : Number(long);
            });
        case "dynamic":
            return ofDynamic("int");
        case "bool":
        case "long":
        case "decimal":
        case "guid":
        case "datetime":
        case "timespan": {
            const long = toLong(from);
            return (value) => {
                const integer = long(value);
                return isInteger(integer) ? int32(integer) : null;
            };
        }
    }
}

function toReal(from: ScalarType): Conversion {
    switch (from) {
        case "real":
            return itself;
        case "bool":
            return (value) => (value === null ? null : value === true ? 1 : 0);
        case "int":
        case "long":
        case "timespan":
            return (value) => (isInteger(value) ? Number(value) : null);
        case "datetime":
            return (value) => (isInteger(value) ? Number(toDotNetTicks(value)) : null);
        case "decimal":
            return (value) => (isDecimal(value) ? realOfDecimal(value) : null);
        case "string":
            return ofText(parseReal);
        case "dynamic":
            return ofDynamic("real");
        case "guid":
            return nothing;
    }
}

function toDecimal(from: ScalarType): Conversion {
    switch (from) {
        case "decimal":
            return itself;
        case "real":
            return (value) => (typeof value === "number" ? decimalOfReal(value) : null);
        case "string":
            return ofText<Decimal>(parseDecimal);
        case "dynamic":
            return ofDynamic("decimal");
        case "bool":
        case "int":
        case "long":
        case "guid":
        case "datetime":
        case "timespan": {
            const long = toLong(from);
            return (value) => {
                const integer = long(value);
                return isInteger(integer) ? decimal(BigInt(integer), 0) : null;
            };
        }
    }
}

function toDatetime(from: ScalarType): Conversion {
    switch (from) {
        case "datetime":
            return itself;
        case "int":
        case "long":
            return (value) => (isInteger(value) ? inCalendar(fromDotNetTicks(value)) : null);
        case "string":
            return ofText(parseDatetime);
        case "dynamic":
            return ofDynamic("datetime");
        case "bool":
        case "real":
        case "decimal":
        case "guid":
        case "timespan":
            return nothing;
    }
}

function toTimespan(from: ScalarType): Conversion {
    switch (from) {
        case "timespan":
        case "int":
        case "long":
            return itself;
        case "string":
            return ofText(parseTimespan);
        case "dynamic":
            return ofDynamic("timespan");
        case "bool":
        case "real":
        case "decimal":
        case "guid":
        case "datetime":
            return nothing;
    }
}

function toGuid(from: ScalarType): Conversion {
    switch (from) {
        case "guid":
            return itself;
        case "string":
            return ofText(parseGuid);
        case "dynamic":
            return ofDynamic("guid");
        case "bool":
        case "int":
        case "long":
        case "real":
        case "decimal":
        case "datetime":
        case "timespan":
            return nothing;
    }
}

/** A value of a type as a dynamic value that keeps the type. */
export function dynamicOfScalar(type: ScalarType): (value: Value) => Dynamic {
    switch (type) {
        case "real":
            return (value) => (typeof value === "number" ? dynamicReal(value) : null);
        case "decimal":
            return (value) => (isDecimal(value) ? new DynamicScalar({ type: "decimal", value }) : null);
        case "guid":
            return (value) => (typeof value === "string" ? new DynamicScalar({ type: "guid", value }) : null);
        case "datetime":
        case "timespan":
            return (value) => (isInteger(value) ? new DynamicScalar({ type, value }) : null);
        case "bool":
        case "int":
        case "long":
        case "string":
        case "dynamic":
            return (value) => (isDecimal(value) ? null : value);
    }
}

/** What `parse_json` makes of a text: its JSON value, the text itself where it is none, null for an empty one. */
export function dynamicOfText(text: string): Dynamic {
    if (text === "") return null;
    const parsed = parseJson(text);
    return parsed === undefined ? text : parsed;
}

function toDynamic(from: ScalarType): Conversion {
    return from === "string"
        ? (value) => (typeof value === "string" ? dynamicOfText(value) : null)
        : dynamicOfScalar(from);
}

/** The conversion from one type to another; it never fails, it gives null (for `string`, the empty text). */
export function conversion(from: ScalarType, to: ScalarType): Conversion {
    switch (to) {
        case "bool":
            return toBool(from);
        case "int":
            return toInt(from);
        case "long":
            return toLong(from);
        case "real":
            return toReal(from);
        case "decimal":
            return toDecimal(from);
        case "string":
            return textOf(from);
        case "guid":
            return toGuid(from);
        case "datetime":
            return toDatetime(from);
        case "timespan":
            return toTimespan(from);
        case "dynamic":
            return toDynamic(from);
    }
}

/**
 * The typed conversion of an element that `mv-expand … to typeof(…)` takes from an array: a number is no text and a
 * text no number.
 */
export function elementConversion(to: ScalarType): (value: Dynamic) => Value {
    switch (to) {
        case "dynamic":
            return (value) => value;
        case "string":
            return textOf("dynamic");
        case "int":
        case "long":
        case "real": {
            const convert = conversion("real", to);
            return (value) => {
                const integer = integerOfDynamic(value);
                if (integer !== undefined) return conversion("long", to)(integer);
                const real = realOfDynamic(value);
                return real === undefined ? null : convert(real);
            };
        }
        case "bool":
            return (value) => {
                if (typeof value === "boolean") return value;
                const integer = integerOfDynamic(value);
                return integer === undefined ? null : integer !== 0;
            };
        case "guid":
        case "datetime":
        case "timespan":
        case "decimal": {
            const text = conversion("string", to);
            return (value) => {
                if (typeof value === "string") return text(value);
                return value instanceof DynamicScalar ? conversion(value.scalar.type, to)(value.scalar.value) : null;
            };
        }
    }
}
