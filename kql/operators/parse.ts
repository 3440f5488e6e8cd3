import { coerce } from "../compile/coerce";
import type { Operator, OperatorContext } from "../compile/compiler";
import { expression, type Expr, type Frame } from "../plan/expression";
import type { Output, Scan } from "../plan/scan";
import type { ScalarType, Value } from "../types";
import { siteOf } from "./filter";
import { parameter } from "./parameters";
import { patternParts, splitter, type ParseKind, type PatternPart, type Splitter } from "./parsePattern";

/** Values taken out of one text, worked out once for all the columns they go to. */
export class SplitText {
    private frame: Frame | undefined;
    private row = -1;
    private values: readonly Value[] | undefined;

    constructor(
        private readonly text: Expr & { readonly type: "string" },
        private readonly split: Splitter,
    ) {}

    /** The values of the current row; undefined where its text does not match. */
    at(frame: Frame): readonly Value[] | undefined {
        if (this.frame !== frame || this.row !== frame.row) {
            this.values = this.split(this.text.evaluate(frame));
            this.frame = frame;
            this.row = frame.row;
        }
        return this.values;
    }

    /** The value of one column. */
    column(type: ScalarType, index: number): Expr {
        const absent = type === "string" ? "" : null;
        return expression<ScalarType>(type, this.text.reads, (frame) => this.at(frame)?.[index] ?? absent);
    }
}

function kindOf({ node }: OperatorContext): ParseKind {
    const kind = parameter(node, "kind")?.text ?? "simple";
    if (kind === "simple" || kind === "relaxed" || kind === "regex") return kind;
    throw node.error("KQ102", `parse has no kind ${kind}; it has simple, relaxed and regex`);
}

function flagsOf({ node }: OperatorContext, kind: ParseKind): string {
    const flags = parameter(node, "flags")?.text ?? "";
    if (flags === "") return "";
    if (kind !== "regex") throw node.error("KQ102", "flags belong to kind=regex");
    if (!/^[ismU]+$/.test(flags)) throw node.error("KQ201", `flags ${flags}: i, s, m and U are supported`);
    return flags;
}

function parsed(context: OperatorContext): { readonly split: SplitText; readonly parts: readonly PatternPart[] } {
    const { node, input, scope, compiler } = context;
    const kind = kindOf(context);
    const parts = patternParts(node);
    const text = coerce(compiler.scalar(node.child("Expression"), scope.withRow(input)), "string");
    return { split: new SplitText(text, splitter(parts, kind, flagsOf(context, kind))), parts };
}

/** The outputs of a scan with further columns, in the place of their namesakes or at the end. */
export function withColumnsOf(scan: Scan, added: readonly Output[]): Output[] {
    const outputs = [...scan.outputs];
    for (const output of added) {
        const place = outputs.findIndex(({ name }) => name === output.name);
        if (place < 0) outputs.push(output);
        else outputs[place] = output;
    }
    return outputs;
}

function columnsOf(split: SplitText, parts: readonly PatternPart[]): Output[] {
    return parts
        .filter((part) => part.kind === "column")
        .map(({ name, type }, index) => ({ name, expr: split.column(type, index) }));
}

/** `parse`: columns taken out of a text; empty or null where it does not match. */
export const parse: Operator = (context) => {
    const { split, parts } = parsed(context);
    return context.input.select(withColumnsOf(context.input, columnsOf(split, parts)));
};

/** `parse-where`: as `parse`, without the rows that do not match. */
export const parseWhere: Operator = (context) => {
    const { node, input } = context;
    if (kindOf(context) === "relaxed") throw node.error("KQ102", "parse-where has no kind relaxed");
    const { split, parts } = parsed(context);
    const matches = expression(
        "bool",
        { row: true, clock: false, data: false, neighbors: false },
        (frame) => split.at(frame) !== undefined,
    );
    const outputs = withColumnsOf(input, columnsOf(split, parts));
    return input.where({ expr: matches, site: siteOf(node) }).select(outputs);
};
