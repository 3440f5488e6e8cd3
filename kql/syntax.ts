import { KqlError, type KqlErrorCode, type QueryPosition } from "./errors";
import type { ScalarType } from "./types";

/** The text of a query, or of a stored function that it calls. */
export class SourceText {
    private lines: number[] | undefined;

    constructor(
        readonly text: string,
        /** The stored function whose text this is; absent for a query. */
        readonly functionName?: string,
        /** Characters of the text before what its author wrote. */
        private readonly preamble = 0,
    ) {}

    /** Line and column, from 1, of an offset in the text. */
    position(offset: number): QueryPosition {
        this.lines ??= [0, ...[...this.text.matchAll(/\r\n|\n|\r/g)].map((match) => match.index + match[0].length)];
        let line = 0;
        while ((this.lines[line + 1] ?? Number.POSITIVE_INFINITY) <= offset) line++;
        const start = this.lines[line] ?? 0;
        const column = offset - start + 1 - (line === 0 ? this.preamble : 0);
        const position = { line: line + 1, column: Math.max(1, column) };
        return this.functionName === undefined ? position : { ...position, functionName: this.functionName };
    }
}

/** How the column of a function call is named where the query gives it no name (Kusto.Language, ResultNameKind). */
export type ResultNameKind =
    | "none"
    | "nameAndFirstArgument"
    | "nameAndOnlyArgument"
    | "prefixAndFirstArgument"
    | "prefixAndOnlyArgument"
    | "firstArgument"
    | "firstArgumentValueIfColumn"
    | "onlyArgument"
    | "prefixOnly";

/** What the binder knows of the function that a call refers to. */
export interface FunctionFacts {
    readonly name: string;
    readonly resultName: ResultNameKind;
    readonly resultNamePrefix: string | undefined;
}

/** What the binder found out about a node. */
export interface NodeFacts {
    /** The name that a name reference or declaration stands for, without brackets. */
    readonly name?: string;
    /** The text that a string literal stands for. */
    readonly literalText?: string;
    readonly calls?: FunctionFacts;
    /** Scalar type of an expression's value, where the binder is sure of it. */
    readonly type?: ScalarType;
    /** Whether the node gives rows. */
    readonly tabular: boolean;
}

/** A node of the syntax tree of a query; its kinds and child names are those of Kusto.Language. */
export class SyntaxNode {
    constructor(
        readonly kind: string,
        readonly source: SourceText,
        /** Offset of the first and after the last character. */
        readonly start: number,
        readonly end: number,
        private readonly children: ReadonlyMap<string, SyntaxNode>,
        /** The elements of a list. */
        readonly items: readonly SyntaxNode[],
        readonly facts: NodeFacts,
    ) {}

    /** The text of the node as its author wrote it. */
    get text(): string {
        return this.source.text.slice(this.start, this.end);
    }

    get position(): QueryPosition {
        return this.source.position(this.start);
    }

    /** A child that the grammar requires. */
    child(name: string): SyntaxNode {
        const child = this.children.get(name);
        if (child === undefined) throw this.error("KQ100", `${this.kind} without ${name}`);
        return child;
    }

    /** A child that may be missing. */
    optional(name: string): SyntaxNode | undefined {
        return this.children.get(name);
    }

    /** The elements of a child that is a list; none where it is missing. */
    list(name: string): readonly SyntaxNode[] {
        return this.children.get(name)?.items ?? [];
    }

    /** All children, whatever their names. */
    get parts(): readonly SyntaxNode[] {
        return [...this.children.values(), ...this.items];
    }

    /** The name that the node declares or refers to. */
    get name(): string {
        return this.facts.name ?? this.text;
    }

    /** An error about this node. */
    error(code: KqlErrorCode, reason: string): KqlError {
        return new KqlError(code, reason, this.position);
    }

    /** The tree as plain data, from which {@link SyntaxNode.fromData} makes it again. */
    toData(): NodeData {
        const { name, literalText, calls, type, tabular } = this.facts;
        const plain = !tabular && [name, literalText, calls, type].every((fact) => fact === undefined);
        return [
            this.kind,
            this.start,
            this.end,
            plain ? null : this.facts,
            [...this.children].map(([childName, child]) => [childName, child.toData()]),
            this.items.map((item) => item.toData()),
        ];
    }

    /** The tree that {@link SyntaxNode.toData} told, of this text. */
    static fromData([kind, start, end, facts, children, items]: NodeData, source: SourceText): SyntaxNode {
        return new SyntaxNode(
            kind,
            source,
            start,
            end,
            new Map(children.map(([name, child]) => [name, SyntaxNode.fromData(child, source)])),
            items.map((item) => SyntaxNode.fromData(item, source)),
            facts ?? plainFacts,
        );
    }
}

const plainFacts: NodeFacts = { tabular: false };

/** A node as plain data: kind, start, end, facts where there are any, children by name, elements. */
export type NodeData = readonly [
    kind: string,
    start: number,
    end: number,
    facts: NodeFacts | null,
    children: readonly (readonly [name: string, child: NodeData])[],
    items: readonly NodeData[],
];
