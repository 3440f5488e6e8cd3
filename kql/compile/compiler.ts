import type { Expr } from "../plan/expression";
import type { Relation, Scan } from "../plan/scan";
import type { SyntaxNode } from "../syntax";
import type { Scope } from "./scope";

/** What operators and functions need of the compiler that calls them. */
export interface Compiler {
    /** An expression that gives a value. */
    scalar(node: SyntaxNode, scope: Scope): Expr;
    /** An expression that gives rows, which the caller reads. */
    relation(node: SyntaxNode, scope: Scope): Relation;
    /** An expression that gives a value, or rows which the caller reads. */
    either(node: SyntaxNode, scope: Scope): ScalarOrRelation;
    /** An expression that gives a value, or rows which the caller only gives a name or hands on. */
    view(node: SyntaxNode, scope: Scope): ScalarOrRelation;
}

/** A value or rows. */
export type ScalarOrRelation =
    { readonly kind: "scalar"; readonly expr: Expr } | { readonly kind: "relation"; readonly relation: Relation };

/** Turns one tabular operator into what comes out of it. */
export type Operator = (context: OperatorContext) => Relation;

/** What an operator works on. */
export interface OperatorContext {
    readonly node: SyntaxNode;
    readonly input: Scan;
    /** Whether the query begins with the operator, so that there are no rows before it. */
    readonly leading: boolean;
    readonly scope: Scope;
    readonly compiler: Compiler;
}
