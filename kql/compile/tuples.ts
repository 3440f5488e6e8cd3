import type { SyntaxNode } from "../syntax";

/** The call that an expression is, below the names that the query gives it; undefined for any other expression. */
export function plainCall(node: SyntaxNode): SyntaxNode | undefined {
    switch (node.kind) {
        case "SimpleNamedExpression":
        case "CompoundNamedExpression":
        case "ParenthesizedExpression":
            return plainCall(node.child("Expression"));
        case "FunctionCallExpression":
            return node;
        default:
            return undefined;
    }
}

/** The names that a query gives to the columns of one expression. */
export function givenNames(node: SyntaxNode): string[] {
    if (node.kind === "SimpleNamedExpression") return [node.child("Name").name];
    if (node.kind !== "CompoundNamedExpression") return [];
    const names = node.child("Names").list("Names");
    return names.map(({ name }) => name);
}
