import type { Accumulator, Aggregate, TupleAccumulator, TupleAggregate } from "../aggregates/define";
import { findAggregate } from "../aggregates/registry";
import { findTupleAggregate } from "../aggregates/tuples";
import type { AggregateSink } from "../compile/aggregates";
import type { Operator } from "../compile/compiler";
import { DefaultNames, resultName, UniqueNames } from "../compile/names";
import { givenNames, plainCall } from "../compile/tuples";
import { expressionsOver, projected } from "../compile/projection";
import { Call } from "../functions/call";
import { columnAt, type Expr, type Frame } from "../plan/expression";
import type { Run } from "../plan/run";
import { computedSource, Scan, type Output } from "../plan/scan";
import { Table } from "../table";
import type { Column, Value } from "../types";
import { keyOf } from "../values/order";
import { Groups } from "./rows";

/** One or several columns of a group, worked out row by row. */
type Part =
    | { readonly kind: "one"; readonly aggregate: Aggregate }
    | { readonly kind: "tuple"; readonly aggregate: TupleAggregate };

/** `summarize … by …`: a row a group, or one row over everything. */
export const summarize: Operator = ({ node, input, scope, compiler }) => {
    const by = node.optional("ByClause")?.list("Expressions") ?? [];
    const { scan, named } = expressionsOver(by, input, scope, compiler);
    const keys = projected(scan, named);
    const parts: Part[] = [];
    const columns: Column[] = keys.map(({ name, expr }) => ({ name, type: expr.type }));
    const inRow = scope.withRow(scan);
    const take = (part: Part, types: readonly Column["type"][]): number => {
        const place = columns.length;
        parts.push(part);
        for (const type of types) columns.push({ name: `aggregate ${columns.length}`, type });
        return place;
    };
    const sink: AggregateSink = {
        isAggregate: (name) => findAggregate(name) !== undefined,
        add: (node) => {
            const make = findAggregate(node.child("Name").name);
            if (make === undefined)
                throw node.error("KQ200", `the aggregate ${node.child("Name").name}() is not supported`);
            const aggregate = make(new Call(node, inRow, compiler));
            return columnAt(aggregate.type, take({ kind: "one", aggregate }, [aggregate.type]));
        },
    };
    const unique = new UniqueNames();
    const outputs: Output[] = keys.map(({ name, expr }, index) => ({
        name: unique.add(name),
        expr: columnAt(expr.type, index),
    }));
    const defaults = new DefaultNames(() => false);
    for (const expression of node.list("Aggregates")) {
        const call = plainCall(expression);
        const makeTuple = call === undefined ? undefined : findTupleAggregate(call.child("Name").name);
        if (call !== undefined && makeTuple !== undefined) {
            const aggregate = makeTuple(new Call(call, inRow, compiler), keys);
            const place = take(
                { kind: "tuple", aggregate },
                aggregate.columns.map(({ type }) => type),
            );
            const [firstName, ...names] = givenNames(expression);
            aggregate.columns.forEach(({ name, type }, index) => {
                const given = index === 0 ? firstName : names[index - 1];
                outputs.push({ name: unique.add(given ?? name), expr: columnAt(type, place + index) });
            });
            continue;
        }
        const expr = compiler.scalar(expression, scope.withAggregates(sink));
        outputs.push({ name: unique.add(resultName(expression) ?? defaults.take()), expr });
    }
    // Without keys there is one row over everything, be it nothing.
    const needs = keys.length > 0 ? [scan] : [];
    const grouped = Scan.of(computedSource(columns, (run) => group(scan, keys, parts, columns, run), needs));
    return grouped.select(outputs.map(({ name, expr }) => grouped.define(name, expr)));
};

interface Group {
    readonly keys: readonly Value[];
    readonly accumulators: readonly (
        | { readonly kind: "one"; readonly accumulator: Accumulator }
        | { readonly kind: "tuple"; readonly accumulator: TupleAccumulator }
    )[];
}

function start(parts: readonly Part[], keys: readonly Value[]): Group {
    return {
        keys,
        accumulators: parts.map((part) =>
            part.kind === "one"
                ? { kind: "one", accumulator: part.aggregate.start() }
                : { kind: "tuple", accumulator: part.aggregate.start() },
        ),
    };
}

/** What a group and each of its accumulators take, about. */
const bytesPerGroup = 128;

function evaluationOf(expr: Expr): (frame: Frame) => Value {
    return expr.evaluate;
}

function group(
    scan: Scan,
    keys: readonly Output[],
    parts: readonly Part[],
    columns: readonly Column[],
    run: Run,
): Table {
    const groups: Group[] = [];
    const numbers = new Groups(keys.length, run);
    const keyExprs = keys.map(({ expr }) => ({ evaluate: evaluationOf(expr), key: keyOf(expr.type) }));
    if (keys.length === 0) {
        numbers.indexOf([]);
        groups.push(start(parts, []));
    }
    scan.each(run, (frame) => {
        const values = keyExprs.map(({ evaluate }) => evaluate(frame));
        const index = numbers.indexOf(values.map((value, place) => keyExprs[place]?.key(value)));
        let found = groups[index];
        if (found === undefined) {
            found = start(parts, values);
            groups.push(found);
            run.produce(groups.length);
            run.hold(bytesPerGroup * (1 + parts.length));
        }
        for (const { accumulator } of found.accumulators) accumulator.add(frame);
    });
    const rows = groups.map(({ keys: values, accumulators }) => [
        ...values,
        ...accumulators.flatMap((each): readonly Value[] =>
            each.kind === "one" ? [each.accumulator.result()] : each.accumulator.results(),
        ),
    ]);
    return new Table(
        columns,
        columns.map((_, column) => rows.map((row) => row[column] ?? null)),
        rows.length,
    );
}
