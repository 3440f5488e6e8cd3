import { coerce, convertTo, isNumericType } from "../compile/coerce";
import { checkCount } from "../functions/define";
import type { Call } from "../functions/call";
import type { Expr, Frame } from "../plan/expression";
import type { ScalarType, Value } from "../types";
import { inCalendar } from "../values/calendar";
import { addDecimals, decimal, divideDecimals, type Decimal } from "../values/decimal";
import { add, divide, type Int64 } from "../values/int64";
import { keyOf, orderOf } from "../values/order";
import type { Accumulator, Aggregate, AggregateFunction } from "./define";

/** Whether a row counts for an aggregate. */
type Test = (frame: Frame) => boolean;

/** The predicate of an `…if` aggregate. */
export function predicate(call: Call, index: number): Test {
    const { evaluate } = call.typed(index, "bool");
    return (frame) => evaluate(frame) === true;
}

/** An aggregate of one argument, and its relative that takes only the rows which meet a condition. */
export function withCondition(aggregate: (expr: Expr, call: Call) => Aggregate): {
    plain: AggregateFunction;
    conditional: AggregateFunction;
} {
    return {
        plain: (call) => {
            checkCount(call, 1, 1);
            return aggregate(call.arg(0), call);
        },
        conditional: (call) => {
            checkCount(call, 2, 2);
            return only(predicate(call, 1), aggregate(call.arg(0), call));
        },
    };
}

/** An aggregate over the rows that meet a condition. */
export function only(test: Test, aggregate: Aggregate): Aggregate {
    return {
        type: aggregate.type,
        start: () => {
            const accumulator = aggregate.start();
            return {
                add: (frame) => {
                    if (test(frame)) accumulator.add(frame);
                },
                result: () => accumulator.result(),
            };
        },
    };
}

/** An aggregate that folds the values which are not null into a state. */
function folding(
    type: ScalarType,
    expr: Expr,
    make: () => { take(value: NonNullable<Value>): void; result(): Value },
): Aggregate {
    return {
        type,
        start: (): Accumulator => {
            const state = make();
            return {
                add: (frame) => {
                    const value = expr.evaluate(frame);
                    if (value !== null) state.take(value);
                },
                result: () => state.result(),
            };
        },
    };
}

/** `count()`: rows. */
export const count: AggregateFunction = (call) => {
    checkCount(call, 0, 0);
    return {
        type: "long",
        start: () => {
            let rows = 0;
            return { add: () => void rows++, result: () => rows };
        },
    };
};

/** `countif(…)`: rows that meet a condition. */
export const countIf: AggregateFunction = (call) => {
    checkCount(call, 1, 1);
    const test = predicate(call, 0);
    return {
        type: "long",
        start: () => {
            let rows = 0;
            return {
                add: (frame) => {
                    if (test(frame)) rows++;
                },
                result: () => rows,
            };
        },
    };
};

/** `sum`: 0 over nothing. */
export const sum = withCondition((expr, call) => {
    switch (expr.type) {
        case "real": {
            return folding("real", expr, () => {
                let total = 0;
                return { take: (value) => void (total += Number(value)), result: () => total };
            });
        }
        case "decimal":
            return folding("decimal", expr, () => {
                let total: Decimal = decimal(0n, 0);
                return {
                    take: (value) => {
                        if (typeof value === "object" && "unscaled" in value) total = addDecimals(total, value);
                    },
                    result: () => total,
                };
            });
        case "bool":
        case "int":
        case "long":
        case "timespan":
        case "dynamic": {
            const type = expr.type === "timespan" ? "timespan" : expr.type === "dynamic" ? "real" : "long";
            if (type === "real") return realSum(coerce(expr, "real"));
            return folding(type, convertTo(expr, type), () => {
                let total: Int64 = 0;
                return {
                    take: (value) => {
                        if (typeof value === "number" || typeof value === "bigint") total = add(total, value);
                    },
                    result: () => total,
                };
            });
        }
        case "string":
        case "guid":
        case "datetime":
            throw call.fail("KQ102", `values of type ${expr.type} cannot be added up`);
    }
});

function realSum(expr: Expr): Aggregate {
    return folding("real", expr, () => {
        let total = 0;
        return { take: (value) => void (total += Number(value)), result: () => total };
    });
}

/** `avg`: NaN over no numbers, null over no times. */
export const avg = withCondition((expr, call) => {
    if (expr.type === "datetime" || expr.type === "timespan") {
        const { type } = expr;
        return folding(type, expr, () => {
            let total = 0n;
            let values = 0n;
            return {
                take: (value) => {
                    if (typeof value !== "number" && typeof value !== "bigint") return;
                    total += BigInt(value);
                    values++;
                },
                result: () => (values === 0n ? null : inCalendarOf(type, divide(toInt64(total), toInt64(values)))),
            };
        });
    }
    if (expr.type === "decimal") {
        return folding("decimal", expr, () => {
            let total: Decimal = decimal(0n, 0);
            let values = 0n;
            return {
                take: (value) => {
                    if (typeof value !== "object" || !("unscaled" in value)) return;
                    total = addDecimals(total, value);
                    values++;
                },
                result: () => (values === 0n ? null : divideDecimals(total, decimal(values, 0))),
            };
        });
    }
    if (!isNumericType(expr.type) && expr.type !== "dynamic" && expr.type !== "bool") {
        throw call.fail("KQ102", `values of type ${expr.type} have no average`);
    }
    return folding("real", coerce(expr, "real"), () => {
        let total = 0;
        let values = 0;
        return {
            take: (value) => {
                total += Number(value);
                values++;
            },
            result: () => total / values,
        };
    });
});

