import { day, minute } from "../durations";
import type { Inspection } from "../inspection";
import { checkTiming } from "./timing";
import { judgeUses } from "./uses";

/** Characters that the query of a scheduled analytics rule may have. */
export const sentinelQueryLimit = 10_000;

/** What Microsoft Sentinel refuses in a scheduled analytics rule (article on scheduled analytics rules). */
export function checkSentinel(inspection: Inspection): void {
    const { text, findings } = inspection;
    const { source, root } = text.bound;
    const { length } = source.text;
    const start = { start: 0, end: 0 };
    if (source.text.trim() === "")
        findings.add("KQ503", "error", start, "the query is empty: a Sentinel rule takes 1 to 10,000 characters");
    if (length > sentinelQueryLimit) {
        const message = `the query has ${length} characters, a Sentinel rule takes at most ${sentinelQueryLimit}: move parts into a stored function`;
        findings.add("KQ503", "error", { start: sentinelQueryLimit, end: root.end }, message);
    }
    judgeUses(inspection, (trait) => {
        if (trait.kind === "adx") {
            const message = "a Sentinel rule may not read Azure Data Explorer by adx()";
            return { code: "KQ512", severity: "error", message, inFunction: "warning" };
        }
        if ((trait.kind !== "search" && trait.kind !== "union") || !trait.all) return undefined;
        const message = `${trait.kind} * is refused in a Sentinel rule: name the tables`;
        return { code: "KQ505", severity: "error", message, inFunction: undefined };
    });
    checkTiming(inspection, {
        rule: "a Sentinel rule",
        frequency: { shortest: 5 * minute, longest: 14 * day },
        window: { shortest: 5 * minute, longest: 14 * day },
    });
}
