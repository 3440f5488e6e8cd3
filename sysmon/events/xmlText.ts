import { lineEndsIn, longestRecord, type TextPart, type TextSplitter } from "./textPieces";

/** Where an `<Event>` starts or ends, and what may hide one: character data sections and comments. */
const marks = /<Event(?=[\s>])|<\/Event\s*>|<!\[CDATA\[|<!--/g;

/** Longest mark: as much of the end of a piece is looked at again with the next. */
const longestMark = 16;

/**
 * Cuts XML text into its `<Event>` elements: one alone, several without a common root (`wevtutil qe`), in `<Events>`
 * (Event Viewer), or with lines of other tools between them. An event that is damaged so costs nothing but itself.
 */
export class XmlEventSplitter implements TextSplitter {
    private buffer = "";
    private at = 0;
    /** Where the open event starts in the buffer; -1 between events. */
    private start = -1;
    private line = 1;
    private counted = 0;

    push(piece: string): readonly TextPart[] {
        this.buffer += piece;
        const parts: TextPart[] = [];
        marks.lastIndex = this.at;
        for (let mark = marks.exec(this.buffer); mark !== null; mark = marks.exec(this.buffer)) {
            const next = this.step(mark[0], mark.index, parts);
            if (next === "more") {
                this.at = mark.index;
                return [...parts, ...this.settle(mark.index)];
            }
            this.at = marks.lastIndex = next;
        }
        const seen = Math.max(this.at, this.buffer.length - longestMark);
        this.at = seen;
        return [...parts, ...this.settle(seen)];
    }

    end(): readonly TextPart[] {
        if (this.start === -1) return [];
        return [{ kind: "problem", message: "the file ends within this event", line: this.line }];
    }

    /** Handles a mark; gives where scanning goes on, or `more` where the end of a section is still to come. */
    private step(mark: string, index: number, parts: TextPart[]): number | "more" {
        if (mark === "<![CDATA[" || mark === "<!--") {
            const close = mark === "<!--" ? "-->" : "]]>";
            const end = this.buffer.indexOf(close, index + mark.length);
            return end === -1 ? "more" : end + close.length;
        }
        const end = index + mark.length;
        if (mark === "<Event") {
            if (this.start !== -1) parts.push(this.unclosed());
            this.countLines(index);
            this.start = index;
        } else if (this.start !== -1) {
            parts.push({ kind: "text", text: this.buffer.slice(this.start, end), line: this.line });
            this.start = -1;
        }
        return end;
    }

    private unclosed(): TextPart {
        return { kind: "problem", message: "this event is not closed before the next one starts", line: this.line };
    }

    private settle(seen: number): readonly TextPart[] {
        this.dropUntil(this.start === -1 ? seen : this.start);
        if (this.buffer.length <= longestRecord) return [];
        const message = `no event is over ${longestRecord} characters long`;
        const problem: TextPart = { kind: "problem", message, line: this.line };
        this.dropUntil(this.buffer.length);
        this.at = 0;
        this.start = -1;
        return [problem];
    }

    private countLines(index: number): void {
        this.line += lineEndsIn(this.buffer.slice(this.counted, index));
        this.counted = index;
    }

    private dropUntil(index: number): void {
        if (index <= 0) return;
        this.countLines(index);
        this.buffer = this.buffer.slice(index);
        this.at -= index;
        this.counted = 0;
        if (this.start !== -1) this.start -= index;
    }
}
