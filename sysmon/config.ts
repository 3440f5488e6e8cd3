import type { Condition, SchemaVersion } from "./schema";

/** A place in the text of a configuration. */
export interface Position {
    /** Line, from 1. */
    readonly line: number;
    /** Column in UTF-16 units, from 1. */
    readonly column: number;
}

/** How filters are combined: every field must match, or one filter is enough. */
export type Relation = "and" | "or";

/** What a block decides about an event that it matches: `include` logs it, `exclude` drops it. */
export type OnMatch = "include" | "exclude";

/** A comparison of one field with a value. */
export interface Filter {
    readonly kind: "filter";
    /** Field of the event, e.g. `TargetImage`. Case matters. */
    readonly field: string;
    readonly condition: Condition;
    /** What to compare with, taken exactly: white space counts. `;` separates items in the `any` and `all` conditions. */
    readonly value: string;
    /** Its own rule name; an empty one hides the names of its rule and group. Null: the rule's or the group's holds. */
    readonly name: string | null;
    /** Where it stands in the file; absent in a configuration that was not read from one. */
    readonly position?: Position;
}

/** Filters that count as one item of their block. Unlike a block, it gives filters on the same field no special role. */
export interface Rule {
    readonly kind: "rule";
    readonly relation: Relation;
    /** Rule name of its filters that have none of their own; null: the group's holds. */
    readonly name: string | null;
    /** At least one. */
    readonly filters: readonly Filter[];
    readonly position?: Position;
}

/** The `RuleGroup` around blocks: it only lends them its relation and its name. */
export interface RuleGroup {
    readonly relation: Relation;
    /** Rule name of the filters that have none of their own nor of their rule; null: none. */
    readonly name: string | null;
    readonly position?: Position;
}

/** The rules of one kind of event: an element such as `ProcessCreate` with what it holds. */
export interface Block {
    /** Its element, e.g. `ProcessAccess`. */
    readonly element: string;
    readonly onmatch: OnMatch;
    /** The group it stands in; null: none. Blocks of one group share one object. */
    readonly group: RuleGroup | null;
    /** In document order; empty: the block never matches. */
    readonly items: readonly (Filter | Rule)[];
    readonly position?: Position;
}

/** One option, e.g. `HashAlgorithms`. */
export interface ConfigOption {
    readonly name: string;
    /** Its text; empty for an element without one. */
    readonly value: string;
    readonly position?: Position;
}

/** A configuration as the sensor loads it: blocks that it would ignore are not part of it. */
export interface SysmonConfig {
    readonly schemaVersion: SchemaVersion;
    /** In document order; the last of two with one name holds. */
    readonly options: readonly ConfigOption[];
    /** In document order, which decides: among blocks of one kind the last comes first. */
    readonly blocks: readonly Block[];
}

/**
 * How a block combines its items: the relation of its group, or else `or` up to schema version 4.10 and `and` later.
 */
export function blockRelation(block: Block, schemaVersion: SchemaVersion): Relation {
    if (block.group !== null) return block.group.relation;
    return schemaVersion > 4.1 ? "and" : "or";
}

/** Every filter of a block, in document order, with the rule it stands in. */
export function* blockFilters(block: Block): Generator<{ readonly filter: Filter; readonly rule: Rule | null }> {
    for (const item of block.items) {
        if (item.kind === "filter") yield { filter: item, rule: null };
        else for (const filter of item.filters) yield { filter, rule: item };
    }
}

/** The rule name a filter reports when it matches: its own, its rule's or its group's; empty for none. */
export function effectiveName(filter: Filter, rule: Rule | null, group: RuleGroup | null): string {
    return filter.name ?? rule?.name ?? group?.name ?? "";
}
