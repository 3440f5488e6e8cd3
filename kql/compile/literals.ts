import { constant, constantValue, nullOf, type Expr } from "../plan/expression";
import type { SyntaxNode } from "../syntax";
import { parseDatetime } from "../values/datetimeText";
import { formatDatetime, fromFields } from "../values/calendar";
import { formatDecimal, parseDecimal } from "../values/decimal";
import { dynamicReal, realOfDynamic, type Dynamic } from "../values/dynamic";
import { parseGuid } from "../values/guid";
import { negate, parseInt64 } from "../values/int64";
import { parseJson } from "../values/json";
import { parseReal } from "../values/real";
import { parseTimespan } from "../values/timespan";
import { isDecimal } from "../values/order";
import { isInt64 } from "./coerce";

/** What stands in the parentheses of `datetime(…)` and the like, without quotes; the text itself without parentheses. */
function inside(text: string): string {
    const match = /^[a-zA-Z0-9]+\s*\(([\s\S]*)\)$/.exec(text.trim());
    const body = (match?.[1] ?? text).trim();
    const quoted = /^(["'])([\s\S]*)\1$/.exec(body);
    return quoted?.[2] ?? body;
}

function isNull(text: string): boolean {
    return inside(text).toLowerCase() === "null";
}

/** The constant that a literal stands for; undefined for a node that is no literal. */
export function literal(node: SyntaxNode): Expr | undefined {
    switch (node.kind) {
        case "StringLiteralExpression":
        case "CompoundStringLiteralExpression":
            return constant("string", node.facts.literalText ?? "");
        case "BooleanLiteralExpression":
            return booleanLiteral(node);
        case "IntLiteralExpression":
            return isNull(node.text) ? nullOf("int") : constant("int", small(node));
        case "LongLiteralExpression":
            return isNull(node.text)
                ? nullOf("long")
                : constant("long", required(node, parseInt64(inside(node.text)), "long"));
        case "RealLiteralExpression":
            return isNull(node.text)
                ? nullOf("real")
                : constant("real", required(node, parseReal(inside(node.text)), "real"));
        case "DecimalLiteralExpression":
            return isNull(node.text)
                ? nullOf("decimal")
                : constant("decimal", required(node, parseDecimal(inside(node.text)), "decimal"));
        case "DateTimeLiteralExpression":
            return isNull(node.text)
                ? nullOf("datetime")
                : constant("datetime", required(node, datetimeOf(inside(node.text)), "datetime"));
        case "TimespanLiteralExpression":
            return isNull(node.text)
                ? nullOf("timespan")
                : constant("timespan", required(node, parseTimespan(inside(node.text)), "timespan"));
        case "GuidLiteralExpression":
            return isNull(node.text)
                ? nullOf("guid")
                : constant("guid", required(node, parseGuid(inside(node.text)), "guid"));
        case "NullLiteralExpression":
            return nullOf("dynamic");
        case "DynamicExpression":
            return constant("dynamic", dynamicLiteral(node.child("Expression")));
        default:
            return undefined;
    }
}

function booleanLiteral(node: SyntaxNode): Expr {
    const text = inside(node.text).toLowerCase();
    if (text === "null") return nullOf("bool");
    return constant("bool", text === "true" || (/^-?\d+$/.test(text) && Number(text) !== 0));
}

function small(node: SyntaxNode): number {
    const value = required(node, parseInt64(inside(node.text)), "int");
    if (typeof value === "bigint" || value < -(2 ** 31) || value >= 2 ** 31) {
        throw node.error("KQ102", `${node.text} is beyond the range of an int`);
    }
    return value;
}

function required<T>(node: SyntaxNode, value: T | null, type: string): T {
    if (value === null) throw node.error("KQ201", `${node.text} is no ${type} that this interpreter can read`);
    return value;
}

function datetimeOf(text: string): ReturnType<typeof parseDatetime> {
    const parts = /^\s*(\d{4})\s*,\s*(\d{1,2})(?:\s*,\s*(\d{1,2}))?\s*$/.exec(text);
    if (parts !== null) return fromFields(Number(parts[1]), Number(parts[2]), Number(parts[3] ?? "1"));
    return parseDatetime(text);
}

/**
 * The value inside `dynamic(…)`. A datetime there is held as its text and a timespan as its ticks, as the engine holds
 * them; a guid is its text.
 */
function dynamicLiteral(node: SyntaxNode): Dynamic {
    switch (node.kind) {
        case "JsonObjectExpression":
            return new Map(
                node.list("Pairs").map((pair) => [jsonKey(pair.child("Name")), dynamicLiteral(pair.child("Value"))]),
            );
        case "JsonArrayExpression":
            return node.list("Values").map(dynamicLiteral);
        case "DynamicExpression":
        case "ParenthesizedExpression":
            return dynamicLiteral(node.child("Expression"));
        case "UnaryMinusExpression":
        case "UnaryPlusExpression":
            return signed(node);
        case "TokenLiteralExpression":
            return parseJson(node.text) ?? node.text;
        default: {
            const expr = literal(node);
            if (expr === undefined) throw node.error("KQ201", `${node.text} inside dynamic() is not supported`);
            return stored(expr);
        }
    }
}

function stored(expr: Expr): Dynamic {
    const value = constantValue(expr);
    if (value === null || isDecimal(value)) return isDecimal(value) ? formatDecimal(value) : null;
    if (expr.type === "real") return typeof value === "number" ? dynamicReal(value) : null;
    if (expr.type === "datetime") return isInt64(value) ? formatDatetime(value) : null;
    return value;
}

function signed(node: SyntaxNode): Dynamic {
    const value = dynamicLiteral(node.child("Expression"));
    const negative = node.kind === "UnaryMinusExpression";
    if (typeof value === "number" && !Number.isInteger(value)) return negative ? -value : value;
    if (typeof value === "number" || typeof value === "bigint") return negative ? negate(value) : value;
    const real = realOfDynamic(value);
    if (real === undefined) throw node.error("KQ201", `${node.text} inside dynamic() is not supported`);
    return dynamicReal(negative ? -real : real);
}

function jsonKey(node: SyntaxNode): string {
    return node.facts.literalText ?? decodeString(node.text);
}

const escapes: ReadonlyMap<string, string> = new Map([
    ["n", "\n"],
    ["r", "\r"],
    ["t", "\t"],
    ["a", "\u0007"],
    ["b", "\b"],
    ["f", "\f"],
    ["v", "\v"],
    ["0", "\0"],
]);

/** The text that a string literal stands for. */
function decodeString(text: string): string {
    const match = /^[hH]?(@?)(["'])([\s\S]*)\2$/.exec(text);
    if (match === null) return text;
    const [, verbatim, quote = "", body = ""] = match;
    if (verbatim === "@") return body.replaceAll(quote + quote, quote);
    return body.replaceAll(/\\(u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|[\s\S])/g, (_, escape: string) => {
        if (escape.length > 1) return String.fromCharCode(Number.parseInt(escape.slice(1), 16));
        return escapes.get(escape) ?? escape;
    });
}
