import { durationMs } from "../azure";
import type { DetectionParameter, ParameterValue } from "./schema";

/** A value as a KQL literal. Lists become a dynamic array, whole `real` values keep a decimal point, durations a timespan. */
export function kqlLiteral(type: DetectionParameter["type"], value: ParameterValue): string {
    if (typeof value === "boolean") return String(value);
    if (typeof value === "number") return type === "real" ? `real(${value})` : `long(${value})`;
    if (typeof value === "string") return type === "duration" ? kqlTimespan(minutesOf(value)) : kqlString(value);
    return `dynamic([${value.map((entry) => kqlString(entry)).join(", ")}])`;
}

/** A string literal; every character that could end it or that a line cannot hold is escaped. */
function kqlString(text: string): string {
    const escaped = Array.from(text, (character) => {
        if (character === "\\" || character === '"') return `\\${character}`;
        const code = character.codePointAt(0) ?? 0;
        return code < 0x20 || (code >= 0x7f && code < 0xa0) || code === 0x2028 || code === 0x2029
            ? `\\u${code.toString(16).padStart(4, "0")}`
            : character;
    });
    return `"${escaped.join("")}"`;
}

/**
 * Whole minutes of an ISO 8601 duration.
 *
 * @throws RangeError for any other text.
 */
export function minutesOf(duration: string): number {
    const ms = durationMs(duration);
    if (ms === undefined) throw new RangeError(`"${duration}" is no ISO 8601 duration such as PT30M`);
    return Math.round(ms / 60_000);
}

/** Minutes as a KQL timespan literal in its largest whole unit: `30m`, `2h`, `1d`. */
export function kqlTimespan(minutes: number): string {
    if (minutes % 1440 === 0) return `${minutes / 1440}d`;
    return minutes % 60 === 0 ? `${minutes / 60}h` : `${minutes}m`;
}
