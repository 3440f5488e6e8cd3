import type { SyntaxNode } from "../../syntax";
import type { Inspection } from "../inspection";

/** Operators that leave columns out. */
const narrowing: ReadonlySet<string> = new Set([
    "CountOperator",
    "DistinctOperator",
    "GetSchemaOperator",
    "ProjectAwayOperator",
    "ProjectKeepOperator",
    "ProjectOperator",
    "ProjectRenameOperator",
    "SummarizeOperator",
]);

/** Columns that the rule takes and the result does not have: the service refuses such a rule. */
export function checkNeededColumns({ text, options, columns, findings }: Inspection): void {
    if (columns === undefined) return;
    const last = text.pipeline.filter(({ kind }) => narrowing.has(kind)).at(-1);
    for (const [index, { name, use }] of (options.columns ?? []).entries()) {
        if (columns.has(name)) continue;
        const alike = [...columns.keys()].find((other) => other.toLowerCase() === name.toLowerCase());
        const hint = alike === undefined ? lostAt(last) : `; did you mean ${alike}?`;
        const message = `the result has no column ${name}, which ${use}${hint}`;
        const at = last ?? text.pipeline.at(-1) ?? text.bound.root;
        findings.add("KQ606", options.kind === "hunting" ? "warning" : "error", at, message, { kind: "column", index });
    }
}

function lostAt(operator: SyntaxNode | undefined): string {
    const [name] = operator?.text.split(/\s/) ?? [];
    return name === undefined ? "" : `: see what ${name} leaves out`;
}
