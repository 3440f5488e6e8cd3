const second = 1000;
/** Milliseconds of a minute. */
export const minute = 60 * second;
/** Milliseconds of an hour. */
export const hour = 60 * minute;
/** Milliseconds of a day. */
export const day = 24 * hour;

const units: Readonly<Record<string, number>> = { s: second, m: minute, h: hour, d: day };

/** Milliseconds of a duration as rules write it: `1h`, `14d`, or ISO 8601 (`PT1H`, `P1DT12H`); undefined for no duration. */
export function durationMilliseconds(text: string): number | undefined {
    const [, count, unit = ""] = /^(\d{1,6})([smhd])$/i.exec(text.trim()) ?? [];
    if (count !== undefined) return Number(count) * (units[unit.toLowerCase()] ?? 0);
    const iso = /^P(?=\d|T\d)(?:(\d{1,6})D)?(?:T(?=\d)(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,6})S)?)?$/i.exec(
        text.trim(),
    );
    if (iso === null) return undefined;
    const [, days = "0", hours = "0", minutes = "0", seconds = "0"] = iso;
    return Number(days) * day + Number(hours) * hour + Number(minutes) * minute + Number(seconds) * second;
}

/** A duration as KQL writes it, in the largest unit that gives a whole number. */
export function durationText(milliseconds: number): string {
    const unit = Object.entries(units)
        .reverse()
        .find(([, size]) => milliseconds !== 0 && milliseconds % size === 0);
    return unit === undefined ? `${milliseconds}ms` : `${milliseconds / unit[1]}${unit[0]}`;
}
