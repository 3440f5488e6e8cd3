import * as path from "node:path";
import { checkQuery, columnsOf, workspaceTables, type CheckOptions, type KqlIssue } from "../kql";
import { eventTableColumns } from "../sysmon/events";
import { columnsIn } from "./alertText";
import { minutesOf } from "./kqlText";
import { plannedQuery } from "./plannedQuery";
import { DetectionsError, type DetectionProblem } from "./problems";
import type { Detection } from "./schema";

/** `SysmonParsed` has the same columns over either table, so a query is checked over one. */
const table = "Event";

const minute = 60_000;

/** Column by which an alert names the machine it is about. */
const resourceColumn = "_ResourceId";

/**
 * What the query language's parser says of a detection's query as planned, in the lines of its query.kql; and whether the
 * query returns what alerts and entities need.
 */
export function queryProblems(detection: Detection): DetectionProblem[] {
    const file = path.join(detection.folder, "query.kql");
    let planned: string;
    try {
        planned = plannedQuery(detection, { table });
    } catch (error) {
        if (error instanceof DetectionsError) return [...error.problems];
        throw error;
    }
    const tables: NonNullable<CheckOptions["tables"]> = { ...workspaceTables, [table]: [...eventTableColumns] };
    // The planned text ends in the detection's own, so the lines before it are what it has more.
    const before = planned.split("\n").length - detection.query.split("\n").length;
    const errors = errorsIn(planned, detection, tables).map(({ code, line, column, message }): DetectionProblem => {
        return { file, line: line - before, column, code, message };
    });
    if (errors.length > 0) return errors;
    const returned = (columnsOf(planned, { tables }) ?? []).map((column) => column.name);
    return missingColumns(detection, returned, file);
}

/** What keeps the planned query out of a kind of rule that the detection claims; what holds for several kinds, once. */
function errorsIn(planned: string, detection: Detection, tables: NonNullable<CheckOptions["tables"]>): KqlIssue[] {
    const { legalFor, frequency, window, threshold } = detection;
    const found = legalFor.flatMap((kind) =>
        checkQuery(planned, {
            tables,
            kind,
            frequency: minutesOf(frequency) * minute,
            window: minutesOf(window) * minute,
            trigger: { operator: "GreaterThan", threshold },
        }),
    );
    const errors = found.filter((issue) => issue.severity === "error");
    return [...new Map(errors.map((issue) => [`${issue.line}:${issue.column} ${issue.message}`, issue])).values()];
}

function missingColumns(detection: Detection, returned: readonly string[], file: string): DetectionProblem[] {
    const problems: DetectionProblem[] = [];
    if (!returned.includes(resourceColumn)) {
        const message = `the query must return ${resourceColumn}: an alert names the machine by it`;
        problems.push({ file, code: "DT210", message });
    }
    for (const { type, identifiers } of detection.entities) {
        for (const [identifier, column] of Object.entries(identifiers)) {
            if (returned.includes(column)) continue;
            const message = `the query does not return ${column}, which entity ${type} takes as its ${identifier}`;
            problems.push({ file, code: "DT210", message });
        }
    }
    for (const [what, column] of namedColumns(detection)) {
        if (returned.includes(column)) continue;
        problems.push({ file, code: "DT210", message: `the query does not return ${column}, which ${what} names` });
    }
    return problems;
}

/** Columns that an alert's texts and details name, with who names them. */
function namedColumns({ alert, customDetails }: Detection): (readonly [what: string, column: string])[] {
    return [
        ...columnsIn(alert?.title ?? "").map((column) => ["the alert's title", column] as const),
        ...columnsIn(alert?.description ?? "").map((column) => ["the alert's description", column] as const),
        ...Object.entries(customDetails).map(([name, column]) => [`custom detail ${name}`, column] as const),
    ];
}
