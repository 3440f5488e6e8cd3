import type { Block, ConfigOption, Filter, OnMatch, Relation, Rule, RuleGroup, SysmonConfig } from "./config";
import type { Condition, EventElement, FieldOf, SchemaVersion } from "./schema";

/** A filter on a field of an event, as code: the field is checked where it is written. */
export interface FilterSpec<E extends EventElement> {
    readonly field: FieldOf<E>;
    readonly condition: Condition;
    readonly value: string;
    /** Its own rule name. Default: its rule's or its group's. */
    readonly name?: string;
}

/** Filters that are one item of their block. */
export interface RuleSpec<E extends EventElement> {
    readonly relation: Relation;
    /** Rule name of its filters. Default: the group's. */
    readonly name?: string;
    readonly filters: readonly FilterSpec<E>[];
}

/** The rules of one kind of event. */
export interface BlockSpec<E extends EventElement> {
    readonly element: E;
    readonly onmatch: OnMatch;
    /** The group around it. Default: none, and the schema version says how the items are combined. */
    readonly group?: RuleGroup;
    /** Default: none, so that the block never matches. */
    readonly items?: readonly (FilterSpec<E> | RuleSpec<E>)[];
}

/** A group for blocks. */
export function ruleGroup(relation: Relation, name: string | null = null): RuleGroup {
    return { relation, name };
}

/** A block, e.g. `block({ element: "ProcessAccess", onmatch: "include", items: [{ field: "TargetImage", … }] })`. */
export function block<E extends EventElement>(spec: BlockSpec<E>): Block {
    const items = (spec.items ?? []).map((item) => ("filters" in item ? rule(item) : filter(item)));
    return { element: spec.element, onmatch: spec.onmatch, group: spec.group ?? null, items };
}

/** A configuration of blocks; the values of `options` are the texts of the elements of that name. */
export function sysmonConfig(spec: {
    readonly schemaVersion: SchemaVersion;
    readonly options?: Readonly<Record<string, string>>;
    readonly blocks: readonly Block[];
}): SysmonConfig {
    const options = Object.entries(spec.options ?? {}).map(([name, value]): ConfigOption => ({ name, value }));
    return { schemaVersion: spec.schemaVersion, options, blocks: spec.blocks };
}

function rule<E extends EventElement>(spec: RuleSpec<E>): Rule {
    return { kind: "rule", relation: spec.relation, name: spec.name ?? null, filters: spec.filters.map(filter) };
}

function filter<E extends EventElement>(spec: FilterSpec<E>): Filter {
    return {
        kind: "filter",
        field: spec.field,
        condition: spec.condition,
        value: spec.value,
        name: spec.name ?? null,
    };
}
