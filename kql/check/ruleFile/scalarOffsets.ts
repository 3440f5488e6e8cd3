import type { Scalar } from "yaml";

/**
 * For each character of a YAML or JSON text value, its offset in the file, whatever the style it is written in; one more
 * for the end. Line breaks that are folded to a blank stand where the line ends.
 *
 * @param file Text of the file.
 * @param scalar The value's node, read with its range.
 */
export function scalarOffsets(file: string, scalar: Scalar<string>): number[] {
    const [start = 0, end = 0] = scalar.range ?? [];
    switch (scalar.type) {
        case "BLOCK_LITERAL":
        case "BLOCK_FOLDED":
            return blockOffsets(file, scalar.value, start, end);
        case "QUOTE_DOUBLE":
            return flowOffsets(file, scalar.value, start + 1, { fold: quotedFold, lengthOf: escapeLength });
        case "QUOTE_SINGLE":
            return flowOffsets(file, scalar.value, start + 1, { fold: plainFold, lengthOf: quoteLength });
        default:
            return flowOffsets(file, scalar.value, start, { fold: plainFold, lengthOf: () => 1 });
    }
}

/** A block scalar: lines of text without their indentation; folded ones run together. */
function blockOffsets(file: string, value: string, start: number, end: number): number[] {
    const lines = linesOf(file, file.indexOf("\n", start) + 1, end);
    const indent = indentOf(lines, value);
    const offsets: number[] = [];
    let at = 0;
    for (const { offset, text } of lines) {
        if (at > value.length) break;
        const body = text.slice(indent);
        for (let column = 0; column < body.length && at < value.length; column++, at++)
            offsets[at] = offset + indent + column;
        const lineEnd = offset + text.length;
        // A blank stands for a single line break; breaks beyond that one are kept.
        if (value[at] === "\n" || (value[at] === " " && body !== "")) offsets[at++] = lineEnd;
    }
    return filled(offsets, value.length, end);
}

/** Blanks before the text of each line: those of the first line that has text, but for what the value has there itself. */
function indentOf(lines: readonly { readonly text: string }[], value: string): number {
    const blanks = (text: string): number => /^ */.exec(text)?.[0].length ?? 0;
    const inFile = lines.find(({ text }) => text.trim() !== "")?.text ?? "";
    const inValue = value.split("\n").find((line) => line.trim() !== "") ?? "";
    return blanks(inFile) - blanks(inValue);
}

function linesOf(file: string, start: number, end: number): { offset: number; text: string }[] {
    const lines: { offset: number; text: string }[] = [];
    for (let offset = start; offset > 0 && offset < end;) {
        const newline = file.indexOf("\n", offset);
        const next = newline < 0 || newline >= end ? end : newline + 1;
        lines.push({ offset, text: file.slice(offset, next).replace(/\r?\n$/, "") });
        offset = next;
    }
    return lines;
}

/** A plain or quoted scalar: line breaks fold, and some characters are written by several. */
function flowOffsets(file: string, value: string, start: number, { fold, lengthOf }: FlowStyle): number[] {
    const offsets: number[] = [];
    let source = start;
    while (offsets.length < value.length) {
        fold.lastIndex = source;
        const folded = fold.exec(file)?.[0];
        if (folded !== undefined) {
            const beyondFirst = folded.split("\n").length - 2;
            // One line break is a blank, or nothing behind a backslash; of more, the first does not count.
            const count = folded.startsWith("\\") ? beyondFirst : Math.max(1, beyondFirst);
            for (let index = 0; index < count; index++) offsets.push(source);
            source += folded.length;
            continue;
        }
        const length = lengthOf(file, source);
        offsets.push(source);
        // The long escape can be a character beyond the first plane, which has two places in the value.
        if (length === escapeLengths.U && (value.codePointAt(offsets.length - 1) ?? 0) > 0xffff) offsets.push(source);
        source += length;
    }
    offsets.length = value.length;
    return filled(offsets, value.length, source);
}

/** How a scalar is written between its marks. */
interface FlowStyle {
    /** Line breaks in a row, with the blanks around them. */
    readonly fold: RegExp;
    /** Characters of the file that write the value's character at an offset. */
    readonly lengthOf: (file: string, at: number) => number;
}

const plainFold = /[ \t]*\r?\n[ \t\r\n]*/y;
const quotedFold = /\\\r?\n[ \t\r\n]*|[ \t]*\r?\n[ \t\r\n]*/y;

function quoteLength(file: string, at: number): number {
    return file.startsWith("''", at) ? 2 : 1;
}

/** Characters of escapes that are not two long. */
const escapeLengths: Readonly<Record<string, number>> = { x: 4, u: 6, U: 10 };

function escapeLength(file: string, at: number): number {
    if (file[at] !== "\\") return 1;
    return escapeLengths[file[at + 1] ?? ""] ?? 2;
}

function filled(offsets: readonly number[], length: number, end: number): number[] {
    const all: number[] = [];
    for (let index = 0; index < length; index++) all.push(offsets[index] ?? end);
    return [...all, end];
}
