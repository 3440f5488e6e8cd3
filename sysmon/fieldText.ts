import type { FieldFacts } from "./schema";

/** The fields of an event by name, as Windows prints their values. */
export type EventFields = Readonly<Record<string, string>>;

/**
 * The text a filter sees of a field, its case as it came. A text field that is absent or empty is `-`. `undefined`: a
 * number, flag or GUID that has no value, at which the sensor gives up on the whole block.
 */
export function fieldText(fields: EventFields, field: FieldFacts): string | undefined {
    const value = fields[field.name];
    switch (field.type) {
        case "UnicodeString":
            // The sensor fills in the rule name when it has filtered the event.
            return value === undefined || value === "" || field.name === "RuleName" ? "-" : value;
        case "UInt16":
        case "UInt32":
            return value === undefined || value === "" ? undefined : decimal(value);
        case "HexInt32":
        case "HexInt64":
            return value === undefined || value === "" ? undefined : hexadecimal(value);
        case "GUID":
            if (value === undefined || value === "") return field.name === "ParentProcessGuid" ? noGuid : undefined;
            return value.startsWith("{") ? value : `{${value}}`;
        case "Boolean":
            return value === undefined || value === "" ? undefined : value;
    }
}

/** The sensor knows no parent of a process that started before it did. */
const noGuid = "{00000000-0000-0000-0000-000000000000}";

/** A number as the sensor prints it; what is none stays as it is. */
function decimal(value: string): string {
    if (/^(?:0|[1-9]\d*)$/.test(value)) return value;
    return isNumber(value) ? BigInt(value).toString() : value;
}

/** A number as the sensor prints a mask: `0x` and hexadecimal digits without leading zeros. */
function hexadecimal(value: string): string {
    if (/^0[xX](?:0|[1-9a-fA-F][0-9a-fA-F]*)$/.test(value)) return value;
    return isNumber(value) ? `0x${BigInt(value).toString(16)}` : value;
}

/** Recordings print numbers either way; the length keeps a hostile one cheap. */
function isNumber(value: string): boolean {
    return value.length <= 20 && /^(?:\d+|0[xX][0-9a-fA-F]+)$/.test(value);
}
