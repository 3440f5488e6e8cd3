import { fromFields, inCalendar, ticksPerMinute, ticksPerSecond } from "./calendar";
import { subtract, type Int64 } from "./int64";

const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const weekdays = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

/** `12:34`, `12:34:56`, `12:34:56.1234567`, each with `AM` or `PM`, and the zone; a comma may stand before it, as .NET reads. */
const clock = String.raw`(?:(?:T|,? )\s*(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(?:\s*([AaPp][Mm]))?)?`;
const zone = String.raw`\s*(Z|z|GMT|UTC|[+-]\d{2}:?\d{2})?`;
const numeric = new RegExp(`^(\\d{4})[-/.](\\d{1,2})(?:[-/.](\\d{1,2}))?${clock}${zone}$`);
const monthFirst = new RegExp(`^(\\d{1,2})[-/.](\\d{1,2})[-/.](\\d{4})${clock}${zone}$`);
const compact = new RegExp(`^(\\d{4})(\\d{2})(\\d{2})${clock}${zone}$`);
const dayMonthName = new RegExp(
    `^(?:([A-Za-z]{3,9}),?\\s+)?(\\d{1,2})[ -]([A-Za-z]{3,9})[ -](\\d{2}|\\d{4})${clock}${zone}$`,
);
const monthNameDay = new RegExp(
    `^(?:([A-Za-z]{3,9}),?\\s+)?([A-Za-z]{3,9})\\s+(\\d{1,2}),?\\s+(\\d{4})${clock}${zone}$`,
);

/** Clock and zone of a match, from the group at which they begin. */
interface TimeOfDay {
    readonly hour: number;
    readonly minute: number;
    readonly second: number;
    readonly tick: number;
    /** Minutes to subtract to get UTC. */
    readonly offset: number;
}

function timeOfDay(groups: readonly (string | undefined)[]): TimeOfDay | null {
    const [hours = "0", minutes = "0", seconds = "0", fraction = "", half, zoneText = "Z"] = groups;
    let hour = Number(hours);
    if (half !== undefined) {
        if (hour < 1 || hour > 12) return null;
        hour = (hour % 12) + (half.toLowerCase() === "pm" ? 12 : 0);
    }
    const shift = /^([+-])(\d{2}):?(\d{2})$/.exec(zoneText);
    const offset = shift === null ? 0 : (shift[1] === "-" ? -1 : 1) * (Number(shift[2]) * 60 + Number(shift[3]));
    return {
        hour,
        minute: Number(minutes),
        second: Number(seconds),
        tick: Number(fraction.slice(0, 7).padEnd(7, "0")),
        offset,
    };
}

function point(year: number, month: number, day: number, groups: readonly (string | undefined)[]): Int64 | null {
    const time = timeOfDay(groups);
    if (time === null) return null;
    const local = fromFields(year, month, day, time.hour, time.minute, time.second, time.tick);
    return local === null ? null : inCalendar(subtract(local, time.offset * ticksPerMinute));
}

function named(names: readonly string[], text: string): number {
    return names.indexOf(text.slice(0, 3).toLowerCase());
}

/** The datetime that a text stands for, in any of the forms that the engine reads (ISO 8601, RFC 822, RFC 850, US). */
export function parseDatetime(text: string): Int64 | null {
    const fast = parseIso(text);
    if (fast !== undefined) return fast;
    const trimmed = text.trim();
    let match = numeric.exec(trimmed);
    if (match !== null) return point(Number(match[1]), Number(match[2]), Number(match[3] ?? "1"), match.slice(4));
    match = monthFirst.exec(trimmed);
    if (match !== null) return point(Number(match[3]), Number(match[1]), Number(match[2]), match.slice(4));
    match = compact.exec(trimmed);
    if (match !== null) return point(Number(match[1]), Number(match[2]), Number(match[3]), match.slice(4));
    match = dayMonthName.exec(trimmed);
    if (match !== null) {
        const [, weekday, day = "", month = "", year = ""] = match;
        const fullYear = year.length === 2 ? Number(year) + (Number(year) < 50 ? 2000 : 1900) : Number(year);
        return onWeekday(weekday, point(fullYear, named(months, month) + 1, Number(day), match.slice(5)));
    }
    match = monthNameDay.exec(trimmed);
    if (match !== null) {
        const [, weekday, month = "", day = "", year = ""] = match;
        return onWeekday(weekday, point(Number(year), named(months, month) + 1, Number(day), match.slice(5)));
    }
    return /^\d{4}$/.test(trimmed) ? fromFields(Number(trimmed), 1, 1) : null;
}

/** What stands where a weekday belongs must be one. */
function onWeekday(weekday: string | undefined, datetime: Int64 | null): Int64 | null {
    return weekday === undefined || named(weekdays, weekday) >= 0 ? datetime : null;
}

/** `YYYY-MM-DDThh:mm:ss[.fffffff]Z`, the form of nearly all data, without a regular expression; undefined for others. */
function parseIso(text: string): Int64 | null | undefined {
    const length = text.length;
    if (length < 19 || length > 28 || text.charCodeAt(4) !== 45 || text.charCodeAt(7) !== 45) return undefined;
    const separator = text.charCodeAt(10);
    if ((separator !== 84 && separator !== 32) || text.charCodeAt(13) !== 58 || text.charCodeAt(16) !== 58) {
        return undefined;
    }
    const end = text.charCodeAt(length - 1) === 90 ? length - 1 : length;
    let tick = 0;
    if (end > 19) {
        if (text.charCodeAt(19) !== 46 || end < 21 || end > 27) return undefined;
        tick = digits(text, 20, end);
        if (tick < 0) return undefined;
        for (let missing = 27 - end; missing > 0; missing--) tick *= 10;
    }
    const year = digits(text, 0, 4);
    const month = digits(text, 5, 7);
    const day = digits(text, 8, 10);
    const hour = digits(text, 11, 13);
    const minute = digits(text, 14, 16);
    const second = digits(text, 17, 19);
    if (year < 0 || month < 0 || day < 0 || hour < 0 || minute < 0 || second < 0) return undefined;
    return tick < ticksPerSecond ? fromFields(year, month, day, hour, minute, second, tick) : null;
}

/** The number that the digits from `from` to `to` make, or -1 where there is anything else. */
function digits(text: string, from: number, to: number): number {
    let value = 0;
    for (let index = from; index < to; index++) {
        const digit = text.charCodeAt(index) - 48;
        if (digit < 0 || digit > 9) return -1;
        value = value * 10 + digit;
    }
    return value;
}
