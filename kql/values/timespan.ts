import { ticksPerDay, ticksPerHour, ticksPerMillisecond, ticksPerMinute, ticksPerSecond } from "./calendar";
import { add, multiply, negate, type Int64 } from "./int64";

const units: ReadonlyMap<string, number> = new Map([
    ...["d", "day", "days"].map((unit) => [unit, ticksPerDay] as const),
    ...["h", "hr", "hrs", "hour", "hours"].map((unit) => [unit, ticksPerHour] as const),
    ...["m", "min", "minute", "minutes"].map((unit) => [unit, ticksPerMinute] as const),
    ...["s", "sec", "second", "seconds"].map((unit) => [unit, ticksPerSecond] as const),
    ...["ms", "milli", "millis", "millisec", "millisecond", "milliseconds"].map(
        (unit) => [unit, ticksPerMillisecond] as const,
    ),
    ...["micro", "micros", "microsec", "microsecond", "microseconds"].map((unit) => [unit, 10] as const),
    ...["tick", "ticks"].map((unit) => [unit, 1] as const),
]);

/** The timespan that a text stands for: `[-][d.]hh:mm[:ss[.fffffff]]`, a number of days, or `1.5h` with a unit. */
export function parseTimespan(text: string): Int64 | null {
    const trimmed = text.trim();
    const clock = /^([+-]?)(?:(\d{1,8})\.)?(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,7}))?)?$/.exec(trimmed);
    if (clock !== null) {
        const [, sign = "", days = "0", hours = "0", minutes = "0", seconds = "0", fraction = ""] = clock;
        if (Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 59) return null;
        const inDay = (Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds);
        const ticks = add(
            multiply(Number(days), ticksPerDay),
            inDay * ticksPerSecond + Number(fraction.padEnd(7, "0")),
        );
        return sign === "-" ? negate(ticks) : ticks;
    }
    const amount = /^([+-]?\d+(?:\.\d+)?)\s*([a-z]*)$/.exec(trimmed.toLowerCase());
    if (amount === null) return null;
    const [, count = "0", unit = ""] = amount;
    const size = unit === "" ? ticksPerDay : units.get(unit);
    if (size === undefined) return null;
    return /^[+-]?\d+$/.test(count) && Number.isSafeInteger(Number(count))
        ? multiply(Number(count) === 0 ? 0 : Number(count), size)
        : Math.round(Number(count) * size);
}

/** A timespan field by field. */
export interface TimespanFields {
    readonly negative: boolean;
    readonly days: number;
    readonly hours: number;
    readonly minutes: number;
    readonly seconds: number;
    /** Ticks of 100 ns within the second. */
    readonly ticks: number;
}

/** Splits a timespan into days, hours, minutes, seconds and ticks. */
export function timespanFields(timespan: Int64): TimespanFields {
    const negative = timespan < 0;
    const size = negative ? -BigInt(timespan) : BigInt(timespan);
    const inDay = Number(size % BigInt(ticksPerDay));
    return {
        negative,
        days: Number(size / BigInt(ticksPerDay)),
        hours: Math.floor(inDay / ticksPerHour),
        minutes: Math.floor(inDay / ticksPerMinute) % 60,
        seconds: Math.floor(inDay / ticksPerSecond) % 60,
        ticks: inDay % ticksPerSecond,
    };
}

/** The text of a timespan as KQL prints it: `[-][d.]hh:mm:ss[.fffffff]`. */
export function formatTimespan(timespan: Int64): string {
    const { negative, days, hours, minutes, seconds, ticks } = timespanFields(timespan);
    const clock = [hours, minutes, seconds].map((part) => String(part).padStart(2, "0")).join(":");
    const fraction = ticks === 0 ? "" : `.${String(ticks).padStart(7, "0")}`;
    return `${negative ? "-" : ""}${days === 0 ? "" : `${days}.`}${clock}${fraction}`;
}
