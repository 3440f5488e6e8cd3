import { Call } from "../functions/call";
import { findTupleFunction } from "../functions/tuples";
import type { Expr } from "../plan/expression";
import type { Output, Scan } from "../plan/scan";
import type { SyntaxNode } from "../syntax";
import type { Compiler } from "./compiler";
import { DefaultNames, resultName, UniqueNames } from "./names";
import type { Scope } from "./scope";
import { givenNames, plainCall } from "./tuples";

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
    return nodes.flatMap((node): NamedExpr[] => {
        const several = severalColumns(node, inRow, compiler);
        if (several !== undefined) return several;
        if (node.kind === "CompoundNamedExpression") {
            compiler.scalar(node.child("Expression"), inRow);
            throw node.error("KQ102", `${node.child("Expression").text} gives one column, not several`);
        }
        return [{ name: nameOver(node, scan), expr: compiler.scalar(node, inRow) }];
    });
}

/**
 * The name that an expression gives its column over these rows: `column_ifexists` of a column that they lack goes by its
 * second argument (example of the article on it).
 */
function nameOver(node: SyntaxNode, scan: Scan): string | undefined {
    if (node.facts.calls?.resultName !== "firstArgumentValueIfColumn") return resultName(node);
    const [column, otherwise] = node.child("ArgumentList").list("Expressions");
    const name = column?.facts.literalText;
    if (otherwise === undefined || (name !== undefined && scan.find(name) !== undefined)) return name;
    return resultName(otherwise);
}

/** The columns of a call of a function that gives several; undefined for any other expression. */
export function severalColumns(node: SyntaxNode, scope: Scope, compiler: Compiler): NamedExpr[] | undefined {
    const call = plainCall(node);
    const make = call === undefined ? undefined : findTupleFunction(call);
    if (call === undefined || make === undefined) return undefined;
    const names = givenNames(node);
    const unique = new UniqueNames();
    return make(new Call(call, scope, compiler)).map(({ name, expr }, index) => ({
        name: names[index] ?? unique.add(name),
        expr,
    }));
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
