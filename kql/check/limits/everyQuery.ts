import type { Inspection } from "../inspection";
import { judgeUses } from "./uses";

/** What no query of Log Analytics may use (article on log queries in Azure Monitor). */
export function checkEveryQuery(inspection: Inspection): void {
    judgeUses(inspection, (trait) => {
        if (trait.kind !== "unavailable") return undefined;
        return { code: "KQ511", severity: "error", message: `Log Analytics does not have ${trait.what}` };
    });
}