function toInt64(value: bigint): Int64 {
    const plain = Number(value);
    return Number.isSafeInteger(plain) ? plain : value;
}

function inCalendarOf(type: "datetime" | "timespan", value: Int64 | null): Int64 | null {
    return value === null || type === "timespan" ? value : inCalendar(value);
}

function extreme(sign: 1 | -1): ReturnType<typeof withCondition> {
    return withCondition((expr, call) => {
        if (expr.type === "dynamic")
            throw call.fail("KQ201", `${call.name}() of a dynamic value is not supported; convert it`);
        const order = orderOf(expr.type);
        return folding(expr.type, expr, () => {
            let best: Value = null;
            return {
                take: (value) => {
                    if (best === null || order(value, best) * sign > 0) best = value;
                },
                result: () => (best === null && expr.type === "string" ? "" : best),
            };
        });
    });
}

/** `max`, `min`: null over nothing. */
export const max = extreme(1);
export const min = extreme(-1);

/** Spread around the mean: of a sample or a population, squared or not; 0 over fewer than two values of a sample. */
function spread(sample: boolean, squared: boolean): ReturnType<typeof withCondition> {
    return withCondition((expr) =>
        folding("real", coerce(expr, "real"), () => {
            let values = 0;
            let mean = 0;
            let squares = 0;
            return {
                take: (value) => {
                    values++;
                    const distance = Number(value) - mean;
                    mean += distance / values;
                    squares += distance * (Number(value) - mean);
                },
                result: () => {
                    const by = sample ? values - 1 : values;
                    const variance = by <= 0 ? 0 : squares / by;
                    return squared ? variance : Math.sqrt(variance);
                },
            };
        }),
    );
}

/** Standard deviation and variance, of a sample and of a population. */
export const stdev = spread(true, false);
export const stdevp = spread(false, false);
export const variance = spread(true, true);
export const variancep = spread(false, true);

/** `covariance(x, y)` of a sample, or of a population; rows where one of them is null do not count. */
export function covariance(sample: boolean, conditional: boolean): AggregateFunction {
    return (call) => {
        checkCount(call, conditional ? 3 : 2, conditional ? 3 : 2);
        const [x, y] = [call.typed(0, "real").evaluate, call.typed(1, "real").evaluate];
        const aggregate: Aggregate = {
            type: "real",
            start: () => {
                let values = 0;
                let [meanX, meanY, products] = [0, 0, 0];
                return {
                    add: (frame) => {
                        const [a, b] = [x(frame), y(frame)];
                        if (a === null || b === null) return;
                        values++;
                        const distance = a - meanX;
                        meanX += distance / values;
                        meanY += (b - meanY) / values;
                        products += distance * (b - meanY);
                    },
                    result: () => {
                        const by = sample ? values - 1 : values;
                        return by <= 0 ? 0 : products / by;
                    },
                };
            },
        };
        return conditional ? only(predicate(call, 2), aggregate) : aggregate;
    };
}

/** Number of distinct values, exactly, whatever accuracy is asked for: an estimate would come close to it. */
function distinctValues(expr: Expr): Aggregate {
    const key = keyOf(expr.type);
    return {
        type: "long",
        start: () => {
            const seen = new Set<unknown>();
            return {
                add: (frame) => {
                    const value = expr.evaluate(frame);
                    if (value === null) return;
                    const before = seen.size;
                    seen.add(key(value));
                    if (seen.size > before) frame.run.keep(value);
                },
                result: () => seen.size,
            };
        },
    };
}

/** `dcount` and `count_distinct`. */
export const distinctCount: AggregateFunction = (call) => {
    checkCount(call, 1, 2);
    return distinctValues(call.arg(0));
};

/** `dcountif` and `count_distinctif`. */
export const distinctCountIf: AggregateFunction = (call) => {
    checkCount(call, 2, 3);
    return only(predicate(call, 1), distinctValues(call.arg(0)));
};

/** `binary_all_and`, `binary_all_or`, `binary_all_xor`. */
export function bits(operation: (a: bigint, b: bigint) => bigint, start: bigint): AggregateFunction {
    return (call) => {
        checkCount(call, 1, 1);
        return folding("long", coerce(call.arg(0), "long"), () => {
            let state = start;
            return {
                take: (value) => {
                    if (typeof value === "number" || typeof value === "bigint") state = operation(state, BigInt(value));
                },
                result: () => toInt64(BigInt.asIntN(64, state)),
            };
        });
    };
}
