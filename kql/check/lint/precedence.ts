import type { SyntaxNode } from "../../syntax";
import type { Inspection } from "../inspection";

/** `and` and `or` side by side: `and` binds first, whatever the lines look like. */
export function checkPrecedence({ text, findings }: Inspection): void {
    const chained = new Set(text.ofKind("OrExpression").map((node) => node.child("Left")));
    for (const top of text.ofKind("OrExpression")) {
        if (chained.has(top)) continue;
        const group = operandsOf(top).find(({ kind }) => kind === "AndExpression");
        if (group === undefined) continue;
        const message = `and binds before or: this reads as (${shortened(group.text)}) or …; say with parentheses what is meant`;
        findings.add("KQ601", "warning", group, message);
    }
}

function operandsOf(chain: SyntaxNode): SyntaxNode[] {
    const operands: SyntaxNode[] = [];
    let node = chain;
    for (; node.kind === "OrExpression"; node = node.child("Left")) operands.unshift(node.child("Right"));
    return [node, ...operands];
}

function shortened(text: string): string {
    const line = text.replace(/\s+/g, " ");
    return line.length > 60 ? `${line.slice(0, 57)}…` : line;
}
