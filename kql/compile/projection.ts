import type { Expr } from "../plan/expression";
import type { Output, Scan } from "../plan/scan";
import type { SyntaxNode } from "../syntax";
import type { Compiler } from "./compiler";
import { DefaultNames, resultName, UniqueNames } from "./names";
import type { Scope } from "./scope";

/** A compiled expression and the name that the query, or else the expression itself, gives it. */
export interface NamedExpr {
    readonly name: string | undefined;
    readonly expr: Expr;
}

/** Compiles the expressions of `extend`, `project` and the like over the rows of a scan. */
export function namedExpressions(
    nodes: readonly SyntaxNode[],
    scan: Scan,
    scope: Scope,
    compiler: Compiler,
): NamedExpr[] {
    const inRow = scope.withRow(scan);
    return nodes.map((node) => {
        if (node.kind === "CompoundNamedExpression") {
            throw node.error("KQ201", "several names for one expression are not supported here");
        }
        return { name: resultName(node), expr: compiler.scalar(node, inRow) };
    });
}

/**
 * Compiles expressions over the rows of a scan. Functions over neighboring rows need rows that stand by themselves, so
 * the scan that comes back may be another.
 */
export function expressionsOver(
    nodes: readonly SyntaxNode[],
    input: Scan,
    scope: Scope,
    compiler: Compiler,
): { readonly scan: Scan; readonly named: readonly NamedExpr[] } {
    const named = namedExpressions(nodes, input, scope, compiler);
    if (input.filters.length === 0 || !named.some(({ expr }) => expr.reads.neighbors)) return { scan: input, named };
    const scan = input.settled();
    return { scan, named: namedExpressions(nodes, scan, scope, compiler) };
}

/** The outputs of `project`: those named, in their order. */
export function projected(scan: Scan, named: readonly NamedExpr[]): Output[] {
    const unique = new UniqueNames();
    const defaults = new DefaultNames((name) => named.some((other) => other.name === name));
    return named.map(({ name, expr }) => scan.define(unique.add(name ?? defaults.take()), expr));
}

/** The outputs of `extend`: those of the scan, with the named ones in the place of their namesakes or at the end. */
export function extended(scan: Scan, named: readonly NamedExpr[]): Output[] {
    const outputs = [...scan.outputs];
    const defaults = new DefaultNames((name) => outputs.some((output) => output.name === name));
    for (const { name, expr } of named) {
        const output = scan.define(name ?? defaults.take(), expr);
        const place = outputs.findIndex((other) => other.name === output.name);
        if (place < 0) outputs.push(output);
        else outputs[place] = output;
    }
    return outputs;
}
