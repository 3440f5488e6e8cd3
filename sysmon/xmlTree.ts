import { SaxesParser } from "saxes";
import type { Position } from "./config";

/** One attribute of an element, entities resolved. */
export interface XmlAttribute {
    readonly name: string;
    readonly value: string;
}

/** One element of a document. */
export interface XmlElement {
    readonly name: string;
    /** Where its tag begins. */
    readonly position: Position;
    readonly attributes: readonly XmlAttribute[];
    readonly children: readonly XmlElement[];
    /** Its own text: character data and CDATA sections in order, comments dropped. */
    readonly text: string;
    /** Where its first text that is not white space was found; absent where there is none. */
    readonly textPosition?: Position;
    /** Whether there is nothing at all between its tags, not even white space or a comment. */
    readonly bare: boolean;
}

/** Why a text is no document. */
export interface XmlProblem {
    readonly reason: "malformed" | "too-large" | "doctype";
    readonly message: string;
    readonly position: Position;
}

/** A document's root, or why there is none. */
export type XmlDocument =
    { readonly ok: true; readonly root: XmlElement } | { readonly ok: false; readonly problem: XmlProblem };

/** Longest text that is parsed, in UTF-16 units; the largest public configurations have 0.3 million. */
export const maxLength = 24 * 1024 * 1024;

/** Most elements and attributes that are parsed: 200,000 filters with a name and a condition are 600,000. */
const maxParts = 1_000_000;

/** Deepest nesting that is parsed; a configuration has six levels. */
const maxDepth = 64;

/** An element while it is being read. */
interface OpenElement {
    readonly name: string;
    readonly position: Position;
    readonly attributes: XmlAttribute[];
    readonly children: XmlElement[];
    text: string;
    textPosition?: Position;
    bare: boolean;
}

/** Ends the parser early. */
class Stop extends Error {
    constructor(readonly problem: XmlProblem) {
        super(problem.message);
    }
}

/** Parses a text into its elements. Nothing is expanded but the five predefined entities and character references. */
export function parseXml(text: string): XmlDocument {
    if (text.length > maxLength) {
        return refuse(
            "too-large",
            `The file has ${text.length} characters; at most ${maxLength} are read.`,
            firstPosition,
        );
    }
    const lineStarts = startsOfLines(text);
    const parser = new SaxesParser({ position: true });
    const open: OpenElement[] = [];
    let attributes: XmlAttribute[] = [];
    let start: Position = firstPosition;
    let root: XmlElement | undefined;

    const here = (): Position => positionAt(lineStarts, Math.max(0, Math.min(parser.position, text.length) - 1));
    const addText = (part: string): void => {
        const element = open.at(-1);
        if (element === undefined) return;
        element.bare = false;
        element.text += part;
        if (element.textPosition === undefined && /[^ \t\r\n]/.test(part)) element.textPosition = here();
    };
    const addMarkup = (): void => {
        const element = open.at(-1);
        if (element !== undefined) element.bare = false;
    };

    let parts = 0;
    const countPart = (): void => {
        if (++parts > maxParts) {
            const message = `There are more than ${maxParts} elements and attributes; no more are read.`;
            throw new Stop({ reason: "too-large", message, position: here() });
        }
    };

    parser.on("error", (error) => {
        // The parser puts its own line and column in front of the reason.
        throw new Stop({ reason: "malformed", message: error.message.replace(/^\d+:\d+: /, ""), position: here() });
    });
    parser.on("doctype", () => {
        throw new Stop({ reason: "doctype", message: "document type", position: here() });
    });
    parser.on("opentagstart", () => {
        // A name holds no "<", so the last one is where the tag began.
        start = positionAt(lineStarts, text.lastIndexOf("<", parser.position - 1));
        attributes = [];
    });
    parser.on("attribute", ({ name, value }) => {
        countPart();
        attributes.push({ name, value });
    });
    parser.on("opentag", ({ name }) => {
        countPart();
        if (open.length >= maxDepth) {
            throw new Stop({
                reason: "too-large",
                message: `Elements are nested more than ${maxDepth} deep.`,
                position: start,
            });
        }
        addMarkup();
        open.push({ name, position: start, attributes, children: [], text: "", bare: true });
    });
    parser.on("text", addText);
    parser.on("cdata", addText);
    parser.on("comment", addMarkup);
    parser.on("processinginstruction", addMarkup);
    parser.on("closetag", () => {
        const element = open.pop();
        if (element === undefined) return;
        const parent = open.at(-1);
        if (parent === undefined) root = element;
        else parent.children.push(element);
    });

    try {
        parser.write(text).close();
    } catch (error) {
        if (error instanceof Stop) return { ok: false, problem: error.problem };
        throw error;
    }
    if (root === undefined) return refuse("malformed", "document must contain a root element.", firstPosition);
    return { ok: true, root };
}

/** Where a text begins. */
export const firstPosition: Position = { line: 1, column: 1 };

function refuse(reason: XmlProblem["reason"], message: string, position: Position): XmlDocument {
    return { ok: false, problem: { reason, message, position } };
}

/** Offsets at which lines begin. */
function startsOfLines(text: string): number[] {
    const starts = [0];
    for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
    return starts;
}

function positionAt(lineStarts: readonly number[], offset: number): Position {
    let low = 0;
    let high = lineStarts.length - 1;
    while (low < high) {
        const middle = Math.ceil((low + high) / 2);
        if ((lineStarts[middle] ?? 0) <= offset) low = middle;
        else high = middle - 1;
    }
    return { line: low + 1, column: offset - (lineStarts[low] ?? 0) + 1 };
}
