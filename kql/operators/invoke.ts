import { callFunction, storedFunction } from "../compile/calls";
import type { Operator } from "../compile/compiler";

/** `invoke f(…)`: a function of the query's own or a stored one, the rows so far as its first argument. */
export const invoke: Operator = ({ node, input, scope, compiler }) => {
    const call = node.child("Function");
    const name = call.child("Name").name;
    const binding = scope.find(name);
    const fn = binding?.kind === "function" ? binding.fn : storedFunction(name, scope);
    if (fn === undefined) throw call.error("KQ101", `${name} is no function that invoke can call`);
    const args = call.child("ArgumentList").list("Expressions");
    const result = callFunction(call, fn, args, scope, compiler, { kind: "relation", relation: input });
    if (result.kind === "scalar") throw call.error("KQ102", `${name}() gives a value where invoke needs rows`);
    return result.relation;
};
