/** Kinds of recordings, told by their first bytes and never by the name of the file. */
export type RecordingFormat = "evtx" | "xml" | "json";

/** Character encodings that Windows tools export text in. */
export type TextEncoding = "utf-8" | "utf-16le" | "utf-16be";

/** What the first bytes of a file say of it. */
export type Recognition =
    | { readonly format: "evtx" }
    | { readonly format: "xml" | "json"; readonly encoding: TextEncoding }
    | { readonly format: "unknown"; readonly reason: string };

const accepted = "a recording is an EVTX file, event XML or JSON, each also packed with gzip";

/** Recognizes a recording by its first bytes (a few kilobytes are enough). */
export function recognize(head: Buffer): Recognition {
    if (startsWith(head, "ElfFile\0")) return { format: "evtx" };
    const other = otherKind(head);
    if (other !== undefined) return { format: "unknown", reason: other };
    const encoding = encodingOf(head);
    const text = new TextDecoder(encoding).decode(head);
    if (text.includes("\0")) return { format: "unknown", reason: `neither EVTX nor text: ${accepted}` };
    const start = text.trimStart();
    if (start === "") return { format: "unknown", reason: "nothing but blanks in it" };
    if (start.startsWith("{") || start.startsWith("[")) return { format: "json", encoding };
    if (start.startsWith("<") || /<Event[\s>]/.test(start)) return { format: "xml", encoding };
    // A recording whose first line was cut off still shows what it is on the next.
    if (/\n\s*\{"/.test(start)) return { format: "json", encoding };
    return { format: "unknown", reason: `no recording in any known form: ${accepted}` };
}

/** Kinds of files that people take for recordings, each with what to do. */
function otherKind(head: Buffer): string | undefined {
    if (startsWith(head, "PK\x03\x04")) return "is a zip archive: unpack it and name the recordings in it";
    if (startsWith(head, "\x1f\x8b")) return "is packed twice: unpack it once";
    if (head.subarray(4, 8).toString("latin1") === "LfLe") {
        return "is an event log of Windows XP (.evt), which has no Sysmon channel; export the log as .evtx";
    }
    return undefined;
}

function startsWith(head: Buffer, magic: string): boolean {
    return head.subarray(0, magic.length).toString("latin1") === magic;
}

function encodingOf(head: Buffer): TextEncoding {
    const [first, second] = head;
    if (first === 0xff && second === 0xfe) return "utf-16le";
    if (first === 0xfe && second === 0xff) return "utf-16be";
    // Without a byte order mark: markup starts with an ASCII character, so one byte of the first two is zero.
    if (second === 0 && first !== 0) return "utf-16le";
    if (first === 0 && second !== 0) return "utf-16be";
    return "utf-8";
}
