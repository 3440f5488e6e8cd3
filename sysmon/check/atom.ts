import { compileComparison, searchItems, type Anchor, type Predicate } from "../comparison";
import type { Filter } from "../config";
import { defaultEnvironment, expandEnvironment, mentionsEnvironment } from "../environment";
import { foldCase } from "../foldCase";
import type { FieldType } from "../schema";
import { isPossible, stands } from "./fieldDomain";

/**
 * The smallest statement about a field that can be reasoned about: a text stands, or does not stand, in a place of it.
 * `opaque` is all the rest (order, values that depend on the machine): nothing is known of it but that it equals itself.
 */
export interface Atom {
    readonly field: string;
    readonly type: FieldType;
    readonly anchor: Anchor | "opaque";
    /** Case folded; of an opaque atom its condition and value. */
    readonly text: string;
    /** Whether it states that the text does not stand there. */
    readonly negative: boolean;
    /** Of an opaque atom: whether it holds for a value with its case folded. */
    readonly test?: Predicate;
}

/** A filter as atoms: it holds where `any` of them does, or where `all` do. */
export interface AtomForm {
    readonly relation: "any" | "all";
    readonly atoms: readonly Atom[];
}

/** The atoms of a filter on a field of this type. */
export function atomsOf(filter: Filter, type: FieldType): AtomForm {
    const value = expandEnvironment(filter.value, defaultEnvironment);
    const folded = foldCase(value);
    const atom = (anchor: Atom["anchor"], text: string, negative = false): Atom => ({
        field: filter.field,
        type,
        anchor,
        text,
        negative,
    });
    const one = (anchor: Atom["anchor"], negative = false): AtomForm => ({
        relation: "any",
        atoms: [atom(anchor, folded, negative)],
    });
    const list = (relation: AtomForm["relation"], items: readonly string[], negative = false): AtomForm => ({
        relation,
        atoms: [...new Set(items)].map((item) => atom("anywhere", item, negative)),
    });
    const opaque = (): AtomForm => {
        const { test } = compileComparison(filter.condition, value);
        return { relation: "any", atoms: [{ ...atom("opaque", `${filter.condition}:${folded}`), test }] };
    };
    // Which of the variables the machine has, and what is in them, nothing offline can know.
    if (mentionsEnvironment(value)) return opaque();
    switch (filter.condition) {
        case "is":
            return one("whole");
        case "is not":
            return one("whole", true);
        case "is any":
            return { relation: "any", atoms: [...new Set(folded.split(";"))].map((item) => atom("whole", item)) };
        case "contains":
            return one("anywhere");
        case "excludes":
            return one("anywhere", true);
        case "contains any":
            return list("any", searchItems(folded));
        case "contains all":
            return list("all", searchItems(folded));
        case "excludes any":
            return list("all", searchItems(folded), true);
        case "excludes all":
            return list("any", searchItems(folded), true);
        case "begin with":
            return one("start");
        case "not begin with":
            return one("start", true);
        case "end with":
            return one("end");
        case "not end with":
            return one("end", true);
        case "image":
            return folded === "" ? opaque() : one(folded.includes("\\") ? "whole" : "file");
        case "less than":
        case "more than":
            return opaque();
    }
}

/** What is known of a statement before any event is seen. */
export type Truth = "always" | "never" | "open";

/** Whether an atom holds for every value or for none that the sensor writes. */
export function truthOf(atom: Atom): Truth {
    if (atom.anchor === "opaque") return "open";
    // The sensor fills in the rule name when it has filtered the event.
    if (atom.field === "RuleName") return holdsFor(atom, "-") ? "always" : "never";
    if (atom.text === "" && atom.anchor !== "whole" && atom.anchor !== "file")
        return atom.negative ? "never" : "always";
    if (isPossible(atom.type, atom.anchor, atom.text)) return "open";
    return atom.negative ? "always" : "never";
}

/** Whether an atom holds for a value with its case folded. */
export function holdsFor(atom: Atom, value: string): boolean {
    if (atom.anchor === "opaque") return atom.test?.(value) === true;
    return stands(atom.anchor, atom.text, value) !== atom.negative;
}

/** Whether two atoms state the same. */
export function sameAtom(a: Atom, b: Atom): boolean {
    return a.field === b.field && a.anchor === b.anchor && a.text === b.text && a.negative === b.negative;
}

/** Whether wherever the first atom holds the second does too. False where that is not known. */
export function implies(a: Atom, b: Atom): boolean {
    if (a.field !== b.field) return false;
    if (sameAtom(a, b)) return true;
    if (a.anchor === "opaque" || b.anchor === "opaque") return false;
    if (a.negative) return b.negative && positiveImplies(b, a);
    return b.negative ? areDisjoint(a, b) : positiveImplies(a, b);
}

/** Whether no value lets both atoms hold. False where that is not known. */
export function conflict(a: Atom, b: Atom): boolean {
    if (a.field !== b.field || a.anchor === "opaque" || b.anchor === "opaque") return false;
    if (a.negative && b.negative) return false;
    if (a.negative) return positiveImplies(b, a);
    return b.negative ? positiveImplies(a, b) : areDisjoint(a, b);
}

/** Both taken as if they were not negative. */
function positiveImplies(a: Atom, b: Atom): boolean {
    switch (a.anchor) {
        case "opaque":
            return false;
        case "whole":
            return b.anchor !== "opaque" && stands(b.anchor, b.text, a.text);
        case "anywhere":
            return b.anchor === "anywhere" && a.text.includes(b.text);
        case "start":
            return (
                (b.anchor === "start" && a.text.startsWith(b.text)) ||
                (b.anchor === "anywhere" && a.text.includes(b.text))
            );
        case "end":
            if (b.anchor === "file") return a.text.endsWith(`\\${b.text}`);
            return (
                (b.anchor === "end" && a.text.endsWith(b.text)) || (b.anchor === "anywhere" && a.text.includes(b.text))
            );
        case "file":
            if (b.anchor === "file") return a.text === b.text;
            return (
                (b.anchor === "end" && a.text.endsWith(b.text)) || (b.anchor === "anywhere" && a.text.includes(b.text))
            );
    }
}

/** Both taken as if they were not negative. */
function areDisjoint(a: Atom, b: Atom): boolean {
    if (a.anchor === "opaque" || b.anchor === "opaque") return false;
    if (a.anchor === "whole") return !stands(b.anchor, b.text, a.text);
    if (b.anchor === "whole") return !stands(a.anchor, a.text, b.text);
    if (a.anchor === "start" && b.anchor === "start") return !a.text.startsWith(b.text) && !b.text.startsWith(a.text);
    if (a.anchor === "end" && b.anchor === "end") return !a.text.endsWith(b.text) && !b.text.endsWith(a.text);
    if (a.anchor === "file" && b.anchor === "file") return a.text !== b.text;
    if (a.anchor === "file" && b.anchor === "end") return fileContradictsEnd(a.text, b.text);
    if (a.anchor === "end" && b.anchor === "file") return fileContradictsEnd(b.text, a.text);
    return false;
}

/** Whether a value whose file name is `file` cannot end with `end`. */
function fileContradictsEnd(file: string, end: string): boolean {
    const slash = end.lastIndexOf("\\");
    return slash === -1 ? !file.endsWith(end) : end.slice(slash + 1) !== file;
}
