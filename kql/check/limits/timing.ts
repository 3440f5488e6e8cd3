import { durationText } from "../durations";
import type { Inspection } from "../inspection";

/** Shortest and longest duration that a service takes, in milliseconds. */
interface Range {
    readonly shortest: number;
    readonly longest: number;
}

/** How often a kind of rule may run, and how far back it may look. */
export interface Timing {
    /** The kind of rule, as a message names it. */
    readonly rule: string;
    readonly frequency: Range;
    readonly window: Range;
}

/** Notes a frequency or look-back that the service refuses. */
export function checkTiming({ options, findings }: Inspection, timing: Timing): void {
    const { frequency, window } = options;
    const start = { start: 0, end: 0 };
    for (const [kind, value, range] of [
        ["frequency", frequency, timing.frequency],
        ["window", window, timing.window],
    ] as const) {
        if (value === undefined || (value >= range.shortest && value <= range.longest)) continue;
        const what = kind === "frequency" ? "runs every" : "looks back";
        const accepted = `${durationText(range.shortest)} to ${durationText(range.longest)}`;
        const message = `${timing.rule} ${what} ${accepted}; found ${durationText(value)}`;
        findings.add("KQ507", "error", start, message, { kind });
    }
    if (frequency === undefined || window === undefined || window >= frequency) return;
    const message = `the rule looks back ${durationText(window)} every ${durationText(frequency)}: what happens between is never seen`;
    findings.add("KQ507", "error", start, message, { kind: "window" });
}
