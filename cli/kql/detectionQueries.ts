import * as fs from "node:fs";
import * as path from "node:path";
import { durationMs } from "../../azure";
import {
    DetectionsError,
    formatProblem,
    huntingQuery,
    loadCatalog,
    loadHunts,
    plannedQuery,
    type Detection,
    type DetectionProblem,
    type Hunt,
} from "../../detections";
import { checkQuery, workspaceTables, type CheckOptions, type KqlIssue } from "../../kql";
import { packagePath } from "../../package/root";
import { eventTableColumns } from "../../sysmon/events";
import { findingsOf, type FileReport } from "./fileReport";

/** The table that a planned query is checked over; its columns are the same over either. */
const table = "Event";

/** What a folder holds, or why it cannot be loaded. */
type Loaded<Item> =
    | { readonly ok: true; readonly items: readonly Item[] }
    | { readonly ok: false; readonly problems: readonly DetectionProblem[] };

/** A query whose text is in a file of its own, with what it is about in another beside it. */
interface Described {
    readonly folder: string;
}

/** Checks queries of detections and hunting queries, each as it is planned. Each folder of them is loaded once. */
export class DetectionQueries {
    private readonly detections = new LoadedFolders(readDetections);
    private readonly hunts = new LoadedFolders(loadHunts);

    /** What is found in the query of a detection or hunt, in the lines of its file; undefined for any other file. */
    check(file: string, options: CheckOptions): FileReport | undefined {
        if (path.basename(file) !== "query.kql") return undefined;
        const isThere = (beside: string): boolean => fs.existsSync(path.join(path.dirname(file), beside));
        if (isThere("detection.yaml")) return this.detections.report(file, (one) => checkPlanned(file, one, options));
        if (isThere("hunt.yaml")) return this.hunts.report(file, (one) => checkHunt(file, one, options));
        return undefined;
    }
}

/** Folders of one kind, by path, each read when it is first asked for. */
class LoadedFolders<Item extends Described> {
    private readonly folders = new Map<string, Loaded<Item>>();

    constructor(private readonly read: (folder: string) => readonly Item[]) {}

    /** What `check` finds in what the file belongs to. */
    report(file: string, check: (item: Item) => FileReport): FileReport | undefined {
        const folder = path.resolve(path.dirname(file));
        const loaded = this.load(path.dirname(folder));
        if (!loaded.ok) return unloaded(file, loaded.problems);
        const item = loaded.items.find((other) => path.resolve(other.folder) === folder);
        return item === undefined ? undefined : check(item);
    }

    private load(folder: string): Loaded<Item> {
        const known = this.folders.get(folder) ?? attempt(() => this.read(folder));
        this.folders.set(folder, known);
        return known;
    }
}

function readDetections(folder: string): readonly Detection[] {
    const shipped = folder === packagePath("detections", "rules");
    return loadCatalog(shipped ? {} : { folders: [folder] }).detections;
}

function attempt<Item>(read: () => readonly Item[]): Loaded<Item> {
    try {
        return { ok: true, items: read() };
    } catch (error) {
        if (error instanceof DetectionsError) return { ok: false, problems: error.problems };
        throw error;
    }
}

/** Errors of the query itself are findings; what keeps the detection from being planned is told as it is. */
function unloaded(file: string, problems: readonly DetectionProblem[]): FileReport {
    const own = problems.filter((problem) => path.resolve(problem.file) === path.resolve(file));
    const issues = own.flatMap(({ line, column, code, message }) =>
        code.startsWith("KQ") && line !== undefined && column !== undefined
            ? [{ line, column, severity: "error" as const, code, message }]
            : [],
    );
    if (issues.length > 0) return { queries: 1, findings: findingsOf(file, issues), problems: [] };
    return { queries: 0, findings: [], problems: problems.map((problem) => formatProblem(problem)) };
}

function checkPlanned(file: string, detection: Detection, options: CheckOptions): FileReport {
    const tables = { ...workspaceTables, [table]: [...eventTableColumns] };
    const planned = plannedQuery(detection, { table });
    return checkWhole(file, planned, detection.query, { ...options, tables, ...ruleOf(detection), ...kindOf(options) });
}

/** A hunting query calls the saved function, which the options have. */
function checkHunt(file: string, hunt: Hunt, options: CheckOptions): FileReport {
    return checkWhole(file, huntingQuery(hunt), hunt.query, { kind: "hunting", ...options });
}

function checkWhole(file: string, planned: string, query: string, options: CheckOptions): FileReport {
    const issues = checkQuery(planned, options);
    // The planned text ends in the file's own, so the lines before it are what it has more.
    const before = planned.split("\n").length - query.split("\n").length;
    const own = issues.flatMap((issue): KqlIssue[] => {
        if (issue.line > before) return [{ ...issue, line: issue.line - before }];
        // What is generated is ours to keep clean; a refusal of the whole text is the file's all the same.
        return issue.severity === "error" ? [{ ...issue, line: 1, column: 1 }] : [];
    });
    return { queries: 1, findings: findingsOf(file, own), problems: [] };
}

function kindOf({ kind }: CheckOptions): Pick<CheckOptions, "kind"> {
    return kind === undefined ? {} : { kind };
}

/** What a detection's description says of its rule. */
function ruleOf({ frequency, window, threshold, entities }: Detection): CheckOptions {
    const columns = entities.flatMap(({ type, identifiers }) =>
        Object.entries(identifiers).map(([identifier, name]) => ({
            name,
            use: `entity ${type} needs as its ${identifier}`,
        })),
    );
    const machine = { name: "_ResourceId", use: "names the machine of an alert" };
    return {
        kind: "scheduled-query",
        frequency: durationMs(frequency) ?? 0,
        window: durationMs(window) ?? 0,
        trigger: { operator: "GreaterThan", threshold },
        columns: [...columns, machine],
    };
}
