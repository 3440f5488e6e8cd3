import { bindOnce } from "../binding";
import { refuseErrors } from "../diagnostics";
import { SourceText, type SyntaxNode } from "../syntax";
import { scalarType, type Column } from "../types";
import { convertTo } from "./coerce";
import type { Compiler, ScalarOrRelation } from "./compiler";
import { Scope, type Parameter, type UserFunction } from "./scope";

/** Gives the names that `let` statements declare their meaning, in a scope. */
export function declare(statements: readonly SyntaxNode[], scope: Scope, compiler: Compiler): void {
    for (const statement of statements) {
        if (statement.kind === "QueryParametersStatement") declareParameters(statement, scope, compiler);
        if (statement.kind !== "LetStatement") continue;
        const { name } = statement.child("Name");
        const value = statement.child("Expression");
        if (value.kind === "FunctionDeclaration") {
            scope.bind(name, { kind: "function", fn: userFunction(name, value, scope) });
            continue;
        }
        const either = compiler.view(value, scope);
        if (either.kind === "scalar") scope.bind(name, either);
        else scope.bind(name, { kind: "table", relation: either.relation });
    }
}

/** Gives the parameters of `declare query_parameters` their defaults: nothing else gives them values here. */
function declareParameters(statement: SyntaxNode, scope: Scope, compiler: Compiler): void {
    for (const node of statement.list("Parameters")) {
        const parameter = parameterOf(node);
        if (parameter.kind === "table" || parameter.default === undefined) {
            throw node.error("KQ102", `the query parameter ${parameter.name} has no value; give it a default`);
        }
        const expr = convertTo(compiler.scalar(parameter.default, scope), parameter.type);
        scope.bind(parameter.name, { kind: "scalar", expr });
    }
}

/** A function as it is declared; its body sees the names declared before it. */
function userFunction(name: string, declaration: SyntaxNode, scope: Scope): UserFunction {
    return {
        name,
        parameters: declaration.child("Parameters").list("Parameters").map(parameterOf),
        body: declaration.child("Body"),
        scope: scope.snapshot(),
        view: declaration.optional("ViewKeyword") !== undefined,
    };
}

/** A parameter as it is declared: `name: type = default`. */
export function parameterOf(node: SyntaxNode): Parameter {
    const declared = node.child("NameAndType");
    const { name } = declared.child("Name");
    const type = declared.child("Type");
    if (type.kind === "SchemaTypeExpression") {
        const columns = type.list("Columns");
        const any = columns.some((column) => column.kind === "StarExpression");
        return { kind: "table", name, columns: any ? "any" : columns.map(columnOf) };
    }
    const scalar = scalarType(type.text);
    if (scalar === undefined) throw type.error("KQ201", `parameters of type ${type.text} are not supported`);
    const value = node.optional("DefaultValue")?.child("Value");
    return value === undefined
        ? { kind: "scalar", name, type: scalar }
        : { kind: "scalar", name, type: scalar, default: value };
}

/** A column as it is declared: `name: type`. */
export function columnOf(node: SyntaxNode): Column {
    const type = node.child("Type");
    const scalar = scalarType(type.text);
    if (scalar === undefined) throw type.error("KQ102", `${type.text} is no type`);
    return { name: node.child("Name").name, type: scalar };
}

/** Most calls of functions in one query, those that functions make among them. */
const mostCalls = 10_000;

/** The value or rows that a call of a function gives. */
export function callFunction(
    node: SyntaxNode,
    fn: UserFunction,
    args: readonly SyntaxNode[],
    scope: Scope,
    compiler: Compiler,
    piped?: ScalarOrRelation,
): ScalarOrRelation {
    if (++scope.query.calls > mostCalls) {
        throw node.error("KQ302", `functions call one another more than ${mostCalls} times: each call is written out`);
    }
    const inside = fn.scope.inner();
    const given = new Map<string, SyntaxNode>();
    const positional = piped === undefined ? fn.parameters : fn.parameters.slice(1);
    args.forEach((arg, index) => {
        if (arg.kind === "SimpleNamedExpression") given.set(arg.child("Name").name, arg.child("Expression"));
        else {
            const parameter = positional[index];
            if (parameter === undefined) {
                throw node.error("KQ102", `${fn.name}() takes ${fn.parameters.length} argument(s), not ${args.length}`);
            }
            given.set(parameter.name, arg);
        }
    });
    const [first] = fn.parameters;
    for (const parameter of fn.parameters) {
        const arg = given.get(parameter.name);
        if (parameter.kind === "table") {
            const either =
                piped !== undefined && parameter === first
                    ? piped
                    : argument(node, fn, parameter, arg, scope, compiler);
            if (either.kind === "scalar") throw node.error("KQ102", `${parameter.name} of ${fn.name}() must be rows`);
            inside.bind(parameter.name, { kind: "table", relation: either.relation });
        } else {
            const value = arg ?? parameter.default;
            if (value === undefined) throw missing(node, fn, parameter);
            const expr = compiler.scalar(value, arg === undefined ? fn.scope : scope);
            inside.bind(parameter.name, { kind: "scalar", expr: convertTo(expr, parameter.type) });
        }
    }
    declare(fn.body.list("Statements"), inside, compiler);
    const body = fn.body.optional("Expression");
    if (body === undefined) throw node.error("KQ102", `${fn.name}() has an empty body`);
    const result = compiler.view(body, inside);
    if (result.kind === "scalar" || result.relation.kind === "open" || !fn.view) return result;
    return { kind: "relation", relation: result.relation.named(fn.name) };
}

function argument(
    node: SyntaxNode,
    fn: UserFunction,
    parameter: Parameter,
    arg: SyntaxNode | undefined,
    scope: Scope,
    compiler: Compiler,
): ScalarOrRelation {
    if (arg === undefined) throw missing(node, fn, parameter);
    return compiler.view(arg, scope);
}

function missing(node: SyntaxNode, fn: UserFunction, parameter: Parameter): Error {
    return node.error("KQ102", `the call of ${fn.name}() gives no value for ${parameter.name}`);
}

/** A function of the workspace, parsed when it is first called; undefined where there is none of this name. */
export function storedFunction(name: string, scope: Scope): UserFunction | undefined {
    const { query } = scope;
    const known = query.storedFunctions.get(name);
    if (known !== undefined) return known;
    const stored = query.schema.functions.find((fn) => fn.name === name);
    if (stored === undefined) return undefined;
    const head = `let ${name} = ${stored.parameters ?? "()"} {`;
    const source = new SourceText(`${head}${stored.body}\n};print 1`, name, head.length);
    const bound = bindOnce(source, query.schema);
    refuseErrors(bound);
    const [statement] = bound.root.list("Statements");
    const declaration = statement?.optional("Expression");
    if (declaration?.kind !== "FunctionDeclaration") {
        throw bound.root.error(
            "KQ401",
            `the stored function ${name} is no function body: give the text between its braces`,
        );
    }
    const fn = userFunction(name, declaration, Scope.of(query));
    query.storedFunctions.set(name, fn);
    return fn;
}
