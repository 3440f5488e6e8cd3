import { fieldsOf } from "../values/calendar";
import type { Int64 } from "../values/int64";
import { timespanFields } from "../values/timespan";

const pad = (value: number, width: number): string => String(value).padStart(width, "0");

/** Digits of a second: `f` all of them, `F` without trailing zeros. */
function fraction(ticks: number, token: string): string {
    const digits = pad(ticks, 7).slice(0, token.length);
    return token.startsWith("f") ? digits : digits.replace(/0+$/, "");
}

/** The text of a datetime in a format of `format_datetime`; what is no specifier stands as it is. */
export function formatDatetimeAs(datetime: Int64, pattern: string): string {
    const { year, month, day, hour, minute, second, tick } = fieldsOf(datetime);
    const hour12 = hour % 12 === 0 ? 12 : hour % 12;
    return pattern.replaceAll(/yyyy|yy|y|MM|M|dd|d|HH|H|hh|h|mm|m|ss|s|f{1,7}|F{1,7}|tt/g, (token) => {
        switch (token) {
            case "yyyy":
                return pad(year, 4);
            case "yy":
                return pad(year % 100, 2);
            case "y":
                return String(year % 100);
            case "MM":
            case "M":
                return pad(month, token.length);
            case "dd":
            case "d":
                return pad(day, token.length);
            case "HH":
            case "H":
                return pad(hour, token.length);
            case "hh":
            case "h":
                return pad(hour12, token.length);
            case "mm":
            case "m":
                return pad(minute, token.length);
            case "ss":
            case "s":
                return pad(second, token.length);
            case "tt":
                return hour < 12 ? "AM" : "PM";
            default:
                return fraction(tick, token);
        }
    });
}

/** The text of a timespan in a format of `format_timespan`. */
export function formatTimespanAs(timespan: Int64, pattern: string): string {
    const { negative, days, hours, minutes, seconds, ticks } = timespanFields(timespan);
    const text = pattern.replaceAll(/d{1,8}|[hH]{1,2}|m{1,2}|s{1,2}|f{1,7}|F{1,7}/g, (token) => {
        switch (token.charAt(0)) {
            case "d":
                return pad(days, token.length);
            case "h":
            case "H":
                return pad(hours, token.length);
            case "m":
                return pad(minutes, token.length);
            case "s":
                return pad(seconds, token.length);
            default:
                return fraction(ticks, token);
        }
    });
    return negative ? `-${text}` : text;
}
