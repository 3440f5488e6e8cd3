import { durationMs, parseIdOf, tagProblems } from "../azure";
import { describeFound, isMapping, itemsAt, valueAt } from "./found";
import { judgeMachines } from "./machineRules";
import { problemAt, type SettingsPath, type SettingsProblem } from "./problems";
import { alerts, detections, override, sensor, stackSettings } from "./schema";
import { soundParts, type Report } from "./soundParts";

/**
 * What shows only between keys. The rules read the parts of the settings that are right by themselves, so that one
 * wrong value hides no other problem.
 */
export function crossRules(raw: unknown, source: string): SettingsProblem[] {
    const problems: SettingsProblem[] = [];
    const report: Report = (path, details) =>
        problems.push(problemAt(source, path, { found: describeFound(raw, path), ...details }));
    judgeTags(raw, report);
    judgeWorkspace(raw, report);
    judgeSensor(raw, report);
    judgeMachines(raw, report);
    judgeDetections(raw, report);
    judgeAlerts(raw, report);
    return problems;
}

/** Azure's limits, on a tag alone and on all together. */
function judgeTags(raw: unknown, report: Report): void {
    const tags: Record<string, string> = {};
    const given = valueAt(raw, ["tags"]);
    for (const [key, value] of Object.entries(isMapping(given) ? given : {})) {
        if (typeof value === "string") tags[key] = value;
    }
    for (const { field, reason } of tagProblems(tags)) {
        const path = field === "" ? ["tags"] : ["tags", field];
        report(path, {
            code: "ST201",
            found: `a tag that Azure refuses: ${reason}`,
            accepted: "tags within Azure's limits",
        });
    }
}

/** A component's children live in the subscription of its provider. */
function judgeWorkspace(raw: unknown, report: Report): void {
    const { subscriptionId, workspace } = soundParts(stackSettings, raw);
    if (subscriptionId === undefined || workspace === undefined || !("existing" in workspace)) return;
    const id = parseIdOf("workspace", workspace.existing.id);
    if (id.kind === "rejected" || id.value.subscriptionId === subscriptionId.toLowerCase()) return;
    report(["workspace", "existing", "id"], {
        code: "ST213",
        accepted: `a workspace in the stack's own subscription, ${subscriptionId}`,
    });
}

function judgeSensor(raw: unknown, report: Report): void {
    const { config } = soundParts(sensor, valueAt(raw, ["sensor"]));
    if (Array.isArray(config)) reportRepeats(config, ["sensor", "config"], report);
}

function judgeDetections(raw: unknown, report: Report): void {
    const { include, exclude } = soundParts(detections, valueAt(raw, ["detections"]));
    const included = Array.isArray(include) ? include : [];
    exclude?.forEach((name, index) => {
        if (!included.includes(name)) return;
        report(["detections", "exclude", index], {
            code: "ST210",
            accepted: "a detection that is not listed under detections.include",
        });
    });
    reportRepeats(included, ["detections", "include"], report);
    reportRepeats(exclude ?? [], ["detections", "exclude"], report);
    const overrides = valueAt(raw, ["detections", "overrides"]);
    for (const [name, change] of Object.entries(isMapping(overrides) ? overrides : {})) {
        const { frequency, window } = soundParts(override, change);
        if (frequency === undefined || window === undefined) continue;
        if ((durationMs(window) ?? 0) >= (durationMs(frequency) ?? 0)) continue;
        report(["detections", "overrides", name, "window"], {
            code: "ST211",
            accepted: `${frequency} or more: the rule runs every ${frequency} and would skip events between two windows`,
        });
    }
}

function judgeAlerts(raw: unknown, report: Report): void {
    const given = valueAt(raw, ["alerts"]);
    if (!isMapping(given)) return;
    const { actionGroups } = soundParts(alerts, given);
    const receivers = ["emails", "webhooks"].flatMap((key) =>
        itemsAt(given, [key]).map((item, index) => ({
            path: ["alerts", key, index, "name"],
            name: valueAt(item, ["name"]),
        })),
    );
    const told = ["emails", "webhooks", "actionGroups"];
    if (told.every((key) => given[key] === undefined || (Array.isArray(given[key]) && given[key].length === 0))) {
        report(["alerts"], {
            code: "ST207",
            accepted: "at least one of emails, webhooks or actionGroups, or alerts reach nobody",
        });
    }
    const room = receivers.length === 0 ? 5 : 4;
    if (actionGroups !== undefined && actionGroups.length > room) {
        report(["alerts", "actionGroups"], {
            code: "ST208",
            accepted: `at most ${room}: a rule takes 5 action groups, the stack's own among them`,
        });
    }
    reportRepeats(actionGroups ?? [], ["alerts", "actionGroups"], report);
    const seen = new Set<string>();
    for (const { path, name } of receivers) {
        if (typeof name !== "string") continue;
        const key = name.toLowerCase();
        if (seen.has(key)) report(path, { code: "ST209", accepted: "a name that no other mailbox or webhook has" });
        seen.add(key);
    }
}

function reportRepeats(names: readonly string[], at: SettingsPath, report: Report): void {
    names.forEach((name, index) => {
        const first = names.findIndex((other) => other.toLowerCase() === name.toLowerCase());
        if (first < index) report([...at, index], { code: "ST209", accepted: "each name once" });
    });
}
