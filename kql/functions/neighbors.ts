import { convertTo, isInt64 } from "../compile/coerce";
import { combine, expression, nullOf, type Expr, type Frame } from "../plan/expression";
import type { ScalarType, Value } from "../types";
import { add, subtract, type Int64 } from "../values/int64";
import type { Call, ScalarFunction } from "./call";
import { checkCount } from "./define";

/** Functions over neighbors need rows whose order is the query's own. */
function requireOrder(call: Call): void {
    if (call.scope.row?.serialized !== true) {
        throw call.fail(
            "KQ102",
            `${call.name}() needs rows in an order of the query's own: sort or serialize them first`,
        );
    }
}

/** A value for every row of a table, worked out at once, in order. */
function overAllRows<T extends ScalarType>(
    type: T,
    parts: readonly Expr[],
    compute: (frame: Frame, length: number) => Value[],
): Expr {
    const known = new WeakMap<Frame, readonly Value[]>();
    const reads = { ...combine(parts), row: true, neighbors: true };
    return expression<ScalarType>(type, reads, (frame) => {
        let values = known.get(frame);
        if (values === undefined) {
            const { row } = frame;
            values = compute(frame, frame.table.length);
            known.set(frame, values);
            frame.row = row;
        }
        return values[frame.row] ?? null;
    });
}

/** `prev` and `next`: the value of a row before or after. */
function neighbor(sign: 1 | -1): ScalarFunction {
    return (call) => {
        checkCount(call, 1, 3);
        requireOrder(call);
        const value = call.arg(0);
        const offset = call.count > 1 ? call.integer(1) : 1;
        const otherwise = call.count > 2 ? convertTo(call.arg(2), value.type) : nullOf(value.type);
        return overAllRows(value.type, call.args, (frame, length) =>
            Array.from({ length }, (_, row) => {
                const at = row + sign * offset;
                frame.row = at >= 0 && at < length ? at : row;
                return at >= 0 && at < length ? value.evaluate(frame) : otherwise.evaluate(frame);
            }),
        );
    };
}

/** Whether a row starts over, as an argument says; never where it is not given. */
function restart(call: Call, index: number): (frame: Frame) => boolean {
    if (index >= call.count) return () => false;
    const { evaluate } = call.typed(index, "bool");
    return (frame) => evaluate(frame) === true;
}

/** `row_number([start [, restart]])`. */
const rowNumber: ScalarFunction = (call) => {
    checkCount(call, 0, 2);
    requireOrder(call);
    const start = call.count > 0 ? call.integer(0) : 1;
    const restarts = restart(call, 1);
    return overAllRows("long", call.args, (frame, length) => {
        let number = start - 1;
        return Array.from({ length }, (_, row) => {
            frame.row = row;
            number = row > 0 && restarts(frame) ? start : number + 1;
            return number;
        });
    });
};

/** `row_cumsum(value [, restart])`. */
const rowCumsum: ScalarFunction = (call) => {
    checkCount(call, 1, 2);
    requireOrder(call);
    const given = call.arg(0);
    const type = given.type === "real" || given.type === "timespan" ? given.type : "long";
    const value = convertTo(given, type);
    const restarts = restart(call, 1);
    return overAllRows(type, call.args, (frame, length) => {
        let whole: Int64 = 0;
        let real = 0;
        return Array.from({ length }, (_, row): Value => {
            frame.row = row;
            if (restarts(frame)) {
                whole = 0;
                real = 0;
            }
            frame.row = row;
            const one = value.evaluate(frame);
            if (type === "real") return typeof one === "number" ? (real += one) : real;
            if (isInt64(one)) whole = add(whole, one);
            return whole;
        });
    });
};

/** `row_rank_dense(value [, restart])` and `row_rank_min`. */
function rank(dense: boolean): ScalarFunction {
    return (call) => {
        checkCount(call, 1, 2);
        requireOrder(call);
        const value = call.arg(0);
        const restarts = restart(call, 1);
        return overAllRows("long", call.args, (frame, length) => {
            let place = 0;
            let current = 0;
            let before: Value | undefined;
            return Array.from({ length }, (_, row) => {
                frame.row = row;
                const again = row > 0 && restarts(frame);
                frame.row = row;
                const now = value.evaluate(frame);
                if (again) {
                    place = 0;
                    current = 0;
                    before = undefined;
                }
                place++;
                if (before === undefined || before !== now) current = dense ? current + 1 : place;
                before = now;
                return current;
            });
        });
    };
}

/** `row_window_session(time, longest session, longest gap [, restart])`: the start of the session of each row. */
const windowSession: ScalarFunction = (call) => {
    checkCount(call, 3, 4);
    requireOrder(call);
    const time = call.typed(0, "datetime");
    const longest = call.typed(1, "timespan");
    const gap = call.typed(2, "timespan");
    const restarts = restart(call, 3);
    return overAllRows("datetime", call.args, (frame, length) => {
        let start: Int64 | null = null;
        let before: Int64 | null = null;
        return Array.from({ length }, (_, row) => {
            frame.row = row;
            const again = restarts(frame);
            frame.row = row;
            const at = time.evaluate(frame);
            const [most, between] = [longest.evaluate(frame), gap.evaluate(frame)];
            if (at === null) return null;
            const over =
                start === null ||
                before === null ||
                again ||
                (most !== null && subtract(at, start) > most) ||
                (between !== null && subtract(at, before) > between);
            if (over) start = at;
            before = at;
            return start;
        });
    });
};

/** Functions that look at the rows around the current one. */
export const neighborFunctions: Readonly<Record<string, ScalarFunction>> = {
    next: neighbor(1),
    prev: neighbor(-1),
    row_cumsum: rowCumsum,
    row_number: rowNumber,
    row_rank_dense: rank(true),
    row_rank_min: rank(false),
    row_window_session: windowSession,
};
