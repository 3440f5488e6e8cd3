import * as fs from "node:fs";
import { createRequire } from "node:module";
import * as path from "node:path";
import { packagePath } from "../package/root";
import { columnsIn } from "./alertText";
import { attackProblems } from "./attackProblems";
import { dataProblems } from "./dataProblems";
import { sysmonColumn } from "./functions/sysmonParsed";
import { identifiersOf } from "./identifiers";
import { kebabCase } from "./kebabCase";
import { minutesOf } from "./kqlText";
import { delayOf, plannedNames } from "./plannedQuery";
import { DetectionsError, type DetectionProblem, type ProblemAt } from "./problems";
import type * as QueryProblems from "./queryProblems";
import {
    detectionSchema,
    entityIdentifiers,
    sentinelAlertLimits,
    watchedTables,
    type Detection,
    type DetectionData,
    type DetectionDescription,
    type Grouping,
    type WatchedTable,
} from "./schema";
import { readText, reasonOf } from "./textFile";
import { readYaml, type Place } from "./yamlFile";

/** Every detection that a stack may deploy. */
export interface Catalog {
    /** By name. */
    readonly detections: readonly Detection[];
    /** The detection of this name, or `undefined`. */
    readonly find: (name: string) => Detection | undefined;
}

/** Where detections come from. */
export interface CatalogOptions {
    /** Folders of the user's own, each with one folder a detection; read after those that we ship. */
    readonly folders?: readonly string[];
}

/** Longest name of a detection: short enough for every resource name that derives from it. */
const longestName = 60;

/** Those that we ship do not change while a process runs. */
let readShipped: FolderReading | undefined;

/**
 * Reads the detections that we ship and those of further folders. The queries of further folders are checked as planned
 * (about 2 s for the first, while the query language's parser starts); those that we ship, our tests check.
 *
 * @throws DetectionsError with every problem of every file.
 */
export function loadCatalog(options: CatalogOptions = {}): Catalog {
    const shipped = (readShipped ??= readFolder(packagePath("detections", "rules")));
    const further = (options.folders ?? []).map(readFolder);
    const entries = [shipped, ...further].flatMap((reading) => reading.entries);
    const problems = [
        ...[shipped, ...further].flatMap((reading) => reading.problems),
        ...problemsOfQueries(further.flatMap((reading) => reading.entries)),
        ...duplicates(entries),
    ];
    if (problems.length > 0) throw new DetectionsError(problems);
    const detections = entries.map((entry) => entry.detection).sort((left, right) => (left.name < right.name ? -1 : 1));
    const byName = new Map(detections.map((detection) => [detection.name, detection]));
    return { detections, find: (name) => byName.get(name) };
}

const load = createRequire(__filename);

function problemsOfQueries(entries: readonly Entry[]): DetectionProblem[] {
    if (entries.length === 0) return [];
    // Brings the whole query language along, which few stacks need.
    const { queryProblems } = load("./queryProblems") as typeof QueryProblems;
    return entries.flatMap(({ detection }) => queryProblems(detection));
}

/** A detection and where its file says what. */
interface Entry {
    readonly detection: Detection;
    readonly file: string;
    readonly placeOf: (path: readonly PropertyKey[]) => Place;
}

interface FolderReading {
    readonly entries: readonly Entry[];
    readonly problems: readonly DetectionProblem[];
}

function readFolder(folder: string): FolderReading {
    let children: fs.Dirent[];
    try {
        children = fs.readdirSync(folder, { withFileTypes: true });
    } catch (error) {
        const message = `the folder of detections cannot be read: ${reasonOf(error)}`;
        return { entries: [], problems: [{ file: folder, code: "DT001", message }] };
    }
    const names = children
        .filter((child) => !child.isFile() && !child.name.startsWith("."))
        .map((child) => child.name)
        .sort();
    if (names.length === 0) {
        const message = "no detection here: each is a folder with a detection.yaml and a query.kql";
        return { entries: [], problems: [{ file: folder, code: "DT002", message }] };
    }
    const readings = names.map((name) => readDetection(path.resolve(folder, name), name));
    return {
        entries: readings.flatMap((reading) => reading.entries),
        problems: readings.flatMap((reading) => reading.problems),
    };
}

