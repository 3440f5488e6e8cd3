import { coerce } from "../compile/coerce";
import { combine, expression, readsRow, type Expr } from "../plan/expression";
import type { Output } from "../plan/scan";
import type { SyntaxNode } from "../syntax";
import { termSearch, type TermEdges } from "../values/terms";

/** `* has "text"`: whether any column has the term. */
export function hasInAny(node: SyntaxNode, outputs: readonly Output[]): Expr {
    const text = node.child("Right").facts.literalText;
    if (text === undefined || !/^Has(Cs)?Expression$/.test(node.kind)) {
        throw node.error("KQ201", `${node.text}: of all columns at once only * has "text" is supported`);
    }
    return inAny(outputs, text, node.kind === "HasCsExpression");
}

/** Whether any of the columns has a term, in which `*` at an end leaves that end of the term open. */
export function inAny(outputs: readonly Output[], text: string, caseSensitive: boolean): Expr {
    const texts = outputs
        .filter(({ expr }) => expr.type === "string" || expr.type === "dynamic" || expr.type === "guid")
        .map(({ expr }) => coerce(expr, "string"));
    const fold = caseSensitive ? (value: string): string => value : (value: string): string => value.toLowerCase();
    const test = searchTest(fold(text));
    return expression("bool", combine([...texts, { reads: readsRow }]), (frame) =>
        texts.some(({ evaluate }) => test(fold(evaluate(frame)))),
    );
}

function searchTest(text: string): (value: string) => boolean {
    const openStart = text.startsWith("*");
    const openEnd = text.length > 1 && text.endsWith("*");
    const needle = text.slice(openStart ? 1 : 0, openEnd ? -1 : undefined);
    if (needle.includes("*")) {
        const parts = needle.split("*");
        return (value) => {
            let at = 0;
            for (const part of parts) {
                const found = value.indexOf(part, at);
                if (found < 0) return false;
                at = found + part.length;
            }
            return true;
        };
    }
    if (openStart && openEnd) return (value) => value.includes(needle);
    const edges: TermEdges = openStart ? "end" : openEnd ? "start" : "both";
    return termSearch(needle, edges);
}
