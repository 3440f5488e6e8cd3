import { quoteRegex } from "../regex/quote";
import { compileRegex, BadRegex, type Regex } from "../regex/regex";
import { scalarType, type ScalarType, type Value } from "../types";
import type { SyntaxNode } from "../syntax";
import { conversion } from "../values/conversions";

/** A piece of the pattern of `parse`. */
export type PatternPart =
    | { readonly kind: "star" }
    | { readonly kind: "text"; readonly text: string; readonly node: SyntaxNode }
    | { readonly kind: "column"; readonly name: string; readonly type: ScalarType; readonly node: SyntaxNode };

/** The pieces of the pattern of a `parse` operator. */
export function patternParts(node: SyntaxNode): PatternPart[] {
    return node.list("Patterns").map((part): PatternPart => {
        switch (part.kind) {
            case "StarExpression":
                return { kind: "star" };
            case "NameDeclaration":
                return { kind: "column", name: part.name, type: "string", node: part };
            case "NameAndTypeDeclaration": {
                const type = scalarType(part.child("Type").text);
                if (type === undefined) throw part.error("KQ102", `${part.text} is of no type that exists`);
                return { kind: "column", name: part.child("Name").name, type, node: part };
            }
            default:
                if (part.facts.literalText === undefined)
                    throw part.error("KQ201", `${part.text} in the pattern of parse is not supported`);
                return { kind: "text", text: part.facts.literalText, node: part };
        }
    });
}

/** How `parse` reads its pattern. */
export type ParseKind = "simple" | "relaxed" | "regex";

/** Takes a text apart: the value of each column, or undefined where the text does not match. */
export type Splitter = (text: string) => readonly Value[] | undefined;

type ColumnPart = Extract<PatternPart, { kind: "column" }>;

/** The splitter that a pattern asks for. In kind `relaxed` a column that cannot be converted is null by itself. */
export function splitter(parts: readonly PatternPart[], kind: ParseKind, flags: string): Splitter {
    const columns = parts.filter((part): part is ColumnPart => part.kind === "column");
    const convert = columns.map(({ type }) => conversion("string", type));
    const pieces = kind === "regex" ? byRegex(parts, flags) : parts.some(needsShape) ? byShape(parts) : byText(parts);
    if (columns.every(({ type }) => type === "string")) return pieces;
    return (text) => {
        const found = pieces(text);
        if (found === undefined) return undefined;
        const values = found.map((piece, index) => convert[index]?.(piece) ?? null);
        return kind === "relaxed" || !values.includes(null) ? values : undefined;
    };

    function needsShape(part: PatternPart, index: number): boolean {
        return part.kind === "column" && part.type !== "string" && parts[index + 1]?.kind === "star";
    }
}

/** The texts of the columns, in order. */
type Pieces = (text: string) => readonly string[] | undefined;

/**
 * A pattern of texts, stars and columns, matched from the start to the end of a text: each star or column reaches to the
 * first place where the text after it stands, the last one to the end.
 */
function byText(parts: readonly PatternPart[]): Pieces {
    const steps: Step[] = [];
    let before: Step["before"] = "nothing";
    for (const part of parts) {
        if (part.kind === "text") steps.push({ before, text: part.text });
        before = part.kind === "text" ? "nothing" : part.kind;
    }
    /** What stands after the last text; where that is nothing, the last text ends the whole. */
    const after = before;
    const ending = after === "nothing" ? steps.pop() : undefined;
    return (text) => {
        const found: string[] = [];
        let at = 0;
        for (const step of steps) {
            const place = step.before === "nothing" ? standing(text, step.text, at) : text.indexOf(step.text, at);
            if (place < 0) return undefined;
            if (step.before === "column") found.push(text.slice(at, place));
            at = place + step.text.length;
        }
        if (ending === undefined) {
            if (after === "nothing" && at < text.length) return undefined;
            if (after === "column") found.push(text.slice(at));
            return found;
        }
        const place = text.length - ending.text.length;
        if (place < at || !text.endsWith(ending.text) || (ending.before === "nothing" && place !== at))
            return undefined;
        if (ending.before === "column") found.push(text.slice(at, place));
        return found;
    };
}

/** A text of the pattern, and what stands between it and the text before. */
interface Step {
    readonly before: "nothing" | "star" | "column";
    readonly text: string;
}

/** The place itself where a text stands there; else -1. */
function standing(text: string, part: string, at: number): number {
    return text.startsWith(part, at) ? at : -1;
}

/** What a typed column right before a star takes: as much as looks like a value of its type. */
function shapeOf(part: ColumnPart): string {
    switch (part.type) {
        case "int":
        case "long":
            return String.raw`\s*[-+]?\d+`;
        case "real":
        case "decimal":
            return String.raw`\s*[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?`;
        case "bool":
            return String.raw`\s*(?:[tT][rR][uU][eE]|[fF][aA][lL][sS][eE]|[-+]?\d+)`;
        case "guid":
            return String.raw`[{(]?[0-9a-fA-F]{8}-?(?:[0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}[)}]?`;
        case "string":
        case "datetime":
        case "timespan":
        case "dynamic":
            throw part.node.error("KQ201", `a ${part.type} column before * is not supported; put a text between them`);
    }
}

/** A pattern with typed columns that have nothing but a star after them. */
function byShape(parts: readonly PatternPart[]): Pieces {
    const pieces = parts.map((part, index) => {
        if (part.kind === "star") return "(?s:.*?)";
        if (part.kind === "text") return quoteRegex(part.text);
        if (parts[index + 1]?.kind !== "star") return "((?s:.*?))";
        return index + 2 === parts.length ? `(${shapeOf(part)})?` : `(${shapeOf(part)})`;
    });
    const last = parts[parts.length - 1];
    const regex = compileRegex(`^${pieces.join("")}${last?.kind === "star" ? "" : "$"}`);
    return (text) =>
        regex
            .exec(text)
            ?.groups.slice(1)
            .map((group) => group ?? "");
}

/** `kind=regex`: texts are regular expressions, columns greedy, and the match may stand anywhere. */
function byRegex(parts: readonly PatternPart[], flags: string): Pieces {
    const places: number[] = [];
    let groups = 1;
    const pieces = parts.map((part, index) => {
        switch (part.kind) {
            case "star":
                return ".*?";
            case "text": {
                groups += fragment(part.text, part.node).groups;
                return `(?:${part.text})`;
            }
            case "column": {
                places.push(groups++);
                return `(${regexShape(part, index === parts.length - 1)})`;
            }
        }
    });
    const [first] = parts;
    const source = `${flags === "" ? "" : `(?${flags})`}${pieces.join("")}`;
    const regex = first?.kind === "text" ? fragment(source, first.node) : compileRegex(source);
    return (text) => {
        const match = regex.exec(text);
        return match === undefined ? undefined : places.map((place) => match.groups[place] ?? "");
    };
}

function fragment(pattern: string, node: SyntaxNode): Regex {
    try {
        return compileRegex(pattern);
    } catch (error) {
        if (error instanceof BadRegex)
            throw node.error("KQ102", `${pattern} is no regular expression: ${error.message}`);
        throw error;
    }
}

function regexShape(part: ColumnPart, last: boolean): string {
    switch (part.type) {
        case "string":
            return ".*";
        case "int":
        case "long":
            return String.raw`[-+]?\d+`;
        case "real":
        case "decimal":
            return String.raw`[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?`;
        case "bool":
            return "[tT][rR][uU][eE]|[fF][aA][lL][sS][eE]";
        case "guid":
        case "datetime":
        case "timespan":
        case "dynamic":
            return last ? ".*" : ".*?";
    }
}
