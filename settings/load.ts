import * as fs from "node:fs";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { settingsOfConfig } from "./configText";
import { parseSettings } from "./parse";
import { describeProblems, problemAt, type SettingsPath, type SettingsProblem } from "./problems";
import type { Settings } from "./settings";

/** Settings of the stack that Pulumi runs: addresses of webhooks are secrets. */
export type StackSettings = Settings<pulumi.Output<string>>;

/**
 * The settings of the stack that Pulumi runs. This is the only reader of Pulumi's configuration.
 *
 * A nested encrypted value makes Pulumi mark the whole key as secret, yet hand it out in the clear; so what is secret is
 * marked here, and nothing else.
 *
 * @param folder Folder of Pulumi.yaml, which paths in settings start from. Default: the working directory, as Pulumi
 * sets it.
 * @throws pulumi.RunError with one line for each problem, missing files among them.
 */
export function loadSettings(folder: string = process.cwd()): StackSettings {
    const source = `Pulumi.${pulumi.getStack()}.yaml`;
    const parsed = parseSettings(settingsOfConfig(pulumi.runtime.allConfig()), source);
    if ("problems" in parsed) throw settingsError(parsed.problems);
    const missing = missingFiles(parsed.settings, folder, source);
    if (missing.length > 0) throw settingsError(missing);
    const { alerts, ...rest } = parsed.settings;
    const webhooks = alerts.webhooks.map(({ name, uri }) => ({ name, uri: pulumi.secret(uri) }));
    return { ...rest, alerts: { ...alerts, webhooks } };
}

/** The error that stops a program for problems in its settings; Pulumi prints its text alone, without a stack. */
export function settingsError(problems: readonly SettingsProblem[]): pulumi.RunError {
    return new pulumi.RunError(describeProblems(problems));
}

/** Files and folders that settings name and that are not there. */
function missingFiles(settings: Settings, folder: string, source: string): SettingsProblem[] {
    const { sensor, detections } = settings;
    const problems: SettingsProblem[] = [];
    const look = (name: string, kind: "file" | "folder", at: SettingsPath): void => {
        const stats = fs.statSync(path.resolve(folder, name), { throwIfNoEntry: false });
        if (kind === "file" ? stats?.isFile() : stats?.isDirectory()) return;
        const found = `${JSON.stringify(name)}, ${stats === undefined ? "which is not there" : `which is no ${kind}`}`;
        const accepted = `an existing ${kind}, by its path from ${folder}`;
        problems.push(problemAt(source, at, { code: "ST301", found, accepted }));
    };
    if (sensor.config.kind === "file") look(sensor.config.path, "file", ["sensor", "config"]);
    if (sensor.config.kind === "merge") {
        sensor.config.parts.forEach((part, index) => {
            if (part.kind === "file") look(part.path, "file", ["sensor", "config", index]);
        });
    }
    if (sensor.source.kind === "file") look(sensor.source.path, "file", ["sensor", "source", "file"]);
    detections.folders.forEach((name, index) => look(name, "folder", ["detections", "folders", index]));
    return problems;
}
