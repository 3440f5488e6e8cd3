import type { Block, ConfigOption, Filter, OnMatch, Relation, Rule, RuleGroup, SysmonConfig } from "./config";
import {
    conditions,
    type AcceptedVersion,
    type Condition,
    type EventElementAt,
    type FieldOf,
    type OptionElement,
} from "./schema";

/** Conditions that take a list of texts in one filter, with `;` between them. */
const listConditions: ReadonlySet<Condition> = new Set([
    "is any",
    "contains any",
    "contains all",
    "excludes any",
    "excludes all",
] as const);

/**
 * What to compare one field with, by condition in the sensor's own words: `{ image: "svchost.exe" }`. Several texts are
 * the items of one list in the conditions for lists, and one filter each in all others; where those stand says whether
 * one must match or all: see {@link ItemSpec}. A single text is taken exactly.
 */
export type FieldConditions = { readonly [C in Condition]?: string | readonly string[] };

/** Filters by field; only fields that the event has at the schema version. Fields keep their order. */
export type FieldFilters<E extends EventElementAt<V>, V extends AcceptedVersion> = {
    readonly [F in FieldOf<E, V> | ItemKey]?: F extends ItemKey ? never : FieldConditions;
};

/** Keys of an item of {@link FilterSet}; no field has such a name. */
type ItemKey = keyof FilterSet<EventElementAt<AcceptedVersion>, AcceptedVersion>;

/** Filters with a name, or as a rule. */
export interface FilterSet<E extends EventElementAt<V>, V extends AcceptedVersion> {
    /** Makes the filters a `Rule`, one item of the block, with this relation. Default: they stand in the block itself. */
    readonly rule?: Relation;
    /** Rule name of the `Rule`, or else of each filter. Default: the group's. */
    readonly name?: string;
    readonly filters: FieldFilters<E, V>;
}

/**
 * What stands in a block. Filters by field stand in it directly: where the block combines by `and`, those on one field
 * are alternatives. In a `Rule` of the relation `and` every filter must match, also those on one field.
 */
export type ItemSpec<E extends EventElementAt<V>, V extends AcceptedVersion> = FieldFilters<E, V> | FilterSet<E, V>;

/** The `RuleGroup` around a block. */
export interface GroupSpec {
    /** How the block combines its items. */
    readonly relation: Relation;
    /** Rule name of filters that have none of their own nor of their rule. Default: none. */
    readonly name?: string;
}

/** What to do with the events of one kind. */
export interface EventRules<E extends EventElementAt<V>, V extends AcceptedVersion> {
    /** Logs what the items match. Without items it matches nothing. */
    include(...items: readonly ItemSpec<E, V>[]): ConfigBuilder<V>;
    /** Drops what the items match. Without items it matches nothing, so that alone it logs every event of the kind. */
    exclude(...items: readonly ItemSpec<E, V>[]): ConfigBuilder<V>;
}

/**
 * A configuration, written as code and checked by the compiler against the schema version it names: a field of another
 * event, an event of a later version or an unknown condition does not compile. It is a {@link SysmonConfig} as it
 * stands; every step gives a new one.
 */
export class ConfigBuilder<V extends AcceptedVersion> implements SysmonConfig {
    /** Starts with {@link sysmonConfig}. */
    constructor(
        readonly schemaVersion: V,
        readonly options: readonly ConfigOption[],
        readonly blocks: readonly Block[],
    ) {}

    /**
     * Adds a block of rules for an event. Without a group the schema version says how the block combines its items: by
     * `or` up to 4.10, by `and` later.
     *
     * @throws RangeError (from `include` and `exclude`) where a rule has no filters, or an item of a list is empty or
     * holds a `;`.
     */
    event<const E extends EventElementAt<V>>(element: E, group?: GroupSpec): EventRules<E, V> {
        const ruleGroup = group === undefined ? null : { relation: group.relation, name: group.name ?? null };
        const add = (onmatch: OnMatch, items: readonly ItemSpec<E, V>[]): ConfigBuilder<V> => {
            const block = blockOf(element, onmatch, ruleGroup, items.flatMap(itemsOf));
            return new ConfigBuilder(this.schemaVersion, this.options, [...this.blocks, block]);
        };
        return {
            include: (...items) => add("include", items),
            exclude: (...items) => add("exclude", items),
        };
    }
}

/**
 * Begins a configuration without rules:
 *
 * ```ts
 * sysmonConfig({ schemaVersion: 4.5 })
 *     .event("ProcessTampering")
 *     .exclude()
 *     .event("ProcessAccess", { relation: "or" })
 *     .include({
 *         rule: "and",
 *         name: "technique_id=T1003.001,technique_name=LSASS Memory",
 *         filters: { TargetImage: { image: "lsass.exe" }, CallTrace: { "contains any": ["dbghelp.dll", "dbgcore.dll"] } },
 *     });
 * ```
 */
export function sysmonConfig<const V extends AcceptedVersion>(spec: {
    readonly schemaVersion: V;
    /** Text of each option's element. Default: none. */
    readonly options?: { readonly [O in OptionElement]?: string };
}): ConfigBuilder<V> {
    const options = Object.entries(spec.options ?? {}).map(([name, value]): ConfigOption => ({ name, value }));
    return new ConfigBuilder(spec.schemaVersion, options, []);
}

function blockOf(element: string, onmatch: OnMatch, group: RuleGroup | null, items: Block["items"]): Block {
    return { element, onmatch, group, items };
}

function itemsOf<E extends EventElementAt<V>, V extends AcceptedVersion>(
    item: ItemSpec<E, V>,
): readonly (Filter | Rule)[] {
    if (!isFilterSet(item)) return filtersOf(item, null);
    const name = item.name ?? null;
    if (item.rule === undefined) return filtersOf(item.filters, name);
    const filters = filtersOf(item.filters, null);
    if (filters.length === 0) throw new RangeError("A rule has no filters. Give at least one, or leave it out.");
    return [{ kind: "rule", relation: item.rule, name, filters }];
}

function isFilterSet<E extends EventElementAt<V>, V extends AcceptedVersion>(
    item: ItemSpec<E, V>,
): item is FilterSet<E, V> {
    return "filters" in item;
}

type FiltersByName = Readonly<Record<string, FieldConditions | undefined>>;

function filtersOf(fields: FiltersByName, name: string | null): readonly Filter[] {
    return Object.entries(fields).flatMap(([field, conditions]) =>
        conditionsOf(conditions ?? {}).map(([condition, value]): Filter => ({
            kind: "filter",
            field,
            condition,
            value,
            name: name ?? null,
        })),
    );
}

/** Each condition with each value that makes one filter. */
function conditionsOf(field: FieldConditions): readonly (readonly [Condition, string])[] {
    return conditions.flatMap((condition) => {
        const value = field[condition];
        if (value === undefined) return [];
        if (typeof value === "string") return [[condition, value] as const];
        if (listConditions.has(condition)) return [[condition, listOf(value)] as const];
        return value.map((single) => [condition, single] as const);
    });
}

function listOf(items: readonly string[]): string {
    const bad = items.find((item) => item === "" || item.includes(";"));
    if (bad !== undefined || items.length === 0) {
        const found = bad === undefined ? "an empty list" : JSON.stringify(bad);
        throw new RangeError(`A list of filter values holds ${found}. Give items that are not empty and hold no ";".`);
    }
    return items.join(";");
}
