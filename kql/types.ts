import type { Decimal } from "./values/decimal";
import type { Dynamic } from "./values/dynamic";
import type { Int64 } from "./values/int64";

/** Scalar types of the Kusto Query Language, by the names its documentation uses. */
export type ScalarType =
    "bool" | "int" | "long" | "real" | "decimal" | "string" | "guid" | "datetime" | "timespan" | "dynamic";

/** A column of a table: its case-sensitive name and the type of all its values. */
export interface Column {
    readonly name: string;
    readonly type: ScalarType;
}

/**
 * How a value of each type is held. Every type has a null but `string`, whose absent value is the empty string.
 *
 * - `long`, `datetime` (ticks, see `calendar.ts`) and `timespan` (ticks of 100 ns): an exact 64-bit integer
 * - `guid`: lower-case text with dashes
 */
export interface ValueOf {
    bool: boolean | null;
    int: number | null;
    long: Int64 | null;
    real: number | null;
    decimal: Decimal | null;
    string: string;
    guid: string | null;
    datetime: Int64 | null;
    timespan: Int64 | null;
    dynamic: Dynamic;
}

/** A value of some type; which one is known where the value comes from. */
export type Value = ValueOf[ScalarType];

const names: ReadonlyMap<string, ScalarType> = new Map([
    ["bool", "bool"],
    ["boolean", "bool"],
    ["int", "int"],
    ["int8", "int"],
    ["int16", "int"],
    ["int32", "int"],
    ["uint8", "int"],
    ["uint16", "int"],
    ["uint", "int"],
    ["uint32", "int"],
    ["long", "long"],
    ["int64", "long"],
    ["ulong", "long"],
    ["uint64", "long"],
    ["real", "real"],
    ["double", "real"],
    ["float", "real"],
    ["decimal", "decimal"],
    ["string", "string"],
    ["guid", "guid"],
    ["uniqueid", "guid"],
    ["uuid", "guid"],
    ["datetime", "datetime"],
    ["date", "datetime"],
    ["timespan", "timespan"],
    ["time", "timespan"],
    ["dynamic", "dynamic"],
]);

/** The type that a name or alias of it stands for (`date` is `datetime`), or undefined for no type. */
export function scalarType(name: string): ScalarType | undefined {
    return names.get(name.toLowerCase());
}

/** Names of the .NET types that `getschema` reports beside KQL's own. */
export const dotNetTypes: Readonly<Record<ScalarType, string>> = {
    bool: "System.SByte",
    int: "System.Int32",
    long: "System.Int64",
    real: "System.Double",
    decimal: "System.Data.SqlTypes.SqlDecimal",
    string: "System.String",
    guid: "System.Guid",
    datetime: "System.DateTime",
    timespan: "System.TimeSpan",
    dynamic: "System.Object",
};
