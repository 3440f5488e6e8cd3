import { coerce } from "../compile/coerce";
import { logic } from "../compile/comparison";
import type { Operator } from "../compile/compiler";
import type { Expr } from "../plan/expression";
import type { Scan, Site } from "../plan/scan";
import type { SyntaxNode } from "../syntax";
import { hasInAny } from "./anyColumn";

/** `where`: each condition joined by `and` is a filter of its own, so that the one that drops a row can be named. */
export const filter: Operator = ({ node, input, scope, compiler }) => {
    const conditions = conjuncts(node.child("Condition"));
    const over = (scan: Scan): Scan =>
        conditions.reduce((rows, condition) => {
            const expr = overAllColumns(condition, rows) ?? compiler.scalar(condition, scope.withRow(rows));
            return rows.where({ expr: coerce(expr, "bool"), site: siteOf(condition) });
        }, scan);
    const filtered = over(input);
    const added = filtered.filters.slice(input.filters.length);
    // Neighbors are those of the rows that come in: no condition may take one away before another has looked.
    if (!added.some(({ expr }) => expr.reads.neighbors)) return filtered;
    const settled = input.settled();
    const whole = compiler.scalar(node.child("Condition"), scope.withRow(settled));
    return settled.where({ expr: coerce(whole, "bool"), site: siteOf(node.child("Condition")) });
};

/** `* has "text"`, of all columns at once; undefined for any other condition. */
function overAllColumns(node: SyntaxNode, rows: Scan): Expr | undefined {
    if (node.kind === "OrExpression") {
        const [left, right] = [node.child("Left"), node.child("Right")].map((side) => overAllColumns(side, rows));
        return left === undefined || right === undefined ? undefined : logic(left, right, "or");
    }
    return node.optional("Left")?.kind === "StarExpression" ? hasInAny(node, rows.outputs) : undefined;
}

function conjuncts(node: SyntaxNode): SyntaxNode[] {
    if (node.kind === "ParenthesizedExpression") return conjuncts(node.child("Expression"));
    if (node.kind !== "AndExpression") return [node];
    return [...conjuncts(node.child("Left")), ...conjuncts(node.child("Right"))];
}

/** Where a node stands, with its text in one line. */
export function siteOf(node: SyntaxNode): Site {
    const { line, column, functionName } = node.position;
    const site = { text: node.text.replaceAll(/\s+/g, " "), line, column };
    return functionName === undefined ? site : { ...site, functionName };
}
