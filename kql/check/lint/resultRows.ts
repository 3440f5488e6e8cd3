import type { SyntaxNode } from "../../syntax";
import type { Inspection } from "../inspection";
import type { Trigger } from "../options";

/** Operators that leave as many rows as they get. */
const rowKeeping: ReadonlySet<string> = new Set([
    "AsOperator",
    "ExtendOperator",
    "ProjectAwayOperator",
    "ProjectKeepOperator",
    "ProjectOperator",
    "ProjectRenameOperator",
    "ProjectReorderOperator",
    "RenderOperator",
    "SerializeOperator",
    "SortOperator",
]);

/** Counts of what is counted already, and rules that ring by their number of rows: what that number can be. */
export function checkResultRows(inspection: Inspection): void {
    const { text, options, findings } = inspection;
    const { kind, trigger, measures = false } = options;
    const single = singleRow(text.pipeline);
    if (single !== undefined && singleRow(text.pipeline.slice(0, text.pipeline.indexOf(single))) !== undefined) {
        findings.add("KQ607", "warning", single, "what it counts is always one row");
        return;
    }
    if (kind === undefined || kind === "hunting" || measures) return;
    if (single !== undefined) {
        findings.add("KQ607", "warning", single, `${fateOf(trigger)}: leave the counting to the rule`);
    }
    if (single !== undefined || trigger?.operator !== "GreaterThan" || trigger.threshold !== 1) return;
    const message = "the rule rings above 1 result, so that a single hit stays silent: set 0 where one is enough";
    findings.add("KQ608", "warning", text.pipeline[0] ?? text.bound.root, message, { kind: "trigger" });
}

function fateOf(trigger: Trigger | undefined): string {
    const base = "the result always has one row, whatever is found";
    if (trigger === undefined) return base;
    return `${base}, so that the rule rings ${rings(trigger) ? "at every run" : "never"}`;
}

/** Whether one row makes a rule ring. */
function rings({ operator, threshold }: Trigger): boolean {
    switch (operator) {
        case "GreaterThan":
            return 1 > threshold;
        case "GreaterThanOrEqual":
            return 1 >= threshold;
        case "LessThan":
            return 1 < threshold;
        case "LessThanOrEqual":
            return 1 <= threshold;
        case "Equal":
            return threshold === 1;
        case "NotEqual":
            return threshold !== 1;
    }
}

/** The operator that makes one row of any number, where none after it takes or adds rows. */
function singleRow(pipeline: readonly SyntaxNode[]): SyntaxNode | undefined {
    const last = pipeline.filter(({ kind }) => !rowKeeping.has(kind)).at(-1);
    if (last?.kind === "CountOperator") return last;
    return last?.kind === "SummarizeOperator" && last.optional("ByClause") === undefined ? last : undefined;
}
