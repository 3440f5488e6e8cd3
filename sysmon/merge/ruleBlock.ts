import { bindBlock, fieldApplies } from "../binding";
import { blockRelation } from "../config";
import type { Block, Filter, OnMatch, Relation, Rule } from "../config";
import { eventsByElement, type EventFacts } from "../schema";
import type { NamedConfig } from "./source";

/** A filter or rule with every place it comes from. */
export interface PlacedItem {
    readonly item: Filter | Rule;
    /** The configurations that have it, at least one; its position is the first one's. */
    readonly origins: readonly NamedConfig[];
}

/** A block on its way into the merge: its relation is said, whatever the schema version it comes from. */
export interface RuleBlock {
    readonly element: string;
    readonly onmatch: OnMatch;
    /** `or` wherever one match is enough. */
    readonly relation: Relation;
    /** Rule name of its group; null: none. */
    readonly name: string | null;
    readonly items: readonly PlacedItem[];
}

/** A block of one configuration. */
export function ruleBlock(block: Block, file: NamedConfig): RuleBlock {
    const { element, onmatch, group, items } = block;
    const relation = isAlternative(items) ? "or" : blockRelation(block, file.config.schemaVersion);
    return {
        element,
        onmatch,
        relation,
        name: group?.name ?? null,
        items: items.map((item) => ({ item, origins: [file] })),
    };
}

/** Whether one match is enough in an `and` block too: all of its filters are on one field. */
function isAlternative([first, ...others]: readonly (Filter | Rule)[]): boolean {
    if (others.length === 0) return true;
    return first?.kind === "filter" && others.every((item) => item.kind === "filter" && item.field === first.field);
}

/**
 * Joins blocks of one kind, given in the order in which the sensor tries them, as far as the meaning stays: neighbors
 * of which one match is enough become one `or` block. What is there twice is kept once, with both origins. A block that
 * needs several matches stays by itself: the sensor takes several blocks of one event as well.
 *
 * One thing can differ, which Windows does not do: where an event lacks a number, the sensor gives up on a block, and a
 * joined block is given up whole.
 */
export function joinBlocks(tried: readonly RuleBlock[]): RuleBlock[] {
    const joined: (OrBlock | RuleBlock)[] = [];
    const whole = new Map<string, number>();
    for (const block of tried) {
        if (block.items.length === 0) continue;
        const last = joined.at(-1);
        if (block.relation === "or") {
            if (last instanceof OrBlock && last.takes(block)) last.add(block);
            else joined.push(new OrBlock(block));
            continue;
        }
        const key = JSON.stringify([block.name, block.items.map(({ item }) => itemKey(item))]);
        const known = whole.get(key);
        const same = known === undefined ? undefined : joined[known];
        if (known === undefined || same === undefined || same instanceof OrBlock)
            whole.set(key, joined.push(block) - 1);
        else joined[known] = withOrigins(same, block);
    }
    return joined.map((block) => (block instanceof OrBlock ? block.toBlock() : block));
}

/** The same block from further places. */
function withOrigins(block: RuleBlock, same: RuleBlock): RuleBlock {
    const items = block.items.map(({ item, origins }, index) => ({
        item,
        origins: distinct([...origins, ...(same.items[index]?.origins ?? [])]),
    }));
    return { ...block, items };
}

/** Blocks that become one. */
class OrBlock {
    private readonly items = new Map<string, PlacedItem>();
    private readonly sources: RuleBlock[] = [];
    private fields: ReadonlySet<string> = new Set();
    private readonly names = new Set<string | null>();

    constructor(private readonly first: RuleBlock) {
        this.add(first);
    }

    /** Whether every filter still sees the events it saw: a block of a series of events is bound to one of them. */
    takes(block: RuleBlock): boolean {
        const { element } = this.first;
        if (eventsByElement(element).length === 1) return true;
        const own = fieldsOf(block);
        const all = new Set([...this.fields, ...own]);
        return sees(element, this.fields, all) && sees(element, own, all);
    }

    add(block: RuleBlock): void {
        this.sources.push(block);
        this.names.add(block.name);
        this.fields = new Set([...this.fields, ...fieldsOf(block)]);
    }

    toBlock(): RuleBlock {
        const [only] = this.names;
        const sharedName = this.names.size === 1 ? (only ?? null) : null;
        for (const source of this.sources) {
            for (const { item, origins } of source.items) {
                const named = this.names.size === 1 ? item : withGroupName(item, source.name);
                const key = itemKey(named);
                const same = this.items.get(key);
                this.items.set(
                    key,
                    same === undefined
                        ? { item: named, origins }
                        : { item: same.item, origins: distinct([...same.origins, ...origins]) },
                );
            }
        }
        return { ...this.first, name: sharedName, items: [...this.items.values()] };
    }
}

/** An item that no longer stands in its group: it takes the group's name along. */
function withGroupName(item: Filter | Rule, name: string | null): Filter | Rule {
    return name === null || name === "" || item.name !== null ? item : { ...item, name };
}

function itemKey(item: Filter | Rule): string {
    if (item.kind === "filter") return JSON.stringify([item.field, item.condition, item.value, item.name]);
    return JSON.stringify([item.relation, item.name, item.filters.map(itemKey)]);
}

function fieldsOf({ items }: RuleBlock): Set<string> {
    return new Set(
        items.flatMap(({ item }) => (item.kind === "filter" ? [item.field] : item.filters.map(({ field }) => field))),
    );
}

/** Whether filters on these fields match the same events of the series in a block that has `all` fields. */
function sees(element: string, fields: ReadonlySet<string>, all: ReadonlySet<string>): boolean {
    const alone = boundTo(element, fields);
    const together = boundTo(element, all);
    if (alone === null || together === null) return false;
    return [...fields].every((field) =>
        eventsByElement(element).every(
            (event) => fieldApplies(field, alone, event) === fieldApplies(field, together, event),
        ),
    );
}

/** The event that a block is bound to; null where none has all of its fields. */
export function boundEvent(block: RuleBlock): EventFacts | null {
    return boundTo(block.element, fieldsOf(block));
}

function boundTo(element: string, fields: ReadonlySet<string>): EventFacts | null {
    const [first, ...others] = eventsByElement(element);
    if (first !== undefined && others.length === 0) return first;
    const items = [...fields].map((field): Filter => ({
        kind: "filter",
        field,
        condition: "is",
        value: "",
        name: null,
    }));
    const binding = bindBlock({ element, onmatch: "include", group: null, items });
    return binding.ok ? binding.event : null;
}

function distinct<Value>(values: readonly Value[]): Value[] {
    return [...new Set(values)];
}
