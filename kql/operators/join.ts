import { comparedAs } from "../compile/comparison";
import { convertTo } from "../compile/coerce";
import type { Operator, OperatorContext } from "../compile/compiler";
import { UniqueNames } from "../compile/names";
import { Frame, type Expr } from "../plan/expression";
import type { Run } from "../plan/run";
import { computedSource, Scan, withColumns, type Filter, type Output, type Source } from "../plan/scan";
import type { SyntaxNode } from "../syntax";
import { Table, type Vector } from "../table";
import type { Column, Value } from "../types";
import { keyOf } from "../values/order";
import { parameter } from "./parameters";
import { Groups } from "./rows";

type JoinKind =
    | "innerunique"
    | "inner"
    | "leftouter"
    | "rightouter"
    | "fullouter"
    | "leftsemi"
    | "rightsemi"
    | "leftanti"
    | "rightanti";

const kinds: ReadonlyMap<string, JoinKind> = new Map([
    ["innerunique", "innerunique"],
    ["inner", "inner"],
    ["leftouter", "leftouter"],
    ["rightouter", "rightouter"],
    ["fullouter", "fullouter"],
    ["leftsemi", "leftsemi"],
    ["rightsemi", "rightsemi"],
    ["leftanti", "leftanti"],
    ["anti", "leftanti"],
    ["leftantisemi", "leftanti"],
    ["rightanti", "rightanti"],
    ["rightantisemi", "rightanti"],
]);

/** Kinds whose result holds rows of a side that have no partner on the other. */
const ownRows: Readonly<Record<"left" | "right", ReadonlySet<JoinKind>>> = {
    left: new Set(["leftouter", "fullouter", "leftanti"]),
    right: new Set(["rightouter", "fullouter", "rightanti"]),
};

/** What both sides must share for their rows to belong together. */
interface KeyPair {
    readonly left: Expr;
    readonly right: Expr;
    /** Column of the right side that is the key, where it is one. */
    readonly rightName: string | undefined;
}

/** `join`: `innerunique` unless the query says otherwise. */
export const join: Operator = (context) => {
    const { node } = context;
    const written = parameter(node, "kind")?.text ?? "innerunique";
    const kind = kinds.get(written);
    if (kind === undefined)
        throw node.error("KQ102", `join has no kind ${written}; it has ${[...kinds.keys()].join(", ")}`);
    return joined(context, kind, () => false);
};

/** `lookup`: `leftouter` unless the query says `inner`; the keys of the right side are left out. */
export const lookup: Operator = (context) => {
    const written = parameter(context.node, "kind")?.text ?? "leftouter";
    const kind = kinds.get(written);
    if (kind !== "leftouter" && kind !== "inner") {
        throw context.node.error("KQ102", `lookup has no kind ${written}; it has leftouter and inner`);
    }
    return joined(context, kind, (name, keys) => keys.some(({ rightName }) => rightName === name));
};

function joined(
    { node, input, scope, compiler }: OperatorContext,
    kind: JoinKind,
    leftOut: (name: string, keys: readonly KeyPair[]) => boolean,
): ReturnType<Operator> {
    const other = compiler.relation(node.child("Expression"), scope);
    return withColumns([other], ([right]) => {
        if (right === undefined) throw new Error("a join without its right side");
        const clause = node.optional("ConditionClause") ?? node.optional("LookupClause");
        if (clause?.kind !== "JoinOnClause") throw node.error("KQ201", "join without an on clause is not supported");
        const keys = clause.list("Expressions").map((condition) => keyPair(condition, input, right));
        const kept = right.outputs.filter(({ name }) => !leftOut(name, keys));
        const columns = joinedColumns(kind, input, kept);
        const needs = [...(ownRows.right.has(kind) ? [] : [input]), ...(ownRows.left.has(kind) ? [] : [right])];
        const rows = (narrowing: readonly Filter[]): Source =>
            computedSource(columns, (run) => rowsOf(kind, input, right, kept, keys, columns, narrowing, run), needs);
        return Scan.of(kind === "innerunique" ? narrowable(rows, [], input.columns.length) : rows([]));
    });
}

/**
 * The rows of an `innerunique` join, which keeps one left row a key. The engine's optimizer moves conditions that follow
 * the join and look at left columns alone to the left side, before it chooses that row: what is kept is a row that meets
 * them (Microsoft's Kusto emulator does so; the documentation leaves the choice open). That is done here for each
 * conjunct of the `where` operators between the join and the next operator that is no `where`, `extend`, `project` or
 * `parse`; `materialize` and `serialize` end it too.
 */
