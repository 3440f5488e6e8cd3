import { combine, expression, type Expr, type Reads } from "../plan/expression";
import type { SyntaxNode } from "../syntax";
import type { ScalarType } from "../types";
import { inCalendar } from "../values/calendar";
import {
    addDecimals,
    divideDecimals,
    moduloDecimals,
    multiplyDecimals,
    subtractDecimals,
    type Decimal,
} from "../values/decimal";
import { add, divide, modulo, multiply, negate, subtract, type Int64 } from "../values/int64";
import { coerce, convertTo, isNumericType, widest } from "./coerce";

type Sign = "+" | "-" | "*" | "/" | "%";

const signs: ReadonlyMap<string, Sign> = new Map([
    ["AddExpression", "+"],
    ["SubtractExpression", "-"],
    ["MultiplyExpression", "*"],
    ["DivideExpression", "/"],
    ["ModuloExpression", "%"],
]);

/** Whether a node of this kind is arithmetic on two operands. */
export function isArithmetic(kind: string): boolean {
    return signs.has(kind);
}

/** The sum, difference, product, quotient or remainder that a node asks for. */
export function arithmetic(node: SyntaxNode, leftSide: Expr, rightSide: Expr): Expr {
    const sign = signs.get(node.kind);
    if (sign === undefined) throw node.error("KQ200", `${node.kind} is not supported`);
    const left = settle(leftSide, rightSide.type);
    const right = settle(rightSide, leftSide.type);
    const result =
        isNumericType(left.type) && isNumericType(right.type) ? numbers(sign, left, right) : times(sign, left, right);
    if (result === undefined) {
        throw node.error("KQ102", `${sign} is not defined between a ${leftSide.type} and a ${rightSide.type}`);
    }
    return result;
}

/** A dynamic operand takes the type of the other; a bool counts as a number. */
function settle(expr: Expr, other: ScalarType): Expr {
    if (expr.type === "dynamic") {
        return convertTo(expr, other === "dynamic" || other === "string" ? "real" : other === "int" ? "long" : other);
    }
    return expr.type === "bool" ? coerce(expr, "long") : expr;
}

function numbers(sign: Sign, left: Expr, right: Expr): Expr {
    const type = widest(left.type, right.type);
    const reads = combine([left, right]);
    if (type === "real") return reals(sign, left, right, reads);
    if (type === "decimal") return decimals(sign, left, right, reads);
    return integers(integerOperation(sign), "long", coerce(left, "long"), coerce(right, "long"), reads);
}

type IntegerOperation = (a: Int64, b: Int64) => Int64 | null;

function integerOperation(sign: Sign): IntegerOperation {
    switch (sign) {
        case "+":
            return add;
        case "-":
            return subtract;
        case "*":
            return multiply;
        case "/":
            return divide;
        case "%":
            return modulo;
    }
}

type IntegerExpr = Extract<Expr, { type: "long" | "datetime" | "timespan" }>;

function integers(
    operation: IntegerOperation,
    type: "long" | "datetime" | "timespan",
    left: IntegerExpr,
    right: IntegerExpr,
    reads: Reads,
): Expr {
    const a = left.evaluate;
    const b = right.evaluate;
    return expression(type, reads, (frame) => {
        const x = a(frame);
        if (x === null) return null;
        const y = b(frame);
        return y === null ? null : operation(x, y);
    });
}

function realOperation(sign: Sign): (a: number, b: number) => number {
    switch (sign) {
        case "+":
            return (a, b) => a + b;
        case "-":
            return (a, b) => a - b;
        case "*":
            return (a, b) => a * b;
        case "/":
            return (a, b) => a / b;
        case "%":
            return (a, b) => {
                const rest = a % b;
                return rest < 0 ? rest + Math.abs(b) : rest;
            };
    }
}

function reals(sign: Sign, left: Expr, right: Expr, reads: Reads): Expr {
    const operation = realOperation(sign);
    const a = coerce(left, "real").evaluate;
    const b = coerce(right, "real").evaluate;
    return expression("real", reads, (frame) => {
        const x = a(frame);
        if (x === null) return null;
        const y = b(frame);
        return y === null ? null : operation(x, y);
    });
}

function decimalOperation(sign: Sign): (a: Decimal, b: Decimal) => Decimal | null {
    switch (sign) {
        case "+":
            return addDecimals;
        case "-":
            return subtractDecimals;
        case "*":
            return multiplyDecimals;
        case "/":
            return divideDecimals;
        case "%":
            return moduloDecimals;
    }
}

