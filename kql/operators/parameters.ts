import type { SyntaxNode } from "../syntax";

/** The value of a `name=value` parameter of an operator; undefined where it is not given. */
export function parameter(node: SyntaxNode, name: string): SyntaxNode | undefined {
    for (const given of node.list("Parameters")) {
        if (given.kind === "NamedParameter" && given.child("Name").text === name) return given.child("Expression");
    }
    return undefined;
}
