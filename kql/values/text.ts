import type { ScalarType, Value } from "../types";
import { formatDatetime } from "./calendar";
import { formatDecimal } from "./decimal";
import { textOfDynamic } from "./json";
import { isDecimal } from "./order";
import { formatReal } from "./real";
import { formatTimespan } from "./timespan";

/** The text that `tostring` makes of a value of a type: nothing for null, `True` and `False`, 7 digits of a second. */
export function textOf(type: ScalarType): (value: Value) => string {
    switch (type) {
        case "bool":
            return (value) => (value === null ? "" : value === true ? "True" : "False");
        case "int":
        case "long":
            return (value) => (typeof value === "number" || typeof value === "bigint" ? String(value) : "");
        case "real":
            return (value) => (typeof value === "number" ? formatReal(value) : "");
        case "decimal":
            return (value) => (isDecimal(value) ? formatDecimal(value) : "");
        case "string":
        case "guid":
            return (value) => (typeof value === "string" ? value : "");
        case "datetime":
            return (value) => (typeof value === "number" || typeof value === "bigint" ? formatDatetime(value) : "");
        case "timespan":
            return (value) => (typeof value === "number" || typeof value === "bigint" ? formatTimespan(value) : "");
        case "dynamic":
            return (value) => (isDecimal(value) ? "" : textOfDynamic(value));
    }
}
