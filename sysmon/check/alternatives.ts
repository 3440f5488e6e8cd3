import { bindBlock } from "../binding";
import { blockRelation } from "../config";
import type { Block, Filter, Position, Relation, Rule, SysmonConfig } from "../config";
import { eventsByElement, type EventFacts } from "../schema";
import { atomsOf, holdsFor, type Atom, type AtomForm } from "./atom";

/** Atoms of which one must hold. */
export type Clause = readonly Atom[];

/** What makes a block match: every clause must hold. */
export interface Alternative {
    readonly clauses: readonly Clause[];
    /** What of the file it comes from. */
    readonly owner: Owner;
}

/** The part of a block that stands or falls as a whole: a filter or rule of an `or` block, or an entire `and` block. */
export interface Owner {
    /** Null: the entire block. */
    readonly what: Filter | Rule | null;
    readonly block: BlockReading;
    /** One that holds is enough. */
    readonly alternatives: readonly Alternative[];
    /** Every filter in it. */
    readonly filters: readonly FilterReading[];
}

/** A filter with what it states. */
export interface FilterReading {
    readonly filter: Filter;
    readonly rule: Rule | null;
    readonly form: AtomForm;
}

/** A block with all that can make it match. */
export interface BlockReading {
    readonly source: Block;
    readonly combine: Relation;
    /** The event whose fields it is bound to. */
    readonly bound: EventFacts;
    readonly owners: readonly Owner[];
    readonly filters: readonly FilterReading[];
}

/** The blocks of one element, in document order; at least one. */
export interface EventReading {
    readonly element: string;
    readonly events: readonly EventFacts[];
    readonly blocks: readonly BlockReading[];
}

/** Reads a configuration as statements about events, an entry an element that has blocks. */
export function readEvents(config: SysmonConfig): EventReading[] {
    const readings = new Map<string, BlockReading[]>();
    for (const block of config.blocks) {
        const binding = bindBlock(block);
        if (!binding.ok) continue;
        const reading = readBlock(block, binding.event, blockRelation(block, config.schemaVersion));
        const known = readings.get(block.element);
        if (known === undefined) readings.set(block.element, [reading]);
        else known.push(reading);
    }
    return [...readings].map(([element, blocks]) => ({ element, events: eventsByElement(element), blocks }));
}

/** Blocks in the order in which the sensor tries them: of each kind the last in the document first. */
export function triedBlocks(reading: EventReading, onmatch: Block["onmatch"]): BlockReading[] {
    return reading.blocks.filter((block) => block.source.onmatch === onmatch).reverse();
}

/** Where to point for a part of the file. */
export function positionOf({ position }: { readonly position?: Position }): Position {
    return position ?? { line: 1, column: 1 };
}

/** Where to point for an owner. */
export function ownerPosition({ what, block }: Owner): Position {
    return positionOf(what ?? block.source);
}

function readBlock(source: Block, bound: EventFacts, combine: Relation): BlockReading {
    const types = new Map(bound.fields.map((field) => [field.name, field.type]));
    const readFilter = (filter: Filter, rule: Rule | null): FilterReading => ({
        filter,
        rule,
        form: atomsOf(filter, types.get(filter.field) ?? "UnicodeString"),
    });
    const items = source.items.map((item) => ({
        item,
        filters:
            item.kind === "filter" ? [readFilter(item, null)] : item.filters.map((filter) => readFilter(filter, item)),
    }));
    const owners: Owner[] = [];
    const block: BlockReading = { source, combine, bound, owners, filters: items.flatMap(({ filters }) => filters) };
    const own = (
        what: Owner["what"],
        filters: readonly FilterReading[],
        clauseLists: readonly (readonly Clause[])[],
    ): void => {
        const alternatives: Alternative[] = [];
        const owner: Owner = { what, block, alternatives, filters };
        for (const clauses of clauseLists) alternatives.push({ clauses, owner });
        owners.push(owner);
    };
    if (items.length === 0) return block;
    if (combine === "and") {
        own(null, block.filters, [andBlockClauses(items)]);
        return block;
    }
    for (const { item, filters } of items) {
        if (item.kind === "rule" && item.relation === "and") {
            own(item, filters, [filters.flatMap((filter) => clausesOf(filter.form))]);
            continue;
        }
        // An `or` rule in an `or` block is no more than its filters.
        for (const reading of filters) own(reading.filter, [reading], splitClauses(reading.form));
    }
    return block;
}

/** A filter of its own: each text of a list is an alternative. */
function splitClauses(form: AtomForm): (readonly Clause[])[] {
    return form.relation === "any" ? form.atoms.map((atom) => [[atom]]) : [form.atoms.map((atom) => [atom])];
}

function clausesOf(form: AtomForm): Clause[] {
    return form.relation === "any" ? [form.atoms] : form.atoms.map((atom) => [atom]);
}

/** In an `and` block the filters on one field are alternatives, and every field and every rule must hold. */
function andBlockClauses(
    items: readonly { readonly item: Filter | Rule; readonly filters: readonly FilterReading[] }[],
): Clause[] {
    const clauses: Clause[] = [];
    const byField = new Map<string, AtomForm[]>();
    for (const { item, filters } of items) {
        if (item.kind === "filter") {
            const forms = byField.get(item.field) ?? [];
            forms.push(...filters.map(({ form }) => form));
            byField.set(item.field, forms);
        } else if (item.relation === "and") clauses.push(...filters.flatMap(({ form }) => clausesOf(form)));
        else clauses.push(...anyOf(filters.map(({ form }) => form)));
    }
    for (const forms of byField.values()) clauses.push(...anyOf(forms));
    return clauses;
}

/** Most clauses that filters with several texts that must all be there are multiplied out to. */
const mostClauses = 16;

/** One of several forms must hold, as clauses. */
function anyOf(forms: readonly AtomForm[]): Clause[] {
    const either = forms
        .filter((form) => form.relation === "any" || form.atoms.length === 1)
        .flatMap(({ atoms }) => atoms);
    const all = forms.filter((form) => form.relation === "all" && form.atoms.length > 1);
    if (all.length === 0) return [either];
    // (a and b) or c is (a or c) and (b or c).
    let clauses: Clause[] = [either];
    for (const form of all) {
        if (clauses.length * form.atoms.length > mostClauses) return [[...either, ...all.map(opaqueForm)]];
        clauses = clauses.flatMap((clause) => form.atoms.map((atom) => [...clause, atom]));
    }
    return clauses;
}

function opaqueForm({ atoms }: AtomForm): Atom {
    const [first] = atoms;
    const text = `all:${atoms.map((atom) => `${atom.negative ? "not " : ""}${atom.text}`).join(";")}`;
    const test = (value: string): boolean => atoms.every((atom) => holdsFor(atom, value));
    return {
        field: first?.field ?? "",
        type: first?.type ?? "UnicodeString",
        anchor: "opaque",
        text,
        negative: false,
        test,
    };
}
