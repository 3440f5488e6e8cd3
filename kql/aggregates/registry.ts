import type { Call } from "../functions/call";
import { checkCount } from "../functions/define";
import type { Value } from "../types";
import type { Aggregate, AggregateFunction } from "./define";
import { makeBag, makeBagIf, makeList, makeListIf, makeListWithNulls, makeSet, makeSetIf } from "./collections";
import {
    avg,
    bits,
    count,
    countIf,
    covariance,
    distinctCount,
    distinctCountIf,
    max,
    min,
    only,
    predicate,
    stdev,
    stdevp,
    sum,
    variance,
    variancep,
} from "./numbers";
import { percentile, percentilesArray, weightedPercentile, weightedPercentilesArray } from "./percentiles";

/** `take_any(value)`: the first value that is there. */
function anyOf(call: Call): Aggregate {
    const expr = call.arg(0);
    const absent = expr.type === "string" ? "" : null;
    return {
        type: expr.type,
        start: () => {
            let found: Value = absent;
            return {
                add: (frame) => {
                    if (found === absent) found = expr.evaluate(frame);
                },
                result: () => found,
            };
        },
    };
}

const takeAny: AggregateFunction = (call) => {
    checkCount(call, 1, 1);
    return anyOf(call);
};

const takeAnyIf: AggregateFunction = (call) => {
    checkCount(call, 2, 2);
    return only(predicate(call, 1), anyOf(call));
};

const aggregates: ReadonlyMap<string, AggregateFunction> = new Map([
    ["any", takeAny],
    ["anyif", takeAnyIf],
    ["avg", avg.plain],
    ["avgif", avg.conditional],
    ["binary_all_and", bits((a, b) => a & b, -1n)],
    ["binary_all_or", bits((a, b) => a | b, 0n)],
    ["binary_all_xor", bits((a, b) => a ^ b, 0n)],
    ["count", count],
    ["count_distinct", distinctCount],
    ["count_distinctif", distinctCountIf],
    ["countif", countIf],
    ["covariance", covariance(true, false)],
    ["covarianceif", covariance(true, true)],
    ["covariancep", covariance(false, false)],
    ["covariancepif", covariance(false, true)],
    ["dcount", distinctCount],
    ["dcountif", distinctCountIf],
    ["make_bag", makeBag],
    ["make_bag_if", makeBagIf],
    ["make_dictionary", makeBag],
    ["make_list", makeList],
    ["make_list_if", makeListIf],
    ["make_list_with_nulls", makeListWithNulls],
    ["make_set", makeSet],
    ["make_set_if", makeSetIf],
    ["makelist", makeList],
    ["makeset", makeSet],
    ["max", max.plain],
    ["maxif", max.conditional],
    ["min", min.plain],
    ["minif", min.conditional],
    ["percentile", percentile],
    ["percentiles_array", percentilesArray],
    ["percentilew", weightedPercentile],
    ["percentilesw_array", weightedPercentilesArray],
    ["stdev", stdev.plain],
    ["stdevif", stdev.conditional],
    ["stdevp", stdevp.plain],
    ["sum", sum.plain],
    ["sumif", sum.conditional],
    ["take_any", takeAny],
    ["take_anyif", takeAnyIf],
    ["variance", variance.plain],
    ["varianceif", variance.conditional],
    ["variancep", variancep.plain],
    ["variancepif", variancep.conditional],
]);

/** The aggregate of this name that gives one column. */
export function findAggregate(name: string): AggregateFunction | undefined {
    return aggregates.get(name);
}
