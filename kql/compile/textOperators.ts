import { combine, constantValue, expression, isConstant, type Expr } from "../plan/expression";
import { BadRegex, compileRegex, type Regex } from "../regex/regex";
import type { SyntaxNode } from "../syntax";
import { containsAnyCase, endsAnyCase, equalsAnyCase, startsAnyCase } from "../values/letterCase";
import { termSearch, termSearchAnyCase, type TermEdges } from "../values/terms";
import { coerce } from "./coerce";

/** Makes a test of texts out of what stands on the right of an operator. */
type TestOf = (needle: string) => (text: string) => boolean;

interface TextOperator {
    readonly test: TestOf;
    /** The test in either letter case for a constant needle, which is worth some preparation. */
    readonly anyCase: TestOf;
    readonly caseSensitive: boolean;
    readonly negated: boolean;
}

const contains: TestOf = (needle) => (text) => text.includes(needle);
const starts: TestOf = (needle) => (text) => text.startsWith(needle);
const ends: TestOf = (needle) => (text) => text.endsWith(needle);
const equals: TestOf = (needle) => (text) => text === needle;

/** The tests of a family for needles as they are and in either letter case. */
type Tests = Pick<TextOperator, "test" | "anyCase">;

const containing: Tests = { test: contains, anyCase: containsAnyCase };
const starting: Tests = { test: starts, anyCase: startsAnyCase };
const ending: Tests = { test: ends, anyCase: endsAnyCase };
const equal: Tests = { test: equals, anyCase: equalsAnyCase };

function terms(edges: TermEdges): Tests {
    return {
        test: (needle) => termSearch(needle, edges),
        anyCase: (needle) => termSearchAnyCase(needle, edges),
    };
}

/** The four operators of a family: in either letter case or one, plain or negated. */
function family(name: string, tests: Tests): [string, TextOperator][] {
    return [
        [`${name}Expression`, { ...tests, caseSensitive: false, negated: false }],
        [`Not${name}Expression`, { ...tests, caseSensitive: false, negated: true }],
        [`${name}CsExpression`, { ...tests, caseSensitive: true, negated: false }],
        [`Not${name}CsExpression`, { ...tests, caseSensitive: true, negated: true }],
    ];
}

const operators: ReadonlyMap<string, TextOperator> = new Map([
    ...family("Contains", containing),
    ...family("StartsWith", starting),
    ...family("EndsWith", ending),
    ...family("Has", terms("both")),
    ...family("HasPrefix", terms("start")),
    ...family("HasSuffix", terms("end")),
    ["EqualTildeExpression", { ...equal, caseSensitive: false, negated: false }],
    ["BangTildeExpression", { ...equal, caseSensitive: false, negated: true }],
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
    const { test, anyCase, caseSensitive, negated } = operator;
    const text = left.evaluate;
    const needle = right.evaluate;
    if (isConstant(right)) {
        const value = constantValue(right);
        const found = (caseSensitive ? test : anyCase)(typeof value === "string" ? value : "");
        return expression("bool", reads, (frame) => found(text(frame)) !== negated);
    }
    const fold = caseSensitive ? (part: string): string => part : (part: string): string => part.toLowerCase();
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
