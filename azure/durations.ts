const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

const isoDuration = /^P(?=\d|T\d)(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d{1,3})?)S)?)?$/;
const isoWeeks = /^P(\d+)W$/;

const hours = ["PT1H", "PT2H", "PT3H", "PT4H", "PT5H", "PT6H"];

/** How often a scheduled-query rule may run (source: azurerm's validation, API 2021-08-01 and later). */
export const evaluationFrequencies: readonly string[] = [
    "PT1M",
    "PT5M",
    "PT10M",
    "PT15M",
    "PT30M",
    "PT45M",
    ...hours,
    "P1D",
];

/** How far back a scheduled-query rule may look (source: as above). */
export const windowSizes: readonly string[] = [...evaluationFrequencies, "P2D"];

/** Ranges of data that a scheduled-query rule's query may be given instead of its window (source: as above). */
export const queryTimeRanges: readonly string[] = [
    "PT5M",
    "PT10M",
    "PT15M",
    "PT20M",
    "PT30M",
    "PT45M",
    ...hours,
    "P1D",
    "P2D",
];

/** How long a scheduled-query rule may be silent after an alert (source: as above). */
export const muteDurations: readonly string[] = queryTimeRanges.filter((range) => range !== "PT20M");

/**
 * Milliseconds of an ISO 8601 duration of days, hours, minutes and seconds, or of weeks alone; undefined for any other
 * text. Years and months have no fixed length and are no duration here.
 */
export function durationMs(text: string): number | undefined {
    const weeks = isoWeeks.exec(text);
    if (weeks) return Number(weeks[1]) * 7 * day;
    const parts = isoDuration.exec(text);
    if (!parts) return undefined;
    const [, days = "0", hoursPart = "0", minutes = "0", seconds = "0"] = parts;
    return (
        Number(days) * day + Number(hoursPart) * hour + Number(minutes) * minute + Math.round(Number(seconds) * second)
    );
}

/**
 * The usual ISO 8601 spelling of a duration, the largest units first: 90 minutes are `PT1H30M`, two days `P2D`.
 *
 * @param ms Whole milliseconds, 0 or more.
 */
export function formatDuration(ms: number): string {
    const days = Math.floor(ms / day);
    const time = [
        [Math.floor((ms % day) / hour), "H"],
        [Math.floor((ms % hour) / minute), "M"],
        [(ms % minute) / second, "S"],
    ]
        .filter(([amount]) => amount !== 0)
        .map(([amount, unit]) => `${amount}${unit}`)
        .join("");
    if (days === 0 && time === "") return "PT0S";
    return `P${days === 0 ? "" : `${days}D`}${time === "" ? "" : `T${time}`}`;
}

/**
 * The member of `allowed` that is as long as `text`, however that is spelled (`PT60M` is `PT1H`); undefined where none
 * is. The service compares spellings, so send what this returns.
 */
export function allowedDuration(text: string, allowed: readonly string[]): string | undefined {
    const ms = durationMs(text);
    return ms === undefined ? undefined : allowed.find((candidate) => durationMs(candidate) === ms);
}
