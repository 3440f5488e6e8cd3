import { bind, type Diagnostic, type Schema } from "../binding";
import { codeOf, knownTables, namesSource, trimmed, withoutEchoes } from "../diagnostics";
import { deepestNesting, tooDeep } from "../nesting";
import { SourceText } from "../syntax";
import { readColumns } from "../table";
import { workspaceTables } from "../tables";
import type { Column } from "../types";
import type { Inspection } from "./inspection";
import { Findings, type KqlIssue } from "./issue";
import { checkEveryQuery } from "./limits/everyQuery";
import { checkScheduledQuery } from "./limits/scheduledQuery";
import { checkSentinel } from "./limits/sentinel";
import { checkLetterCase } from "./lint/letterCase";
import { checkLiteralWildcards } from "./lint/literalWildcard";
import { checkNeededColumns } from "./lint/neededColumns";
import { checkNumbersAsText } from "./lint/numbersAsText";
import { checkPositionalData } from "./lint/positionalData";
import { checkPrecedence } from "./lint/precedence";
import { checkRegularExpressions } from "./lint/regularExpressions";
import { checkResultRows } from "./lint/resultRows";
import { checkRowOrder } from "./lint/rowOrder";
import { checkUnusedLets } from "./lint/unusedLets";
import { checkWholeTerms } from "./lint/wholeTerm";
import type { CheckOptions } from "./options";
import { QueryText } from "./queryText";
import { StoredFunctions, traitsOf, type Trait } from "./traits";

const lints: readonly ((inspection: Inspection) => void)[] = [
    checkLetterCase,
    checkLiteralWildcards,
    checkNeededColumns,
    checkNumbersAsText,
    checkPositionalData,
    checkPrecedence,
    checkRegularExpressions,
    checkResultRows,
    checkRowOrder,
    checkUnusedLets,
    checkWholeTerms,
];

/**
 * What is wrong with a query, or worth knowing, in the order of the text: errors of syntax and names; where a kind of rule
 * is given, what Azure refuses or limits in such a rule; and what is legal, but most likely not meant.
 *
 * @throws KqlError where the tables or functions to check against are themselves wrong.
 */
export function checkQuery(text: string, options: CheckOptions = {}): KqlIssue[] {
    const source = new SourceText(text);
    const findings = new Findings(source);
    const deep = tooDeep(text);
    if (deep !== undefined) {
        const message = `brackets nest deeper than ${deepestNesting} levels`;
        findings.add("KQ302", "error", { start: deep, end: deep + 1 }, message);
        return findings.inOrder();
    }
    try {
        inspect(text, options, findings);
    } catch (error) {
        // Chains of thousands of operators end the parser's stack.
        if (!(error instanceof RangeError)) throw error;
        const overflowed = new Findings(source);
        overflowed.add("KQ302", "error", { start: 0, end: 1 }, `the query nests too deep (${error.message})`);
        return overflowed.inOrder();
    }
    return findings.inOrder();
}

function inspect(text: string, options: CheckOptions, findings: Findings): void {
    const schema = schemaOf(options);
    const query = new QueryText(text, schema);
    const { told, untold } = sift(query.bound.diagnostics);
    for (const diagnostic of told) {
        const message = `${trimmed(diagnostic.message)}${knownTables(diagnostic, query.bound, Object.keys(schema.tables))}`;
        findings.add(codeOf(diagnostic), diagnostic.severity, diagnostic, message);
    }
    const traits = traitsOf(query);
    const functions = new StoredFunctions(schema);
    const sourcesKnown = untold.length === 0 && !told.some(namesSource);
    const certain = !query.hasErrors && sourcesKnown && !opensColumns(traits, functions);
    const known = certain ? query.bound.columns : undefined;
    const columns = known === undefined ? undefined : new Map(known.map(({ name, type }) => [name, type]));
    const inspection: Inspection = { text: query, traits, functions, options, findings, columns };
    checkEveryQuery(inspection);
    if (options.kind === "scheduled-query") checkScheduledQuery(inspection);
    if (options.kind === "sentinel") checkSentinel(inspection);
    // What stands in a text that is not KQL is guesswork.
    if (told.some(({ syntax }) => syntax)) return;
    for (const lint of lints) lint(inspection);
}

/** Functions of the service that no workspace stores: data of elsewhere, watchlists, Sentinel's own parsers. */
const serviceFunction = /^(?:workspace|app|resource|adx|arg|_GetWatchlist|_GetWatchlistAlias|_(?:Im|ASim)_\w+)$/;

/**
 * What the binder says, without what it cannot know: functions of the service, and clusters (these are told of as a
 * limit). Where a table is not known, neither are columns and types, so that only what is missing is told; and of a name
 * that nothing declares, not its type as well.
 */
function sift(diagnostics: readonly Diagnostic[]): {
    readonly told: readonly Diagnostic[];
    readonly untold: readonly Diagnostic[];
} {
    const untold = diagnostics.filter(
        ({ code, message }) =>
            code === "KS207" || serviceFunction.test(/^The (?:fuzzy )?name '([^']+)'/.exec(message)?.[1] ?? ""),
    );
    const others = diagnostics.filter((diagnostic) => !untold.includes(diagnostic));
    if (untold.length > 0 || others.some(namesSource))
        return { told: others.filter((diagnostic) => diagnostic.syntax || namesSource(diagnostic)), untold };
    return { told: withoutEchoes(others), untold };
}

/** Plugins whose columns the binder knows. */
const closedPlugins: ReadonlySet<string> = new Set(["narrow", "ipv4_lookup"]);

/** Whether the columns of the result depend on the rows. */
function opensColumns(traits: readonly Trait[], functions: StoredFunctions): boolean {
    const opens = (trait: Trait): boolean =>
        trait.kind === "unavailable" || (trait.kind === "plugin" && !closedPlugins.has(trait.name));
    return traits.some(
        (trait) => opens(trait) || (trait.kind === "storedFunction" && functions.traits(trait.name).some(opens)),
    );
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
