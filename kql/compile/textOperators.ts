import { combine, constantValue, expression, isConstant, type Expr } from "../plan/expression";
import { BadRegex, compileRegex, type Regex } from "../regex/regex";
import type { SyntaxNode } from "../syntax";
import { termSearch } from "../values/terms";
import { coerce } from "./coerce";

/** Makes a test of texts out of what stands on the right of an operator. */
type TestOf = (needle: string) => (text: string) => boolean;

interface TextOperator {
    readonly test: TestOf;
    readonly caseSensitive: boolean;
    readonly negated: boolean;
}

const contains: TestOf = (needle) => (text) => text.includes(needle);
const starts: TestOf = (needle) => (text) => text.startsWith(needle);
const ends: TestOf = (needle) => (text) => text.endsWith(needle);
const equals: TestOf = (needle) => (text) => text === needle;
const term: TestOf = (needle) => termSearch(needle, "both");
const termStart: TestOf = (needle) => termSearch(needle, "start");
const termEnd: TestOf = (needle) => termSearch(needle, "end");

/** The four operators of a family: in either letter case or one, plain or negated. */
function family(name: string, test: TestOf): [string, TextOperator][] {
    return [
        [`${name}Expression`, { test, caseSensitive: false, negated: false }],
        [`Not${name}Expression`, { test, caseSensitive: false, negated: true }],
        [`${name}CsExpression`, { test, caseSensitive: true, negated: false }],
        [`Not${name}CsExpression`, { test, caseSensitive: true, negated: true }],
    ];
}

const operators: ReadonlyMap<string, TextOperator> = new Map([
    ...family("Contains", contains),
    ...family("StartsWith", starts),
    ...family("EndsWith", ends),
    ...family("Has", term),
    ...family("HasPrefix", termStart),
    ...family("HasSuffix", termEnd),
    ["EqualTildeExpression", { test: equals, caseSensitive: false, negated: false }],
    ["BangTildeExpression", { test: equals, caseSensitive: false, negated: true }],
]);

/** Whether a node of this kind is an operator on texts. */
export function isTextOperator(kind: string): boolean {
    return operators.has(kind) || kind === "MatchesRegexExpression";
}

/** `contains`, `has`, `startswith`, `=~`, `matches regex` and their relatives. */
export function textOperator(node: SyntaxNode, leftSide: Expr, rightSide: Expr): Expr {
    const left = coerce(leftSide, "string");
    const right = coerce(rightSide, "string");
    const reads = combine([left, right]);
    if (node.kind === "MatchesRegexExpression") {
        const regexOf = regexOfExpr(node.child("Right"), right);
        const { evaluate } = left;
        return expression("bool", reads, (frame) => regexOf(frame).test(evaluate(frame)));
    }
    const operator = operators.get(node.kind);
    if (operator === undefined) throw node.error("KQ200", `${node.kind} is not supported`);
    const { test, caseSensitive, negated } = operator;
    const fold = caseSensitive ? (text: string): string => text : (text: string): string => text.toLowerCase();
    const text = left.evaluate;
    const needle = right.evaluate;
    if (isConstant(right)) {
        const value = constantValue(right);
        const found = test(fold(typeof value === "string" ? value : ""));
        return expression("bool", reads, (frame) => found(fold(text(frame))) !== negated);
    }
    return expression("bool", reads, (frame) => test(fold(needle(frame)))(fold(text(frame))) !== negated);
}

/** The regular expression that an argument stands for: compiled at once where it is a constant. */
export function regexOfExpr(
    node: SyntaxNode,
    expr: Extract<Expr, { type: "string" }>,
): (frame: Parameters<typeof expr.evaluate>[0]) => Regex {
    const compile = (pattern: string): Regex => {
        try {
            return compileRegex(pattern);
        } catch (error) {
            if (error instanceof BadRegex)
                throw node.error("KQ102", `${JSON.stringify(pattern)} is no regular expression: ${error.message}`);
            throw error;
        }
    };
    if (isConstant(expr)) {
        const pattern = constantValue(expr);
        const regex = compile(typeof pattern === "string" ? pattern : "");
        return () => regex;
    }
    const { evaluate } = expr;
    return (frame) => compile(evaluate(frame));
}
