/**
 * When two answers are the same. Values are in their JSON forms; numbers are compared to nine digits, times whatever
 * the number of fractional digits written, texts that are null as empty.
 */

/** A value of a dynamic column or of JSON. */
type Json = unknown;

/** Whether two values of a column of this type are the same. */
export function sameValue(a: Json, b: Json, type: string, arraysAsSets = false): boolean {
    const [left, right] = [a ?? null, b ?? null];
    if (type === "string") return (left ?? "") === (right ?? "");
    if (left === null || right === null) return left === right;
    switch (type) {
        case "datetime":
        case "timespan":
            return sameTime(textOf(left), textOf(right));
        case "guid":
            return textOf(left).toLowerCase() === textOf(right).toLowerCase();
        case "real":
        case "decimal":
            return textOf(left) === textOf(right) || sameNumber(Number(left), Number(right));
        case "dynamic":
            return sameDynamic(left, right, arraysAsSets);
        default:
            return textOf(left) === textOf(right);
    }
}

function sameNumber(a: number, b: number): boolean {
    if (Number.isNaN(a) || Number.isNaN(b)) return Number.isNaN(a) && Number.isNaN(b);
    return a === b || Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a), Math.abs(b));
}

/** `2026-01-01 00:00:00.50Z` and `2026-01-01T00:00:00.5Z` are one time; so are `1.00:00:00` and `1.00:00:00.0`. */
function sameTime(a: string, b: string): boolean {
    const plain = (text: string): string =>
        text
            .replace(" ", "T")
            .replace(/Z$/, "")
            .replace(/^(-?)0\./, "$1")
            .replace(/(:\d\d)\.(\d*?)0*$/, (_, seconds: string, digits: string) =>
                digits === "" ? seconds : `${seconds}.${digits}`,
            );
    return plain(a) === plain(b);
}

function sameDynamic(a: Json, b: Json, arraysAsSets: boolean): boolean {
    if (a === b) return true;
    if (typeof a === "number" && typeof b === "number") return sameNumber(a, b);
    if (typeof a === "string" && typeof b === "string") return sameTime(a, b);
    if (Array.isArray(a) && Array.isArray(b)) {
        const [left, right]: Json[][] = [a, b];
        if (left?.length !== right?.length) return false;
        if (left?.every((item, index) => sameDynamic(item, right?.[index], arraysAsSets)) === true) return true;
        return arraysAsSets && sameUnordered(left ?? [], right ?? [], (x, y) => sameDynamic(x, y, true));
    }
    if (isRecord(a) && isRecord(b)) {
        const keys = Object.keys(a);
        return (
            keys.length === Object.keys(b).length &&
            keys.every((key) => key in b && sameDynamic(a[key], b[key], arraysAsSets))
        );
    }
    return false;
}

/** Whether two lists hold the same items, whatever their order. */
export function sameUnordered<T>(a: readonly T[], b: readonly T[], same: (x: T, y: T) => boolean): boolean {
    const left = [...b];
    return (
        a.length === b.length &&
        a.every((item) => {
            const index = left.findIndex((candidate) => same(item, candidate));
            if (index >= 0) left.splice(index, 1);
            return index >= 0;
        })
    );
}

function isRecord(value: Json): value is Record<string, Json> {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A value as text; numbers and truth values as JSON writes them. */
function textOf(value: Json): string {
    return typeof value === "string" ? value : JSON.stringify(value);
}
