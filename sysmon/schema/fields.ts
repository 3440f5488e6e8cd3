import type { SchemaVersion } from "./version";

/**
 * Type of a field in the event's manifest. It decides how Windows prints the value: `HexInt32` and `HexInt64` as
 * `0x1fffff`, `GUID` in braces, `Boolean` as `true` or `false`, the `UInt` types in decimal.
 */
export type FieldType = "UnicodeString" | "UInt16" | "UInt32" | "HexInt32" | "HexInt64" | "GUID" | "Boolean";

/** One field of an event. */
export interface FieldFacts {
    /** Name as in the event and in a filter, e.g. `TargetImage`. Case matters. */
    readonly name: string;
    /** Type in the manifest. */
    readonly type: FieldType;
    /** First schema version whose layout has the field. */
    readonly since: SchemaVersion;
}
