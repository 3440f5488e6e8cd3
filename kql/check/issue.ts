import type { SourceText } from "../syntax";
import type { KqlIssueCode } from "./codes";

/** How much a finding weighs: `error` is refused, `warning` may fail or miss what is meant, `info` is worth knowing. */
export type KqlSeverity = "error" | "warning" | "info";

/** A setting of the rule around a query; columns and dimensions by their index in the options. */
export type RuleSetting =
    | { readonly kind: "frequency" }
    | { readonly kind: "window" }
    | { readonly kind: "trigger" }
    | { readonly kind: "dimension"; readonly index: number }
    | { readonly kind: "column"; readonly index: number };

/** One thing that is wrong with a query, or worth knowing. Lines and columns count from 1. */
export interface KqlIssue {
    /** Stable code. */
    readonly code: KqlIssueCode;
    readonly severity: KqlSeverity;
    readonly message: string;
    readonly line: number;
    readonly column: number;
    /** Where it ends. */
    readonly endLine: number;
    readonly endColumn: number;
    /** The setting of the rule that it is about, where it is not about the text alone. */
    readonly setting?: RuleSetting;
}

/** A stretch of a text, by offsets. */
export interface Span {
    readonly start: number;
    readonly end: number;
}

/** Collects findings about a text. */
export class Findings {
    private readonly found = new Map<string, { readonly start: number; readonly issue: KqlIssue }>();

    constructor(private readonly source: SourceText) {}

    /** Notes a finding; the same code at the same place is noted once. */
    add(code: KqlIssueCode, severity: KqlSeverity, { start, end }: Span, message: string, setting?: RuleSetting): void {
        const key = `${start} ${code} ${message}`;
        if (this.found.has(key)) return;
        const { line, column } = this.source.position(start);
        const { line: endLine, column: endColumn } = this.source.position(end);
        const place = { line, column, endLine, endColumn };
        const issue = { code, severity, message, ...place, ...(setting === undefined ? {} : { setting }) };
        this.found.set(key, { start, issue });
    }

    /** All findings in the order of the text; those at one place by code. */
    inOrder(): KqlIssue[] {
        return [...this.found.values()]
            .sort((a, b) => a.start - b.start || (a.issue.code < b.issue.code ? -1 : 1))
            .map(({ issue }) => issue);
    }
}
