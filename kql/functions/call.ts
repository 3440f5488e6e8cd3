import { coerce } from "../compile/coerce";
import type { Compiler } from "../compile/compiler";
import type { Scope } from "../compile/scope";
import type { KqlError, KqlErrorCode } from "../errors";
import { constantValue, isConstant, type Expr, type TypedExpr } from "../plan/expression";
import type { SyntaxNode } from "../syntax";
import { scalarType, type ScalarType, type Value } from "../types";
import { isInt64 } from "../compile/coerce";

/** Turns a call of a function into an expression. */
export type ScalarFunction = (call: Call) => Expr;

/** A call of a function: its arguments, compiled when they are asked for. */
export class Call {
    /** The arguments as they are written. */
    readonly nodes: readonly SyntaxNode[];
    private readonly compiled = new Map<number, Expr>();

    constructor(
        readonly node: SyntaxNode,
        readonly scope: Scope,
        readonly compiler: Compiler,
    ) {
        this.nodes = node.child("ArgumentList").list("Expressions");
    }

    get name(): string {
        return this.node.child("Name").name;
    }

    /** Number of arguments. */
    get count(): number {
        return this.nodes.length;
    }

    /** All arguments. */
    get args(): readonly Expr[] {
        return this.nodes.map((_, index) => this.arg(index));
    }

    /** All arguments, where each was asked for as the value that it is; else undefined. */
    get compiledArgs(): readonly Expr[] | undefined {
        return this.compiled.size === this.count ? this.args : undefined;
    }

    /** An argument, or undefined where the call has fewer. */
    optional(index: number): Expr | undefined {
        return index < this.count ? this.arg(index) : undefined;
    }

    /** An argument that must be there. */
    arg(index: number): Expr {
        const known = this.compiled.get(index);
        if (known !== undefined) return known;
        const expr = this.compiler.scalar(this.argNode(index), this.scope);
        this.compiled.set(index, expr);
        return expr;
    }

    /**
     * The places of arguments that may be given by name (`name = value`), in the order of their names; undefined for
     * those that are not given.
     */
    named(names: readonly string[]): (number | undefined)[] {
        const places = names.map((): number | undefined => undefined);
        this.nodes.forEach((node, place) => {
            const name = node.kind === "SimpleNamedExpression" ? node.child("Name").name : undefined;
            const index =
                name === undefined ? place : names.findIndex((one) => one.toLowerCase() === name.toLowerCase());
            if (index < 0 || index >= names.length) {
                throw node.error(
                    "KQ102",
                    `${this.name}() has no argument ${name ?? place + 1}; it has ${names.join(", ")}`,
                );
            }
            places[index] = place;
        });
        return places;
    }

    /** An argument as it is written. */
    argNode(index: number): SyntaxNode {
        const node = this.nodes[index];
        if (node === undefined) throw this.fail("KQ102", `${this.name}() needs more than ${this.count} argument(s)`);
        return node;
    }

    /** An argument converted to a type. */
    typed<T extends ScalarType>(index: number, type: T): Expr & TypedExpr<T> {
        return coerce(this.arg(index), type);
    }

    /** The value of an argument that must be a constant. */
    constant(index: number): Value {
        const expr = this.arg(index);
        if (!isConstant(expr)) {
            throw this.argNode(index).error("KQ201", `argument ${index + 1} of ${this.name}() must be a constant`);
        }
        return constantValue(expr);
    }

    /** A constant text. */
    text(index: number): string {
        const value = this.constant(index);
        if (typeof value !== "string") {
            throw this.argNode(index).error("KQ102", `argument ${index + 1} of ${this.name}() must be a text`);
        }
        return value;
    }

    /** A constant whole number. */
    integer(index: number): number {
        const value = this.constant(index);
        if (!isInt64(value)) {
            throw this.argNode(index).error("KQ102", `argument ${index + 1} of ${this.name}() must be a whole number`);
        }
        return Number(value);
    }

    /** The type named by a `typeof(…)` argument; undefined where the argument is missing. */
    typeArgument(index: number): ScalarType | undefined {
        const node = this.nodes[index];
        if (node === undefined) return undefined;
        const name = node.kind === "TypeOfLiteralExpression" ? node.list("Types")[0]?.text : undefined;
        const type = name === undefined ? undefined : scalarType(name);
        if (type === undefined)
            throw node.error("KQ102", `argument ${index + 1} of ${this.name}() must be typeof(a type)`);
        return type;
    }

    /** An error about the call. */
    fail(code: KqlErrorCode, reason: string): KqlError {
        return this.node.error(code, reason);
    }
}
