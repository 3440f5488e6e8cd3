/**
 * Times of events are ISO 8601 in UTC with up to seven fractional digits (the 100 ns of a Windows FILETIME), as text:
 * a JavaScript date would cut them to milliseconds.
 */

const timePattern = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:[.,](\d+))?\s*(?:Z|([+-])(\d\d):?(\d\d))?$/i;

/** Milliseconds between the epochs of FILETIME (1601) and of Unix (1970). */
const fileTimeEpoch = 11_644_473_600_000n;

/**
 * Brings a time into the form above. A time without a zone is taken for UTC, which is what Sysmon's `UtcTime` and the
 * event log's own renderings mean; digits beyond the seventh are cut.
 * @returns `undefined` where the text is no time.
 */
export function normalizeTime(text: string): string | undefined {
    const match = timePattern.exec(text.trim());
    if (match === null) return undefined;
    const [, day = "", clock = "", digits = "", sign, hours = "0", minutes = "0"] = match;
    const instant = Date.parse(`${day}T${clock}Z`);
    // Date.parse rolls February 30 over to March; Windows has no such day.
    if (Number.isNaN(instant) || new Date(instant).toISOString().slice(0, 10) !== day) return undefined;
    const offset = (Number(hours) * 60 + Number(minutes)) * 60_000 * (sign === "-" ? -1 : 1);
    const utc = sign === undefined ? `${day}T${clock}` : new Date(instant - offset).toISOString().slice(0, 19);
    const fraction = digits.slice(0, 7);
    return fraction === "" ? `${utc}Z` : `${utc}.${fraction}Z`;
}

/** The time of a FILETIME: 100 ns since 1601, UTC. */
export function timeOfFileTime(fileTime: bigint): string {
    const instant = new Date(Number(fileTime / 10_000n - fileTimeEpoch));
    const ticks = (fileTime % 10_000_000n).toString().padStart(7, "0");
    return `${instant.toISOString().slice(0, 19)}.${ticks}Z`;
}

/** Milliseconds since 1970 of a time in the form above, with its fraction. */
export function millisecondsOf(time: string): number {
    const [, instant = "", digits = ""] = /^(.{19})(?:\.(\d{1,7}))?Z$/.exec(time) ?? [];
    return Date.parse(`${instant}Z`) + Number(digits.padEnd(7, "0")) / 10_000;
}
