import type { Operator, OperatorContext } from "../compile/compiler";
import { matchesPattern } from "../compile/names";
import { storedTable } from "../compile/storedTable";
import { useRows } from "../compile/scope";
import { Scan, withColumns, type Relation } from "../plan/scan";
import { Table } from "../table";
import type { Column, Value } from "../types";
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
            const wanted = pattern.text.trim();
            const names = Object.keys(scope.query.schema.tables).filter((name) => matchesPattern(name, wanted));
            const tables = names.map((name) => storedTable(name, scope)).filter((table) => table !== undefined);
            for (const table of tables) useRows(table, scope.query);
            return tables;
        }
        const unknown =
            expression.kind === "NameReference" &&
            scope.find(expression.name) === undefined &&
            storedTable(expression.name, scope) === undefined &&
            !scope.query.schema.functions.some(({ name }) => name === expression.name);
        return fuzzy && unknown ? [] : [compiler.relation(expression, scope)];
    });
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
                const vector = table.vectors[places[branch] ?? -1];
                return vector ?? new Array<Value>(table.length).fill(absent);
            });
        });
        const sources = tables.flatMap((table, branch) => new Array<Value>(table.length).fill(labels[branch] ?? ""));
        const length = tables.reduce((sum, table) => sum + table.length, 0);
        return new Table(columns, sourceColumn === undefined ? vectors : [sources, ...vectors], length);
    });
}

function matchColumns(scans: readonly Scan[], kind: "outer" | "inner"): UnionColumn[] {
    const names = new Set(scans.flatMap(({ columns }) => columns.map(({ name }) => name)));
    return [...names].flatMap((name): UnionColumn[] => {
        const types = scans.map(({ columns }) => columns.find((column) => column.name === name)?.type);
        if (kind === "inner" && types.includes(undefined)) return [];
        const distinct = [...new Set(types.filter((type) => type !== undefined))];
        return distinct.map((type) => ({
            column: { name: distinct.length === 1 ? name : `${name}_${type}`, type },
            places: scans.map(({ columns }) =>
                columns.findIndex((column) => column.name === name && column.type === type),
            ),
        }));
    });
}
