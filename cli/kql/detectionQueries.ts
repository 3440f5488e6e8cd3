import * as fs from "node:fs";
import * as path from "node:path";
import { durationMs } from "../../azure";
import {
    DetectionsError,
    formatProblem,
    loadCatalog,
    plannedQuery,
    type Detection,
    type DetectionProblem,
} from "../../detections";
import { checkQuery, workspaceTables, type CheckOptions, type KqlIssue } from "../../kql";
import { packagePath } from "../../package/root";
import { eventTableColumns } from "../../sysmon/events";
import { findingsOf, type FileReport } from "./fileReport";

/** The table that a planned query is checked over; its columns are the same over either. */
const table = "Event";

/** Detections of a folder, or why they cannot be loaded. */
type Loaded =
    | { readonly ok: true; readonly detections: readonly Detection[] }
    | { readonly ok: false; readonly problems: readonly DetectionProblem[] };

/** Checks queries of detections, each as its rule is planned. Each folder of detections is loaded once. */
export class DetectionQueries {
    private readonly folders = new Map<string, Loaded>();

    /** What is found in the query of a detection, in the lines of its file; undefined for any other file. */
    check(file: string, options: CheckOptions): FileReport | undefined {
        const folder = path.resolve(path.dirname(file));
        if (path.basename(file) !== "query.kql" || !fs.existsSync(path.join(folder, "detection.yaml")))
            return undefined;
        const loaded = this.load(path.dirname(folder));
        if (!loaded.ok) return unloaded(file, loaded.problems);
        const detection = loaded.detections.find((other) => path.resolve(other.folder) === folder);
        return detection === undefined ? undefined : checkPlanned(file, detection, options);
    }

    private load(folder: string): Loaded {
        const known = this.folders.get(folder) ?? read(folder);
        this.folders.set(folder, known);
        return known;
    }
}

function read(folder: string): Loaded {
    const shipped = folder === packagePath("detections", "rules");
    try {
        return { ok: true, detections: loadCatalog(shipped ? {} : { folders: [folder] }).detections };
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
    const planned = plannedQuery(detection, { table });
    const tables = { ...workspaceTables, [table]: [...eventTableColumns] };
    const issues = checkQuery(planned, { ...options, tables, ...ruleOf(detection), ...kindOf(options) });
    // The planned text ends in the detection's own, so the lines before it are what it has more.
    const before = planned.split("\n").length - detection.query.split("\n").length;
    const own = issues.flatMap((issue): KqlIssue[] => {
        if (issue.line > before) return [{ ...issue, line: issue.line - before }];
        // What is generated is ours to keep clean; a refusal of the whole text is the detection's all the same.
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
