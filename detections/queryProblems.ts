import * as path from "node:path";
import { checkQuery, columnsOf } from "../kql";
import { eventTableColumns } from "../sysmon/events";
import { plannedQuery } from "./plannedQuery";
import { DetectionsError, type DetectionProblem } from "./problems";
import type { Detection } from "./schema";

/** `SysmonParsed` has the same columns over either table, so a query is checked over one. */
const table = "Event";

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
    const tables = { [table]: [...eventTableColumns] };
    // The planned text ends in the detection's own, so the lines before it are what it has more.
    const before = planned.split("\n").length - detection.query.split("\n").length;
    const errors = checkQuery(planned, { tables }).filter((issue) => issue.severity === "error");
    if (errors.length > 0) {
        return errors.map(({ code, line, column, message }): DetectionProblem => {
            return { file, line: line - before, column, code, message };
        });
    }
    const returned = (columnsOf(planned, { tables }) ?? []).map((column) => column.name);
    return missingColumns(detection, returned, file);
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
    return problems;
}
