import assert from "node:assert/strict";
import { valueText } from "../../../sysmon/events/binaryXmlValue";

describe("values of binary XML", () => {
    const values: readonly (readonly [kind: string, type: number, hex: string, text: string])[] = [
        ["nothing", 0x00, "", ""],
        ["text with its end", 0x01, "61006200 0000", "ab"],
        ["one-byte text", 0x02, "6162e400", "ab\u00e4"],
        ["int8", 0x03, "ff", "-1"],
        ["uint8", 0x04, "ff", "255"],
        ["int16", 0x05, "feff", "-2"],
        ["uint16", 0x06, "feff", "65534"],
        ["int32", 0x07, "feffffff", "-2"],
        ["uint32", 0x08, "feffffff", "4294967294"],
        ["int64", 0x09, "feffffffffffffff", "-2"],
        ["uint64", 0x0a, "feffffffffffffff", "18446744073709551614"],
        ["float", 0x0b, "0000c03f", "1.5"],
        ["double", 0x0c, "000000000000f8bf", "-1.5"],
        ["false", 0x0d, "00000000", "false"],
        ["true", 0x0d, "01000000", "true"],
        ["bytes", 0x0e, "00abcd", "00ABCD"],
        ["GUID", 0x0f, "72bb5a36e3a18e5c00000010cef72200", "{365abb72-a1e3-5c8e-0000-0010cef72200}"],
        ["size of 32 bits", 0x10, "00100000", "0x1000"],
        ["FILETIME", 0x11, "0080cec84972d501", "2019-09-23T20:02:10.4453120Z"],
        ["SYSTEMTIME", 0x12, "ea0701000600 1f000c0000000500 0700", "2026-01-31T12:00:05.007Z"],
        ["SID", 0x13, "010500000000000515000000010000000200000003000000f4010000", "S-1-5-21-1-2-3-500"],
        ["hexadecimal of 32 bits", 0x14, "ffff1f00", "0x1fffff"],
        ["hexadecimal of 64 bits", 0x15, "e703000000000000", "0x3e7"],
        ["list of texts", 0x81, "610000006200 0000", "a, b"],
        ["a type that no event is known to have", 0x33, "abcd", "ABCD"],
        ["a GUID that is too short", 0x0f, "abcd", "ABCD"],
        ["a float of the wrong size", 0x0b, "abcd", "ABCD"],
        ["a double of the wrong size", 0x0c, "abcd", "ABCD"],
        ["a FILETIME that is too short", 0x11, "abcd", "ABCD"],
        ["a SYSTEMTIME that is too short", 0x12, "abcd", "ABCD"],
        ["a SID that is too short", 0x13, "abcd", "ABCD"],
        ["a number of 12 bytes", 0x08, "010000000000000000000001", "309485009821345068724781057"],
    ];
    for (const [kind, type, hex, text] of values) {
        it(`${kind}: ${text}`, () => {
            const value = Buffer.from(hex.replaceAll(" ", ""), "hex");
            const chunk = Buffer.concat([Buffer.from([1, 2, 3]), value, Buffer.from([4])]);
            assert.equal(valueText(chunk, { type, from: 3, to: 3 + value.length }), text);
        });
    }
});
