import { fieldApplies } from "../binding";
import type { Filter } from "../config";
import type { EventFacts } from "../schema";
import type { BlockReading, Clause, FilterReading } from "./alternatives";
import { conflict, implies, truthOf, type Atom } from "./atom";

/** Filters on one field of which one is enough, two or more. */
export interface Alternation {
    readonly field: string;
    readonly filters: readonly FilterReading[];
}

/** Where a block takes filters on one field for alternatives. */
export function alternationsOf(block: BlockReading): Alternation[] {
    const contexts = new Map<object, FilterReading[]>();
    for (const reading of block.filters) {
        const { rule } = reading;
        if (rule?.relation === "and") continue;
        // An `or` rule in an `or` block is no more than its filters.
        const context = rule === null || block.combine === "or" ? block : rule;
        const known = contexts.get(context);
        if (known === undefined) contexts.set(context, [reading]);
        else known.push(reading);
    }
    return [...contexts.values()].flatMap((filters) => byField(filters)).filter(({ filters }) => filters.length > 1);
}

function byField(filters: readonly FilterReading[]): Alternation[] {
    const fields = new Map<string, FilterReading[]>();
    for (const reading of filters) {
        const known = fields.get(reading.filter.field);
        if (known === undefined) fields.set(reading.filter.field, [reading]);
        else known.push(reading);
    }
    return [...fields].map(([field, readings]) => ({ field, filters: readings }));
}

/** Two negative statements about one field, of which one is enough. */
export interface NegativePair {
    readonly first: Filter;
    readonly second: Filter;
    /** Whether no value at all is left out; else one in which both texts stand. */
    readonly strict: boolean;
}

/** The first pair of negative filters that makes an alternation match nearly every event; null where there is none. */
export function negativePair({ filters }: Alternation): NegativePair | null {
    const negative = filters.filter(({ form }) => form.atoms.every((atom) => atom.negative));
    for (const [index, first] of negative.entries()) {
        const second = negative
            .slice(index + 1, index + 1 + mostCompared)
            .find((other) => areIndependent(first, other));
        if (second === undefined) continue;
        const strict = first.form.atoms.every((a) => second.form.atoms.every((b) => excludeEachOther(a, b)));
        return { first: first.filter, second: second.filter, strict };
    }
    return null;
}

/** Most filters that one is compared with. */
const mostCompared = 8;

/** Whether neither of two filters holds wherever the other one does. */
function areIndependent(a: FilterReading, b: FilterReading): boolean {
    const covers = (one: FilterReading, other: FilterReading): boolean =>
        one.form.atoms.every((atom) => other.form.atoms.some((wider) => implies(atom, wider)));
    return !covers(a, b) && !covers(b, a);
}

/** Whether two statements that texts are missing leave out only what has both texts, and neither text is in the other. */
export function leavesOutBoth(atoms: readonly Atom[]): boolean {
    const compared = atoms.filter((atom) => atom.negative && truthOf(atom) !== "never").slice(0, mostCompared);
    return compared.some((a) => compared.some((b) => a.field === b.field && !implies(a, b) && !implies(b, a)));
}

/** Whether no value has both texts of two negative atoms. */
function excludeEachOther(a: Atom, b: Atom): boolean {
    return conflict({ ...a, negative: false }, { ...b, negative: false });
}

/** Whether a block matches every event of an id, or all but those in which texts stand together that hardly ever do. */
export function matchesNearlyAll(block: BlockReading, event: EventFacts): boolean {
    const applies = (atom: Atom): boolean => fieldApplies(atom.field, block.bound, event);
    const alternatives = block.owners
        .flatMap((owner) => owner.alternatives)
        .map(({ clauses }) => clauses.map((clause) => clause.filter(applies)));
    if (alternatives.some((clauses) => clauses.every(holdsNearlyAlways))) return true;
    return holdsNearlyAlways(alternatives.flatMap((clauses) => (clauses.length === 1 ? (clauses[0] ?? []) : [])));
}

function holdsNearlyAlways(clause: Clause): boolean {
    return clause.some((atom) => truthOf(atom) === "always") || leavesOutBoth(clause);
}
