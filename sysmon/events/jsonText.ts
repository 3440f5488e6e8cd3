import { lineEndsIn, longestRecord, type TextPart, type TextSplitter } from "./textPieces";

/**
 * Splitter for JSON text by its beginning: lines of JSON, one value each; or values of any layout, one after the other
 * or in an array.
 * @param head the first few kilobytes of the text.
 */
export function jsonSplitter(head: string): TextSplitter {
    return isJsonLines(head) ? new LineSplitter() : new ValueSplitter();
}

/**
 * Whether a text is lines of JSON: one of its first lines is an object by itself, starting in the first column (an
 * indented one is part of a larger value). A single line that the beginning does not hold whole counts as well.
 */
function isJsonLines(head: string): boolean {
    const lines = head.trimStart().split("\n");
    if (lines.length === 1) return head.trimStart().startsWith("{");
    if (head.trimStart().startsWith("[")) return false;
    // The first kilobytes may end within the first line that counts.
    return lines
        .slice(0, 20)
        .some((line, index) => line.startsWith('{"') && (index === lines.length - 1 || isObject(line)));
}

function isObject(line: string): boolean {
    try {
        return typeof JSON.parse(line) === "object";
    } catch {
        return false;
    }
}

/** Cuts text into its lines that are not blank. */
export class LineSplitter implements TextSplitter {
    private rest = "";
    private line = 1;
    private skipping = false;

    push(piece: string): readonly TextPart[] {
        const parts: TextPart[] = [];
        let start = 0;
        for (let end = piece.indexOf("\n"); end >= 0; end = piece.indexOf("\n", start)) {
            this.take(this.rest + piece.slice(start, end), parts);
            this.rest = "";
            this.line++;
            start = end + 1;
        }
        this.rest += piece.slice(start);
        if (this.rest.length > longestRecord) {
            if (!this.skipping) parts.push(tooLong(this.line));
            this.skipping = true;
            this.rest = "";
        }
        return parts;
    }

    end(): readonly TextPart[] {
        const parts: TextPart[] = [];
        this.take(this.rest, parts);
        this.rest = "";
        return parts;
    }

    private take(text: string, parts: TextPart[]): void {
        if (this.skipping) this.skipping = false;
        else if (text.trim() !== "") parts.push({ kind: "text", text, line: this.line });
    }
}

/** Cuts text into JSON objects: the elements of an array, or one after the other, whatever their layout. */
export class ValueSplitter implements TextSplitter {
    private buffer = "";
    /** Where scanning goes on in the buffer; one beyond its end where an escaped character is still to come. */
    private at = 0;
    /** Depth of brackets and braces within the object that is open. */
    private depth = 0;
    private inString = false;
    /** Where the open object starts in the buffer; -1 between objects. */
    private start = -1;
    /** Line at {@link counted}, which is how far line ends are counted in the buffer. */
    private line = 1;
    private counted = 0;

    push(piece: string): readonly TextPart[] {
        this.buffer += piece;
        const parts: TextPart[] = [];
        const marks = /["\\{}[\]]/g;
        marks.lastIndex = this.at;
        for (let mark = marks.exec(this.buffer); mark !== null; mark = marks.exec(this.buffer)) {
            if (this.inString && mark[0] === "\\") marks.lastIndex++;
            else this.step(mark[0], mark.index, parts);
            this.at = marks.lastIndex;
        }
        this.at = Math.max(this.at, this.buffer.length);
        this.dropUntil(this.start === -1 ? this.buffer.length : this.start);
        if (this.buffer.length > longestRecord) {
            parts.push(tooLong(this.line));
            this.dropUntil(this.buffer.length);
            this.start = -1;
            this.depth = 0;
        }
        return parts;
    }

    end(): readonly TextPart[] {
        if (this.start === -1) return [];
        return [{ kind: "problem", message: "the file ends within this JSON value", line: this.line }];
    }

    private step(mark: string, index: number, parts: TextPart[]): void {
        if (mark === '"') this.inString = !this.inString;
        else if (this.inString || mark === "\\") return;
        else if (this.start === -1) {
            if (mark !== "{") return;
            this.countLines(index);
            this.start = index;
            this.depth = 1;
        } else if (mark === "{" || mark === "[") this.depth++;
        else if (--this.depth === 0) {
            parts.push({ kind: "text", text: this.buffer.slice(this.start, index + 1), line: this.line });
            this.start = -1;
        }
    }

    private countLines(index: number): void {
        this.line += lineEndsIn(this.buffer.slice(this.counted, index));
        this.counted = index;
    }

    private dropUntil(index: number): void {
        this.countLines(index);
        this.buffer = this.buffer.slice(index);
        this.at -= index;
        this.counted = 0;
        if (this.start !== -1) this.start -= index;
    }
}

function tooLong(line: number): TextPart {
    return { kind: "problem", message: `no record of an event log is over ${longestRecord} characters long`, line };
}