function narrowable(
    rows: (narrowing: readonly Filter[]) => Source,
    narrowing: readonly Filter[],
    left: number,
): Source {
    return {
        ...rows(narrowing),
        narrowedBy: (filter) => {
            const { columns, neighbors } = filter.expr.reads;
            const ofLeft = columns !== undefined && !neighbors && [...columns].every((column) => column < left);
            return ofLeft ? narrowable(rows, [...narrowing, filter], left) : undefined;
        },
    };
}

function keyPair(condition: SyntaxNode, left: Scan, right: Scan): KeyPair {
    if (condition.kind === "NameReference") {
        return paired(condition, column(condition, left), column(condition, right));
    }
    if (condition.kind === "ParenthesizedExpression") return keyPair(condition.child("Expression"), left, right);
    if (condition.kind !== "EqualExpression") {
        throw condition.error("KQ201", `join on ${condition.text}: only names and $left.x == $right.y are supported`);
    }
    const [first, second] = [sideOf(condition.child("Left")), sideOf(condition.child("Right"))];
    if (first.side === second.side) throw condition.error("KQ102", `${condition.text} compares one side with itself`);
    const [onLeft, onRight] = first.side === "$left" ? [first, second] : [second, first];
    return paired(condition, column(onLeft.name, left), column(onRight.name, right));
}

function sideOf(node: SyntaxNode): { readonly side: string; readonly name: SyntaxNode } {
    const side = node.kind === "PathExpression" ? node.child("Expression").name : "";
    if (side !== "$left" && side !== "$right") {
        throw node.error("KQ201", `join on ${node.text}: only $left.x and $right.y are supported here`);
    }
    return { side, name: node.child("Selector") };
}

function column(node: SyntaxNode, side: Scan): Output {
    const output = side.find(node.name);
    if (output === undefined) throw node.error("KQ101", `${node.name} is no column of that side of the join`);
    return output;
}

function paired(node: SyntaxNode, left: Output, right: Output): KeyPair {
    const type = comparedAs(left.expr.type, right.expr.type);
    if (type === undefined) {
        throw node.error(
            "KQ102",
            `a ${left.expr.type} cannot be joined with a ${right.expr.type}; convert one of them`,
        );
    }
    return { left: convertTo(left.expr, type), right: convertTo(right.expr, type), rightName: right.name };
}

function joinedColumns(kind: JoinKind, left: Scan, right: readonly Output[]): Column[] {
    const ofRight = right.map(({ name, expr }): Column => ({ name, type: expr.type }));
    switch (kind) {
        case "leftsemi":
        case "leftanti":
            return left.columns;
        case "rightsemi":
        case "rightanti":
            return ofRight;
        case "innerunique":
        case "inner":
        case "leftouter":
        case "rightouter":
        case "fullouter": {
            const names = new UniqueNames();
            return [...left.columns, ...ofRight].map(({ name, type }) => ({ name: names.add(name), type }));
        }
    }
}

/** The kept rows of a side: their values, and the number of the key that each has. */
interface Side {
    readonly table: Table;
    readonly groups: readonly number[];
}

function readSide(scan: Scan, outputs: readonly Output[], keys: readonly Expr[], groups: Groups, run: Run): Side {
    const rows: number[] = [];
    const numbers: number[] = [];
    const frame = scan.frame(run);
    const parts = keys.map((expr) => ({ evaluate: anyValue(expr), key: keyOf(expr.type) }));
    const [only] = parts;
    const numberOf =
        only === undefined || parts.length > 1
            ? (kept: Frame): number => groups.indexOf(parts.map(({ evaluate, key }) => key(evaluate(kept))))
            : (kept: Frame): number => groups.indexOfOne(only.key(only.evaluate(kept)));
    scan.each(run, (kept) => {
        rows.push(kept.row);
        numbers.push(numberOf(kept));
    });
    return { table: scan.select(outputs).pick(run, frame, rows), groups: numbers };
}

function anyValue(expr: Expr): (frame: Frame) => Value {
    return expr.evaluate;
}

