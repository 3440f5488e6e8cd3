import type { KqlIssue } from "../../kql";

/** One finding of `kql check`, in the shape that programs read. */
export interface Finding {
    readonly file: string;
    /** 1-based. */
    readonly line: number;
    /** 1-based. */
    readonly column: number;
    readonly severity: KqlIssue["severity"];
    readonly code: string;
    readonly message: string;
}

/** What was found in a file, and what of it could not be read. */
export interface FileReport {
    /** Number of queries in the file. */
    readonly queries: number;
    readonly findings: readonly Finding[];
    readonly problems: readonly string[];
}

/** Findings about a file. */
export function findingsOf(file: string, issues: readonly Omit<Finding, "file">[]): Finding[] {
    return issues.map(({ line, column, severity, code, message }) => ({ file, line, column, severity, code, message }));
}
