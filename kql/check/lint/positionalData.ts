import type { SyntaxNode } from "../../syntax";
import type { Inspection } from "../inspection";
import type { QueryText } from "../queryText";

/** The list of an event's fields, as a path down the parsed XML: `….EventData.Data` or the same with brackets. */
const dataPath = /(?:^|\.|["'\]]\s*)(?:\[["'])?EventData(?:["']\])?(?:\.|\[["'])Data(?:["']\])?$/;

/** Fields of an event taken by position: it changes with the version of the sensor's schema. */
export function checkPositionalData({ text, findings }: Inspection): void {
    const lists = dataLists(text);
    const found = new Map<SyntaxNode | undefined, SyntaxNode[]>();
    for (const { node, operator } of text.nodes) {
        if (!takesPosition(node, lists)) continue;
        found.set(operator, [...(found.get(operator) ?? []), node]);
    }
    for (const [first, ...others] of found.values()) {
        if (first === undefined) continue;
        const more = others.length === 0 ? "" : ` (and ${others.length} more here)`;
        const message = `${first.text} takes a field by its position, which changes with Sysmon's schema: take it by its name${more}`;
        findings.add("KQ604", "warning", first, message);
    }
}

function takesPosition(node: SyntaxNode, lists: ReadonlySet<string>): boolean {
    if (node.kind !== "ElementExpression" && node.kind !== "PathExpression") return false;
    const selector = node.child("Selector");
    if (selector.kind !== "BracketedExpression" || !/^\[\s*-?\d+\s*\]$/.test(selector.text)) return false;
    const list = node.child("Expression");
    return isDataList(list, lists) || (list.kind === "NameReference" && list.name === "EventData");
}

function isDataList(node: SyntaxNode, lists: ReadonlySet<string>): boolean {
    return node.kind === "NameReference" ? lists.has(node.name) : dataPath.test(node.text.replace(/\s+/g, ""));
}

/** Names that the query gives to the list of an event's fields. */
function dataLists(text: QueryText): ReadonlySet<string> {
    const given = [...text.ofKind("SimpleNamedExpression"), ...text.ofKind("LetStatement")];
    const lists = new Set<string>();
    for (let before = -1; before !== lists.size;) {
        before = lists.size;
        for (const node of given) if (isDataList(node.child("Expression"), lists)) lists.add(node.child("Name").name);
    }
    return lists;
}
