import { findAggregate } from "../aggregates/registry";
import type { Aggregate } from "../aggregates/define";
import { convertTo, isInt64, isIntegerType } from "../compile/coerce";
import type { Operator } from "../compile/compiler";
import { LimitExceeded } from "../limits";
import { resultName, UniqueNames } from "../compile/names";
import { expressionsOver, projected } from "../compile/projection";
import { Call } from "../functions/call";
import { constant, valueIn, type Expr } from "../plan/expression";
import type { Run } from "../plan/run";
import { Scan, type Output } from "../plan/scan";
import type { SyntaxNode } from "../syntax";
import { Table } from "../table";
import type { Column, ScalarType, Value } from "../types";
import { dynamicOfScalar } from "../values/conversions";
import type { Dynamic } from "../values/dynamic";
import { add, floorTo, subtract, type Int64 } from "../values/int64";
import { keyOf } from "../values/order";
import { parameter } from "./parameters";
import { Groups } from "./rows";
import { binOf } from "../functions/numbers";

/** One series: an aggregate in each bin, and what stands where a bin has no rows. */
interface Series {
    readonly name: string;
    readonly aggregate: Aggregate;
    readonly absent: Expr;
}

/** The bins of the axis. */
interface Axis {
    readonly name: string;
    readonly value: Expr;
    readonly from: Expr | undefined;
    readonly to: Expr | undefined;
    readonly step: Expr;
    /** Whether `to` itself is a bin, as in the old `in range(…)`. */
    readonly closed: boolean;
    readonly node: SyntaxNode;
}

/** `make-series`: aggregates bin by bin along an axis, as arrays; a row for each combination of the keys. */
export const makeSeries: Operator = ({ node, input, scope, compiler }) => {
    const by = node.optional("ByClause")?.list("Expressions") ?? [];
    const { scan, named } = expressionsOver(by, input, scope, compiler);
    const keys = projected(scan, named);
    const inRow = scope.withRow(scan);
    const series = node.list("Aggregates").map((each): Series => {
        const expression = each.child("Expression");
        const callNode = expression.kind === "SimpleNamedExpression" ? expression.child("Expression") : expression;
        const make =
            callNode.kind === "FunctionCallExpression" ? findAggregate(callNode.child("Name").name) : undefined;
        if (make === undefined) throw callNode.error("KQ201", `${callNode.text}: a series is one aggregate`);
        const aggregate = make(new Call(callNode, inRow, compiler));
        const given = each.optional("DefaultExpression")?.child("Expression");
        const absent =
            given === undefined ? constant("long", 0) : convertTo(compiler.scalar(given, scope), aggregate.type);
        return { name: resultName(expression) ?? "", aggregate, absent };
    });
    const axis = axisOf();
    const kind = parameter(node, "kind")?.text;
    if (kind !== undefined && kind !== "nonempty") throw node.error("KQ102", `make-series has no kind ${kind}`);
    const names = new UniqueNames();
    const columns = [
        ...keys.map(({ name, expr }): Column => ({ name: names.add(name), type: expr.type })),
        ...series.map(({ name }): Column => ({ name: names.add(name), type: "dynamic" })),
        { name: names.add(axis.name), type: "dynamic" } as const,
    ];
    return Scan.computed(columns, (run) => seriesOf(scan, keys, series, axis, kind === "nonempty", columns, run));

    function axisOf(): Axis {
        const on = node.child("OnClause").child("Expression");
        const range = node.child("RangeClause");
        const part = (name: string): Expr | undefined => {
            const clause = range.optional(name);
            return clause === undefined ? undefined : compiler.scalar(clause.child("Expression"), scope);
        };
        const value = compiler.scalar(on, inRow);
        if (!isIntegerType(value.type)) {
            throw on.error("KQ201", `make-series on a ${value.type} is not supported; use whole numbers or times`);
        }
        const name = resultName(on) ?? "Column1";
        if (range.kind === "MakeSeriesInRangeClause") {
            const [from, to, step] = rangeArguments(range).map((argument) => compiler.scalar(argument, scope));
            if (step === undefined) throw range.error("KQ102", "the range of make-series needs start, end and step");
            return { name, value, from, to, step, closed: true, node: range };
        }
        const step = part("MakeSeriesStepClause");
        if (step === undefined) throw node.error("KQ102", "make-series needs a step");
        const [from, to] = [part("MakeSeriesFromClause"), part("MakeSeriesToClause")];
        return { name, value, from, to, step, closed: false, node: range };
    }
};

