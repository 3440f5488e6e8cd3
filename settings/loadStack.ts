import * as fs from "node:fs";
import * as path from "node:path";
import { isDeepStrictEqual } from "node:util";
import * as pulumi from "@pulumi/pulumi";
import {
    DetectionsError,
    formatProblem,
    loadCatalog,
    plannedQuery,
    type Catalog,
    type Detection,
    type Severity,
} from "../detections";
import { mergeConfigs, presetConfig, presetXml, readConfig } from "../sysmon";
import { unknownDetections } from "./detectionNames";
import { loadSettings, type StackSettings } from "./load";
import { describeProblem, problemAt } from "./problems";
import type { DetectionOverride, SensorConfigPart, SensorConfigSettings } from "./settings";

/** A detection as a stack deploys it. */
export interface StackDetection {
    /** The detection as the catalog has it. */
    readonly detection: Detection;
    /** The text of its rule, for the table that the stack collects into. */
    readonly query: string;
    /** The detection's severity, or what the stack makes of it. */
    readonly severity: Severity;
    /** ISO 8601 duration between two runs. */
    readonly frequency: string;
    /** ISO 8601 duration that a run looks back. */
    readonly window: string;
    /** Rings for more rows than this. */
    readonly threshold: number;
    /** Whether the rule runs. */
    readonly enabled: boolean;
}

/** Everything that a stack program wires: settings, and what they name, read and checked. */
export interface Stack {
    readonly settings: StackSettings;
    /** The Sysmon configuration, as the machines get it. */
    readonly sensorConfigXml: string;
    /** The detections that the stack deploys, by name. */
    readonly detections: readonly StackDetection[];
}

/**
 * Loads the stack that Pulumi runs.
 *
 * @param folder Folder of Pulumi.yaml. Default: the working directory, as Pulumi sets it.
 * @throws pulumi.RunError with one line for each problem: of the settings, of the Sysmon configuration that they name,
 * of the detections.
 */
export function loadStack(folder: string = process.cwd()): Stack {
    const settings = loadSettings(folder);
    const problems: string[] = [];
    const sensorConfigXml = readSensorConfig(settings.sensor.config, folder, problems);
    const detections = selectDetections(settings, folder, problems);
    if (problems.length > 0) throw new pulumi.RunError(problems.join("\n"));
    return { settings, sensorConfigXml, detections };
}

function readSensorConfig(config: SensorConfigSettings, folder: string, problems: string[]): string {
    switch (config.kind) {
        case "preset":
            return presetXml(config.name);
        case "file":
            return readSensorConfigFile(config.path, folder, problems).toString("utf8");
        case "merge":
            return mergeSensorConfigs(config.parts, folder, problems);
    }
}

function readSensorConfigFile(file: string, folder: string, problems: string[]): Buffer {
    const bytes = fs.readFileSync(path.resolve(folder, file));
    for (const { severity, line, column, code, message } of readConfig(bytes).issues) {
        if (severity === "error") problems.push(`${file}:${line}:${column} ${code} ${message}`);
    }
    return bytes;
}

/** The merge of several configurations; what they contradict one another in is a problem of the one named last. */
function mergeSensorConfigs(parts: readonly SensorConfigPart[], folder: string, problems: string[]): string {
    const files = parts.flatMap((part) => {
        if (part.kind === "preset") return [{ name: part.name, config: presetConfig(part.name) }];
        const { config } = readConfig(readSensorConfigFile(part.path, folder, problems));
        return config === undefined ? [] : [{ name: part.path, config }];
    });
    if (files.length < parts.length) return "";
    const merged = mergeConfigs(files.map((file) => ({ files: [file] })));
    for (const { message } of merged.warnings) void pulumi.log.warn(`sensor.config: ${message}`);
    if (merged.ok) return merged.xml;
    for (const { message, places } of merged.conflicts) {
        const index = Math.max(...places.map((place) => files.findIndex(({ name }) => name === place.name)));
        const details = { code: "ST214", found: message, accepted: "configurations that agree" } as const;
        const source = `Pulumi.${pulumi.getStack()}.yaml`;
        problems.push(describeProblem(problemAt(source, ["sensor", "config", index], details)));
    }
    return "";
}

function selectDetections(
    { detections, collection }: StackSettings,
    folder: string,
    problems: string[],
): StackDetection[] {
    const catalog = attempt(problems, () =>
        loadCatalog({ folders: detections.folders.map((name) => path.resolve(folder, name)) }),
    );
    if (!catalog) return [];
    const known = catalog.detections.map(({ name }) => name);
    problems.push(...unknownDetections(detections, known, `Pulumi.${pulumi.getStack()}.yaml`).map(describeProblem));
    const running = selected(catalog, detections);
    problems.push(...unequalParameters(running, detections));
    return running.flatMap((detection) => {
        const override: DetectionOverride = detections.overrides[detection.name] ?? {};
        const timing = {
            frequency: override.frequency ?? detection.frequency,
            window: override.window ?? detection.window,
        };
        const options = { table: collection.table, parameters: override.parameters, ...timing };
        const query = attempt(problems, () => plannedQuery(detection, options));
        if (query === undefined) return [];
        return {
            detection,
            query,
            ...timing,
            severity: override.severity ?? detection.severity,
            threshold: override.threshold ?? detection.threshold,
            enabled: override.enabled ?? true,
        };
    });
}

/** Parameters that two detections share, and that the stack gives two values: what rings neither would go unseen. */
function unequalParameters(running: readonly Detection[], { overrides }: StackSettings["detections"]): string[] {
    const valueOf = ({ name, parameters }: Detection, parameter: string): unknown =>
        overrides[name]?.parameters?.[parameter] ?? parameters[parameter]?.default;
    return running.flatMap((detection) =>
        Object.entries(detection.parameters).flatMap(([parameter, { sharedWith = [] }]) =>
            running
                .filter(({ name }) => sharedWith.includes(name) && detection.name < name)
                .filter((other) => !isDeepStrictEqual(valueOf(detection, parameter), valueOf(other, parameter)))
                .map((other) => {
                    const values = [detection, other].map(
                        (one) => `${one.name}: ${JSON.stringify(valueOf(one, parameter))}`,
                    );
                    return `sysmon-azure:detections.overrides: ${parameter} must be the same for both, found ${values.join(", ")}`;
                }),
        ),
    );
}

function selected({ detections }: Catalog, { include, exclude }: StackSettings["detections"]): Detection[] {
    return detections.filter(({ name }) => (include === "all" || include.includes(name)) && !exclude.includes(name));
}

/** What a step gives; undefined, and its problems noted, where detections are not as they must be. */
function attempt<Value>(problems: string[], step: () => Value): Value | undefined {
    try {
        return step();
    } catch (error) {
        if (!(error instanceof DetectionsError)) throw error;
        problems.push(...error.problems.map(formatProblem));
        return undefined;
    }
}
