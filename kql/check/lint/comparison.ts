import type { SyntaxNode } from "../../syntax";
import type { QueryText } from "../queryText";

/** A comparison of some text with texts that the query spells out. */
export interface Comparison {
    readonly node: SyntaxNode;
    /** The operator as written, one space between its words: `!in~`, `has_any`, `matches regex`. */
    readonly operator: string;
    readonly left: SyntaxNode;
    /** The literals on the right, those of a `let` that stands there among them. */
    readonly literals: readonly TextLiteral[];
}

/** A text that a query spells out. */
export interface TextLiteral {
    readonly node: SyntaxNode;
    readonly value: string;
}

/** All comparisons with literal texts. */
export function comparisonsOf(text: QueryText): Comparison[] {
    return text.nodes.flatMap(({ node }) => {
        const left = node.optional("Left");
        const right = node.optional("Right");
        const operator = node.optional("Operator");
        if (left === undefined || right === undefined || operator === undefined) return [];
        const literals = literalsOf(text, right);
        return literals.length === 0 ? [] : [{ node, operator: operator.text.replace(/\s+/g, " "), left, literals }];
    });
}

/** The texts that an expression spells out: a literal, a list of them, a dynamic array, or a `let` of these. */
function literalsOf(text: QueryText, node: SyntaxNode, seen: ReadonlySet<string> = new Set()): TextLiteral[] {
    const all = (nodes: readonly SyntaxNode[]): TextLiteral[] => nodes.flatMap((part) => literalsOf(text, part, seen));
    switch (node.kind) {
        case "StringLiteralExpression":
        case "CompoundStringLiteralExpression":
            return [{ node, value: node.facts.literalText ?? "" }];
        case "ExpressionList":
            return all(node.list("Expressions"));
        case "ParenthesizedExpression":
        case "DynamicExpression":
            return all([node.child("Expression")]);
        case "JsonArrayExpression":
            return all(node.list("Values"));
        case "NameReference": {
            const declared = text.lets.get(node.name);
            if (declared === undefined || seen.has(node.name)) return [];
            return literalsOf(text, declared, new Set([...seen, node.name]));
        }
        default:
            return [];
    }
}
