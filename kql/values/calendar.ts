import { add, floorTo, multiply, subtract, type Int64 } from "./int64";

/** Ticks of 100 ns in a millisecond, second, minute, hour and day. */
export const ticksPerMillisecond = 10_000;
export const ticksPerSecond = 10_000_000;
export const ticksPerMinute = 600_000_000;
export const ticksPerHour = 36_000_000_000;
export const ticksPerDay = 864_000_000_000;

/**
 * A datetime is held as ticks since 2015-01-01T00:00:00Z: near that day ticks are safe integers, so that the dates of
 * our time are plain numbers. These constants turn it into the counts that others use.
 */
const epochMilliseconds = Date.UTC(2015, 0, 1);
const epochDays = epochMilliseconds / 86_400_000;
/** .NET ticks (since 0001-01-01) of 2015-01-01. */
const epochDotNetTicks = 635_556_672_000_000_000n;
/** First and last datetime: 0001-01-01 and 9999-12-31T23:59:59.9999999. */
const first: Int64 = -epochDotNetTicks;
const last: Int64 = 3_155_378_975_999_999_999n - epochDotNetTicks;

/** A point in time, field by field, in UTC. `tick` counts 100 ns within the second. */
export interface DateFields {
    readonly year: number;
    /** From 1 to 12. */
    readonly month: number;
    readonly day: number;
    readonly hour: number;
    readonly minute: number;
    readonly second: number;
    readonly tick: number;
}

/** The datetime that is `ticks` after 2015, or null outside the years 1 to 9999. */
export function inCalendar(ticks: Int64): Int64 | null {
    return ticks < first || ticks > last ? null : ticks;
}

/** The datetime of a number of milliseconds since 1970, as `Date` counts them. */
export function fromUnixMilliseconds(milliseconds: number): Int64 {
    return multiply(Math.round(milliseconds) - epochMilliseconds, ticksPerMillisecond);
}

/** Milliseconds since 1970 of a datetime, cut to the millisecond. */
export function toUnixMilliseconds(datetime: Int64): number {
    return divideFloor(datetime, ticksPerMillisecond) + epochMilliseconds;
}

/** The datetime of a number of ticks since 1970. */
export function fromUnixTicks(ticks: Int64): Int64 {
    return subtract(ticks, multiply(epochDays, ticksPerDay));
}

/** .NET ticks (since 0001-01-01) of a datetime: what `tolong` makes of it. */
export function toDotNetTicks(datetime: Int64): Int64 {
    return add(datetime, epochDotNetTicks);
}

/** The datetime of a number of .NET ticks. */
export function fromDotNetTicks(ticks: Int64): Int64 {
    return subtract(ticks, epochDotNetTicks);
}

function divideFloor(value: Int64, size: number): number {
    if (typeof value === "number") return Math.floor(value / size);
    return Number(BigInt(floorTo(value, size) ?? 0) / BigInt(size));
}

/** Days since 1970-01-01 of a day of the proleptic Gregorian calendar. */
function daysOf(year: number, month: number, day: number): number {
    const y = month <= 2 ? year - 1 : year;
    const era = Math.floor(y / 400);
    const yearOfEra = y - era * 400;
    const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
    const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
    return era * 146_097 + dayOfEra - 719_468;
}

/** Days of a month. */
export function daysInMonth(year: number, month: number): number {
    return month === 2
        ? (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
            ? 29
            : 28
        : month === 4 || month === 6 || month === 9 || month === 11
          ? 30
          : 31;
}

/** The datetime of a day and a time of day, or null where there is no such day or time. */
export function fromFields(
    year: number,
    month: number,
    day: number,
    hour = 0,
    minute = 0,
    second = 0,
    tick = 0,
): Int64 | null {
    if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return null;
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) return null;
    const days = daysOf(year, month, day) - epochDays;
    return add(multiply(days, ticksPerDay), ((hour * 60 + minute) * 60 + second) * ticksPerSecond + tick);
}

/** A datetime field by field. */
export function fieldsOf(datetime: Int64): DateFields {
    const dayTicks = floorTo(datetime, ticksPerDay) ?? 0;
    const inDay = Number(subtract(datetime, dayTicks));
    const days = divideFloor(datetime, ticksPerDay) + epochDays;
    const z = days + 719_468;
    const era = Math.floor(z / 146_097);
    const dayOfEra = z - era * 146_097;
    const yearOfEra = Math.floor(
        (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
    );
    const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
    const shifted = Math.floor((5 * dayOfYear + 2) / 153);
    const month = shifted < 10 ? shifted + 3 : shifted - 9;
    return {
        year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
        month,
        day: dayOfYear - Math.floor((153 * shifted + 2) / 5) + 1,
        hour: Math.floor(inDay / ticksPerHour),
        minute: Math.floor(inDay / ticksPerMinute) % 60,
        second: Math.floor(inDay / ticksPerSecond) % 60,
        tick: inDay % ticksPerSecond,
    };
}

/** Day of the week of a datetime, Sunday being 0. */
export function dayOfWeek(datetime: Int64): number {
    const days = divideFloor(datetime, ticksPerDay) + epochDays;
    return (((days + 4) % 7) + 7) % 7;
}

/** Day of the year of a datetime, from 1. */
export function dayOfYear(datetime: Int64): number {
    const { year, month, day } = fieldsOf(datetime);
    return daysOf(year, month, day) - daysOf(year, 1, 1) + 1;
}

/** Number of the ISO 8601 week that a datetime falls in. */
export function isoWeek(datetime: Int64): number {
    const weekday = (dayOfWeek(datetime) + 6) % 7;
    const { year, month, day } = fieldsOf(datetime);
    const thursday = daysOf(year, month, day) - weekday + 3;
    const inYear = fieldsOf(multiply(thursday - epochDays, ticksPerDay));
    return Math.floor((thursday - daysOf(inYear.year, 1, 1)) / 7) + 1;
}

/** A datetime moved by whole months; the day is cut to the last of the month it lands in. */
export function addMonths(datetime: Int64, months: number): Int64 | null {
    const { year, month, day, hour, minute, second, tick } = fieldsOf(datetime);
    const index = year * 12 + (month - 1) + months;
    const toYear = Math.floor(index / 12);
    const toMonth = index - toYear * 12 + 1;
    if (toYear < 1 || toYear > 9999) return null;
    return fromFields(toYear, toMonth, Math.min(day, daysInMonth(toYear, toMonth)), hour, minute, second, tick);
}

/** Start of a calendar period around a datetime; weeks begin on Sunday. */
export function startOf(period: "day" | "week" | "month" | "year", datetime: Int64): Int64 {
    const day = floorTo(datetime, ticksPerDay) ?? 0;
    if (period === "day") return day;
    if (period === "week") return subtract(day, multiply(dayOfWeek(datetime), ticksPerDay));
    const { year, month } = fieldsOf(datetime);
    return fromFields(year, period === "month" ? month : 1, 1) ?? day;
}

const pad = (value: number, width: number): string => String(value).padStart(width, "0");

/** The text of a datetime as KQL prints it: `2020-01-02T03:04:05.6000000Z`. */
export function formatDatetime(datetime: Int64): string {
    const { year, month, day, hour, minute, second, tick } = fieldsOf(datetime);
    const date = `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}`;
    return `${date}T${pad(hour, 2)}:${pad(minute, 2)}:${pad(second, 2)}.${pad(tick, 7)}Z`;
}

/** The shortest ISO 8601 text of a datetime: no trailing zeros in the fraction. */
export function formatDatetimeShort(datetime: Int64): string {
    return formatDatetime(datetime).replace(/\.?0+Z$/, "Z");
}
