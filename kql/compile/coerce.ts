import { expression, type Expr, type TypedExpr } from "../plan/expression";
import type { ScalarType, Value } from "../types";
import { conversion } from "../values/conversions";
import type { Int64 } from "../values/int64";

/** An expression converted to a type, as the function of that name converts (`tolong` and the like). */
export function convertTo(expr: Expr, to: ScalarType): Expr {
    if (expr.type === to) return expr;
    const convert = conversion(expr.type, to);
    const { evaluate } = expr;
    return expression<ScalarType>(to, expr.reads, (frame) => convert(evaluate(frame)));
}

/** As {@link convertTo}, where the type is known when the code is written. */
export function coerce<T extends ScalarType>(expr: Expr, to: T): Expr & TypedExpr<T> {
    const converted = convertTo(expr, to);
    if (!isOfType(converted, to)) throw new Error(`a conversion to ${to} gave ${converted.type}`);
    return converted;
}

/** Whether an expression has a type. */
export function isOfType<T extends ScalarType>(expr: Expr, type: T): expr is Expr & TypedExpr<T> {
    return expr.type === type;
}

/** Types whose values are 64-bit integers underneath. */
export type IntegerType = "int" | "long" | "datetime" | "timespan";

/** Whether a type's values are 64-bit integers underneath. */
export function isIntegerType(type: ScalarType): type is IntegerType {
    return type === "int" || type === "long" || type === "datetime" || type === "timespan";
}

/** Whether a type is one of numbers. */
export function isNumericType(type: ScalarType): type is "int" | "long" | "real" | "decimal" {
    return type === "int" || type === "long" || type === "real" || type === "decimal";
}

/** The narrowest type that holds the values of both numeric types. */
export function widest(a: ScalarType, b: ScalarType): "int" | "long" | "real" | "decimal" {
    if (a === "decimal" || b === "decimal") return "decimal";
    if (a === "real" || b === "real") return "real";
    return a === "long" || b === "long" ? "long" : "int";
}

/** Whether a value is a 64-bit integer; which numbers are, the type of their expression tells. */
export function isInt64(value: Value): value is Int64 {
    return typeof value === "number" || typeof value === "bigint";
}
