import { findAggregate } from "../aggregates/registry";
import { findTupleAggregate } from "../aggregates/tuples";
import { Call } from "../functions/call";
import { findFunction } from "../functions/registry";
import { findTupleFunction } from "../functions/tuples";
import { findOperator } from "../operators/registry";
import { datatable, print, range } from "../operators/sources";
import { Scan, withColumns, type Relation } from "../plan/scan";
import { findPlugin } from "../plugins/registry";
import type { SyntaxNode } from "../syntax";
import { Table } from "../table";
import { callFunction, storedFunction } from "./calls";
import type { Compiler, ScalarOrRelation } from "./compiler";
import { locatedRows } from "./located";
import { compileScalar } from "./scalars";
import { useRows, type Scope } from "./scope";
import { storedTable } from "./storedTable";

/** The compiler, its parts tied together. */
export const compiler: Compiler = {
    scalar: (node, scope) => compileScalar(node, scope, compiler),
    relation: (node, scope) => {
        const relation = relationOf(node, scope);
        useRows(relation, scope.query);
        return relation;
    },
    either: (node, scope) => {
        const either = eitherOf(node, scope);
        if (either.kind === "relation") useRows(either.relation, scope.query);
        return either;
    },
    view: eitherOf,
};

const sources: ReadonlyMap<string, (node: SyntaxNode, scope: Scope, compiler: Compiler) => Relation> = new Map([
    ["DataTableExpression", datatable],
    ["PrintOperator", print],
    ["RangeOperator", range],
]);

/** Operators that may begin a query without rows to work on. */
const leading: ReadonlySet<string> = new Set(["UnionOperator", "FindOperator", "SearchOperator"]);

/** Compiles an expression that gives rows, which are not used yet. */
export function relationOf(node: SyntaxNode, scope: Scope): Relation {
    const either = eitherOf(node, scope);
    if (either.kind === "relation") return either.relation;
    throw node.error("KQ102", `${node.text} gives a value where rows are needed`);
}

/** Compiles an expression that gives a value or rows. */
export function eitherOf(node: SyntaxNode, scope: Scope): ScalarOrRelation {
    const source = sources.get(node.kind);
    if (source !== undefined) return rows(source(node, scope, compiler));
    switch (node.kind) {
        case "MaterializeExpression": {
            const relation = relationOf(node.child("Expression"), scope);
            return rows(withColumns([relation], ([scan]) => (scan ?? nothing).materialized()));
        }
        case "ParenthesizedExpression":
        case "MvApplySubqueryExpression":
            return eitherOf(node.child("Expression"), scope);
        case "PipeExpression":
            return rows(pipe(relationOf(node.child("Expression"), scope), node.child("Operator"), scope));
        case "NameReference":
            return named(node, scope);
        case "FunctionCallExpression":
            return called(node, scope);
        case "ExternalDataExpression":
            throw node.error(
                "KQ202",
                "externaldata reads from outside, which a query run offline cannot; give the rows by a datatable",
            );
        default:
            if (!node.kind.endsWith("Operator")) return { kind: "scalar", expr: compileScalar(node, scope, compiler) };
            return rows(beginning(node, scope));
    }
}

function rows(relation: Relation): ScalarOrRelation {
    return { kind: "relation", relation };
}

/** A query that begins with an operator: on the rows of its surroundings, or on none. */
function beginning(node: SyntaxNode, scope: Scope): Relation {
    if (scope.input !== undefined) return pipe(scope.input, node, scope);
    if (leading.has(node.kind)) return pipe(nothing, node, scope);
    throw node.error("KQ102", `${keywordOf(node)} needs rows to work on`);
}

/** What a leading `union` or `search` begins with: no rows, no columns. */
const nothing = Scan.of({ columns: [], read: () => noRows });
const noRows = new Table([], [], 0);

function pipe(input: Relation, node: SyntaxNode, scope: Scope): Relation {
    const operator = findOperator(node.kind);
    if (operator === undefined) throw node.error("KQ200", `the operator ${keywordOf(node)} is not supported`);
    if (input.kind === "open") deferred(node, scope);
    return withColumns([input], ([scan]) => {
        if (scan === undefined) throw new Error("an operator without input");
        const output = operator({ node, input: scan, leading: scan === nothing, scope, compiler });
        if (output.kind === "closed" && output.source === scan.source) return output;
        useRows(scan, scope.query);
        return locatedRows(node, output);
    });
}

