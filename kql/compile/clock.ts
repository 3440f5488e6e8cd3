import { constantValue, isConstant, type Expr } from "../plan/expression";
import type { SyntaxNode } from "../syntax";
import { ticksPerMillisecond } from "../values/calendar";
import { negate } from "../values/int64";
import { isInt64 } from "./coerce";
import type { Scope } from "./scope";

/** Notes that a query looks at the instant that lies a constant span before the current time. */
export function noteClockOffset(scope: Scope, span: Expr): void {
    if (!isConstant(span)) return;
    const ticks = constantValue(span);
    if (isInt64(ticks)) scope.query.clockOffsets.add(Number(ticks) / ticksPerMillisecond);
}

/** As {@link noteClockOffset}, for a span that is added to the current time. */
export function noteClockAdvance(scope: Scope, span: Expr): void {
    if (!isConstant(span)) return;
    const ticks = constantValue(span);
    if (isInt64(ticks)) scope.query.clockOffsets.add(Number(negate(ticks)) / ticksPerMillisecond);
}

/** Whether a node is a plain `now()`. */
export function isNow(node: SyntaxNode): boolean {
    if (node.kind === "ParenthesizedExpression") return isNow(node.child("Expression"));
    if (node.kind !== "FunctionCallExpression" || node.child("Name").name !== "now") return false;
    return node.child("ArgumentList").list("Expressions").length === 0;
}
