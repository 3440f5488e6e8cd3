import type { BoundQuery, Diagnostic } from "./binding";
import { KqlError, type KqlErrorCode } from "./errors";

/** Codes of Kusto.Language that tell of a name which nothing declares. */
const unknownNames: ReadonlySet<string> = new Set([
    "KS128",
    "KS142",
    "KS181",
    "KS204",
    "KS208",
    "KS209",
    "KS210",
    "KS211",
]);

/** The code of ours for something that the parser or binder found. */
export function codeOf(diagnostic: Diagnostic): KqlErrorCode {
    if (diagnostic.syntax) return "KQ100";
    if (unknownNames.has(diagnostic.code)) return "KQ101";
    return /type|value|argument|expected|allowed|defined/i.test(diagnostic.message) ? "KQ102" : "KQ103";
}

/** Throws the first error that the parser or binder found, with what the others are. */
export function refuseErrors(bound: BoundQuery): void {
    const errors = bound.diagnostics.filter(({ severity }) => severity === "error");
    const [first] = errors;
    if (first === undefined) return;
    const others = errors.slice(1, 5).map(({ message, start }) => {
        const { line, column } = bound.source.position(start);
        return `${trimmed(message)} (line ${line}, column ${column})`;
    });
    const more = others.length === 0 ? "" : `; also: ${others.join("; ")}`;
    throw new KqlError(codeOf(first), `${trimmed(first.message)}${more}`, bound.source.position(first.start));
}

/** A message without the period at its end. */
export function trimmed(message: string): string {
    return message.replace(/\.\s*$/, "");
}
