import type { SyntaxNode } from "../../syntax";
import type { Inspection } from "../inspection";

/** Operators after which rows stand as they stood before. */
const orderKeeping: ReadonlySet<string> = new Set([
    "AsOperator",
    "ExtendOperator",
    "FilterOperator",
    "ProjectAwayOperator",
    "ProjectKeepOperator",
    "ProjectOperator",
    "ProjectRenameOperator",
    "ProjectReorderOperator",
    "SerializeOperator",
]);

/** `take` that leaves to chance which rows remain, and an order or a drawing that no rule looks at. */
export function checkRowOrder({ text, options, findings }: Inspection): void {
    const isRule = options.kind === "scheduled-query" || options.kind === "sentinel";
    // In a scheduled-query rule every take is told of by a limit of Azure.
    if (options.kind !== "scheduled-query") {
        for (const take of unorderedTakes(text.nodes.map(({ node }) => node))) {
            const message =
                "take without an order before it keeps any rows, others at each run: sort first, or use top";
            findings.add("KQ609", isRule ? "warning" : "info", take, message);
        }
    }
    if (!isRule) return;
    const last = text.pipeline.at(-1);
    if (last?.kind === "RenderOperator") findings.add("KQ610", "info", last, "no rule draws: render is ignored");
    const before = last?.kind === "RenderOperator" ? text.pipeline.at(-2) : last;
    if (before?.kind === "SortOperator")
        findings.add("KQ610", "info", before, "a rule looks at rows in no order: sort at the end costs time only");
}

function unorderedTakes(nodes: readonly SyntaxNode[]): SyntaxNode[] {
    return nodes.flatMap((pipe) => {
        if (pipe.kind !== "PipeExpression") return [];
        const take = pipe.child("Operator");
        if (take.kind !== "TakeOperator") return [];
        let before = pipe.child("Expression");
        while (before.kind === "PipeExpression" && orderKeeping.has(before.child("Operator").kind))
            before = before.child("Expression");
        const maker = before.kind === "PipeExpression" ? before.child("Operator") : before;
        return maker.kind === "SortOperator" || maker.kind === "TopOperator" ? [] : [take];
    });
}
