import { BadRegex, compileRegex } from "../../regex/regex";
import type { SyntaxNode } from "../../syntax";
import type { Inspection } from "../inspection";
import { comparisonsOf, type TextLiteral } from "./comparison";

/** Functions that take a regular expression, and which of their arguments it is. */
const regexArguments: ReadonlyMap<string, number> = new Map([
    ["extract", 0],
    ["extract_all", 0],
    ["extractall", 0],
    ["replace", 0],
    ["replace_regex", 1],
]);

/** Patterns that the service refuses, and parts of them that change nothing. */
export function checkRegularExpressions({ text, findings }: Inspection): void {
    const matched = comparisonsOf(text)
        .filter(({ operator }) => operator === "matches regex")
        .flatMap(({ literals }) => literals);
    const given = text.ofKind("FunctionCallExpression").flatMap(patternOf);
    for (const { node, value } of [...matched, ...given]) {
        const problem = problemOf(value);
        if (problem === undefined) continue;
        const message = `${JSON.stringify(value)} is no regular expression of KQL (RE2 syntax): ${problem}`;
        findings.add("KQ612", "error", node, message);
    }
    for (const { node, value } of matched) {
        if (!needlessEdge(value) || problemOf(value) !== undefined) continue;
        const message = "matches regex looks anywhere in the text: .* at an edge changes nothing and costs time";
        findings.add("KQ611", "info", node, message);
    }
}

function patternOf(call: SyntaxNode): TextLiteral[] {
    const position = regexArguments.get(call.child("Name").name);
    if (position === undefined) return [];
    const node = call.child("ArgumentList").list("Expressions")[position];
    const value = node?.facts.literalText;
    return node?.kind === "StringLiteralExpression" && value !== undefined ? [{ node, value }] : [];
}

function problemOf(pattern: string): string | undefined {
    try {
        compileRegex(pattern);
        return undefined;
    } catch (error) {
        if (error instanceof BadRegex) return error.message;
        throw error;
    }
}

/** Whether a pattern begins or ends in `.*`; flags may stand before it, and a backslash makes it a real dot. */
function needlessEdge(pattern: string): boolean {
    const trailing = /(\\*)\.\*\??$/.exec(pattern);
    const isWild = trailing !== null && (trailing[1] ?? "").length % 2 === 0;
    return /^(?:\(\?[a-z]+\))?\.\*/.test(pattern) || isWild;
}
