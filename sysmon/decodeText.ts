import { TextDecoder } from "node:util";

/** The text of a configuration file, or why the sensor cannot read one out of its bytes. */
export type DecodedText =
    { readonly ok: true; readonly text: string } | { readonly ok: false; readonly reason: string };

const utf16Advice = "Save the file as UTF-8 or as UTF-16 little endian.";

/**
 * Decodes a configuration file as the sensor does: UTF-16 little endian by its byte order mark or by a zero after the
 * first character, else the encoding that the XML declaration names, else UTF-8. Bytes that are not in the encoding are
 * refused, never replaced.
 */
export function decodeText(bytes: Uint8Array): DecodedText {
    if (bytes[0] === 0xfe && bytes[1] === 0xff) {
        return { ok: false, reason: `The file is UTF-16 big endian, which the sensor does not read. ${utf16Advice}` };
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
            return {
                ok: false,
                reason: `The XML declaration says ${encoding}, but the file is not in it. Correct the declaration.`,
            };
        }
        encoding = "utf-16le";
    }
    let decoder: TextDecoder;
    try {
        decoder = new TextDecoder(encoding, { fatal: true });
    } catch {
        return {
            ok: false,
            reason: `The XML declaration names the unknown encoding "${encoding}". Save the file as UTF-8.`,
        };
    }
    try {
        return { ok: true, text: decoder.decode(bytes) };
    } catch {
        return { ok: false, reason: `The file holds bytes that are not ${encoding}. Save the file as UTF-8.` };
    }
}
