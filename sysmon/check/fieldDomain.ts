import type { Anchor } from "../comparison";
import type { FieldType } from "../schema";

/**
 * Whether some value that the sensor writes into a field of this type holds a text in this place; the text's case is
 * folded. A text field can hold anything but nothing: without a value it is `-`.
 */
export function isPossible(type: FieldType, anchor: Anchor, text: string): boolean {
    switch (type) {
        case "UnicodeString":
            return anchor !== "whole" || text !== "";
        case "UInt16":
            return isPossibleDecimal(anchor, text, 65_535);
        case "UInt32":
            return isPossibleDecimal(anchor, text, 4_294_967_295);
        case "HexInt32":
            return isPossibleHexadecimal(anchor, text, 8);
        case "HexInt64":
            return isPossibleHexadecimal(anchor, text, 16);
        case "Boolean":
            return ["true", "false"].some((value) => stands(anchor, text, value));
        case "GUID":
            return isPossibleGuid(anchor, text);
    }
}

/** Whether a text stands in its place in a value; both with their case folded. */
export function stands(anchor: Anchor, text: string, value: string): boolean {
    switch (anchor) {
        case "whole":
            return value === text;
        case "start":
            return value.startsWith(text);
        case "end":
            return value.endsWith(text);
        case "anywhere":
            return value.includes(text);
        case "file":
            return value.slice(value.lastIndexOf("\\") + 1) === text;
    }
}

/** How the sensor prints values of a type, as an advice to whoever wrote another form. */
export function printedForm(type: FieldType): string {
    switch (type) {
        case "UnicodeString":
            return "a text, or - where there is none";
        case "UInt16":
            return "a decimal number up to 65535 without leading zeros";
        case "UInt32":
            return "a decimal number without leading zeros";
        case "HexInt32":
            return "0x and up to 8 hexadecimal digits without leading zeros, such as 0x1fffff";
        case "HexInt64":
            return "0x and hexadecimal digits without leading zeros, such as 0x3e7";
        case "Boolean":
            return "true or false";
        case "GUID":
            return "a GUID in braces";
    }
}

function isPossibleDecimal(anchor: Anchor, text: string, most: number): boolean {
    if (!/^\d*$/.test(text) || text.length > String(most).length) return false;
    switch (anchor) {
        case "whole":
        case "file":
            return /^(?:0|[1-9]\d*)$/.test(text) && Number(text) <= most;
        case "start":
            return /^(?:0|[1-9]\d*)?$/.test(text) && Number(text) <= most;
        case "end":
        case "anywhere":
            return Number(text) <= most;
    }
}

function isPossibleHexadecimal(anchor: Anchor, text: string, digits: number): boolean {
    // What follows the x has no leading zeros; what stands without the x may be cut out of the middle.
    const parts = /^(0?x)?([0-9a-f]*)$/.exec(text);
    if (parts === null) return false;
    const prefix = parts[1] ?? "";
    const number = parts[2] ?? "";
    if (number.length > digits) return false;
    const afterPrefix = /^(?:0|[1-9a-f][0-9a-f]*)$/.test(number);
    switch (anchor) {
        case "whole":
        case "file":
            return prefix === "0x" && afterPrefix;
        case "start":
            return text === "" || text === "0" || (prefix === "0x" && (number === "" || afterPrefix));
        case "end":
            return prefix === "" || afterPrefix;
        case "anywhere":
            return prefix === "" || number === "" || afterPrefix;
    }
}

const guid = /^\{[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\}$/;

function isPossibleGuid(anchor: Anchor, text: string): boolean {
    if (anchor === "whole" || anchor === "file") return guid.test(text);
    if (anchor === "start" && text !== "" && !text.startsWith("{")) return false;
    if (anchor === "end" && text !== "" && !text.endsWith("}")) return false;
    return /^\{?[0-9a-f-]*\}?$/.test(text) && text.length <= 38;
}
