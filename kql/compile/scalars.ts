import { Call } from "../functions/call";
import { findFunction } from "../functions/registry";
import { combine, constantValue, expression, isConstant, keyed, readsData, type Expr } from "../plan/expression";
import { PerRun } from "../plan/run";
import type { Relation } from "../plan/scan";
import type { SyntaxNode } from "../syntax";
import type { ScalarType, Value } from "../types";
import { conversion } from "../values/conversions";
import { member } from "../values/dynamic";
import { arithmetic, isArithmetic, moved, opposite } from "./arithmetic";
import { isNow, noteClockOffset } from "./clock";
import { coerce } from "./coerce";
import { between, equality, logic, relation } from "./comparison";
import type { Compiler } from "./compiler";
import { literal } from "./literals";
import { located } from "./located";
import { membership, termMembership } from "./membership";
import { severalColumns } from "./projection";
import type { Scope } from "./scope";
import { isTextOperator, textOperator } from "./textOperators";

/** Compiles an expression that gives a value. */
export function compileScalar(node: SyntaxNode, scope: Scope, compiler: Compiler): Expr {
    const known = literal(node);
    if (known !== undefined) return known;
    if (isTextOperator(node.kind)) return ofBoth(textOperator);
    if (isArithmetic(node.kind)) {
        const [a, b] = [left(), right()];
        if (node.kind === "SubtractExpression" && isNow(node.child("Left"))) noteClockOffset(scope, b);
        return arithmetic(node, a, b);
    }
    switch (node.kind) {
        case "ParenthesizedExpression":
        case "SimpleNamedExpression":
        case "OrderedExpression":
            return compiler.scalar(node.child("Expression"), scope);
        case "NameReference":
            return reference(node, scope);
        case "PathExpression":
            return path(node, scope, compiler);
        case "ElementExpression":
            return element(node, scope, compiler);
        case "FunctionCallExpression":
            return call(node, scope, compiler);
        case "ToScalarExpression": {
            const either = compiler.either(node.child("Expression"), scope);
            return either.kind === "scalar" ? either.expr : toScalar(node, either.relation);
        }
        case "UnaryMinusExpression":
            return opposite(node, compiler.scalar(node.child("Expression"), scope));
        case "UnaryPlusExpression":
            return compiler.scalar(node.child("Expression"), scope);
        case "AndExpression":
            return ofBoth((_, a, b) => logic(a, b, "and"));
        case "OrExpression":
            return ofBoth((_, a, b) => logic(a, b, "or"));
        case "EqualExpression":
            return ofBoth((at, a, b) => equality(at, a, b, false));
        case "NotEqualExpression":
            return ofBoth((at, a, b) => equality(at, a, b, true));
        case "LessThanExpression":
        case "LessThanOrEqualExpression":
        case "GreaterThanExpression":
        case "GreaterThanOrEqualExpression":
            return ofBoth(relation);
        case "BetweenExpression":
        case "NotBetweenExpression":
            return range(node, scope, compiler);
        case "InExpression":
        case "InCsExpression":
        case "NotInExpression":
        case "NotInCsExpression":
            return membership(node, left(), scope, compiler);
        case "HasAnyExpression":
        case "HasAllExpression":
            return termMembership(node, left(), scope, compiler);
        default:
            throw node.error("KQ200", `${node.text} (${node.kind}) is not supported`);
    }

    function ofBoth(compile: (node: SyntaxNode, left: Expr, right: Expr) => Expr): Expr {
        const [a, b] = [left(), right()];
        return keyed(compile(node, a, b), node.kind, [a, b]);
    }

    function left(): Expr {
        return compiler.scalar(node.child("Left"), scope);
    }

    function right(): Expr {
        return compiler.scalar(node.child("Right"), scope);
    }
}

/** What a name stands for: a column first, then what `let` or a parameter declares. */
function reference(node: SyntaxNode, scope: Scope): Expr {
    const { name } = node;
    const column = scope.row?.find(name);
    if (column !== undefined) return column.expr;
    const binding = scope.find(name);
    if (binding?.kind === "scalar") {
        if (binding.expr.reads.row && scope.row !== undefined) {
            throw node.error("KQ201", `${name} depends on a row of another table, which is not supported here`);
        }
        return binding.expr;
    }
    if (binding !== undefined) {
        const what = binding.kind === "table" ? "rows" : binding.kind === "record" ? "a step" : "a function";
        throw node.error("KQ102", `${name} is no value but ${what}`);
    }
    throw node.error("KQ101", `${name} is no column of these rows, and nothing declares it`);
}

function path(node: SyntaxNode, scope: Scope, compiler: Compiler): Expr {
    return columnOfRecord(node, scope) ?? pathInto(node, scope, compiler);
}

