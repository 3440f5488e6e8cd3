import * as fs from "node:fs";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { settingsOfConfig } from "./configText";
import { detectionProblems } from "./detectionProblems";
import { parseSettings } from "./parse";
import { describeProblems, problemAt, type SettingsPath, type SettingsProblem } from "./problems";
import type { ReceiverSettings, SensorConfigSettings, SensorSourceSettings, Settings } from "./settings";

/** Settings of the stack that Pulumi runs: addresses that carry a key, and passwords, are secrets. */
export type StackSettings = Settings<pulumi.Output<string>>;

/**
 * The settings of the stack that Pulumi runs. This is the only reader of Pulumi's configuration.
 *
 * A nested encrypted value makes Pulumi mark the whole key as secret, yet hand it out in the clear; so what is secret is
 * marked here, and nothing else.
 *
 * @param folder Folder of Pulumi.yaml, which paths in settings start from. Default: the working directory, as Pulumi
 * sets it.
 * @throws pulumi.RunError with one line for each problem, missing files among them, and those of the detections in the
 * folders that the settings name.
 */
export function loadSettings(folder: string = process.cwd()): StackSettings {
    const source = `Pulumi.${pulumi.getStack()}.yaml`;
    const config = pulumi.runtime.allConfig();
    const parsed = parseSettings(settingsOfConfig(config), source);
    const problems = "problems" in parsed ? parsed.problems : missingFiles(parsed.settings, folder, source);
    if ("problems" in parsed || problems.length > 0) throw settingsError(problems, detectionProblems(config, folder));
    const { alerts, lab, ...rest } = parsed.settings;
    return {
        ...rest,
        alerts: {
            ...alerts,
            receivers: withSecrets(alerts.receivers),
            groups: alerts.groups.map((group) => ({ ...group, receivers: withSecrets(group.receivers) })),
        },
        ...(lab === undefined ? {} : { lab: { ...lab, adminPassword: pulumi.secret(lab.adminPassword) } }),
    };
}

/** Receivers whose addresses are kept as secrets. */
function withSecrets(receivers: ReceiverSettings): ReceiverSettings<pulumi.Output<string>> {
    const { webhooks, logicApps, functions, runbooks, ...plain } = receivers;
    return {
        ...plain,
        webhooks: webhooks.map((one) => ({ ...one, uri: pulumi.secret(one.uri) })),
        logicApps: logicApps.map((one) => ({ ...one, callbackUrl: pulumi.secret(one.callbackUrl) })),
        functions: functions.map((one) => ({ ...one, httpTriggerUrl: pulumi.secret(one.httpTriggerUrl) })),
        runbooks: runbooks.map((one) => ({ ...one, serviceUri: pulumi.secret(one.serviceUri) })),
    };
}

/**
 * The error that stops a program for problems in its settings; Pulumi prints its text alone, without a stack.
 *
 * @param further Lines about what else is wrong.
 */
export function settingsError(problems: readonly SettingsProblem[], further: readonly string[] = []): pulumi.RunError {
    return new pulumi.RunError([describeProblems(problems), ...further].join("\n"));
}

/** Files and folders that settings name and that are not there. */
function missingFiles(settings: Settings, folder: string, source: string): SettingsProblem[] {
    const { sensor, detections, sentinel } = settings;
    const problems: SettingsProblem[] = [];
    const look = (name: string, kind: "file" | "folder", at: SettingsPath): void => {
        const stats = fs.statSync(path.resolve(folder, name), { throwIfNoEntry: false });
        if (kind === "file" ? stats?.isFile() : stats?.isDirectory()) return;
        const found = `${JSON.stringify(name)}, ${stats === undefined ? "which is not there" : `which is no ${kind}`}`;
        const accepted = `an existing ${kind}, by its path from ${folder}`;
        problems.push(problemAt(source, at, { code: "ST301", found, accepted }));
    };
    const lookForConfig = (config: SensorConfigSettings, at: SettingsPath): void => {
        if (config.kind === "file") look(config.path, "file", at);
        if (config.kind !== "merge") return;
        config.parts.forEach((part, index) => {
            if (part.kind === "file") look(part.path, "file", [...at, index]);
        });
    };
    const lookForSource = (source: SensorSourceSettings, at: SettingsPath): void => {
        if (source.kind === "file") look(source.path, "file", at);
    };
    lookForConfig(sensor.config, ["sensor", "config"]);
    lookForSource(sensor.source, ["sensor", "source", "file"]);
    for (const [name, ring] of Object.entries(sensor.rings)) {
        const at = ["sensor", "rings", name];
        // What a ring takes from the sensor is looked for there.
        if (ring.config !== sensor.config) lookForConfig(ring.config, [...at, "config"]);
        if (ring.source !== sensor.source) lookForSource(ring.source, [...at, "source", "file"]);
    }
    sentinel?.watchlists.forEach(({ content }, index) => {
        if (content.kind === "file") look(content.path, "file", ["sentinel", "watchlists", index, "file"]);
    });
    detections.folders.forEach((name, index) => look(name, "folder", ["detections", "folders", index]));
    return problems;
}
