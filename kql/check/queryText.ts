import { bind, type BoundQuery, type Schema } from "../binding";
import { SourceText, type SyntaxNode } from "../syntax";

/** A node, and the innermost tabular operator that it is part of. */
export interface PlacedNode {
    readonly node: SyntaxNode;
    readonly operator: SyntaxNode | undefined;
}

/** A query or the body of a stored function, bound, with what checks look up in it. */
export class QueryText {
    readonly bound: BoundQuery;
    /** Every node, each before its parts, in the order of the text. */
    readonly nodes: readonly PlacedNode[];
    /** Expressions by the name that a `let` gives them; of a name given twice, the last. */
    readonly lets: ReadonlyMap<string, SyntaxNode>;
    /**
     * The operators that make the result, from its source on; a `let` that the source stands for is looked through. Empty
     * where the text has no result.
     */
    readonly pipeline: readonly SyntaxNode[];

    constructor(
        text: string,
        readonly schema: Schema,
        functionName?: string,
    ) {
        this.bound = bind(new SourceText(text, functionName), schema);
        this.nodes = flatten(this.bound.root);
        this.lets = new Map(
            this.ofKind("LetStatement").map((statement) => [
                statement.child("Name").name,
                statement.child("Expression"),
            ]),
        );
        const result = this.bound.root
            .list("Statements")
            .filter(({ kind }) => kind === "ExpressionStatement")
            .at(-1);
        this.pipeline = result === undefined ? [] : this.pipelineOf(result.child("Expression"));
    }

    /** The nodes of a kind, in the order of the text. */
    ofKind(kind: string): SyntaxNode[] {
        return this.nodes.flatMap(({ node }) => (node.kind === kind ? [node] : []));
    }

    /** Whether the text has an error: what the binder says of columns cannot be trusted then. */
    get hasErrors(): boolean {
        return this.bound.diagnostics.some(({ severity }) => severity === "error");
    }

    /** The operators of a pipeline, its source first. */
    pipelineOf(node: SyntaxNode, seen: ReadonlySet<string> = new Set()): readonly SyntaxNode[] {
        const operators: SyntaxNode[] = [];
        let source = node;
        for (;;) {
            if (source.kind === "PipeExpression") {
                operators.unshift(source.child("Operator"));
                source = source.child("Expression");
            } else if (source.kind === "ParenthesizedExpression") source = source.child("Expression");
            else break;
        }
        const declared = source.kind === "NameReference" ? this.lets.get(source.name) : undefined;
        if (declared === undefined || declared.kind === "FunctionDeclaration" || seen.has(source.name))
            return [source, ...operators];
        return [...this.pipelineOf(declared, new Set([...seen, source.name])), ...operators];
    }
}

/** All nodes without recursion: a chain of a thousand operators is as deep as it is long. */
function flatten(root: SyntaxNode): PlacedNode[] {
    const nodes: PlacedNode[] = [];
    const waiting: PlacedNode[] = [{ node: root, operator: undefined }];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
        nodes.push(next);
        const operator = next.node.kind.endsWith("Operator") ? next.node : next.operator;
        const { parts } = next.node;
        for (let index = parts.length - 1; index >= 0; index--) {
            const node = parts[index];
            if (node !== undefined) waiting.push({ node, operator });
        }
    }
    return nodes;
}