/** `step.column`, as the expressions of `scan` write it. */
function columnOfRecord(node: SyntaxNode, scope: Scope): Expr | undefined {
    const base = node.child("Expression");
    if (base.kind !== "NameReference" || scope.row?.find(base.name) !== undefined) return undefined;
    const binding = scope.find(base.name);
    return binding?.kind === "record" ? binding.columns.get(node.child("Selector").name) : undefined;
}

function pathInto(node: SyntaxNode, scope: Scope, compiler: Compiler): Expr {
    const base = compiler.scalar(node.child("Expression"), scope);
    const selector = node.child("Selector");
    if (selector.kind === "BracketedExpression") {
        return memberOf(node, base, compiler.scalar(selector.child("Expression"), scope));
    }
    const { name } = selector;
    const { evaluate } = coerce(base, "dynamic");
    return expression("dynamic", base.reads, (frame) => member(evaluate(frame), name));
}

function element(node: SyntaxNode, scope: Scope, compiler: Compiler): Expr {
    const several = severalColumns(node.child("Expression"), scope, compiler);
    if (several !== undefined && several.length > 1) {
        const index = compiler.scalar(node.child("Selector").child("Expression"), scope);
        const column = isConstant(index) ? several[Number(constantValue(index))] : undefined;
        if (column === undefined) throw node.error("KQ102", `${node.text} is none of ${several.length} columns`);
        return column.expr;
    }
    const base = compiler.scalar(node.child("Expression"), scope);
    return memberOf(node, base, compiler.scalar(node.child("Selector").child("Expression"), scope));
}

function memberOf(node: SyntaxNode, base: Expr, key: Expr): Expr {
    const { evaluate } = coerce(base, "dynamic");
    const reads = combine([base, key]);
    if (isConstant(key)) {
        const constant = constantValue(key);
        if (isKey(constant)) return expression("dynamic", reads, (frame) => member(evaluate(frame), constant));
        throw node.error("KQ102", `an element is chosen by a text or a whole number, not by a ${key.type}`);
    }
    const keyAt = key.evaluate;
    return expression("dynamic", reads, (frame) => {
        const value = keyAt(frame);
        return isKey(value) ? member(evaluate(frame), value) : null;
    });
}

function isKey(value: Value): value is string | number | bigint {
    return typeof value === "string" || typeof value === "bigint" || Number.isInteger(value);
}

function range(node: SyntaxNode, scope: Scope, compiler: Compiler): Expr {
    const value = compiler.scalar(node.child("Left"), scope);
    const couple = node.child("Right");
    const low = compiler.scalar(couple.child("First"), scope);
    const high = compiler.scalar(couple.child("Second"), scope);
    const span = value.type === "datetime" && high.type === "timespan";
    const end = span ? moved(node, low, high) : high;
    return between(value, low, end, node, node.kind === "NotBetweenExpression");
}

function toScalar(node: SyntaxNode, rows: Relation): Expr {
    const type: ScalarType | undefined = rows.kind === "closed" ? rows.columns[0]?.type : node.facts.type;
    if (type === undefined) throw node.error("KQ201", "toscalar() of rows whose columns are not known beforehand");
    const first = new PerRun((run): Value => {
        const scan = rows.kind === "closed" ? rows : rows.resolve(run);
        const [output] = scan.outputs;
        if (output === undefined) throw node.error("KQ102", "toscalar() of rows without columns");
        const value = scan.table(run).vector(0)[0];
        const absent = type === "string" ? "" : null;
        if (value === undefined) return absent;
        return conversion(output.expr.type, type)(value);
    });
    return expression<ScalarType>(type, readsData, (frame) => first.in(frame.run));
}

function call(node: SyntaxNode, scope: Scope, compiler: Compiler): Expr {
    const name = node.child("Name").name;
    const binding = scope.find(name);
    if (binding?.kind === "function" || scope.query.schema.functions.some((fn) => fn.name === name)) {
        const either = compiler.either(node, scope);
        // Rules call the same judgements of the same columns again and again.
        if (either.kind === "scalar") return scope.row?.define(name, either.expr).expr ?? either.expr;
        throw node.error("KQ102", `${name}() gives rows where a value is needed; use toscalar()`);
    }
    if (scope.aggregates?.isAggregate(name) === true) return scope.aggregates.add(node);
    const compile = findFunction(name);
    if (compile === undefined) throw node.error("KQ200", `the function ${name}() is not supported`);
    const written = new Call(node, scope, compiler);
    const expr = counted(located(node, () => compile(written)));
    const args = written.compiledArgs;
    return args === undefined ? expr : keyed(expr, name, args);
}

/** An expression whose values may be large, so that they are counted. */
function counted(expr: Expr): Expr {
    if (expr.kept === true || (expr.type !== "string" && expr.type !== "dynamic")) return expr;
    const { evaluate } = expr;
    return expression<ScalarType>(expr.type, expr.reads, (frame) => {
        const value = evaluate(frame);
        frame.run.make(value);
        return value;
    });
}
