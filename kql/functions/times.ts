import { noteClockAdvance, noteClockOffset } from "../compile/clock";
import { combine, expression, readsClock, type Expr } from "../plan/expression";
import { ingestionTime } from "../plan/scan";
import {
    addMonths,
    dayOfWeek,
    dayOfYear,
    fieldsOf,
    fromFields,
    fromUnixTicks,
    inCalendar,
    isoWeek,
    startOf,
    ticksPerDay,
    ticksPerHour,
    ticksPerMillisecond,
    ticksPerMinute,
    ticksPerSecond,
} from "../values/calendar";
import { add, divide, floorTo, multiply, subtract, type Int64 } from "../values/int64";
import { zoneClock, type ZoneClock } from "../values/timeZones";
import type { Call, ScalarFunction } from "./call";
import { checkCount, fixed } from "./define";
import { formatDatetimeAs, formatTimespanAs } from "./timeFormats";

/** `now([offset])`. */
const now: ScalarFunction = (call) => {
    checkCount(call, 0, 1);
    if (call.count === 0) return expression("datetime", readsClock, (frame) => frame.run.now);
    const offset = call.typed(0, "timespan");
    noteClockAdvance(call.scope, offset);
    return expression("datetime", combine([offset, { reads: readsClock }]), (frame) => {
        const span = offset.evaluate(frame);
        return span === null ? null : inCalendar(add(frame.run.now, span));
    });
};

/** `ago(span)`. */
const ago: ScalarFunction = (call) => {
    checkCount(call, 1, 1);
    const span = call.typed(0, "timespan");
    noteClockOffset(call.scope, span);
    return expression("datetime", combine([span, { reads: readsClock }]), (frame) => {
        const value = span.evaluate(frame);
        return value === null ? null : inCalendar(subtract(frame.run.now, value));
    });
};

/** `ingestion_time()`: known of the rows of a stored table, until an operator works out rows of its own. */
const ingested: ScalarFunction = (call) => {
    checkCount(call, 0, 0);
    const row = call.scope.row;
    if (row === undefined) throw call.fail("KQ102", "ingestion_time() is of rows; there are none here");
    if (row.source.tableName === undefined) {
        throw call.fail(
            "KQ201",
            "ingestion_time() is known right after a table only: keep it in a column by extend before sort, summarize, join and the like",
        );
    }
    return expression("datetime", { ...readsClock, row: true }, ingestionTime);
};

/** Lengths of the periods that are a fixed number of ticks. */
const fixedPeriods: ReadonlyMap<string, number> = new Map([
    ["week", ticksPerDay * 7],
    ["day", ticksPerDay],
    ["hour", ticksPerHour],
    ["minute", ticksPerMinute],
    ["second", ticksPerSecond],
    ["millisecond", ticksPerMillisecond],
    ["microsecond", 10],
]);

const monthPeriods: ReadonlyMap<string, number> = new Map([
    ["year", 12],
    ["quarter", 3],
    ["month", 1],
]);

function periodOf(call: Call, index: number): string {
    const name = call.text(index).toLowerCase();
    if (fixedPeriods.has(name) || monthPeriods.has(name) || name === "nanosecond") return name;
    const known = [...monthPeriods.keys(), ...fixedPeriods.keys(), "nanosecond"].join(", ");
    throw call.argNode(index).error("KQ102", `${call.name}() has no period ${name}; it has ${known}`);
}

/** `datetime_add(period, amount, datetime)`. */
const datetimeAdd: ScalarFunction = (call) => {
    checkCount(call, 3, 3);
    const period = periodOf(call, 0);
    const [amount, date] = [call.typed(1, "long"), call.typed(2, "datetime")];
    const months = monthPeriods.get(period);
    const ticks = fixedPeriods.get(period);
    return expression("datetime", combine([amount, date]), (frame) => {
        const count = amount.evaluate(frame);
        const from = date.evaluate(frame);
        if (count === null || from === null) return null;
        if (months !== undefined) return addMonths(from, Number(count) * months);
        const span = ticks === undefined ? (divide(count, 100) ?? 0) : multiply(count, ticks);
        return inCalendar(add(from, span));
    });
};

/** Number of a period counted from some origin, so that a difference counts the borders between. */
function periodNumber(period: string, datetime: Int64): Int64 {
    const months = monthPeriods.get(period);
    if (months !== undefined) {
        const { year, month } = fieldsOf(datetime);
        return Math.floor((year * 12 + month - 1) / months);
    }
    if (period === "nanosecond") return multiply(datetime, 100);
    const ticks = fixedPeriods.get(period) ?? 1;
    const start = period === "week" ? startOf("week", datetime) : (floorTo(datetime, ticks) ?? 0);
    return divide(period === "week" ? subtract(start, startOf("week", 0)) : start, ticks) ?? 0;
}

