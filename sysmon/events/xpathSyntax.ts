import { XPathError } from "./xpathError";

/** Where a part stands in the query: offsets from 0, the second one behind it. */
export interface Span {
    readonly from: number;
    readonly to: number;
}

/** How two values are compared. */
export type Comparison = "=" | "!=" | "<" | "<=" | ">" | ">=";

/** One step of a path, e.g. `System[…]` or `@Name`. */
export interface Step extends Span {
    readonly axis: "child" | "attribute";
    /** Name of the element or attribute; `*` for any element. */
    readonly name: string;
    readonly predicates: readonly Condition[];
}

/** A path from the element that the predicate belongs to. */
export interface Path extends Span {
    readonly kind: "path";
    readonly steps: readonly Step[];
}

/** What can stand on a side of a comparison. */
export type Operand =
    | Path
    | ({ readonly kind: "text"; readonly value: string } & Span)
    | ({ readonly kind: "number"; readonly value: number; readonly digits: string } & Span)
    | ({ readonly kind: "position" } & Span)
    | ({ readonly kind: "band"; readonly value: Operand; readonly mask: Operand } & Span)
    | ({ readonly kind: "timediff"; readonly time: Operand; readonly since: Operand | undefined } & Span);

/** What can stand in a predicate. */
export type Condition =
    | ({ readonly kind: "and" | "or"; readonly parts: readonly Condition[] } & Span)
    | ({
          readonly kind: "compare";
          readonly comparison: Comparison;
          readonly left: Operand;
          readonly right: Operand;
      } & Span)
    | ({ readonly kind: "test"; readonly operand: Operand } & Span);

interface Token extends Span {
    readonly kind: "name" | "number" | "text" | "mark" | "end";
    readonly text: string;
}

/** As deep as predicates and parentheses may lie in one another. */
const deepest = 32;

/**
 * Parses the part of a query behind the channel.
 * @param query the whole query, for positions.
 * @param from where the XPath starts in it.
 * @throws XPathError
 */
export function parseXPath(query: string, from: number): Path {
    return new Parser(query, from).query();
}

class Parser {
    private readonly tokens: readonly Token[];
    private at = 0;
    private depth = 0;

    constructor(
        private readonly source: string,
        from: number,
    ) {
        this.tokens = tokenize(source, from);
    }

    query(): Path {
        const first = this.peek();
        if (first.kind === "end") this.fail("the XPath is missing: write * for every event of the channel", first);
        if (first.text !== "*" && first.text !== "Event") {
            this.fail("an XPath of the event log starts with * (or Event), e.g. *[System[(EventID=1)]]", first);
        }
        const path = this.path();
        const next = this.peek();
        if (next.kind !== "end") this.fail(`"${next.text}" does not belong here: conditions stand in brackets`, next);
        return path;
    }

    private path(): Path {
        const steps = [this.step()];
        while (this.take("/") !== undefined) {
            const previous = steps.at(-1);
            if (previous?.axis === "attribute") this.fail("nothing lies below an attribute", this.peek());
            if (this.peek().text === "/") {
                this.fail("// is not in the event log's subset of XPath: write the path out", this.peek());
            }
            steps.push(this.step());
        }
        return { kind: "path", steps, ...this.spanOf(steps) };
    }

    private step(): Step {
        const start = this.peek();
        const axis = this.take("@") === undefined ? "child" : "attribute";
        const named = this.peek();
        if (named.kind !== "name" && named.text !== "*") {
            this.fail(`expected the name of an element or attribute, found ${shown(named)}`, named);
        }
        if (named.text === "*" && axis === "attribute")
            this.fail("name the attribute: @* is not in the event log's subset", start);
        this.at++;
        const predicates: Condition[] = [];
        while (this.take("[") !== undefined) {
            if (axis === "attribute") this.fail("an attribute takes no condition: compare it", this.peek());
            predicates.push(this.nested(() => this.or()));
            this.expect("]");
        }
        return { axis, name: named.text, predicates, from: start.from, to: this.previousEnd() };
    }

    private or(): Condition {
        return this.joined("or", () => this.joined("and", () => this.comparison()));
    }

    private joined(kind: "and" | "or", part: () => Condition): Condition {
        const first = part();
        const parts = [first];
        while (this.peek().kind === "name" && this.peek().text === kind) {
            this.at++;
            parts.push(part());
        }
        return parts.length === 1 ? first : { kind, parts, ...this.spanOf(parts) };
    }

    private comparison(): Condition {
        if (this.peek().text === "(" && this.peek().kind === "mark") {
            const from = this.peek().from;
            this.at++;
            const inner = this.nested(() => this.or());
            this.expect(")");
            if (comparisonOf(this.peek()) !== undefined) {
                this.fail("a condition in parentheses cannot be compared", this.peek());
            }
            return { ...inner, from, to: this.previousEnd() };
        }
        const left = this.operand();
        const comparison = comparisonOf(this.peek());
        if (comparison === undefined) {
            this.refuseWord();
            return { kind: "test", operand: left, from: left.from, to: left.to };
        }
        this.at++;
        const right = this.operand();
        if (comparisonOf(this.peek()) !== undefined) this.fail("join comparisons with and", this.peek());
        this.refuseWord();
        return { kind: "compare", comparison, left, right, from: left.from, to: right.to };
    }

    /** A word behind a condition is mostly an operator that XPath writes in lower case, or one it has not. */
    private refuseWord(): void {
        const next = this.peek();
        if (next.kind !== "name" || next.text === "and" || next.text === "or") return;
        const lower = next.text.toLowerCase();
        if (lower === "and" || lower === "or") this.fail(`write ${lower} in lower case`, next);
        this.fail(`"${next.text}" is no operator of the event log: and, or, =, !=, <, <=, >, >= are`, next);
    }

