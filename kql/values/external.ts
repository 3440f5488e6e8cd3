import type { ScalarType, Value } from "../types";
import { formatDatetimeShort } from "./calendar";
import { parseDatetime } from "./datetimeText";
import { decimal, decimalOfReal, formatDecimal, parseDecimal } from "./decimal";
import { parseGuid } from "./guid";
import { int64, type Int64 } from "./int64";
import { dynamicOf, plainOf, WriteBudget } from "./json";
import { isDecimal } from "./order";
import { parseReal } from "./real";
import { formatTimespan, parseTimespan } from "./timespan";

/** Undefined: the data does not fit the type. */
type Reader = (data: unknown) => Value | undefined;

function integer(data: unknown): Int64 | undefined {
    if (typeof data === "number") return Number.isSafeInteger(data) ? (data === 0 ? 0 : data) : undefined;
    if (typeof data === "bigint") return BigInt.asIntN(64, data) === data ? int64(data) : undefined;
    if (typeof data !== "string" || !/^-?\d{1,20}$/.test(data)) return undefined;
    const value = BigInt(data);
    return BigInt.asIntN(64, value) === value ? int64(value) : undefined;
}

function fromText<T extends Value>(parse: (text: string) => T | null): Reader {
    return (data) => (typeof data === "string" ? (parse(data) ?? undefined) : undefined);
}

function reader(type: ScalarType): Reader {
    switch (type) {
        case "bool":
            return (data) => (typeof data === "boolean" ? data : data === 1 ? true : data === 0 ? false : undefined);
        case "int":
            return (data) => {
                const value = integer(data);
                return typeof value === "number" && value >= -(2 ** 31) && value < 2 ** 31 ? value : undefined;
            };
        case "long":
            return integer;
        case "real":
            return (data) =>
                typeof data === "number" ? data : typeof data === "string" ? (parseReal(data) ?? undefined) : undefined;
        case "decimal":
            return (data) => {
                if (typeof data === "number") return decimalOfReal(data) ?? undefined;
                if (typeof data === "bigint") return decimal(data, 0);
                return typeof data === "string" ? (parseDecimal(data) ?? undefined) : undefined;
            };
        case "string":
            return (data) => (typeof data === "string" ? data : undefined);
        case "guid":
            return fromText(parseGuid);
        case "datetime":
            return fromText(parseDatetime);
        case "timespan":
            return fromText(parseTimespan);
        case "dynamic":
            return dynamicOf;
    }
}

/**
 * Reads values of a type from the JSON forms of the public interface: datetime as ISO 8601, timespan as
 * `[-][d.]hh:mm:ss[.fffffff]`, a long beyond 2^53 as text. Undefined means that the data does not fit.
 */
export function readerOf(type: ScalarType): Reader {
    const read = reader(type);
    const absent = type === "string" ? "" : null;
    return (data) => (data === null || data === undefined ? absent : read(data));
}

/** Most values that the dynamic values of a column may hold when they are written out. */
const mostWritten = 10_000_000;

/** Writes dynamic values; all that one writer writes count together. */
function ofDynamic(): (value: Value) => unknown {
    const budget = new WriteBudget(mostWritten);
    return (value) => (isDecimal(value) ? null : plainOf(value, budget));
}

/** Writes values of a type in the JSON forms of the public interface. */
export function writerOf(type: ScalarType): (value: Value) => unknown {
    switch (type) {
        case "real":
            return (value) => (typeof value !== "number" || Number.isFinite(value) ? value : String(value));
        case "long":
            return (value) => (typeof value === "bigint" ? String(value) : value);
        case "decimal":
            return (value) => (isDecimal(value) ? formatDecimal(value) : null);
        case "datetime":
            return (value) =>
                typeof value === "number" || typeof value === "bigint" ? formatDatetimeShort(value) : null;
        case "timespan":
            return (value) => (typeof value === "number" || typeof value === "bigint" ? formatTimespan(value) : null);
        case "dynamic":
            return ofDynamic();
        case "bool":
        case "int":
        case "string":
        case "guid":
            return (value) => value;
    }
}
