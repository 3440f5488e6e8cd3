import { severities, type Severity } from "../detections/schema";
import { isMapping, itemsAt, valueAt } from "./found";
import type { SettingsPath } from "./problems";
import { reportRepeats } from "./repeats";
import { alerts, detections } from "./schema";
import { receiverKinds } from "./settings";
import { soundParts, type Report } from "./soundParts";

/** Action groups that a rule takes (source: log alert rules, limits). */
const mostActionGroups = 5;

/** Who is told: at least somebody, each receiver and group once, and no more groups than a rule takes. */
export function judgeAlerts(raw: unknown, report: Report): void {
    const given = valueAt(raw, ["alerts"]);
    if (given !== undefined && !isMapping(given)) return;
    const reached = [...receiverKinds, "groups", "actionGroups"].some((key) => !isEmpty(valueAt(given, [key])));
    if (!reached && rulesOfAzureMonitor(raw)) {
        report(["alerts"], {
            code: "ST207",
            accepted: `at least one of ${receiverKinds.join(", ")}, groups or actionGroups, or alerts reach nobody`,
        });
    }
    judgeReceiverNames(given, ["alerts"], report);
    itemsAt(given, ["groups"]).forEach((group, index) => {
        const path = ["alerts", "groups", index];
        if (receiverKinds.every((kind) => isEmpty(valueAt(group, [kind]))))
            report(path, { code: "ST207", accepted: `a group with at least one of ${receiverKinds.join(", ")}` });
        judgeReceiverNames(group, path, report);
    });
    judgeGroups(given, report);
}

/** Whether a detection may ring by a scheduled-query rule, as far as the settings say. */
function rulesOfAzureMonitor(raw: unknown): boolean {
    const { target, overrides = {} } = soundParts(detections, valueAt(raw, ["detections"]));
    const common = target ?? (valueAt(raw, ["sentinel"]) === undefined ? "azureMonitor" : "sentinel");
    return [common, ...Object.values(overrides).map((change) => change.target)].some(
        (one) => one !== undefined && one !== "sentinel",
    );
}

/** Names are unique among all receivers of one action group, whatever their kind. */
function judgeReceiverNames(group: unknown, at: SettingsPath, report: Report): void {
    const seen = new Set<string>();
    for (const kind of receiverKinds) {
        itemsAt(group, [kind]).forEach((item, index) => {
            const name = valueAt(item, ["name"]);
            if (typeof name !== "string") return;
            const key = name.toLowerCase();
            if (seen.has(key))
                report([...at, kind, index, "name"], {
                    code: "ST209",
                    accepted: "a name that no other receiver of this action group has",
                });
            seen.add(key);
        });
    }
}

function judgeGroups(given: unknown, report: Report): void {
    const { groups = [], actionGroups = [] } = soundParts(alerts, given);
    const existing = actionGroups.map((group) => (typeof group === "string" ? { id: group } : group));
    reportRepeats(
        groups.map(({ name }) => name),
        ["alerts", "groups"],
        report,
    );
    reportRepeats(
        existing.map(({ id }) => id),
        ["alerts", "actionGroups"],
        report,
    );
    const own = receiverKinds.some((kind) => !isEmpty(valueAt(given, [kind]))) ? 1 : 0;
    const tells = (severity: Severity): number =>
        own +
        [...groups, ...existing].filter((group) => !group.severities || group.severities.includes(severity)).length;
    const crowded = severities.find((severity) => tells(severity) > mostActionGroups);
    if (crowded === undefined) return;
    report(["alerts", existing.length > 0 ? "actionGroups" : "groups"], {
        code: "ST208",
        found: `${tells(crowded)} action groups for severity ${crowded}`,
        accepted: `at most ${mostActionGroups}, the stack's own among them: a rule takes no more`,
    });
}

function isEmpty(value: unknown): boolean {
    return value === undefined || value === null || (Array.isArray(value) && value.length === 0);
}