    private operand(): Operand {
        const token = this.peek();
        if (token.kind === "text") {
            this.at++;
            return { kind: "text", value: token.text.slice(1, -1), from: token.from, to: token.to };
        }
        if (token.kind === "number") {
            this.at++;
            return { kind: "number", value: Number(token.text), digits: token.text, from: token.from, to: token.to };
        }
        const next = this.tokens[this.at + 1];
        if (token.kind === "name" && next?.text === "(") return this.call(token);
        return this.path();
    }

    private call(name: Token): Operand {
        this.at += 2;
        switch (name.text.toLowerCase()) {
            case "position":
                this.expect(")");
                return { kind: "position", ...this.since(name) };
            case "band": {
                const value = this.nested(() => this.operand());
                this.expect(",");
                const mask = this.nested(() => this.operand());
                this.expect(")");
                return { kind: "band", value, mask, ...this.since(name) };
            }
            case "timediff": {
                const time = this.nested(() => this.operand());
                const since = this.take(",") === undefined ? undefined : this.nested(() => this.operand());
                this.expect(")");
                return { kind: "timediff", time, since, ...this.since(name) };
            }
            default:
                return this.fail(
                    `${name.text}() is not in the event log's subset of XPath, which has band, position and timediff: ` +
                        "compare whole values with = or !=, and filter by parts of a value in the sensor or in KQL",
                    name,
                );
        }
    }

    private nested<T>(parse: () => T): T {
        if (++this.depth > deepest) this.fail(`nested more than ${deepest} deep`, this.peek());
        const parsed = parse();
        this.depth--;
        return parsed;
    }

    private peek(): Token {
        const token = this.tokens[this.at] ?? this.tokens.at(-1);
        if (token === undefined) throw new Error("a token list ends with its end token");
        return token;
    }

    private take(mark: string): Token | undefined {
        const token = this.peek();
        if (token.kind !== "mark" || token.text !== mark) return undefined;
        this.at++;
        return token;
    }

    private expect(mark: string): void {
        if (this.take(mark) === undefined) this.fail(`expected ${mark}, found ${shown(this.peek())}`, this.peek());
    }

    private since(token: Token): Span {
        return { from: token.from, to: this.previousEnd() };
    }

    private previousEnd(): number {
        return this.tokens[this.at - 1]?.to ?? 0;
    }

    private spanOf(parts: readonly Span[]): Span {
        return { from: parts[0]?.from ?? 0, to: parts.at(-1)?.to ?? 0 };
    }

    private fail(reason: string, at: Span): never {
        throw new XPathError(reason, at.from + 1, this.source);
    }
}

function comparisonOf(token: Token): Comparison | undefined {
    if (token.kind !== "mark") return undefined;
    switch (token.text) {
        case "=":
        case "!=":
        case "<":
        case "<=":
        case ">":
        case ">=":
            return token.text;
        default:
            return undefined;
    }
}

function shown(token: Token): string {
    return token.kind === "end" ? "the end of the query" : `"${token.text}"`;
}

/** A token; spaces go before it. Numbers may be hexadecimal, as the event log's own queries write masks. */
const tokenPattern =
    /\s*(?:(?<name>[A-Za-z_][\w.-]*)|(?<number>0[xX][0-9a-fA-F]+|-?\d+(?:\.\d+)?)|(?<text>"[^"]*"|'[^']*')|(?<mark>!=|<=|>=|[[\]()@*,/=<>]))/y;

/** What people write that the event log does not take, each with what to write instead. */
const refusals: readonly (readonly [pattern: RegExp, reason: string])[] = [
    [/&(?:gt|lt|amp|quot|apos);/y, "this is no XML: write > < & \" ' themselves, not as entities"],
    [/\|/y, "| is not in the event log's subset of XPath: write or within one query"],
    [/['"]/y, "this quote is not closed"],
    [
        /\.\.?/y,
        ". and .. are not in the event log's subset of XPath: compare the element, e.g. Data[@Name='Image']='…'",
    ],
    [/[+-]/y, "the event log does not calculate"],
    [/\$/y, "the event log has no variables"],
    [/[“”‘’]/y, "typographic quotes: write ' or \""],
    [/::?/y, "axes and namespaces are not in the event log's subset of XPath: write names alone"],
];

function tokenize(source: string, from: number): Token[] {
    const tokens: Token[] = [];
    const end = source.trimEnd().length;
    let at = from;
    while (at < end) {
        tokenPattern.lastIndex = at;
        const groups = tokenPattern.exec(source)?.groups;
        if (groups === undefined) throw refusal(source, at);
        at = tokenPattern.lastIndex;
        const kind = kindOf(groups);
        const text = groups[kind] ?? "";
        tokens.push({ kind, text, from: at - text.length, to: at });
    }
    tokens.push({ kind: "end", text: "", from: end, to: end });
    return tokens;
}

function kindOf(groups: Readonly<Record<string, string | undefined>>): "name" | "number" | "text" | "mark" {
    if (groups.name !== undefined) return "name";
    if (groups.number !== undefined) return "number";
    return groups.text === undefined ? "mark" : "text";
}

function refusal(source: string, from: number): XPathError {
    const at = source.length - source.slice(from).trimStart().length;
    for (const [pattern, reason] of refusals) {
        pattern.lastIndex = at;
        if (pattern.test(source)) return new XPathError(reason, at + 1, source);
    }
    return new XPathError(`"${source.charAt(at)}" has no meaning in the event log's XPath`, at + 1, source);
}
