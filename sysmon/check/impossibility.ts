import { fieldApplies } from "../binding";
import type { EventFacts } from "../schema";
import type { Alternative, Clause } from "./alternatives";
import { conflict, holdsFor, truthOf, type Atom } from "./atom";

/** Why an alternative holds for no event. */
export type Impossibility =
    | { readonly reason: "clause"; readonly clause: Clause }
    | { readonly reason: "conflict"; readonly first: Clause; readonly second: Clause }
    | { readonly reason: "layout"; readonly clause: Clause };

/** Most pairs of atoms of two clauses that are compared. */
const mostPairs = 2500;

/** Most clauses of an alternative that are held against one another. */
const mostCompared = 40;

/** Why an alternative can hold for no event of this id; null where it may hold. */
export function impossibility(alternative: Alternative, event: EventFacts): Impossibility | null {
    const { bound } = alternative.owner.block;
    const { clauses } = alternative;
    for (const clause of clauses) {
        if (clause.every((atom) => truthOf(atom) === "never")) return { reason: "clause", clause };
        if (clause.every((atom) => truthOf(atom) === "never" || !fieldApplies(atom.field, bound, event))) {
            return { reason: "layout", clause };
        }
    }
    const compared = clauses.slice(0, mostCompared);
    for (const [index, first] of compared.entries()) {
        for (const second of compared.slice(index + 1)) {
            if (first.length * second.length > mostPairs) continue;
            if (first.every((a) => second.every((b) => conflict(a, b)))) return { reason: "conflict", first, second };
        }
    }
    return noneLeft(compared) ?? noCandidate(compared);
}

/** A clause each of whose atoms contradicts one of the clauses of a single atom. */
function noneLeft(clauses: readonly Clause[]): Impossibility | null {
    const single = clauses.filter((clause) => clause.length === 1);
    for (const first of clauses) {
        if (first.length * single.length > mostPairs) continue;
        const against = (atom: Atom): Clause | undefined =>
            single.find((clause) => clause.some((unit) => conflict(atom, unit)));
        const [second] = first.map(against);
        if (second !== undefined && first.every((atom) => against(atom) !== undefined)) {
            return { reason: "conflict", first, second };
        }
    }
    return null;
}

/** A clause that lists whole values, none of which the other clauses on the field let pass. */
function noCandidate(clauses: readonly Clause[]): Impossibility | null {
    for (const clause of clauses) {
        const field = clause[0]?.field;
        if (!clause.every((atom) => atom.anchor === "whole" && !atom.negative && atom.field === field)) continue;
        const others = clauses.filter(
            (other) => other !== clause && other.every((atom) => atom.field === field && atom.anchor !== "opaque"),
        );
        if (others.length < 2 || others.reduce((sum, other) => sum + other.length, 0) * clause.length > mostPairs)
            continue;
        const passes = (value: string): boolean => others.every((other) => other.some((atom) => holdsFor(atom, value)));
        const [second] = others;
        if (second !== undefined && !clause.some((atom) => passes(atom.text))) {
            return { reason: "conflict", first: clause, second };
        }
    }
    return null;
}
