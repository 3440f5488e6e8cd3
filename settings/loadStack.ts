import * as fs from "node:fs";
import * as path from "node:path";
import { isDeepStrictEqual } from "node:util";
import * as pulumi from "@pulumi/pulumi";
import {
    DetectionsError,
    formatProblem,
    loadCatalog,
    loadHunts,
    plannedQuery,
    sentinelQueryLimit,
    severities,
    type Catalog,
    type Detection,
    type Hunt,
    type RuleKind,
    type Severity,
} from "../detections";
import { mergeConfigs, presetConfig, presetXml, readConfig } from "../sysmon";
import { unknownDetections } from "./detectionNames";
import { loadSettings, type StackSettings } from "./load";
import { neededEventIds } from "./neededEvents";
import { describeProblem, problemAt, type SettingsPath, type SettingsProblem } from "./problems";
import {
    receiverKinds,
    type AlertTarget,
    type DetectionOverride,
    type SensorConfigPart,
    type SensorConfigSettings,
    type SensorSourceSettings,
} from "./settings";
import { readWatchlist, type Watchlist } from "./watchlists";

/** A detection as a stack deploys it. */
export interface StackDetection {
    /** The detection as the catalog has it. */
    readonly detection: Detection;
    /** The text of its rule for each kind of rule that it is deployed as, for the table that the stack collects into. */
    readonly queries: ReadonlyMap<RuleKind, string>;
    /** The detection's severity, or what the stack makes of it. */
    readonly severity: Severity;
    /** ISO 8601 duration between two runs. */
    readonly frequency: string;
    /** ISO 8601 duration that a run looks back. */
    readonly window: string;
    /** Rings for more rows than this. */
    readonly threshold: number;
    /** Silence after an alert, ISO 8601; absent: none. */
    readonly suppressFor?: string;
    /** Whether the rule runs. */
    readonly enabled: boolean;
}

/** What machines of a ring, or of none, get. */
export interface StackSensor {
    /** The Sysmon configuration, as the machines get it. */
    readonly configXml: string;
    /** Where the Sysmon binary comes from. */
    readonly source: SensorSourceSettings;
}

/** Everything that a stack program wires: settings, and what they name, read and checked. */
export interface Stack {
    readonly settings: StackSettings;
    /** What machines get that are in no ring, or keep to it. */
    readonly sensor: StackSensor;
    /** What machines of each ring get, by the ring's name. */
    readonly rings: ReadonlyMap<string, StackSensor>;
    /** Ids of the Sysmon events that are collected, ascending, or all of them. */
    readonly eventIds: "all" | readonly number[];
    /** The watchlists of Sentinel, with their rows. */
    readonly watchlists: readonly Watchlist[];
    /** The hunting queries of the package; none where the stack has no query pack. */
    readonly hunts: readonly Hunt[];
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
    const report = (path: SettingsPath, details: Pick<SettingsProblem, "code" | "found" | "accepted">): void =>
        void problems.push(describeProblem(problemAt(`Pulumi.${pulumi.getStack()}.yaml`, path, details)));
    const reading: Reading = { folder, problems, report };
    const { sensor: base, sentinel } = settings;
    const sensor = { configXml: readSensorConfig(base.config, ["sensor", "config"], reading), source: base.source };
    const rings = new Map(
        Object.entries(base.rings).map(([name, { config, source }]) => [
            name,
            {
                configXml:
                    config === base.config
                        ? sensor.configXml
                        : readSensorConfig(config, ["sensor", "rings", name, "config"], reading),
                source,
            },
        ]),
    );
    const detections = selectDetections(settings, reading);
    judgeReach(settings, detections, report);
    const watchlists = (sentinel?.watchlists ?? []).map((list, index) =>
        readWatchlist(list, folder, (details) => report(["sentinel", "watchlists", index], details)),
    );
    if (problems.length > 0) throw new pulumi.RunError(problems.join("\n"));
    warnOf(settings, detections);
    const { eventIds } = settings.collection;
    const configs = [sensor, ...rings.values()].flatMap(({ configXml }) => readConfig(configXml).config ?? []);
    return {
        settings,
        sensor,
        rings,
        eventIds:
            eventIds === "needed"
                ? neededEventIds(
                      configs,
                      detections.map(({ detection }) => detection),
                  )
                : eventIds,
        watchlists,
        hunts: settings.huntingQueries ? loadHunts() : [],
        detections,
    };
}

/** What readers of a stack's parts share. */
interface Reading {
    /** Folder of Pulumi.yaml. */
    readonly folder: string;
    /** Takes lines for the report. */
    readonly problems: string[];
    /** Takes a problem of a setting for the report. */
    readonly report: (path: SettingsPath, details: Pick<SettingsProblem, "code" | "found" | "accepted">) => void;
}

function readSensorConfig(config: SensorConfigSettings, at: SettingsPath, reading: Reading): string {
    switch (config.kind) {
        case "preset":
            return presetXml(config.name);
        case "file":
            return readSensorConfigFile(config.path, reading).toString("utf8");
        case "merge":
            return mergeSensorConfigs(config.parts, at, reading);
    }
}

function readSensorConfigFile(file: string, { folder, problems }: Reading): Buffer {
    const bytes = fs.readFileSync(path.resolve(folder, file));
    for (const { severity, line, column, code, message } of readConfig(bytes).issues) {
        if (severity === "error") problems.push(`${file}:${line}:${column} ${code} ${message}`);
    }
    return bytes;
}

