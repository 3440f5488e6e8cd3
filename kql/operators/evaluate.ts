import type { Operator } from "../compile/compiler";
import { columnOf } from "../compile/calls";
import { Call } from "../functions/call";
import { withColumns } from "../plan/scan";
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
    const schema = node.optional("Schema")?.child("Schema").list("Columns");
    if (schema === undefined) return result;
    const columns = schema.map(columnOf);
    return result.kind === "open" ? conform(result, columns) : withColumns([result], ([scan]) => scan ?? input);
};