function decimals(sign: Sign, left: Expr, right: Expr, reads: Reads): Expr {
    const operation = decimalOperation(sign);
    const a = coerce(left, "decimal").evaluate;
    const b = coerce(right, "decimal").evaluate;
    return expression("decimal", reads, (frame) => {
        const x = a(frame);
        if (x === null) return null;
        const y = b(frame);
        return y === null ? null : operation(x, y);
    });
}

const dated =
    (operation: IntegerOperation): IntegerOperation =>
    (a, b) => {
        const result = operation(a, b);
        return result === null ? null : inCalendar(result);
    };

/** Arithmetic with points and spans of time; undefined where there is none. */
function times(sign: Sign, left: Expr, right: Expr): Expr | undefined {
    const reads = combine([left, right]);
    if (left.type === "datetime") {
        if (right.type === "timespan") {
            if (sign === "%") return integers(modulo, "timespan", left, right, reads);
            return sign === "+" || sign === "-"
                ? integers(dated(integerOperation(sign)), "datetime", left, right, reads)
                : undefined;
        }
        return right.type === "datetime" && sign === "-"
            ? integers(subtract, "timespan", left, right, reads)
            : undefined;
    }
    if (left.type === "timespan" && right.type === "datetime") {
        return sign === "+" ? integers(dated(add), "datetime", left, right, reads) : undefined;
    }
    if (left.type === "timespan" && right.type === "timespan") {
        if (sign === "+" || sign === "-" || sign === "%")
            return integers(integerOperation(sign), "timespan", left, right, reads);
        return sign === "/" ? reals("/", left, right, reads) : undefined;
    }
    if (left.type === "timespan" && isNumericType(right.type)) {
        return sign === "*" || sign === "/" ? scaled(sign, left, right, reads) : undefined;
    }
    if (right.type === "timespan" && isNumericType(left.type)) {
        return sign === "*" ? scaled("*", right, left, reads) : undefined;
    }
    return undefined;
}

/** A timespan times, or divided by, a number. */
function scaled(sign: "*" | "/", span: Extract<Expr, { type: "timespan" }>, factor: Expr, reads: Reads): Expr {
    if (factor.type === "int" || factor.type === "long") {
        return integers(integerOperation(sign), "timespan", span, coerce(factor, "long"), reads);
    }
    const a = span.evaluate;
    const b = coerce(factor, "real").evaluate;
    return expression("timespan", reads, (frame) => {
        const ticks = a(frame);
        const by = b(frame);
        if (ticks === null || by === null) return null;
        const result = Math.trunc(sign === "*" ? Number(ticks) * by : Number(ticks) / by);
        return Number.isSafeInteger(result) ? (result === 0 ? 0 : result) : null;
    });
}

/** A point or span of time moved by a span. */
export function moved(node: SyntaxNode, time: Expr, span: Expr): Expr {
    const sum = times("+", time, span);
    if (sum === undefined) throw node.error("KQ102", `a ${span.type} cannot be added to a ${time.type}`);
    return sum;
}

/** The opposite of a number or timespan. */
export function opposite(node: SyntaxNode, operand: Expr): Expr {
    switch (operand.type) {
        case "int": {
            const { evaluate } = operand;
            return expression("int", operand.reads, (frame) => {
                const value = evaluate(frame);
                return value === null ? null : value === 0 ? 0 : -value;
            });
        }
        case "long":
        case "timespan": {
            const { evaluate, type } = operand;
            return expression(type, operand.reads, (frame) => {
                const value = evaluate(frame);
                return value === null ? null : negate(value);
            });
        }
        case "real":
        case "dynamic": {
            const { evaluate } = coerce(operand, "real");
            return expression("real", operand.reads, (frame) => {
                const value = evaluate(frame);
                return value === null ? null : -value;
            });
        }
        case "decimal": {
            const { evaluate } = operand;
            return expression("decimal", operand.reads, (frame) => {
                const value = evaluate(frame);
                return value === null ? null : { unscaled: -value.unscaled, scale: value.scale };
            });
        }
        case "bool":
        case "string":
        case "guid":
        case "datetime":
            throw node.error("KQ102", `- is not defined for a ${operand.type}`);
    }
}