function rangeArguments(node: SyntaxNode): readonly SyntaxNode[] {
    const list = node.parts.find(({ kind }) => kind === "ExpressionList");
    return list?.list("Expressions") ?? [];
}

/** Most values of an array that make-series makes (Kusto documentation). */
const mostBins = 1_048_576;

function integer(value: Value): Int64 | undefined {
    return isInt64(value) && Number.isInteger(Number(value)) ? value : undefined;
}

function seriesOf(
    scan: Scan,
    keys: readonly Output[],
    series: readonly Series[],
    axis: Axis,
    nonempty: boolean,
    columns: readonly Column[],
    run: Run,
): Table {
    const step = integer(valueIn(run, axis.step));
    if (step === undefined || step <= 0)
        return new Table(
            columns,
            columns.map(() => []),
            0,
        );
    const rows: { readonly keys: Value[]; readonly at: Int64; readonly row: number }[] = [];
    scan.each(run, (frame) => {
        const at = integer(axis.value.evaluate(frame));
        if (at !== undefined) rows.push({ keys: keys.map(({ expr }) => expr.evaluate(frame)), at, row: frame.row });
    });
    const from = axis.from === undefined ? smallest(rows, step, axis.value.type) : integer(valueIn(run, axis.from));
    const to = axis.to === undefined ? largest(rows) : integer(valueIn(run, axis.to));
    if (from === undefined || to === undefined)
        return new Table(
            columns,
            columns.map(() => []),
            0,
        );
    if (axis.closed && binOf(from, step, axis.value.type) !== from) {
        throw axis.node.error(
            "KQ201",
            "make-series in range with a start that is no multiple of the step is not supported",
        );
    }
    const bins: Int64[] = [];
    for (let bin = from; axis.closed || axis.to === undefined ? bin <= to : bin < to; bin = add(bin, step)) {
        bins.push(bin);
        if (bins.length > mostBins) {
            throw new LimitExceeded(
                "KQ300",
                `make-series makes arrays of more than ${mostBins} values; use a longer step`,
            );
        }
    }
    const groups = new Groups(keys.length, run);
    const keyParts = keys.map(({ expr }) => keyOf(expr.type));
    const found: { readonly keys: Value[]; readonly cells: Map<number, ReturnType<Aggregate["start"]>[]> }[] = [];
    const frame = scan.frame(run);
    for (const { keys: values, at, row } of rows) {
        const bin = Number(subtract(floorTo(subtract(at, from), step) ?? 0, 0)) / Number(step);
        if (bin < 0 || bin >= bins.length) continue;
        const index = groups.indexOf(values.map((value, place) => keyParts[place]?.(value)));
        if (found[index] === undefined) run.hold(8 * bins.length * series.length);
        const group = (found[index] ??= { keys: values, cells: new Map() });
        let cell = group.cells.get(bin);
        if (cell === undefined) {
            cell = series.map(({ aggregate }) => aggregate.start());
            group.cells.set(bin, cell);
        }
        frame.row = row;
        for (const accumulator of cell) accumulator.add(frame);
    }
    if (nonempty && keys.length === 0 && found.length === 0) found.push({ keys: [], cells: new Map() });
    const toAxis = dynamicOfScalar(axis.value.type);
    const axisValues: Dynamic[] = bins.map((bin) => toAxis(bin));
    const absent = series.map(({ absent: expr, aggregate }) => dynamicOfScalar(aggregate.type)(valueIn(run, expr)));
    const vectors = columns.map((_, column): Value[] =>
        found.map(({ keys: values, cells }) => {
            if (column < keys.length) return values[column] ?? null;
            const place = column - keys.length;
            const one = series[place];
            if (one === undefined) return axisValues;
            const toDynamic = dynamicOfScalar(one.aggregate.type);
            return bins.map((_bin, bin) => {
                const cell = cells.get(bin)?.[place];
                return cell === undefined ? (absent[place] ?? null) : toDynamic(cell.result());
            });
        }),
    );
    return new Table(columns, vectors, found.length);
}

function smallest(rows: readonly { readonly at: Int64 }[], step: Int64, type: ScalarType): Int64 | undefined {
    let least: Int64 | undefined;
    for (const { at } of rows) if (least === undefined || at < least) least = at;
    return least === undefined ? undefined : (binOf(least, step, type) ?? undefined);
}

function largest(rows: readonly { readonly at: Int64 }[]): Int64 | undefined {
    let most: Int64 | undefined;
    for (const { at } of rows) if (most === undefined || at > most) most = at;
    return most;
}
