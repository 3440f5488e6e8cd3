import { findAggregate } from "../aggregates/registry";
import type { Accumulator } from "../aggregates/define";
import { convertTo } from "../compile/coerce";
import type { Compiler, Operator } from "../compile/compiler";
import { resultName, UniqueNames } from "../compile/names";
import type { Scope } from "../compile/scope";
import { columnAt, Frame, valueIn, type Expr } from "../plan/expression";
import type { Run } from "../plan/run";
import { Scan } from "../plan/scan";
import type { SyntaxNode } from "../syntax";
import { Table } from "../table";
import type { Column, Value } from "../types";
import { keyOf } from "../values/order";
import { Call } from "../functions/call";
import type { Aggregate } from "../aggregates/define";
import { keyOrder, rowCount } from "./order";
import { Groups } from "./rows";

/** One level: the values it tells rows apart by, and those among them that it keeps. */
interface Level {
    readonly value: Expr;
    readonly aggregates: readonly Aggregate[];
    /** What the aggregates come to; reads a row of their results. */
    readonly measure: Expr;
    readonly columns: readonly [Column, Column];
    readonly descending: boolean;
    /** How many values are kept; all of them where absent. */
    readonly most: ((run: Run) => number) | undefined;
    /** What stands for all other values; absent: they are left out. */
    readonly others: Expr | undefined;
}

/** `top-nested`: the values with the largest aggregates, and under each of them those of the next level. */
export const topNested: Operator = ({ node, input, scope, compiler }) => {
    const levels = node.list("Clauses").map((clause) => levelOf(clause, input, scope, compiler));
    levels.forEach(({ others }, index) => {
        const next = levels[index + 1];
        if (others !== undefined && next !== undefined && next.others === undefined) {
            throw node.error("KQ201", "top-nested with others above a level without others is not supported");
        }
    });
    const unique = new UniqueNames();
    const columns = levels.flatMap((level) =>
        level.columns.map(({ name, type }) => ({ name: unique.add(name), type })),
    );
    return Scan.computed(columns, (run) => {
        const frame = input.frame(run);
        const rows: number[] = [];
        input.each(run, ({ row }) => rows.push(row));
        const answers: Value[][] = [];
        descend(levels, rows, [], false, frame, run, answers);
        const vectors = columns.map((_, column) => answers.map((answer) => answer[column] ?? null));
        return new Table(columns, vectors, answers.length);
    });
};

function levelOf(clause: SyntaxNode, input: Scan, scope: Scope, compiler: Compiler): Level {
    const of = clause.child("OfExpression");
    const by = clause.child("ByExpression");
    const inRow = scope.withRow(input);
    const value = compiler.scalar(of, inRow);
    const name = resultName(of);
    const aggregates: Aggregate[] = [];
    const measure = compiler.scalar(
        by,
        scope.withAggregates({
            isAggregate: (called) => findAggregate(called) !== undefined,
            add: (call) => {
                const make = findAggregate(call.child("Name").name);
                if (make === undefined) throw call.error("KQ200", `${call.text} is no aggregate that is supported`);
                const aggregate = make(new Call(call, inRow, compiler));
                aggregates.push(aggregate);
                return columnAt(aggregate.type, aggregates.length - 1);
            },
        }),
    );
    const ordering = by.kind === "OrderedExpression" ? by.optional("Ordering") : undefined;
    const measured = by.kind === "OrderedExpression" ? by.child("Expression") : by;
    const given = measured.kind === "SimpleNamedExpression" ? measured.child("Name").name : `aggregated_${name ?? ""}`;
    const count = clause.optional("Expression");
    const others = clause.optional("WithOthersClause")?.child("Expression");
    return {
        value,
        aggregates,
        measure,
        columns: [
            { name: name ?? "Column1", type: value.type },
            { name: given, type: measure.type },
        ],
        descending: ordering?.optional("AscOrDescKeyword")?.text !== "asc",
        most: count === undefined ? undefined : rowCount(count, scope, compiler),
        others: others === undefined ? undefined : convertTo(compiler.scalar(others, scope), value.type),
    };
}

interface Candidate {
    readonly value: Value;
    readonly rows: number[];
}

/** Works out the rows of a level under what the levels above chose; under `others`, all values are others. */
function descend(
    levels: readonly Level[],
    rows: readonly number[],
    above: readonly Value[],
    amongOthers: boolean,
    frame: Frame,
    run: Run,
    answers: Value[][],
): void {
    const [level, ...below] = levels;
    if (level === undefined) {
        answers.push([...above]);
        run.produce(answers.length);
        return;
    }
    const candidates = amongOthers ? [] : candidatesOf(level, rows, frame, run);
    const measures = candidates.map((candidate) => measureOf(level, candidate.rows, frame, run));
    const { measure: expr, descending } = level;
    const order = keyOrder({ expr, descending, nullsFirst: false });
    const places = candidates.map((_, place) => place);
    places.sort((a, b) => order(measures[a] ?? null, measures[b] ?? null) || a - b);
    const kept = level.most === undefined ? places : places.slice(0, level.most(run));
    for (const place of kept) {
        const candidate = candidates[place];
        if (candidate === undefined) continue;
        descend(
            below,
            candidate.rows,
            [...above, candidate.value, measures[place] ?? null],
            false,
            frame,
            run,
            answers,
        );
    }
    if (level.others === undefined) return;
    const chosen = new Set(kept.flatMap((place) => candidates[place]?.rows ?? []));
    const rest = rows.filter((row) => !chosen.has(row));
    if (rest.length === 0) return;
    const measured = measureOf(level, rest, frame, run);
    descend(below, rest, [...above, valueIn(run, level.others), measured], true, frame, run, answers);
}

function candidatesOf({ value }: Level, rows: readonly number[], frame: Frame, run: Run): Candidate[] {
    const groups = new Groups(1, run);
    const key = keyOf(value.type);
    const candidates: Candidate[] = [];
    for (const row of rows) {
        run.visit();
        frame.row = row;
        const found = value.evaluate(frame);
        const index = groups.indexOf([key(found)]);
        const candidate = candidates[index];
        if (candidate === undefined) candidates.push({ value: found, rows: [row] });
        else candidate.rows.push(row);
    }
    return candidates;
}

function measureOf({ aggregates, measure }: Level, rows: readonly number[], frame: Frame, run: Run): Value {
    const accumulators = aggregates.map((aggregate): Accumulator => aggregate.start());
    for (const row of rows) {
        run.visit();
        frame.row = row;
        for (const accumulator of accumulators) accumulator.add(frame);
    }
    const columns = aggregates.map(({ type }, index): Column => ({ name: String(index), type }));
    const results = new Table(
        columns,
        accumulators.map((accumulator) => [accumulator.result()]),
        1,
    );
    return measure.evaluate(new Frame(results, 0, run));
}
