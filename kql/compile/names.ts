import type { SyntaxNode } from "../syntax";

/**
 * The name that an expression gives its column where the query gives none, or undefined where it gives none either.
 * The rules are those of the official binder (Kusto.Language, Binder.GetExpressionResultName).
 */
export function resultName(node: SyntaxNode, fallback?: string): string | undefined {
    switch (node.kind) {
        case "ParenthesizedExpression":
        case "OrderedExpression":
            return resultName(node.child("Expression"), fallback);
        case "NameReference":
            return node.name;
        case "SimpleNamedExpression":
            return node.child("Name").name;
        case "BracketedExpression":
            return bracketedName(node) ?? fallback;
        case "PathExpression":
        case "ElementExpression":
            return pathName(node);
        case "FunctionCallExpression":
            return callName(node, fallback);
        default:
            return fallback;
    }
}

function bracketedName(node: SyntaxNode): string | undefined {
    const inner = node.child("Expression");
    switch (inner.kind) {
        case "StringLiteralExpression":
        case "CompoundStringLiteralExpression":
            return inner.facts.literalText;
        case "LongLiteralExpression":
        case "IntLiteralExpression":
            return inner.text;
        default:
            return undefined;
    }
}

/** `a.b[0]` is `a_b_0`. */
function pathName(node: SyntaxNode): string | undefined {
    const left = resultName(node.child("Expression"));
    const right = resultName(node.child("Selector"));
    return left === undefined || left.trim() === "" ? right : `${left}_${right ?? ""}`;
}

function callName(node: SyntaxNode, fallback: string | undefined): string | undefined {
    const facts = node.facts.calls;
    if (facts === undefined) return fallback;
    const args = node.child("ArgumentList").list("Expressions");
    const [first] = args;
    const prefixed = (prefix: string | undefined): string | undefined => {
        if (first === undefined) return prefix === undefined ? undefined : `${prefix}_`;
        const name = resultName(first, fallback);
        return prefix === undefined ? name : `${prefix}_${name ?? ""}`;
    };
    switch (facts.resultName) {
        case "none":
            return fallback;
        case "nameAndFirstArgument":
            return prefixed(facts.name);
        case "prefixAndFirstArgument":
            return prefixed(facts.resultNamePrefix);
        case "nameAndOnlyArgument":
            return args.length === 1 ? prefixed(facts.name) : fallback;
        case "prefixAndOnlyArgument":
            return args.length === 1 ? prefixed(facts.resultNamePrefix) : fallback;
        case "firstArgument":
            return first === undefined ? undefined : resultName(first, fallback);
        case "onlyArgument":
            return args.length === 1 && first !== undefined ? resultName(first, fallback) : fallback;
        case "firstArgumentValueIfColumn":
            return first?.facts.literalText ?? fallback;
        case "prefixOnly":
            return facts.resultNamePrefix ?? fallback;
    }
}

/** Names that must not come twice: a second `x` becomes `x1`. */
export class UniqueNames {
    private readonly suffixes = new Map<string, number>();

    /** The name itself, or the first of `name1`, `name2`, … that is free. */
    add(name: string): string {
        const last = this.suffixes.get(name);
        if (last === undefined) {
            this.suffixes.set(name, 0);
            return name;
        }
        for (let suffix = last + 1; ; suffix++) {
            const numbered = `${name}${suffix}`;
            if (this.suffixes.has(numbered)) continue;
            this.suffixes.set(name, suffix);
            this.suffixes.set(numbered, 0);
            return numbered;
        }
    }
}

/** Numbers the columns that have no name: `Column1`, `Column2`, …, passing over the names that are taken. */
export class DefaultNames {
    private next = 1;

    constructor(private readonly taken: (name: string) => boolean) {}

    /** The next free name. */
    take(): string {
        for (;;) {
            const name = `Column${this.next++}`;
            if (!this.taken(name)) return name;
        }
    }
}

/** Whether a name matches a pattern in which `*` stands for any characters. */
export function matchesPattern(name: string, pattern: string): boolean {
    if (!pattern.includes("*")) return name === pattern;
    const parts = pattern.split("*");
    const first = parts[0] ?? "";
    const last = parts[parts.length - 1] ?? "";
    if (name.length < first.length + last.length || !name.startsWith(first) || !name.endsWith(last)) return false;
    let at = first.length;
    for (const part of parts.slice(1, -1)) {
        const found = name.indexOf(part, at);
        if (found < 0 || found + part.length > name.length - last.length) return false;
        at = found + part.length;
    }
    return true;
}
