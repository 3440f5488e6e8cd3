import { TextDecoder } from "node:util";
import type { Position } from "./config";
import { firstPosition, maxLength } from "./xmlTree";

/** The text of a configuration file, or why the sensor cannot read one out of its bytes. */
export type DecodedText = { readonly ok: true; readonly text: string } | Undecoded;

/** Why bytes are no text, and where that shows. */
export interface Undecoded {
    readonly ok: false;
    readonly reason: string;
    readonly position: Position;
    /** Whether there are only too many of them. */
    readonly isTooLarge: boolean;
}

/** No text within the limit takes more bytes. */
const maxBytes = 3 * maxLength;

const utf16Advice = "Save the file as UTF-8 or as UTF-16 little endian.";

/**
 * Decodes a configuration file as the sensor does: UTF-16 little endian by its byte order mark or by a zero after the
 * first character, else the encoding that the XML declaration names, else UTF-8. Bytes that are not in the encoding are
 * refused, never replaced.
 */
export function decodeText(bytes: Uint8Array): DecodedText {
    if (bytes.length > maxBytes) {
        const reason = `The file has ${bytes.length} bytes; at most ${maxBytes} are read.`;
        return { ok: false, reason, position: firstPosition, isTooLarge: true };
    }
    if ((bytes[0] === 0xfe && bytes[1] === 0xff) || (bytes[0] === 0 && bytes[1] !== 0 && bytes.length > 1)) {
        return undecoded(`The file is UTF-16 big endian, which the sensor does not read. ${utf16Advice}`);
    }
    if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes.length > 1 && bytes[1] === 0)) {
        return decodeAs("utf-16le", bytes);
    }
    return decodeAs(declaredEncoding(bytes) ?? "utf-8", bytes);
}

/** The encoding that an XML declaration at the very start names, in lower case. */
function declaredEncoding(bytes: Uint8Array): string | undefined {
    const head = String.fromCharCode(...bytes.subarray(0, 256));
    return /^(?:\u00ef\u00bb\u00bf)?<\?xml\s[^>]*?encoding\s*=\s*["']([A-Za-z][\w.-]*)["']/
        .exec(head)?.[1]
        ?.toLowerCase();
}

function decodeAs(encoding: string, bytes: Uint8Array): DecodedText {
    if (encoding.startsWith("utf-16")) {
        if (bytes[1] !== 0 && bytes[0] !== 0xff) {
            return undecoded(
                `The XML declaration says ${encoding}, but the file is not in it. Correct the declaration.`,
            );
        }
        encoding = "utf-16le";
    }
    const decoder = strictDecoder(encoding);
    if (decoder === null) {
        return undecoded(`The XML declaration names the unknown encoding "${encoding}". Save the file as UTF-8.`);
    }
    try {
        return { ok: true, text: decoder.decode(bytes) };
    } catch {
        const reason = `Here the file holds bytes that are not ${encoding}. Save the file as UTF-8.`;
        return undecoded(reason, endOf(decodablePart(encoding, bytes)));
    }
}

/** A decoder that replaces nothing; null for an encoding that is not known. */
function strictDecoder(encoding: string): TextDecoder | null {
    try {
        return new TextDecoder(encoding, { fatal: true });
    } catch {
        return null;
    }
}

function undecoded(reason: string, position: Position = firstPosition): Undecoded {
    return { ok: false, reason, position, isTooLarge: false };
}

/** What stands before the first bytes that are not in the encoding. */
function decodablePart(encoding: string, bytes: Uint8Array): string {
    // Large pieces up to the one that fails, then that one byte by byte: a decoder that has failed cannot go on.
    const pieces = decodeUntilFailure(encoding, bytes, 0, 4096);
    return decodeUntilFailure(encoding, bytes, pieces.bytes, 1).text;
}

/** Decodes some bytes at once and the rest in steps, until a step fails. */
function decodeUntilFailure(
    encoding: string,
    bytes: Uint8Array,
    atOnce: number,
    step: number,
): { readonly text: string; readonly bytes: number } {
    const decoder = strictDecoder(encoding);
    let text = decoder?.decode(bytes.subarray(0, atOnce), { stream: true }) ?? "";
    let at = atOnce;
    try {
        for (; at < bytes.length; at += step) {
            text += decoder?.decode(bytes.subarray(at, at + step), { stream: true }) ?? "";
        }
    } catch {
        // Here it is.
    }
    return { text, bytes: Math.min(at, bytes.length) };
}

/** The place behind a text. */
function endOf(text: string): Position {
    const lines = text.split("\n");
    return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
}
