import { combine, constantValue, expression, isConstant, type Expr, type Frame } from "../plan/expression";
import type { SyntaxNode } from "../syntax";
import type { ScalarType, Value } from "../types";
import { orderOf } from "../values/order";
import { coerce, convertTo, isNumericType, widest } from "./coerce";

/**
 * The type in which values of two types are compared: numbers in the wider of theirs, a text or dynamic value in the
 * type it is compared with. Undefined: they cannot be compared.
 */
export function comparedAs(left: ScalarType, right: ScalarType): ScalarType | undefined {
    if (left === right) return left;
    if (isNumericType(left) && isNumericType(right)) return widest(left, right);
    if (left === "dynamic" || left === "string") return right === "dynamic" ? "string" : right;
    if (right === "dynamic" || right === "string") return left;
    if (left === "bool" && isNumericType(right)) return right;
    if (right === "bool" && isNumericType(left)) return left;
    return undefined;
}

/** Both sides of a comparison in the type they are compared in. */
export function alike(node: SyntaxNode, left: Expr, right: Expr): { left: Expr; right: Expr; type: ScalarType } {
    const type = comparedAs(left.type, right.type);
    if (type === undefined) {
        throw node.error("KQ102", `a ${left.type} cannot be compared with a ${right.type}; convert one of them`);
    }
    if (type === "dynamic") {
        throw node.error("KQ102", "dynamic values cannot be compared without a conversion, such as tostring()");
    }
    return { left: convertTo(left, type), right: convertTo(right, type), type };
}

/**
 * `==` and `!=`: never null where one side is (the other makes them unequal), null where both are. Texts are never null.
 */
export function equality(node: SyntaxNode, leftSide: Expr, rightSide: Expr, negated: boolean): Expr {
    const { left, right, type } = alike(node, leftSide, rightSide);
    const reads = combine([left, right]);
    const a = left.evaluate;
    const b = right.evaluate;
    if (type === "string" && isConstant(right)) {
        const text = constantValue(right);
        return expression("bool", reads, (frame) => (a(frame) === text) !== negated);
    }
    const order = orderOf(type);
    return expression("bool", reads, (frame) => {
        const x = a(frame);
        const y = b(frame);
        if (x === null || y === null) return x === y ? null : negated;
        return (x === y || (type !== "string" && equal(order(x, y), x, y))) !== negated;
    });
}

/** NaN equals nothing, itself not either. */
function equal(order: number, x: Value, y: Value): boolean {
    return order === 0 && !Number.isNaN(x) && !Number.isNaN(y);
}

/** How `<`, `<=`, `>` and `>=` read an order. */
const relations: ReadonlyMap<string, (order: number) => boolean> = new Map([
    ["LessThanExpression", (order) => order < 0],
    ["LessThanOrEqualExpression", (order) => order <= 0],
    ["GreaterThanExpression", (order) => order > 0],
    ["GreaterThanOrEqualExpression", (order) => order >= 0],
]);

/** `<`, `<=`, `>`, `>=`: null where a side is. */
export function relation(node: SyntaxNode, leftSide: Expr, rightSide: Expr): Expr {
    const holds = relations.get(node.kind);
    if (holds === undefined) throw node.error("KQ200", `${node.kind} is not supported`);
    const { left, right, type } = alike(node, leftSide, rightSide);
    const order = orderOf(type);
    const a = left.evaluate;
    const b = right.evaluate;
    return expression("bool", combine([left, right]), (frame) => {
        const x = a(frame);
        const y = b(frame);
        if (x === null || y === null) return null;
        return !Number.isNaN(x) && !Number.isNaN(y) && holds(order(x, y));
    });
}

/** `value between (low .. high)`, both ends included; a timespan as the upper end is counted from the lower one. */
export function between(value: Expr, low: Expr, high: Expr, node: SyntaxNode, negated: boolean): Expr {
    const lower = alike(node, value, low);
    const upper = alike(node, value, high);
    const order = orderOf(lower.type);
    const upperOrder = orderOf(upper.type);
    const reads = combine([value, low, high]);
    const evaluate = (expr: Expr): ((frame: Frame) => Value) => expr.evaluate;
    const [a, from, b, to] = [lower.left, lower.right, upper.left, upper.right].map(evaluate);
    if (a === undefined || from === undefined || b === undefined || to === undefined) throw new Error("between");
    return expression("bool", reads, (frame) => {
        const x = a(frame);
        const least = from(frame);
        const y = b(frame);
        const most = to(frame);
        if (x === null || least === null || y === null || most === null) return null;
        return (order(x, least) >= 0 && upperOrder(y, most) <= 0) !== negated;
    });
}

/** `and` and `or` of three-valued logic: null is neither. */
export function logic(leftSide: Expr, rightSide: Expr, operator: "and" | "or"): Expr {
    const left = coerce(leftSide, "bool");
    const right = coerce(rightSide, "bool");
    const a = left.evaluate;
    const b = right.evaluate;
    const decisive = operator === "or";
    return expression("bool", combine([left, right]), (frame) => {
        const x = a(frame);
        if (x === decisive) return decisive;
        const y = b(frame);
        if (y === decisive) return decisive;
        return x === null || y === null ? null : !decisive;
    });
}
