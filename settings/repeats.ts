import type { SettingsPath } from "./problems";
import type { Report } from "./soundParts";

/** Reports each name of a list that stands there before, whatever the case. */
export function reportRepeats(names: readonly string[], at: SettingsPath, report: Report): void {
    names.forEach((name, index) => {
        const first = names.findIndex((other) => other.toLowerCase() === name.toLowerCase());
        if (first < index) report([...at, index], { code: "ST209", accepted: "each name once" });
    });
}
