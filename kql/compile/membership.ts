import {
    combine,
    constantValue,
    expression,
    isConstant,
    keyed,
    readsData,
    rowless,
    type Expr,
    type Frame,
} from "../plan/expression";
import { PerRun } from "../plan/run";
import type { Relation } from "../plan/scan";
import type { SyntaxNode } from "../syntax";
import type { ScalarType, Value } from "../types";
import { conversion } from "../values/conversions";
import { isArray, type Dynamic } from "../values/dynamic";
import { isDecimal, keyOf } from "../values/order";
import { termSearch } from "../values/terms";
import { coerce, convertTo } from "./coerce";
import type { Compiler } from "./compiler";
import type { Scope } from "./scope";

/** Values on the right of an operator, each with its type: of a constant list, of a row, or of a run. */
interface Item {
    readonly type: ScalarType;
    readonly value: Value;
}

type ItemsOf = (frame: Frame) => readonly Item[];

/** What a list reads, and its values. */
interface ItemList {
    readonly parts: readonly Pick<Expr, "reads" | "key">[];
    readonly items: ItemsOf;
}

function dynamicItems(value: Dynamic): Item[] {
    if (!isArray(value)) return [{ type: "dynamic", value }];
    return value.map((element) => ({ type: "dynamic", value: element }));
}

function itemsOfExpr(expr: Expr): ItemsOf {
    const { type, evaluate } = expr;
    if (type !== "dynamic") return (frame) => [{ type, value: evaluate(frame) }];
    return (frame) => dynamicItems(evaluate(frame));
}

/** The first column of a relation; a dynamic one gives the elements of its arrays. */
function itemsOfRelation(node: SyntaxNode, relation: Relation): ItemsOf {
    const items = new PerRun((run): Item[] => {
        const scan = relation.kind === "closed" ? relation : relation.resolve(run);
        const [column] = scan.columns;
        if (column === undefined) throw node.error("KQ102", "the rows on the right have no column to compare with");
        const vector = scan.table(run).vector(0);
        return vector.flatMap((value): Item[] =>
            column.type === "dynamic" && !isDecimal(value) ? dynamicItems(value) : [{ type: column.type, value }],
        );
    });
    return (frame) => items.in(frame.run);
}

function itemList(list: SyntaxNode, scope: Scope, compiler: Compiler): ItemList {
    const nodes = list.kind === "ExpressionList" ? list.list("Expressions") : [list];
    const parts = nodes.map((node) => {
        const either = compiler.either(node, scope);
        return either.kind === "scalar"
            ? { ...either.expr, items: itemsOfExpr(either.expr) }
            : { reads: readsData, items: itemsOfRelation(node, either.relation) };
    });
    const [only] = parts;
    if (parts.length === 1 && only !== undefined) return { parts, items: only.items };
    return { parts, items: (frame) => parts.flatMap((part) => part.items(frame)) };
}

/** Something worked out from a list of items: once where the list is constant, once a run where rows do not matter. */
function derived<T>(list: ItemList, derive: (items: readonly Item[]) => T): (frame: Frame) => T {
    const reads = combine(list.parts);
    if (isConstant({ reads })) {
        let known: { value: T } | undefined;
        return (frame) => (known ??= { value: derive(list.items(frame)) }).value;
    }
    if (reads.row || reads.neighbors) return (frame) => derive(list.items(frame));
    const known = new PerRun((run) => derive(list.items(rowless(run))));
    return (frame) => known.in(frame.run);
}

/** `in`, `!in`, `in~`, `!in~`. */
export function membership(node: SyntaxNode, left: Expr, scope: Scope, compiler: Compiler): Expr {
    const operator = node.child("Operator").text;
    const ignoreCase = operator.endsWith("~");
    const negated = operator.startsWith("!");
    const type = left.type === "dynamic" || ignoreCase ? "string" : left.type;
    const subject = convertTo(left, type);
    const list = itemList(node.child("Right"), scope, compiler);
    const key = keyOf(type);
    const fold = (value: Value): unknown =>
        ignoreCase && typeof value === "string" ? value.toLowerCase() : key(value);
    const keys = derived(list, (items) => new Set(items.map((item) => fold(conversion(item.type, type)(item.value)))));
    const { evaluate } = subject;
    const expr = expression("bool", combine([subject, ...list.parts]), (frame) => {
        const value = evaluate(frame);
        return (value !== null && keys(frame).has(fold(value))) !== negated;
    });
    return keyed(expr, operator, [left, ...list.parts]);
}

/** The text of an item; the empty text for null. */
function textOf({ type, value }: Item): string {
    const text = conversion(type, "string")(value);
    return typeof text === "string" ? text : "";
}

/** `has_any` and `has_all`: a null needle is in every text. */
export function termMembership(node: SyntaxNode, left: Expr, scope: Scope, compiler: Compiler): Expr {
    const all = node.kind === "HasAllExpression";
    const subject = coerce(left, "string");
    const list = itemList(node.child("Right"), scope, compiler);
    const tests = derived(list, (items) => items.map((item) => termSearch(textOf(item).toLowerCase(), "both")));
    const { evaluate } = subject;
    return expression("bool", combine([subject, ...list.parts]), (frame) => {
        const text = evaluate(frame).toLowerCase();
        return all ? tests(frame).every((test) => test(text)) : tests(frame).some((test) => test(text));
    });
}

/** The constant value of an expression that must be one. */
export function requireConstant(node: SyntaxNode, expr: Expr, what: string): Value {
    if (!isConstant(expr)) throw node.error("KQ201", `${what} must be a constant`);
    return constantValue(expr);
}