function readDetection(folder: string, name: string): FolderReading {
    const file = path.join(folder, "detection.yaml");
    const problems: DetectionProblem[] = [];
    if (!kebabCase.test(name) || name.length > longestName) {
        const message = `"${name}" is no detection name: kebab-case such as svchost-thread-kill, at most ${longestName} characters`;
        problems.push({ file: folder, code: "DT003", message });
    }
    const yaml = readText(file);
    const query = readText(path.join(folder, "query.kql"));
    const unread = [yaml, query].flatMap((reading) => (reading.ok ? [] : [reading.problem]));
    const reading = yaml.ok ? readYaml(file, yaml.text, detectionSchema) : undefined;
    if (reading !== undefined && !reading.ok) problems.push(...reading.problems);
    problems.push(...unread);
    if (!reading?.ok || !query.ok) return { entries: [], problems };
    const entry: Entry = {
        detection: {
            ...reading.value,
            kind: reading.value.kind ?? "events",
            data: dataOf(reading.value),
            grouping: groupingOf(reading.value),
            name,
            folder,
            query: query.text,
        },
        file,
        placeOf: reading.placeOf,
    };
    problems.push(...crossProblems(entry));
    return { entries: problems.length === 0 ? [entry] : [], problems };
}

/** What the query needs to see, said alike for every kind of detection. */
function dataOf({ data }: DetectionDescription): DetectionData {
    return "tables" in data ? { events: [], fields: [], ...data } : { ...data, tables: ["Event"] };
}

/** How incidents are grouped where the file does not say: by machine, since an attack shows in several alerts of one. */
function groupingOf({ grouping, entities }: DetectionDescription): Grouping {
    const types = entities.map(({ type }) => type);
    return grouping ?? { entities: types.includes("Host") ? ["Host"] : types.slice(0, 1), lookback: "PT5H" };
}

/** What the parts of one detection must agree on. */
function crossProblems(entry: Entry): DetectionProblem[] {
    const { detection, file, placeOf } = entry;
    const at = (path: readonly PropertyKey[], code: DetectionProblem["code"], message: string): DetectionProblem => {
        return { file, ...placeOf(path), code, message };
    };
    const problems: DetectionProblem[] = [];
    if (minutesOf(detection.window) < minutesOf(detection.frequency) + delayOf(detection)) {
        const delayed = detection.delay === undefined ? "" : ` and delay ${detection.delay}`;
        const message = `window ${detection.window} is shorter than frequency ${detection.frequency}${delayed}: events between two runs would go unseen`;
        problems.push(at(["window"], "DT203", message));
    }
    const { failingPeriods } = detection;
    if (failingPeriods !== undefined && failingPeriods.minimum > failingPeriods.of) {
        const message = `${failingPeriods.minimum} of ${failingPeriods.of} runs can never ring: minimum is at most of`;
        problems.push(at(["failingPeriods", "minimum"], "DT215", message));
    }
    problems.push(
        ...(detection.kind === "events" ? dataProblems(detection, at) : tableProblems(detection, at)),
        ...parameterDefinitionProblems(detection, at),
        ...entityProblems(detection, at),
        ...attackProblems(detection, at),
        ...alertProblems(detection, at),
    );
    return problems;
}

/** How a query reads a table: the one that Sysmon is collected into, by its parser alone. */
const readAs: Readonly<Record<WatchedTable, readonly string[]>> = {
    Event: ["SysmonParsed"],
    Heartbeat: ["Heartbeat", "ExpectedMachines"],
    _LogOperation: ["_LogOperation"],
};

