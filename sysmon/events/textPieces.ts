import type { TextEncoding } from "./recordingFormat";

/**
 * Decodes bytes piece by piece; a byte order mark is dropped, and bytes that are no characters become U+FFFD, as every
 * Windows tool prints them.
 */
export async function* textPieces(chunks: AsyncIterable<Buffer>, encoding: TextEncoding): AsyncGenerator<string> {
    const decoder = new TextDecoder(encoding);
    for await (const chunk of chunks) {
        const text = decoder.decode(chunk, { stream: true });
        if (text !== "") yield text;
    }
    const rest = decoder.decode();
    if (rest !== "") yield rest;
}

/**
 * Longest line, JSON value or XML event that is taken, in characters. The largest record of the event log is 64 KB; 16 M
 * characters bound the memory that a damaged file can take.
 */
export const longestRecord = 16 * 1024 * 1024;

/** A piece of a text recording, with the line that it starts on, from 1. */
export interface PlacedText {
    readonly text: string;
    readonly line: number;
}

/** A piece, or what is wrong with the text at a line. */
export type TextPart =
    | ({ readonly kind: "text" } & PlacedText)
    | { readonly kind: "problem"; readonly message: string; readonly line: number };

/** Cuts text that comes piece by piece into parts. */
export interface TextSplitter {
    /** Takes the next piece and gives the parts that are complete. */
    push(piece: string): readonly TextPart[];
    /** The text has ended: gives what is left. */
    end(): readonly TextPart[];
}

/** How many line ends a text has. */
export function lineEndsIn(text: string): number {
    let count = 0;
    for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) count++;
    return count;
}