/** `datetime_diff(period, later, earlier)`: borders of the period between two points. */
const datetimeDiff: ScalarFunction = (call) => {
    checkCount(call, 3, 3);
    const period = periodOf(call, 0);
    const [later, earlier] = [call.typed(1, "datetime"), call.typed(2, "datetime")];
    return expression("long", combine([later, earlier]), (frame) => {
        const a = later.evaluate(frame);
        const b = earlier.evaluate(frame);
        return a === null || b === null ? null : subtract(periodNumber(period, a), periodNumber(period, b));
    });
};

const parts: ReadonlyMap<string, (datetime: Int64) => number> = new Map([
    ["year", (datetime: Int64) => fieldsOf(datetime).year],
    ["quarter", (datetime: Int64) => Math.floor((fieldsOf(datetime).month + 2) / 3)],
    ["month", (datetime: Int64) => fieldsOf(datetime).month],
    ["week_of_year", isoWeek],
    ["weekofyear", isoWeek],
    ["day", (datetime: Int64) => fieldsOf(datetime).day],
    ["dayofyear", dayOfYear],
    ["hour", (datetime: Int64) => fieldsOf(datetime).hour],
    ["minute", (datetime: Int64) => fieldsOf(datetime).minute],
    ["second", (datetime: Int64) => fieldsOf(datetime).second],
    ["millisecond", (datetime: Int64) => Math.floor(fieldsOf(datetime).tick / ticksPerMillisecond)],
    ["microsecond", (datetime: Int64) => Math.floor(fieldsOf(datetime).tick / 10)],
    ["nanosecond", (datetime: Int64) => fieldsOf(datetime).tick * 100],
]);

/** `datetime_part(part, datetime)`. */
const datetimePart: ScalarFunction = (call) => {
    checkCount(call, 2, 2);
    const name = call.text(0).toLowerCase();
    const part = parts.get(name);
    if (part === undefined) {
        throw call.argNode(0).error("KQ102", `a datetime has no part ${name}; it has ${[...parts.keys()].join(", ")}`);
    }
    const date = call.typed(1, "datetime");
    return expression("long", date.reads, (frame) => {
        const value = date.evaluate(frame);
        return value === null ? null : part(value);
    });
};

/** A field of a datetime as an int. */
function field(of: (datetime: Int64) => number): ScalarFunction {
    return fixed(["datetime"], "int", of);
}

type Period = "day" | "week" | "month" | "year";

function shifted(period: Period, datetime: Int64, count: Int64): Int64 | null {
    const start = startOf(period, datetime);
    switch (period) {
        case "day":
            return inCalendar(add(start, multiply(count, ticksPerDay)));
        case "week":
            return inCalendar(add(start, multiply(count, ticksPerDay * 7)));
        case "month":
            return addMonths(start, Number(count));
        case "year":
            return addMonths(start, Number(count) * 12);
    }
}

/** `startofday` and its relatives: of the period a number of periods away. */
function startOfPeriod(period: Period): ScalarFunction {
    return fixed(["datetime"], "datetime", (datetime, count) => shifted(period, datetime, count ?? 0), ["long"]);
}

/** `endofday` and its relatives: the last tick of the period. */
function endOfPeriod(period: Period): ScalarFunction {
    return fixed(
        ["datetime"],
        "datetime",
        (datetime, count) => {
            const next = shifted(period, datetime, add(count ?? 0, 1));
            return next === null ? null : subtract(next, 1);
        },
        ["long"],
    );
}

/** `make_datetime(year, month, day [, hour, minute [, second]])`. */
const makeDatetime = fixed(
    ["long", "long", "long"],
    "datetime",
    (year, month, day, hour, minute, second) => {
        const ticks = Math.floor((second ?? 0) * ticksPerSecond + 1e-6);
        const whole = Math.floor(ticks / ticksPerSecond);
        const [h, m] = [Number(hour ?? 0), Number(minute ?? 0)];
        return fromFields(Number(year), Number(month), Number(day), h, m, whole, ticks - whole * ticksPerSecond);
    },
    ["long", "long", "real"],
);

/** `make_timespan([day,] hour, minute [, second])`. */
const makeTimespan: ScalarFunction = (call) => {
    checkCount(call, 2, 4);
    const args = call.args.map((_, index) => call.typed(index, "real"));
    return expression("timespan", combine(args), (frame) => {
        const values = args.map((arg) => arg.evaluate(frame));
        if (values.includes(null)) return null;
        const [days, hours, minutes, seconds] =
            values.length === 4 ? values : [0, ...values, ...(values.length === 2 ? [0] : [])];
        const inDay = ((hours ?? 0) * 60 + (minutes ?? 0)) * 60 + (seconds ?? 0);
        return add(multiply(Math.trunc(days ?? 0), ticksPerDay), Math.round(inDay * ticksPerSecond));
    });
};

