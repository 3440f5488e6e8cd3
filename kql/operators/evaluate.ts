import type { Operator } from "../compile/compiler";
import { columnOf } from "../compile/calls";
import { Call } from "../functions/call";
import { withColumns } from "../plan/scan";
import type { SyntaxNode } from "../syntax";
import { findPlugin } from "../plugins/registry";
import { conform } from "../plugins/schema";

/** `evaluate`: a plugin over the rows so far. */
export const evaluate: Operator = (context) => {
    const { node, input, scope, compiler } = context;
    const callNode = node.child("FunctionCall");
    const name = callNode.child("Name").name;
    const plugin = findPlugin(name);
    if (plugin === undefined) throw callNode.error("KQ200", `the plugin ${name}() is not supported`);
    const result = plugin({ call: new Call(callNode, scope.withRow(input), compiler), input });
    const schema = node.optional("Schema")?.child("Schema");
    if (schema === undefined) return result;
    const all = schema.optional("AsteriskToken") !== undefined;
    const declared = schema.list("Columns").map(columnOf);
    const taken = new Set([...declared.map(({ name }) => name), ...usedUp(name, callNode)]);
    const columns = [...(all ? input.columns.filter((column) => !taken.has(column.name)) : []), ...declared];
    return result.kind === "open" ? conform(result, columns) : withColumns([result], ([scan]) => scan ?? input);
};

/** The columns of the input that a plugin takes away. */
function usedUp(plugin: string, call: SyntaxNode): string[] {
    const [first] = call.child("ArgumentList").list("Expressions");
    return plugin === "bag_unpack" && first !== undefined ? [first.name] : [];
}
