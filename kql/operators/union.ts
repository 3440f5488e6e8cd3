import { callFunction } from "../compile/calls";
import type { Operator, OperatorContext } from "../compile/compiler";
import { matchesPattern, UniqueNames } from "../compile/names";
import { storedTable } from "../compile/storedTable";
import { useRows, type Scope } from "../compile/scope";
import { Scan, withColumns, type Relation } from "../plan/scan";
import type { SyntaxNode } from "../syntax";
import { Table } from "../table";
import type { Column, ScalarType, Value } from "../types";
import { parameter } from "./parameters";

/** `union`: the rows of all branches, columns matched by name; columns of one name and several types are kept apart. */
export const union: Operator = (context) => {
    const { node, input, leading } = context;
    const kind = parameter(node, "kind")?.text ?? "outer";
    if (kind !== "outer" && kind !== "inner")
        throw node.error("KQ102", `union has no kind ${kind}; it has outer and inner`);
    const branches = branchesOf(context);
    const all = leading ? branches : [input, ...branches];
    if (all.length === 0) throw node.error("KQ101", "union has no rows to work on: none of its tables is known");
    return withColumns(all, (scans) => unionOf(scans, kind, parameter(node, "withsource")?.name));
};

/** The rows that the arguments of `union` name; those a fuzzy union does not find are left out. */
function branchesOf({ node, scope, compiler }: OperatorContext): Relation[] {
    const fuzzy = parameter(node, "isfuzzy")?.text.toLowerCase() === "true";
    return node.list("Expressions").flatMap((expression): Relation[] => {
        const pattern = expression.optional("Name");
        if (expression.kind === "NameReference" && pattern?.kind === "WildcardedName") {
            const views = scope
                .views()
                .filter(({ name }) => matchesPattern(name, pattern.text.trim()))
                .map((fn) => callFunction(expression, fn, [], scope, compiler));
            return [
                ...wildcarded(pattern.text.trim(), scope),
                ...views.flatMap((view) => (view.kind === "relation" ? [view.relation] : [])),
            ];
        }
        return fuzzy && !isKnown(sourceOf(expression), scope) ? [] : [compiler.relation(expression, scope)];
    });
}

/** Tables whose names match a pattern. */
function wildcarded(pattern: string, scope: Scope): Relation[] {
    const names = Object.keys(scope.query.schema.tables).filter((name) => matchesPattern(name, pattern));
    const tables = names.map((name) => storedTable(name, scope)).filter((table) => table !== undefined);
    for (const table of tables) useRows(table, scope.query);
    return tables;
}

/** What an expression that pipes rows through operators begins with. */
function sourceOf(node: SyntaxNode): SyntaxNode {
    return node.kind === "PipeExpression" || node.kind === "ParenthesizedExpression"
        ? sourceOf(node.child("Expression"))
        : node;
}

/** Whether rows by a name are there; any other source of rows is. */
function isKnown(source: SyntaxNode, scope: Scope): boolean {
    if (source.kind !== "NameReference") return true;
    const { name } = source;
    return (
        scope.find(name) !== undefined ||
        storedTable(name, scope) !== undefined ||
        scope.query.schema.functions.some((fn) => fn.name === name)
    );
}

/** A column of a union, and where each branch has it. */
interface UnionColumn {
    readonly column: Column;
    /** Place in each branch; -1 where it has none. */
    readonly places: readonly number[];
}

/** The rows of several scans, one after the other. */
export function unionOf(scans: readonly Scan[], kind: "outer" | "inner", sourceColumn: string | undefined): Scan {
    const matched = matchColumns(scans, kind);
    const own = matched.map(({ column }) => column);
    const columns = sourceColumn === undefined ? own : [{ name: sourceColumn, type: "string" } as const, ...own];
    const labels = scans.map(({ label }, index) => label ?? `union_arg${index}`);
    return Scan.computed(columns, (run) => {
        const tables = scans.map((scan) => scan.table(run));
        const vectors = matched.map(({ column, places }) => {
            const absent = column.type === "string" ? "" : null;
            return tables.flatMap((table, branch): readonly Value[] => {
                const place = places[branch] ?? -1;
                return place < 0 ? new Array<Value>(table.length).fill(absent) : table.vector(place);
            });
        });
        const sources = tables.flatMap((table, branch) => new Array<Value>(table.length).fill(labels[branch] ?? ""));
        const length = tables.reduce((sum, table) => sum + table.length, 0);
        return new Table(columns, sourceColumn === undefined ? vectors : [sources, ...vectors], length);
    });
}

function matchColumns(scans: readonly Scan[], kind: "outer" | "inner"): UnionColumn[] {
    const names = new Set(scans.flatMap(({ columns }) => columns.map(({ name }) => name)));
    const unique = new UniqueNames();
    const typesOf = (name: string): (ScalarType | undefined)[] =>
        scans.map(({ columns }) => columns.find((column) => column.name === name)?.type);
    const distinct = new Map(
        [...names].map((name) => [name, new Set(typesOf(name).filter((type) => type !== undefined))]),
    );
    // A name that a branch has itself comes before one that is made of name and type.
    for (const [name, types] of distinct) if (types.size === 1) unique.add(name);
    return [...distinct].flatMap(([name, types]): UnionColumn[] => {
        if (kind === "inner" && typesOf(name).includes(undefined)) return [];
        return [...types].map((type) => ({
            column: { name: types.size === 1 ? name : unique.add(`${name}_${type}`), type },
            places: scans.map(({ columns }) =>
                columns.findIndex((column) => column.name === name && column.type === type),
            ),
        }));
    });
}
