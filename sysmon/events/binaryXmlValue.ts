import { timeOfFileTime } from "./eventTime";

/** A value of a template: its type, and where it stands in the chunk. */
export interface BinaryValue {
    /** Type as libyal's "Windows XML Event Log (EVTX) format" numbers them; 0x80 is added for an array. */
    readonly type: number;
    readonly from: number;
    /** Offset behind it. */
    readonly to: number;
}

/** The type of a value that is binary XML itself. */
export const nestedXmlType = 0x21;

/**
 * Text of a value as Windows prints it: hexadecimal numbers as `0x1fffff`, a GUID in braces and lower case, a time in
 * UTC with seven digits. A value of no type, or of one that no event is known to have, gives its bytes in hexadecimal.
 */
export function valueText(chunk: Buffer, value: BinaryValue): string {
    const { type } = value;
    const bytes = chunk.subarray(value.from, value.to);
    if (bytes.length === 0) return "";
    switch (type) {
        case 0x01:
            return wideText(bytes);
        case 0x02:
            return bytes.toString("latin1").replace(/\0+$/, "");
        case 0x03:
        case 0x05:
        case 0x07:
        case 0x09:
            return signed(bytes).toString();
        case 0x04:
        case 0x06:
        case 0x08:
        case 0x0a:
            return unsigned(bytes).toString();
        case 0x0b:
            return bytes.length === 4 ? String(bytes.readFloatLE()) : hexadecimal(bytes);
        case 0x0c:
            return bytes.length === 8 ? String(bytes.readDoubleLE()) : hexadecimal(bytes);
        case 0x0d:
            return bytes.every((byte) => byte === 0) ? "false" : "true";
        case 0x0f:
            return bytes.length === 16 ? guidText(bytes) : hexadecimal(bytes);
        case 0x10:
        case 0x14:
        case 0x15:
            return `0x${unsigned(bytes).toString(16)}`;
        case 0x11:
            return bytes.length === 8 ? timeOfFileTime(bytes.readBigUInt64LE()) : hexadecimal(bytes);
        case 0x12:
            return bytes.length === 16 ? systemTimeText(bytes) : hexadecimal(bytes);
        case 0x13:
            return sidText(bytes);
        case 0x81:
            return wideText(bytes).split("\0").join(", ");
        default:
            return hexadecimal(bytes);
    }
}

function wideText(bytes: Buffer): string {
    return bytes.toString("utf16le").replace(/\0+$/, "");
}

/** Numbers are little-endian; one of more than six bytes does not fit into a JavaScript number. */
function unsigned(bytes: Buffer): number | bigint {
    if (bytes.length <= 6) return bytes.readUIntLE(0, bytes.length);
    return bytes.length === 8 ? bytes.readBigUInt64LE() : BigInt(`0x${Buffer.from(bytes).reverse().toString("hex")}`);
}

function signed(bytes: Buffer): number | bigint {
    if (bytes.length <= 6) return bytes.readIntLE(0, bytes.length);
    return BigInt.asIntN(bytes.length * 8, BigInt(unsigned(bytes)));
}

function hexadecimal(bytes: Buffer): string {
    return bytes.toString("hex").toUpperCase();
}

function guidText(bytes: Buffer): string {
    const mixed = Buffer.from(bytes);
    // The first three groups are little-endian numbers.
    mixed.subarray(0, 4).reverse();
    mixed.subarray(4, 6).reverse();
    mixed.subarray(6, 8).reverse();
    const hex = mixed.toString("hex");
    const groups = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)];
    return `{${groups.join("-")}}`;
}

function systemTimeText(bytes: Buffer): string {
    const part = (index: number, length: number): string => String(bytes.readUInt16LE(index * 2)).padStart(length, "0");
    const day = `${part(0, 4)}-${part(1, 2)}-${part(3, 2)}`;
    return `${day}T${part(4, 2)}:${part(5, 2)}:${part(6, 2)}.${part(7, 3)}Z`;
}

function sidText(bytes: Buffer): string {
    if (bytes.length < 8) return hexadecimal(bytes);
    let text = `S-${bytes.readUInt8(0)}-${bytes.readUIntBE(2, 6)}`;
    for (let at = 8; at + 4 <= bytes.length; at += 4) text += `-${bytes.readUInt32LE(at)}`;
    return text;
}
