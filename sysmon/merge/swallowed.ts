import { atomsOf, implies, type Atom, type AtomForm } from "../check/atom";
import type { Filter, Rule } from "../config";
import type { EventFacts } from "../schema";
import { boundEvent, type PlacedItem, type RuleBlock } from "./ruleBlock";

/** A rule that can never log anything, and the excludes of which each drops all it asks for. */
export interface Swallowed {
    readonly include: PlacedItem;
    /** At least one. */
    readonly excludes: readonly PlacedItem[];
}

/**
 * Finds the rules of including blocks of which every event is dropped by one rule of an excluding block. What is found is
 * proven; where rules overlap in part, nothing is said.
 */
export function findSwallowed(includes: readonly RuleBlock[], excludes: readonly RuleBlock[]): Swallowed[] {
    // What an `and` block drops takes all of its rules together.
    const drops = excludes.filter(({ relation }) => relation === "or").map((block) => statedRules(block, block.items));
    return includes.flatMap((block) => {
        const bound = boundEvent(block);
        // With another event behind a block, its fields can mean others.
        const possible = drops.filter((drop) => drop.bound === bound).flatMap(({ rules }) => rules);
        return askedRules(block).flatMap(({ item, alternatives }): Swallowed[] => {
            const found = possible.filter((drop) =>
                alternatives.every((given) => drop.alternatives.some((then) => allFollow(given, then))),
            );
            return found.length === 0 ? [] : [{ include: item, excludes: found.map((drop) => drop.item) }];
        });
    });
}

/** A rule as statements: it matches where all of one alternative hold. */
interface StatedRule {
    readonly item: PlacedItem;
    readonly alternatives: readonly (readonly Stated[])[];
}

/** What one filter states. */
interface Stated {
    readonly field: string;
    readonly form: AtomForm;
}

interface StatedRules {
    readonly bound: EventFacts | null;
    readonly rules: readonly StatedRule[];
}

function statedRules(block: RuleBlock, items: readonly PlacedItem[]): StatedRules {
    const bound = boundEvent(block);
    const rules = items.map((item): StatedRule => ({ item, alternatives: alternativesOf(item.item, bound) }));
    return { bound, rules };
}

/** The rules of an including block; an `and` block is one, told by its first item. */
function askedRules(block: RuleBlock): readonly StatedRule[] {
    const { bound, rules } = statedRules(block, block.items);
    const [first] = block.items;
    if (block.relation === "or" || first === undefined) return rules;
    // A field with several filters and a rule with several ways to match are left out: so less is known, none of it wrong.
    const fields = block.items.flatMap(({ item }) => (item.kind === "filter" ? [item.field] : []));
    const known = block.items.flatMap(({ item }) => {
        const [only = [], ...others] = alternativesOf(item, bound);
        if (others.length > 0) return [];
        return item.kind === "filter" && fields.filter((field) => field === item.field).length > 1 ? [] : only;
    });
    return [{ item: first, alternatives: [known] }];
}

function alternativesOf(item: Filter | Rule, bound: EventFacts | null): Stated[][] {
    const stated = (filter: Filter): Stated => {
        const type = bound?.fields.find(({ name }) => name === filter.field)?.type ?? "UnicodeString";
        return { field: filter.field, form: atomsOf(filter, type) };
    };
    if (item.kind === "filter") return [[stated(item)]];
    return item.relation === "or" ? item.filters.map((filter) => [stated(filter)]) : [item.filters.map(stated)];
}

/** Whether all of some statements follow from others. False where that is not known. */
function allFollow(given: readonly Stated[], then: readonly Stated[]): boolean {
    return then.every((form) => given.some((known) => known.field === form.field && follows(known.form, form.form)));
}

function follows(given: AtomForm, then: AtomForm): boolean {
    const holds = (known: readonly Atom[]): boolean => {
        const isKnown = (atom: Atom): boolean => known.some((one) => implies(one, atom));
        return then.relation === "any" ? then.atoms.some(isKnown) : then.atoms.every(isKnown);
    };
    return given.relation === "any" ? given.atoms.every((atom) => holds([atom])) : holds(given.atoms);
}
