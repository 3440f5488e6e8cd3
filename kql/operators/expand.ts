import { convertTo, isInt64 } from "../compile/coerce";
import type { Compiler, Operator } from "../compile/compiler";
import { DefaultNames, resultName, UniqueNames } from "../compile/names";
import type { Scope } from "../compile/scope";
import { PerPart, type Run } from "../plan/run";
import { valueIn, type Expr } from "../plan/expression";
import { givenSource, Scan, withColumns } from "../plan/scan";
import type { SyntaxNode } from "../syntax";
import { Table, workedOut, type Vector } from "../table";
import { scalarType, type Column, type ScalarType, type Value } from "../types";
import { elementConversion } from "../values/conversions";
import { isArray, isBag, type Dynamic } from "../values/dynamic";
import { isDecimal } from "../values/order";
import { parameter } from "./parameters";

/** A dynamic value that is taken apart, and the column that its elements go to. */
interface Expansion {
    readonly name: string;
    readonly type: ScalarType;
    readonly expr: Expr;
}

/** How many rows a row becomes, and what each has. */
interface Expanded {
    /** The row of the input that each row comes from. */
    readonly rows: readonly number[];
    /** The elements of each expansion, row by row. */
    readonly elements: readonly (readonly Value[])[];
    /** The place of each element in its array. */
    readonly indexes: readonly number[];
}

function expansionsOf(nodes: readonly SyntaxNode[], input: Scan, scope: Scope, compiler: Compiler): Expansion[] {
    const defaults = new DefaultNames((name) => input.find(name) !== undefined);
    return nodes.map((node) => {
        const expression = node.child("Expression");
        const typeName = node.optional("ToTypeOf")?.child("TypeOf").list("Types")[0]?.text;
        const type = typeName === undefined ? "dynamic" : scalarType(typeName);
        if (type === undefined) throw node.error("KQ102", `${node.text} is to be of no type that exists`);
        const expr = compiler.scalar(expression, scope.withRow(input));
        return { name: resultName(expression) ?? defaults.take(), type, expr: convertTo(expr, "dynamic") };
    });
}

/** The elements of a dynamic value: of an array each, of a bag one a key, of anything else the value itself. */
function elementsOf(value: Value, asArrays: boolean): readonly Dynamic[] {
    if (isDecimal(value)) return [];
    if (isArray(value)) return value;
    if (!isBag(value)) return [value];
    return [...value].map(([key, entry]): Dynamic => (asArrays ? [key, entry] : new Map([[key, entry]])));
}

function expand(input: Scan, expansions: readonly Expansion[], limit: number, asArrays: boolean, run: Run): Expanded {
    const rows: number[] = [];
    const indexes: number[] = [];
    const elements = expansions.map((): Value[] => []);
    const convert = expansions.map(({ type }) => elementConversion(type));
    input.each(run, (frame) => {
        const parts = expansions.map(({ expr }) => elementsOf(expr.evaluate(frame), asArrays));
        const count = Math.min(limit, Math.max(...parts.map(({ length }) => length)));
        for (let index = 0; index < count; index++) {
            rows.push(frame.row);
            indexes.push(index);
            parts.forEach((part, place) => elements[place]?.push(convert[place]?.(part[index] ?? null) ?? null));
        }
        run.produce(rows.length);
    });
    return { rows, elements, indexes };
}

function rowLimit(node: SyntaxNode, scope: Scope, compiler: Compiler): (run: Run) => number {
    const limit = node.optional("RowLimitClause")?.child("RowLimit");
    if (limit === undefined) return () => Number.POSITIVE_INFINITY;
    const expr = compiler.scalar(limit, scope);
    return (run) => {
        const value = valueIn(run, expr);
        return isInt64(value) ? Number(value) : Number.POSITIVE_INFINITY;
    };
}

function wantsArrays(node: SyntaxNode): boolean {
    return (parameter(node, "bagexpansion") ?? parameter(node, "kind"))?.text === "array";
}

