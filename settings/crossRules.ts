import { durationMs, parseIdOf, tagProblems } from "../azure";
import { parsePolicyScope } from "../azure/policy";
import { judgeAlerts } from "./alertRules";
import { describeFound, isMapping, itemsAt, valueAt } from "./found";
import { judgeMachines, judgeRings } from "./machineRules";
import { problemAt, type SettingsProblem } from "./problems";
import { reportRepeats } from "./repeats";
import { detections, fleet, override, sensor, sentinel, stackSettings, watchlist } from "./schema";
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
    judgeRings(raw, report);
    judgeFleet(raw, report);
    judgeDetections(raw, report);
    judgeAlerts(raw, report);
    judgeSentinel(raw, report);
    judgeWatchlists(raw, report);
    judgeLab(raw, report);
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
    const { config, rings = {} } = soundParts(sensor, valueAt(raw, ["sensor"]));
    if (Array.isArray(config)) reportRepeats(config, ["sensor", "config"], report);
    for (const [name, ring] of Object.entries(rings)) {
        if (Array.isArray(ring.config)) reportRepeats(ring.config, ["sensor", "rings", name, "config"], report);
    }
}

/** What a fleet's policies need of the rest of the stack. */
function judgeFleet(raw: unknown, report: Report): void {
    if (!isMapping(valueAt(raw, ["fleet"]))) return;
    const { subscriptionId, artifacts, collection } = soundParts(stackSettings, raw);
    const { scope } = soundParts(fleet, valueAt(raw, ["fleet"]));
    const parsed = scope === undefined ? undefined : parsePolicyScope(scope);
    if (
        subscriptionId !== undefined &&
        parsed?.kind === "parsed" &&
        parsed.value.kind !== "managementGroup" &&
        parsed.value.subscriptionId !== subscriptionId.toLowerCase()
    ) {
        report(["fleet", "scope"], {
            code: "ST219",
            accepted: `a scope in the stack's own subscription, ${subscriptionId}, or a management group`,
        });
    }
    if (typeof artifacts === "object" && artifacts.resourceGroup === undefined) {
        report(["artifacts", "resourceGroup"], {
            code: "ST219",
            accepted: "the resource group of the container's storage account: policies let machines read it",
        });
    }
    if (collection?.privateLink === true) {
        report(["collection", "privateLink"], {
            code: "ST219",
            accepted: "false in a stack with a fleet: its policies associate no data collection endpoint",
        });
    }
}

/** What exists with Microsoft Sentinel only. */
function judgeSentinel(raw: unknown, report: Report): void {
    if (valueAt(raw, ["sentinel"]) !== undefined) return;
    const { collection, detections: chosen, diagnostics } = soundParts(stackSettings, raw);
    if (diagnostics?.sentinelHealth === true) {
        report(["diagnostics", "sentinelHealth"], {
            code: "ST223",
            accepted: "false, or a stack with sentinel: {onboard: false} where the workspace is onboarded already",
        });
    }
    if (collection?.table === "WindowsEvent") {
        report(["collection", "table"], {
            code: "ST216",
            accepted: "Event, or a stack with sentinel: {onboard: false} where the workspace is onboarded already",
        });
    }
    const accepted =
        "azureMonitor, or a stack with sentinel: {onboard: false} where the workspace is onboarded already";
    if (chosen?.target !== undefined && chosen.target !== "azureMonitor") {
        report(["detections", "target"], { code: "ST217", accepted });
    }
    for (const [name, { target }] of Object.entries(chosen?.overrides ?? {})) {
        if (target === undefined || target === "azureMonitor") continue;
        report(["detections", "overrides", name, "target"], { code: "ST217", accepted });
    }
}

function judgeWatchlists(raw: unknown, report: Report): void {
    const { watchlists = [] } = soundParts(sentinel, valueAt(raw, ["sentinel"]));
    itemsAt(raw, ["sentinel", "watchlists"]).forEach((item, index) => {
        const path = ["sentinel", "watchlists", index];
        const { rows, file, searchKey } = soundParts(watchlist, item);
        const [hasRows, hasFile] = ["rows", "file"].map((key) => valueAt(item, [key]) !== undefined);
        if (hasRows === hasFile) report(path, { code: "ST221", accepted: "either rows or file" });
        if (rows === undefined || file !== undefined || searchKey === undefined) return;
        if (!rows.every((row) => Object.hasOwn(row, searchKey)))
            report([...path, "searchKey"], { code: "ST221", accepted: "a column that every row has" });
    });
    reportRepeats(
        watchlists.map(({ alias }) => alias),
        ["sentinel", "watchlists"],
        report,
    );
}

function judgeLab(raw: unknown, report: Report): void {
    if (!isMapping(valueAt(raw, ["lab"]))) return;
    const { environment, artifacts } = soundParts(stackSettings, raw);
    if (environment !== undefined && environment !== "dev")
        report(["lab"], { code: "ST220", accepted: "no lab: its machine is made to be attacked. Only dev has one" });
    if (typeof artifacts === "object")
        report(["lab"], {
            code: "ST222",
            accepted: "no lab beside artifacts.container: the stack cannot let its machine read there",
        });
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
