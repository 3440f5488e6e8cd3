import {
    isAlias,
    isMap,
    isNode,
    isScalar,
    isSeq,
    LineCounter,
    parseAllDocuments,
    type Document,
    type Scalar,
} from "yaml";
import { checkQuery } from "../checkQuery";
import type { KqlIssue } from "../issue";
import type { CheckOptions } from "../options";
import { rulesOf, type FoundRule } from "./rules";
import { scalarOffsets } from "./scalarOffsets";

/** Something of a file that cannot be read. Lines and columns count from 1. */
export interface RuleFileProblem {
    readonly line: number;
    readonly column: number;
    readonly message: string;
}

/** What a file of rules holds. */
export interface RuleFileReport {
    /** Number of queries in it. */
    readonly queries: number;
    /** Findings, in the lines and columns of the file. */
    readonly issues: readonly KqlIssue[];
    /** What could not be read; the rest is checked all the same. */
    readonly problems: readonly RuleFileProblem[];
}

/**
 * Checks the queries of a file of rules: an analytics rule or hunting query as YAML, in the shape of the Azure-Sentinel
 * repository, or a template of Azure Resource Manager (JSON) with alert rules among its resources.
 *
 * @param file Text of the file.
 * @param options What every query is checked against; a kind given here goes before the file's own.
 */
export function checkRuleFile(file: string, options: CheckOptions = {}): RuleFileReport {
    const lines = new LineCounter();
    const parsed = parseAllDocuments(file, { lineCounter: lines, prettyErrors: false });
    const place = (offset: number): { line: number; column: number } => {
        const { line, col } = lines.linePos(offset);
        return { line: Math.max(line, 1), column: Math.max(col, 1) };
    };
    // The package gives a list of documents, or an empty one with marks of its own.
    const documents: readonly Document[] = [...parsed];
    const broken = documents.flatMap(({ errors }) =>
        errors.map(({ pos, message }) => ({ ...place(pos[0]), message: `not valid YAML: ${message}` })),
    );
    if (broken.length > 0) return { queries: 0, issues: [], problems: broken };
    const reports = documents.map((document) => {
        const { rules, problems } = rulesOf(contentOf(document));
        return {
            queries: rules.length,
            issues: rules.flatMap((rule) => issuesOf(file, document, rule, options, place)),
            problems: problems.map(({ path, message }) => ({ ...place(offsetOf(document, path)), message })),
        };
    });
    return {
        queries: reports.reduce((sum, { queries }) => sum + queries, 0),
        issues: reports.flatMap(({ issues }) => issues).sort(byPlace),
        problems: reports.flatMap(({ problems }) => problems).sort(byPlace),
    };
}

function byPlace(a: RuleFileProblem, b: RuleFileProblem): number {
    return a.line - b.line || a.column - b.column;
}

/** The document as plain values; nothing where it refers to itself too often. */
function contentOf(document: Document): unknown {
    try {
        return document.toJS();
    } catch {
        return undefined;
    }
}

function issuesOf(
    file: string,
    document: Document,
    rule: FoundRule,
    options: CheckOptions,
    place: (offset: number) => { line: number; column: number },
): KqlIssue[] {
    const found: unknown = document.getIn(rule.path, true);
    const node = isAlias(found) ? found.resolve(document) : found;
    if (!isTextNode(node)) return [];
    const offsets = scalarOffsets(file, node);
    const starts = lineStarts(node.value);
    const inFile = (line: number, column: number): number => {
        const offset = Math.min((starts[line - 1] ?? 0) + column - 1, node.value.length);
        return offsets[offset] ?? node.range?.[0] ?? 0;
    };
    return checkQuery(node.value, { ...rule.options, ...options }).map((issue) => {
        const setting = issue.setting === undefined ? undefined : rule.pathOf(issue.setting);
        if (setting !== undefined) {
            const found = rangeOf(document, setting);
            const end = place(found.end);
            return { ...issue, ...place(found.start), endLine: end.line, endColumn: end.column };
        }
        const end = place(inFile(issue.endLine, issue.endColumn));
        return {
            ...issue,
            ...place(inFile(issue.line, issue.column)),
            endLine: end.line,
            endColumn: end.column,
        };
    });
}

function isTextNode(node: unknown): node is Scalar<string> {
    return isScalar(node) && typeof node.value === "string";
}

function lineStarts(text: string): number[] {
    return [0, ...[...text.matchAll(/\r\n|\n|\r/g)].map((match) => match.index + match[0].length)];
}

function rangeOf(document: Document, path: readonly (string | number)[]): { start: number; end: number } {
    const node: unknown = document.getIn(path, true);
    const [start, end] = (isNode(node) ? node.range : undefined) ?? [offsetOf(document, path), undefined];
    return { start, end: end ?? start };
}

/** Offset of what a path leads to, or of the deepest part of it that there is. */
function offsetOf(document: Document, path: readonly (string | number)[]): number {
    let node: unknown = document.contents;
    let offset = isNode(node) ? (node.range?.[0] ?? 0) : 0;
    for (const key of path) {
        const next: unknown = isMap(node) || isSeq(node) ? node.get(key, true) : undefined;
        if (!isNode(next)) break;
        offset = next.range?.[0] ?? offset;
        node = next;
    }
    return offset;
}
