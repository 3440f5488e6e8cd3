import type { BoundQuery, Diagnostic } from "./binding";
import { KqlError, type KqlErrorCode } from "./errors";

/** Codes of Kusto.Language that tell of a name which nothing declares. */
const unknownNames: ReadonlySet<string> = new Set([
    "KS128",
    "KS142",
    "KS181",
    "KS204",
    "KS205",
    "KS208",
    "KS209",
    "KS210",
    "KS211",
]);

/** The codes of Kusto.Language for an unknown name in the place of a table, in a fuzzy union, and of a function. */
const unknownTable = "KS204";
const unknownInFuzzyUnion = "KS205";
const unknownFunction = "KS211";

/** The code of Kusto.Language for a text that is parsed, and then nests too deep to be bound. */
const tooDeepToBind = "KS245";

/** The code of ours for something that the parser or binder found. */
export function codeOf(diagnostic: Diagnostic): KqlErrorCode {
    if (diagnostic.syntax) return "KQ100";
    if (unknownNames.has(diagnostic.code)) return "KQ101";
    if (diagnostic.code === tooDeepToBind) return "KQ302";
    return /type|value|argument|expected|allowed|defined/i.test(diagnostic.message) ? "KQ102" : "KQ103";
}

/** Whether it tells of an unknown table or function: nothing is known of the columns behind it then. */
export function namesSource({ code }: Diagnostic): boolean {
    return code === unknownTable || code === unknownInFuzzyUnion || code === unknownFunction;
}

/** What was found, without what follows from a name that nothing declares: such a name has no type either. */
export function withoutEchoes(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
    const unknown = diagnostics.filter((diagnostic) => codeOf(diagnostic) === "KQ101");
    const echoes = ({ start, end }: Diagnostic): boolean =>
        unknown.some((other) => other.start === start && other.end === end);
    return diagnostics.filter((diagnostic) => diagnostic.syntax || unknown.includes(diagnostic) || !echoes(diagnostic));
}

/** What to say after the message about an unknown table: the tables that are known. Empty for anything else. */
export function knownTables(diagnostic: Diagnostic, { root }: BoundQuery, tables: readonly string[]): string {
    const { code, start, end } = diagnostic;
    // A name that is a whole query can only be a table.
    const alone = root.list("Statements").some((statement) => statement.start === start && statement.end === end);
    if (code !== unknownTable && !(alone && codeOf(diagnostic) === "KQ101")) return "";
    return tables.length === 0 ? "; no table is known" : `; known tables are ${[...tables].sort().join(", ")}`;
}

/** Throws the first error that the parser or binder found, with what the others are. */
export function refuseErrors(bound: BoundQuery, tables: readonly string[] = []): void {
    const errors = withoutEchoes(bound.diagnostics.filter(({ severity }) => severity === "error"));
    const [first] = errors;
    if (first === undefined) return;
    const others = errors.slice(1, 5).map(({ message, start }) => {
        const { line, column } = bound.source.position(start);
        return `${trimmed(message)} (line ${line}, column ${column})`;
    });
    const more = others.length === 0 ? "" : `; also: ${others.join("; ")}`;
    const reason = `${trimmed(first.message)}${knownTables(first, bound, tables)}${more}`;
    throw new KqlError(codeOf(first), reason, bound.source.position(first.start));
}

/** Longest name or other quoted text that a message repeats as it is. */
const longestQuote = 120;

/** A message without the period at its end, very long names in it cut short. */
export function trimmed(message: string): string {
    return message.replace(/\.\s*$/, "").replaceAll(/'([^']+)'/g, (quoted, text: string) => {
        return text.length > longestQuote ? `'${text.slice(0, longestQuote)}…'` : quoted;
    });
}