/** The merge of several configurations; what they contradict one another in is a problem of the one named last. */
function mergeSensorConfigs(parts: readonly SensorConfigPart[], at: SettingsPath, reading: Reading): string {
    const files = parts.flatMap((part) => {
        if (part.kind === "preset") return [{ name: part.name, config: presetConfig(part.name) }];
        const { config } = readConfig(readSensorConfigFile(part.path, reading));
        return config === undefined ? [] : [{ name: part.path, config }];
    });
    if (files.length < parts.length) return "";
    const merged = mergeConfigs(files.map((file) => ({ files: [file] })));
    for (const { message } of merged.warnings) void pulumi.log.warn(`${at.join(".")}: ${message}`);
    if (merged.ok) return merged.xml;
    for (const { message, places } of merged.conflicts) {
        const index = Math.max(...places.map((place) => files.findIndex(({ name }) => name === place.name)));
        reading.report([...at, index], { code: "ST214", found: message, accepted: "configurations that agree" });
    }
    return "";
}

/** Kinds of rule by the words of the settings. */
const kindsOf: Readonly<Record<AlertTarget, readonly RuleKind[]>> = {
    azureMonitor: ["scheduled-query"],
    sentinel: ["sentinel"],
    both: ["scheduled-query", "sentinel"],
};

function selectDetections(
    { detections, collection, fleet, machines }: StackSettings,
    reading: Reading,
): StackDetection[] {
    const { folder, problems } = reading;
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
        const options = {
            table: collection.table,
            parameters: override.parameters,
            // Beside a fleet the list is not all: whichever send a heartbeat are expected.
            machines: fleet === undefined ? machines.map(({ id }) => id) : [],
            ...timing,
        };
        const queries = new Map(
            kindsFor(detection, override.target, detections.target, reading).flatMap((kind) => {
                const query = attempt(problems, () => plannedQuery(detection, { ...options, kind }));
                return query === undefined ? [] : [[kind, query] as const];
            }),
        );
        judgeLength(detection, queries.get("sentinel"), reading);
        const suppressFor = override.suppressFor ?? detection.suppressFor ?? "none";
        return {
            detection,
            queries,
            ...timing,
            severity: override.severity ?? detection.severity,
            threshold: override.threshold ?? detection.threshold,
            ...(suppressFor === "none" ? {} : { suppressFor }),
            enabled: override.enabled ?? true,
        };
    });
}

/**
 * Kinds of rule that a detection is deployed as. What the stack says of all holds for those that can be so; what it says
 * of one must be possible.
 */
function kindsFor(
    { name, legalFor }: Detection,
    own: AlertTarget | undefined,
    common: AlertTarget,
    { report }: Reading,
): readonly RuleKind[] {
    const kinds = kindsOf[own ?? common];
    const legal = kinds.filter((kind) => legalFor.includes(kind));
    if (own === undefined) return legal.length > 0 ? legal : legalFor;
    if (legal.length < kinds.length) {
        report(["detections", "overrides", name, "target"], {
            code: "ST215",
            found: JSON.stringify(own),
            accepted: `what the detection is made for, rules of kind ${legalFor.join(" and ")}`,
        });
    }
    return legal;
}

/** A rule of Sentinel takes less text than one of Azure Monitor. */
function judgeLength({ name }: Detection, query: string | undefined, { report }: Reading): void {
    if (query === undefined || query.length <= sentinelQueryLimit) return;
    report(["detections", "overrides", name, "target"], {
        code: "ST215",
        found: `a query of ${query.length} characters in a rule of Sentinel`,
        accepted: `at most ${sentinelQueryLimit}: shorten the lists of its parameters, or set azureMonitor`,
    });
}

/** Every severity that a scheduled-query rule has must reach somebody. */
function judgeReach({ alerts }: StackSettings, detections: readonly StackDetection[], report: Reading["report"]): void {
    if (receiverKinds.some((kind) => alerts.receivers[kind].length > 0)) return;
    const groups: readonly { severities?: Severity[] }[] = [...alerts.groups, ...alerts.actionGroups];
    for (const severity of severities) {
        const rules = detections.filter((one) => one.severity === severity && one.queries.has("scheduled-query"));
        const [first] = rules;
        if (first === undefined) continue;
        if (groups.some((group) => group.severities === undefined || group.severities.includes(severity))) continue;
        report(["alerts"], {
            code: "ST207",
            found: `nobody who is told of severity ${severity}, which ${first.detection.name} has`,
            accepted: "an action group or a receiver for each severity of the stack's rules, or to exclude what has it",
        });
    }
}

/** What works, but not as a person would expect. */
function warnOf(
    { alerts, sentinel, detections: { target } }: StackSettings,
    detections: readonly StackDetection[],
): void {
    const twice = detections.filter(({ queries, enabled }) => enabled && queries.size > 1);
    if (twice.length > 0) {
        const names = twice.map(({ detection }) => detection.name).join(", ");
        void pulumi.log.warn(
            `detections.target: both: one finding raises two alerts, in Azure Monitor and in Sentinel: ${names}.`,
        );
    }
    const told = receiverKinds.some((kind) => alerts.receivers[kind].length > 0) || alerts.groups.length > 0;
    if (sentinel !== undefined && told && !detections.some(({ queries }) => queries.has("scheduled-query"))) {
        void pulumi.log.warn(
            "alerts: nobody of these is told: every detection is a rule of Sentinel, whose incidents do not use action groups. Set detections.target to azureMonitor or both, or automate it in Sentinel.",
        );
    }
    const left = detections
        .map(({ detection }) => detection)
        .filter(({ legalFor }) => !legalFor.includes("sentinel"))
        .map(({ name }) => name);
    if (target === "sentinel" && left.length > 0) {
        void pulumi.log.warn(
            `detections.target: sentinel: these cannot be rules of Sentinel, and alert by Azure Monitor: ${left.join(", ")}.`,
        );
    }
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
