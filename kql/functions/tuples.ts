import { resultName } from "../compile/names";
import { expression, type Expr } from "../plan/expression";
import type { SyntaxNode } from "../syntax";
import { dynamicReal } from "../values/dynamic";
import { sortSeveral } from "./arraySort";
import type { Call } from "./call";
import { checkCount } from "./define";
import { fitLine, seriesStats } from "./series";

/** Makes the columns of a call of a function that gives several. */
export type TupleFunction = (call: Call) => { readonly name: string; readonly expr: Expr }[];

/** The function of several columns that a call is of; undefined for any other. */
export function findTupleFunction(node: SyntaxNode): TupleFunction | undefined {
    switch (node.child("Name").name) {
        case "array_sort_asc":
            return sortSeveral(false);
        case "array_sort_desc":
            return sortSeveral(true);
        case "series_fit_line":
            return seriesFitLine;
        case "series_stats":
            return seriesStatsColumns;
        default:
            return undefined;
    }
}

function nameOf(call: Call, column: string): string {
    return `${call.name}_${resultName(call.argNode(0)) ?? ""}_${column}`;
}

/** Columns that are worked out of one array, each from what is found about the whole. */
function columnsOf<T>(
    call: Call,
    find: (frame: Parameters<Expr["evaluate"]>[0]) => T | undefined,
    reals: readonly (readonly [string, (found: T) => number])[],
    longs: ReadonlySet<string>,
): { readonly name: string; readonly expr: Expr }[] {
    const { reads } = call.arg(0);
    return reals.map(([column, value]) => ({
        name: nameOf(call, column),
        expr: expression(longs.has(column) ? "long" : "real", reads, (frame) => {
            const found = find(frame);
            return found === undefined ? null : value(found);
        }),
    }));
}

/** `series_stats(array)`. */
const seriesStatsColumns: TupleFunction = (call) => {
    checkCount(call, 1, 1);
    const { evaluate } = call.typed(0, "dynamic");
    return columnsOf(
        call,
        (frame) => seriesStats(evaluate(frame)),
        [
            ["min", ({ min }) => min],
            ["min_idx", (found) => found.min_idx],
            ["max", ({ max }) => max],
            ["max_idx", (found) => found.max_idx],
            ["avg", ({ avg }) => avg],
            ["stdev", ({ stdev }) => stdev],
            ["variance", ({ variance }) => variance],
        ],
        new Set(["min_idx", "max_idx"]),
    );
};

/** `series_fit_line(array)`. */
const seriesFitLine: TupleFunction = (call) => {
    checkCount(call, 1, 1);
    const { evaluate, reads } = call.typed(0, "dynamic");
    const numbers = columnsOf(
        call,
        (frame) => fitLine(evaluate(frame)),
        [
            ["rsquare", ({ rsquare }) => rsquare],
            ["slope", ({ slope }) => slope],
            ["variance", ({ variance }) => variance],
            ["rvariance", ({ rvariance }) => rvariance],
            ["interception", ({ interception }) => interception],
        ],
        new Set(),
    );
    const line = expression("dynamic", reads, (frame) => fitLine(evaluate(frame))?.lineFit.map(dynamicReal) ?? null);
    return [...numbers, { name: nameOf(call, "line_fit"), expr: line }];
};