/** Columns of the input, the expanded ones in the place of their namesakes or after them, the index last. */
function expandedColumns(input: Scan, expansions: readonly Expansion[], indexName: string | undefined): Column[] {
    const columns = [...input.columns];
    for (const { name, type } of expansions) {
        const place = columns.findIndex((column) => column.name === name);
        if (place < 0) columns.push({ name, type });
        else columns[place] = { name, type };
    }
    if (indexName === undefined) return columns;
    const unique = new UniqueNames();
    for (const { name } of columns) unique.add(name);
    return [...columns, { name: unique.add(indexName), type: "long" }];
}

function expandedVectors(
    input: Scan,
    expansions: readonly Expansion[],
    columns: readonly Column[],
    indexed: boolean,
    expanded: Expanded,
    run: Run,
): (place: number) => Vector {
    const kept = input.pick(run, input.frame(run), expanded.rows);
    return (place) => {
        if (indexed && place === columns.length - 1) return expanded.indexes;
        const expansion = expansions.findIndex((other) => other.name === columns[place]?.name);
        return expanded.elements[expansion] ?? kept.vector(place);
    };
}

/** `mv-expand`: a row an element; several columns side by side, the shorter ones filled with nulls. */
export const mvExpand: Operator = ({ node, input, scope, compiler }) => {
    const expansions = expansionsOf(node.list("Expressions"), input, scope, compiler);
    const indexName = parameter(node, "with_itemindex")?.name;
    const columns = expandedColumns(input, expansions, indexName);
    const limit = rowLimit(node, scope, compiler);
    const asArrays = wantsArrays(node);
    return Scan.computed(columns, (run) => {
        const expanded = expand(input, expansions, limit(run), asArrays, run);
        const vectors = expandedVectors(input, expansions, columns, indexName !== undefined, expanded, run);
        return new Table(columns, vectors, expanded.rows.length);
    });
};

/** `mv-apply`: a subquery over the elements of each row, its rows joined to the row. */
export const mvApply: Operator = ({ node, input, scope, compiler }) => {
    const expansions = expansionsOf(node.list("Expressions"), input, scope, compiler);
    const indexName = parameter(node, "with_itemindex")?.name;
    const inner = expandedColumns(input, expansions, indexName);
    const limit = rowLimit(node, scope, compiler);
    const current = new PerPart<Table>();
    const rows = Scan.of(givenSource(inner, current));
    const subquery = compiler.relation(node.child("Subquery"), scope.withInput(rows));
    return withColumns([subquery], ([result]) => {
        if (result === undefined) throw new Error("mv-apply without its subquery");
        const kept = input.columns.filter(({ name }) => !expansions.some((expansion) => expansion.name === name));
        const columns = [
            ...kept.map((column) => result.columns.find(({ name }) => name === column.name) ?? column),
            ...result.columns.filter(({ name }) => !kept.some((column) => column.name === name)),
        ];
        return Scan.computed(columns, (run) => {
            const expanded = expand(input, expansions, limit(run), false, run);
            const vectors = expandedVectors(input, expansions, inner, indexName !== undefined, expanded, run);
            const whole = new Table(inner, vectors, expanded.rows.length);
            return apply(whole, expanded.rows, input, result, columns, current, run);
        });
    });
};

function apply(
    whole: Table,
    origins: readonly number[],
    input: Scan,
    result: Scan,
    columns: readonly Column[],
    current: PerPart<Table>,
    run: Run,
): Table {
    const vectors = columns.map((): Value[] => []);
    const places = columns.map(({ name }) => result.columns.findIndex((column) => column.name === name));
    const kept = columns.map(({ name }) => input.find(name));
    const frame = input.frame(run);
    let length = 0;
    const rows: number[] = [];
    input.each(run, ({ row }) => rows.push(row));
    let from = 0;
    for (const row of rows) {
        let to = from;
        while (to < origins.length && origins[to] === row) to++;
        const group = whole.select(Array.from({ length: to - from }, (_, index) => from + index));
        from = to;
        const answer = run.forked((fork) => {
            current.give(fork, group);
            return workedOut(result.table(fork));
        });
        frame.row = row;
        for (let index = 0; index < answer.length; index++) {
            columns.forEach((_, place) => {
                const at = places[place] ?? -1;
                const value = at >= 0 ? answer.vectors[at]?.[index] : kept[place]?.expr.evaluate(frame);
                vectors[place]?.push(value ?? null);
            });
        }
        length += answer.length;
        run.produce(length);
    }
    return new Table(columns, vectors, length);
}
