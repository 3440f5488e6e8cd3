import { checkQuery, type CheckOptions } from "../../kql";
import { checkRuleFile } from "../../kql/check/ruleFile/ruleFile";
import { BadInput } from "../exit";
import type { DetectionQueries } from "./detectionQueries";
import { findingsOf, type FileReport } from "./fileReport";
import { readText } from "./text";

/** Checks the queries of a file: a rule or template by its ending, the query of a detection by what lies beside it. */
export function checkFile(file: string, options: CheckOptions, detections: DetectionQueries): FileReport {
    let text: string;
    try {
        text = readText(file);
    } catch (error) {
        if (error instanceof BadInput) return { queries: 0, findings: [], problems: [error.message] };
        throw error;
    }
    if (/\.(?:ya?ml|json)$/i.test(file)) {
        const { queries, issues, problems } = checkRuleFile(text, options);
        const unread = problems.map(({ line, column, message }) => `${file}:${line}:${column} ${message}`);
        return { queries, findings: findingsOf(file, issues), problems: unread };
    }
    return (
        detections.check(file, options) ?? {
            queries: 1,
            findings: findingsOf(file, checkQuery(text, options)),
            problems: [],
        }
    );
}