/**
 * An operator that can be compiled only in the run, when the columns before it are known: what it does not support is
 * refused now, and since it may read any table, no row of any may be left out.
 */
function deferred(node: SyntaxNode, scope: Scope): void {
    requireSupport(node, scope);
    if (![...node.parts].some(readsRows)) return;
    for (const tableName of Object.keys(scope.query.schema.tables)) scope.query.uses.push({ tableName });
}

function readsRows(node: SyntaxNode): boolean {
    return node.facts.tabular || node.parts.some(readsRows);
}

function keywordOf(node: SyntaxNode): string {
    return /^[\w-]+/.exec(node.text)?.[0] ?? node.kind;
}

/** What a name stands for where rows or values may stand: a column, what `let` declares, a table, a stored function. */
function named(node: SyntaxNode, scope: Scope): ScalarOrRelation {
    const { name } = node;
    if (scope.row?.find(name) !== undefined) return { kind: "scalar", expr: compileScalar(node, scope, compiler) };
    const binding = scope.find(name);
    switch (binding?.kind) {
        case "scalar":
            return { kind: "scalar", expr: compileScalar(node, scope, compiler) };
        case "table":
            return rows(binding.relation);
        case "record":
            throw node.error("KQ102", `${name} is a step of scan; name one of its columns`);
        case "function":
            return callFunction(node, binding.fn, [], scope, compiler);
        case undefined: {
            const table = storedTable(name, scope);
            if (table !== undefined) return rows(table);
            const fn = storedFunction(name, scope);
            if (fn !== undefined) return callFunction(node, fn, [], scope, compiler);
            throw node.error("KQ101", `${name} is no table, and nothing declares it`);
        }
    }
}

function called(node: SyntaxNode, scope: Scope): ScalarOrRelation {
    const name = node.child("Name").name;
    const args = node.child("ArgumentList").list("Expressions");
    const binding = scope.find(name);
    const fn = binding?.kind === "function" ? binding.fn : storedFunction(name, scope);
    if (fn !== undefined) return callFunction(node, fn, args, scope, compiler);
    if (name === "table") {
        const table = tableName(node, scope);
        const found = storedTable(table, scope);
        if (found === undefined) {
            throw node.error(
                "KQ101",
                `${node.text} names ${JSON.stringify(table)}, which is no table that is known here`,
            );
        }
        return rows(found);
    }
    return { kind: "scalar", expr: compileScalar(node, scope, compiler) };
}

/** The name in a call of `table()`: any constant, a parameter of the function around it among them (article on `table()`). */
function tableName(node: SyntaxNode, scope: Scope): string {
    const call = new Call(node, scope, compiler);
    return call.text(0);
}

/** Refuses what a node holds that this interpreter does not have, the functions that it calls among it. */
function requireSupport(node: SyntaxNode, scope: Scope, within: ReadonlySet<string> = new Set()): void {
    if (node.kind.endsWith("Operator") && findOperator(node.kind) === undefined && !sources.has(node.kind)) {
        throw node.error("KQ200", `the operator ${keywordOf(node)} is not supported`);
    }
    if (node.kind === "FunctionCallExpression") {
        const name = node.child("Name").name;
        const binding = scope.find(name);
        const fn = binding?.kind === "function" ? binding.fn : storedFunction(name, scope);
        if (fn !== undefined) {
            if (!within.has(name)) requireSupport(fn.body, fn.scope, new Set([...within, name]));
        } else if (
            findFunction(name) === undefined &&
            findTupleFunction(node) === undefined &&
            findAggregate(name) === undefined &&
            findTupleAggregate(name) === undefined &&
            findPlugin(name) === undefined &&
            name !== "table"
        ) {
            throw node.error("KQ200", `the function ${name}() is not supported`);
        }
    }
    for (const part of node.parts) requireSupport(part, scope, within);
}