/** The tables that a detection names must be those that its query reads, each no farther back than the rule's window. */
function tableProblems(detection: Detection, at: ProblemAt): DetectionProblem[] {
    const mentioned = identifiersOf(detection.query);
    const reads = (table: WatchedTable) => readAs[table].some((name) => mentioned.has(name));
    const { tables } = detection.data;
    const unread = tables.flatMap((table, index) => {
        if (reads(table)) return [];
        const message = `the query does not read ${readAs[table][0] ?? table}: take ${table} off the list`;
        return [at(["data", "tables", index], "DT214", message)];
    });
    const unlisted = watchedTables
        .filter((table) => reads(table) && !tables.includes(table))
        .map((table) => at(["data", "tables"], "DT214", `the query reads ${table}: put it on the list`));
    const unbounded = tables.filter((table) => table !== "Event" && mentioned.has(table));
    if (unbounded.length === 0 || mentioned.has("windowStart")) return [...unread, ...unlisted];
    const message = `the query must bound ${unbounded.join(" and ")} by TimeGenerated > windowStart: the service gives it more than the window`;
    return [...unread, ...unlisted, at(["data", "tables"], "DT216", message)];
}

function parameterDefinitionProblems(detection: Detection, at: ProblemAt): DetectionProblem[] {
    const mentioned = identifiersOf(detection.query);
    return Object.keys(detection.parameters).flatMap((name) => {
        const place = ["parameters", name];
        if (sysmonColumn(name) !== undefined || plannedNames.includes(name))
            return [at(place, "DT206", `${name} is the name of something else in the query: choose another`)];
        return mentioned.has(name) ? [] : [at(place, "DT206", `the query does not use parameter ${name}`)];
    });
}

function entityProblems(detection: Detection, at: ProblemAt): DetectionProblem[] {
    return detection.entities.flatMap(({ type, identifiers }, index) => {
        const known: readonly string[] = entityIdentifiers[type];
        const names = Object.keys(identifiers);
        const place = ["entities", index, "identifiers"];
        const count =
            names.length >= 1 && names.length <= 3
                ? []
                : [at(place, "DT207", `${type} has ${names.length} identifiers; Sentinel takes one to three`)];
        return [
            ...count,
            ...names
                .filter((name) => !known.includes(name))
                .map((name) =>
                    at([...place, name], "DT207", `${type} has no identifier ${name}; it has ${known.join(", ")}`),
                ),
        ];
    });
}

/** What Sentinel takes as an alert's texts and as the key of an incident. */
function alertProblems(detection: Detection, at: ProblemAt): DetectionProblem[] {
    const problems: DetectionProblem[] = [];
    const { alert, customDetails, grouping, entities } = detection;
    const details = Object.keys(customDetails).length;
    if (details > sentinelAlertLimits.customDetails) {
        const message = `there are ${details} custom details; Sentinel takes ${sentinelAlertLimits.customDetails}`;
        problems.push(at(["customDetails"], "DT212", message));
    }
    for (const key of ["title", "description"] as const) {
        const count = new Set(columnsIn(alert?.[key] ?? "")).size;
        if (count <= sentinelAlertLimits.placeholders) continue;
        const message = `${key} names ${count} columns; Sentinel takes ${sentinelAlertLimits.placeholders}`;
        problems.push(at(["alert", key], "DT212", message));
    }
    grouping.entities.forEach((type, index) => {
        if (entities.some((entity) => entity.type === type)) return;
        const message = `the detection has no entity ${type}; it has ${entities.map((entity) => entity.type).join(", ")}`;
        problems.push(at(["grouping", "entities", index], "DT213", message));
    });
    return problems;
}

/** Names and ids are unique among all folders. */
function duplicates(entries: readonly Entry[]): DetectionProblem[] {
    const problems: DetectionProblem[] = [];
    const names = new Map<string, Entry>();
    const ids = new Map<string, Entry>();
    for (const entry of entries) {
        const { detection, file, placeOf } = entry;
        const sameName = names.get(detection.name);
        if (sameName !== undefined) {
            const message = `${detection.name} exists already: ${sameName.detection.folder}`;
            problems.push({ file, code: "DT201", message });
        } else names.set(detection.name, entry);
        const sameId = ids.get(detection.id);
        if (sameId !== undefined) {
            const message = `id ${detection.id} belongs already to ${sameId.detection.name}: make a new GUID`;
            problems.push({ file, ...placeOf(["id"]), code: "DT202", message });
        } else ids.set(detection.id, entry);
    }
    return problems;
}