function fromUnix(ticks: number): ScalarFunction {
    return fixed(["real"], "datetime", (value) => {
        const whole = Math.trunc(value);
        const rest = Math.round((value - whole) * ticks);
        return inCalendar(fromUnixTicks(add(multiply(whole, ticks), rest)));
    });
}

/** `around(value, center, delta)`. */
const around: ScalarFunction = (call) => {
    checkCount(call, 3, 3);
    const type = call.arg(0).type === "datetime" ? "datetime" : call.arg(0).type === "timespan" ? "timespan" : "real";
    const value = call.typed(0, type);
    const center = call.typed(1, type);
    const delta = call.typed(2, type === "datetime" ? "timespan" : type);
    return expression("bool", combine([value, center, delta]), (frame) => {
        const [x, at, by] = [value.evaluate(frame), center.evaluate(frame), delta.evaluate(frame)];
        if (x === null || at === null || by === null) return null;
        if (type === "real") return Math.abs(Number(x) - Number(at)) <= Number(by);
        const distance = subtract(x, at);
        return distance <= by && distance >= subtract(0, by);
    });
};

function format(type: "datetime" | "timespan", as: (value: Int64, pattern: string) => string): ScalarFunction {
    return (call): Expr => {
        checkCount(call, 2, 2);
        const pattern = call.text(1);
        const value = call.typed(0, type);
        return expression("string", value.reads, (frame) => {
            const ticks = value.evaluate(frame);
            return ticks === null ? "" : as(ticks, pattern);
        });
    };
}

/** `datetime_utc_to_local(datetime, zone)`, and the other way. */
function inZone(shift: (datetime: Int64, offset: number, zone: ZoneClock) => Int64): ScalarFunction {
    return (call) => {
        checkCount(call, 2, 2);
        const [date, name] = [call.typed(0, "datetime"), call.typed(1, "string")];
        return expression("datetime", combine([date, name]), (frame) => {
            const at = date.evaluate(frame);
            const zone = zoneClock(name.evaluate(frame));
            return at === null || zone === undefined ? null : inCalendar(shift(at, zone.offsetAt(at), zone));
        });
    };
}

const toLocal = inZone((datetime, offset) => add(datetime, offset));

/** A local time that a change of the clock skips counts with the offset after the change. */
const toUtc = inZone((local, offset, zone) => {
    const found = subtract(local, zone.offsetAt(subtract(local, offset)));
    return add(found, zone.offsetAt(found)) === local ? found : subtract(local, offset);
});

/** Functions of points and spans of time. */
export const timeFunctions: Readonly<Record<string, ScalarFunction>> = {
    ago,
    around,
    datetime_add: datetimeAdd,
    datetime_diff: datetimeDiff,
    datetime_local_to_utc: toUtc,
    datetime_part: datetimePart,
    datepart: datetimePart,
    datetime_utc_to_local: toLocal,
    dayofmonth: field((datetime) => fieldsOf(datetime).day),
    dayofweek: fixed(["datetime"], "timespan", (datetime) => multiply(dayOfWeek(datetime), ticksPerDay)),
    dayofyear: field(dayOfYear),
    endofday: endOfPeriod("day"),
    endofmonth: endOfPeriod("month"),
    endofweek: endOfPeriod("week"),
    endofyear: endOfPeriod("year"),
    format_datetime: format("datetime", formatDatetimeAs),
    format_timespan: format("timespan", formatTimespanAs),
    getmonth: field((datetime) => fieldsOf(datetime).month),
    getyear: field((datetime) => fieldsOf(datetime).year),
    hourofday: field((datetime) => fieldsOf(datetime).hour),
    ingestion_time: ingested,
    make_datetime: makeDatetime,
    make_timespan: makeTimespan,
    monthofyear: field((datetime) => fieldsOf(datetime).month),
    now,
    startofday: startOfPeriod("day"),
    startofmonth: startOfPeriod("month"),
    startofweek: startOfPeriod("week"),
    startofyear: startOfPeriod("year"),
    unixtime_microseconds_todatetime: fromUnix(10),
    unixtime_milliseconds_todatetime: fromUnix(ticksPerMillisecond),
    unixtime_nanoseconds_todatetime: fixed(["long"], "datetime", (value) =>
        inCalendar(fromUnixTicks(divide(value, 100) ?? 0)),
    ),
    unixtime_seconds_todatetime: fromUnix(ticksPerSecond),
    week_of_year: field(isoWeek),
    weekofyear: field(isoWeek),
};
