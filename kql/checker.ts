import { bind, type Schema, type StoredFunction } from "./binding";
import { codeOf, trimmed } from "./diagnostics";
import type { KqlErrorCode } from "./errors";
import { deepestNesting, tooDeep } from "./nesting";
import { readColumns } from "./table";
import { workspaceTables } from "./tables";
import { SourceText } from "./syntax";
import type { Column } from "./types";
import type { DeclaredColumns } from "./prepare";

/** One thing that is wrong with a query, or worth knowing. Lines and columns count from 1. */
export interface KqlIssue {
    /** Stable code. */
    readonly code: KqlErrorCode;
    readonly severity: "error" | "warning" | "info";
    readonly message: string;
    readonly line: number;
    readonly column: number;
    /** Where it ends. */
    readonly endLine: number;
    readonly endColumn: number;
}

/** What a query is checked against. */
export interface CheckOptions {
    /** Tables by name. Default: the tables of a Log Analytics workspace that this package knows. */
    readonly tables?: Readonly<Record<string, DeclaredColumns>>;
    /** Stored functions. Default: none. */
    readonly functions?: readonly StoredFunction[];
}

/** All syntax and binding problems of a query, in the order of the text. */
export function checkQuery(text: string, options: CheckOptions = {}): KqlIssue[] {
    const source = new SourceText(text);
    const deep = tooDeep(text);
    if (deep !== undefined) {
        const { line, column } = source.position(deep);
        const message = `brackets nest deeper than ${deepestNesting} levels`;
        return [{ code: "KQ302", severity: "error", message, line, column, endLine: line, endColumn: column + 1 }];
    }
    return bind(source, schemaOf(options))
        .diagnostics.map((diagnostic) => {
            const { line, column } = source.position(diagnostic.start);
            const end = source.position(diagnostic.end);
            const { severity, message } = diagnostic;
            return {
                code: codeOf(diagnostic),
                severity,
                message: trimmed(message),
                line,
                column,
                endLine: end.line,
                endColumn: end.column,
            };
        })
        .sort((a, b) => a.line - b.line || a.column - b.column);
}

/** Columns of a query's answer as the official binder sees them; undefined where it gives no rows or is not valid. */
export function columnsOf(text: string, options: CheckOptions = {}): readonly Column[] | undefined {
    const bound = bind(new SourceText(text), schemaOf(options));
    return bound.diagnostics.some(({ severity }) => severity === "error") ? undefined : bound.columns;
}

function schemaOf({ tables = workspaceTables, functions = [] }: CheckOptions): Schema {
    const declared = Object.entries(tables).map(([name, columns]) => [name, readColumns(name, columns)] as const);
    return { tables: Object.fromEntries(declared), functions };
}
