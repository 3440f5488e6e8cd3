import { isUtf8 } from "node:buffer";
import { unzipSync } from "node:zlib";
import type { Dynamic } from "../values/dynamic";
import { isArray } from "../values/dynamic";
import { fixed } from "./define";
import type { ScalarFunction } from "./call";

/** The text of bytes in UTF-8; empty for any others. */
function textOf(bytes: Buffer): string {
    return isUtf8(bytes) ? bytes.toString("utf8") : "";
}

function decodeBase64(text: string): string {
    if (!/^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(text) || text.replaceAll(/\s/g, "").length % 4 !== 0) return "";
    return textOf(Buffer.from(text, "base64"));
}

function decodeUrl(text: string): string {
    const bytes = text
        .replaceAll("+", " ")
        .replaceAll(/(?:%[0-9a-fA-F]{2})+/g, (run) => Buffer.from(run.replaceAll("%", ""), "hex").toString("utf8"));
    return bytes;
}

function encodeUrl(text: string, spaces: string): string {
    return text.replaceAll(/[^A-Za-z0-9_.\-!*()]/gu, (character) => {
        if (character === " ") return spaces;
        return [...Buffer.from(character, "utf8")].map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join("");
    });
}

/** The bytes of base64 text; undefined for what is none. */
function bytesOf(text: string): Buffer | undefined {
    const plain = /^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(text) && text.replaceAll(/\s/g, "").length % 4 === 0;
    return plain ? Buffer.from(text, "base64") : undefined;
}

/** Longest text that comes out of a compressed one, so that a small one cannot unfold without end. */
const longestUnpacked = 2 ** 24;

/** The text that was compressed and then encoded as base64; empty where it was not. */
function unpacked(text: string): string {
    const bytes = bytesOf(text);
    if (bytes === undefined || bytes.length === 0) return "";
    try {
        return textOf(unzipSync(bytes, { maxOutputLength: longestUnpacked }));
    } catch (error) {
        // Only what the text itself causes ends here: no compressed data, not UTF-8, or too long.
        if (!(error instanceof RangeError)) return "";
        throw new RangeError(`a text of more than ${longestUnpacked} bytes, unpacked`, { cause: error });
    }
}

/** Places of the bytes of a guid in its text: the first three groups stand in the other order. */
const guidOrder = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];

function guidOf(text: string): string | null {
    const bytes = bytesOf(text);
    if (bytes?.length !== 16) return null;
    const hex = guidOrder.map((place) => (bytes[place] ?? 0).toString(16).padStart(2, "0")).join("");
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

function bytesOfGuid(guid: string): string {
    const digits = Buffer.from(guid.replaceAll("-", ""), "hex");
    return Buffer.from(guidOrder.map((place) => digits[place] ?? 0)).toString("base64");
}

function bytesOfArray(array: Dynamic): string {
    if (!isArray(array)) return "";
    const bytes = array.filter((item): item is number => typeof item === "number" && item >= 0 && item <= 255);
    return bytes.length === array.length ? Buffer.from(bytes).toString("base64") : "";
}

const decodeToArray = fixed(["string"], "dynamic", (text) => {
    const bytes = bytesOf(text);
    return bytes === undefined ? null : [...bytes];
});

const decodeToText = fixed(["string"], "string", decodeBase64);
const encodeText = fixed(["string"], "string", (text) => Buffer.from(text, "utf8").toString("base64"));
const unpack = fixed(["string"], "string", unpacked);

/** Functions of texts in another form: base64, compressed, as a part of a URL. */
export const encodingFunctions: Readonly<Record<string, ScalarFunction>> = {
    base64_decode_toarray: decodeToArray,
    base64_decode_toguid: fixed(["string"], "guid", guidOf),
    base64_decode_tostring: decodeToText,
    base64_decodestring: decodeToText,
    base64_encode_fromarray: fixed(["dynamic"], "string", bytesOfArray),
    base64_encode_fromguid: fixed(["guid"], "string", bytesOfGuid),
    base64_encode_tostring: encodeText,
    base64_encodestring: encodeText,
    gzip_decompress_from_base64_string: unpack,
    url_decode: fixed(["string"], "string", decodeUrl),
    url_encode: fixed(["string"], "string", (text) => encodeUrl(text, "+")),
    url_encode_component: fixed(["string"], "string", (text) => encodeUrl(text, "%20")),
    zlib_decompress_from_base64_string: unpack,
};