function rowsOf(
    kind: JoinKind,
    leftScan: Scan,
    rightScan: Scan,
    kept: readonly Output[],
    keys: readonly KeyPair[],
    columns: readonly Column[],
    narrowing: readonly Filter[],
    run: Run,
): Table {
    const groups = new Groups(keys.length, run);
    const left = narrowed(
        readSide(
            leftScan,
            leftScan.outputs,
            keys.map((key) => key.left),
            groups,
            run,
        ),
        narrowing,
        run,
    );
    // Without left rows nothing is asked of the right side, which may be long in the making.
    if (left.groups.length === 0 && !ownRows.right.has(kind))
        return new Table(
            columns,
            columns.map(() => []),
            0,
        );
    const right = readSide(
        rightScan,
        kept,
        keys.map((key) => key.right),
        groups,
        run,
    );
    const rightRows = rowsByGroup(right.groups, groups.size);
    const leftHas = new Set(left.groups);
    switch (kind) {
        case "leftsemi":
            return left.table.select(chosen(left.groups, (group) => (rightRows[group]?.length ?? 0) > 0));
        case "leftanti":
            return left.table.select(chosen(left.groups, (group) => (rightRows[group]?.length ?? 0) === 0));
        case "rightsemi":
            return right.table.select(chosen(right.groups, (group) => leftHas.has(group)));
        case "rightanti":
            return right.table.select(chosen(right.groups, (group) => !leftHas.has(group)));
        case "innerunique":
        case "inner":
        case "leftouter":
        case "rightouter":
        case "fullouter": {
            const pairs = pairsOf(kind, left.groups, right.groups, rightRows, leftHas, run);
            const { length } = pairs.left;
            run.hold(bytesPerPair * length);
            const ofLeft = left.table.columns.length;
            const vectorAt = (place: number): Vector =>
                place < ofLeft
                    ? gather(left.table, place, pairs.left)
                    : gather(right.table, place - ofLeft, pairs.right);
            return new Table(columns, vectorAt, length);
        }
    }
}

/** The rows of a side that meet conditions on its columns. */
function narrowed(side: Side, conditions: readonly Filter[], run: Run): Side {
    if (conditions.length === 0) return side;
    const frame = new Frame(side.table, 0, run);
    const rows = side.groups.flatMap((_, row) => {
        run.visit();
        frame.row = row;
        return conditions.every(({ expr }) => expr.evaluate(frame) === true) ? [row] : [];
    });
    return { table: side.table.select(rows), groups: rows.map((row) => side.groups[row] ?? -1) };
}

/** What a pair of places takes, about. */
const bytesPerPair = 16;

function rowsByGroup(groups: readonly number[], count: number): number[][] {
    const rows = Array.from({ length: count }, (): number[] => []);
    groups.forEach((group, row) => rows[group]?.push(row));
    return rows;
}

function chosen(groups: readonly number[], test: (group: number) => boolean): number[] {
    return groups.flatMap((group, row) => (test(group) ? [row] : []));
}

/** Rows that belong together, side by side; -1 stands for no row. */
interface Pairs {
    readonly left: readonly number[];
    readonly right: readonly number[];
}

function pairsOf(
    kind: "innerunique" | "inner" | "leftouter" | "rightouter" | "fullouter",
    leftGroups: readonly number[],
    rightGroups: readonly number[],
    rightRows: readonly (readonly number[])[],
    leftHas: ReadonlySet<number>,
    run: Run,
): Pairs {
    const left: number[] = [];
    const right: number[] = [];
    const pair = (leftRow: number, rightRow: number): void => {
        left.push(leftRow);
        right.push(rightRow);
    };
    const used = new Set<number>();
    leftGroups.forEach((group, row) => {
        if (kind === "innerunique") {
            if (used.has(group)) return;
            used.add(group);
        }
        const matches = rightRows[group] ?? [];
        for (const match of matches) pair(row, match);
        if (matches.length === 0 && (kind === "leftouter" || kind === "fullouter")) pair(row, -1);
        run.produce(left.length);
    });
    if (kind === "rightouter" || kind === "fullouter") {
        rightGroups.forEach((group, row) => {
            if (!leftHas.has(group)) pair(-1, row);
        });
    }
    return { left, right };
}

/** The values of a column in some rows; none for the row -1. */
function gather(table: Table, place: number, rows: readonly number[]): Vector {
    const vector = table.vector(place);
    const absent = table.columns[place]?.type === "string" ? "" : null;
    return rows.map((row) => (row < 0 ? absent : (vector[row] ?? null)));
}
