import type { SyntaxNode } from "../../syntax";
import type { KqlIssueCode } from "../codes";
import type { KqlSeverity } from "../issue";
import type { Inspection } from "../inspection";
import type { Trait } from "../traits";

/** What is wrong with a trait. */
export interface Objection {
    readonly code: KqlIssueCode;
    readonly severity: KqlSeverity;
    /** What is wrong, and what to do. */
    readonly message: string;
    /** Where in the text; default: the trait itself. */
    readonly at?: SyntaxNode;
    /** What it weighs inside a stored function that the query calls; default: as much. `undefined`: nothing. */
    readonly inFunction?: KqlSeverity | undefined;
}

/** Judges one trait; undefined where it is fine. */
export type Judge = (trait: Trait) => Objection | undefined;

/**
 * Notes what a judge objects to: in the text itself, and at the first call of each stored function that brings it in. Of
 * one function, each code is noted once.
 */
export function judgeUses({ traits, functions, findings }: Inspection, judge: Judge): void {
    const told = new Set<string>();
    for (const trait of traits) {
        const objection = judge(trait);
        if (objection !== undefined) {
            const { code, severity, message, at = trait.node } = objection;
            findings.add(code, severity, at, message);
        }
        if (trait.kind !== "storedFunction" || told.has(trait.name)) continue;
        told.add(trait.name);
        const codes = new Set<KqlIssueCode>();
        for (const inner of functions.traits(trait.name)) {
            const inside = judge(inner);
            if (inside === undefined || codes.has(inside.code)) continue;
            const severity = "inFunction" in inside ? inside.inFunction : inside.severity;
            if (severity === undefined) continue;
            codes.add(inside.code);
            const { line, functionName = trait.name } = inner.node.position;
            const message = `${trait.name} brings it in: ${inside.message} (function ${functionName}, line ${line})`;
            findings.add(inside.code, severity, trait.node, message);
        }
    }
}
