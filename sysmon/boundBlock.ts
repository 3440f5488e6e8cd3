import { fieldApplies, loadedBlocks } from "./binding";
import { blockRelation, effectiveName } from "./config";
import type { Block, Filter, Relation, Rule, SysmonConfig } from "./config";
import { expandEnvironment, type Environment } from "./environment";
import { FieldScan } from "./fieldScan";
import { fieldText } from "./fieldText";
import type { EventFacts, FieldFacts } from "./schema";

/** One filter of a block, for one event id. */
export interface BoundFilter {
    readonly kind: "filter";
    readonly source: Filter;
    /** The rule name it reports when it matches; empty for none. */
    readonly name: string;
    /** What looks at its field; null where the event has another field in its place. */
    readonly scan: FieldScan | null;
    /** Number of its comparison among those on its field. */
    readonly comparison: number;
    /** Whether a later filter that stands in the block itself, not in a rule, is on the same field. */
    readonly sameFieldFollows: boolean;
}

/** One rule of a block, for one event id. */
export interface BoundRule {
    readonly kind: "rule";
    readonly source: Rule;
    /** At least one. */
    readonly filters: readonly BoundFilter[];
}

/** Filters that match where all of them do. */
export interface Alternative {
    readonly filters: readonly BoundFilter[];
    /** The rule name it reports; empty where that depends on what was tried before. */
    readonly name: string;
    /** Whether it can report a name and not match in the end: then it is found by its first filter. */
    readonly leaks: boolean;
}

/** Alternatives of which one must match. */
export interface Clause {
    /** Its number among all clauses for the event id. */
    readonly number: number;
    /** In document order. */
    readonly alternatives: readonly Alternative[];
    /** Number of the first of them among all alternatives for the event id; the others follow. */
    readonly firstNumber: number;
    /** Fields by which a scan finds alternatives; it tells their number among all. */
    readonly scans: readonly FieldScan[];
    /** Indices of the alternatives that no scan finds, ascending. */
    readonly unwatched: readonly number[];
}

/** One block for one event id. */
export interface BoundBlock {
    readonly source: Block;
    readonly combine: Relation;
    /** Its place among the blocks for this id, in document order. */
    readonly index: number;
    readonly items: readonly (BoundFilter | BoundRule)[];
    /** All of them must match: one in an `or` block; in an `and` block one for each rule and each field. */
    readonly clauses: readonly Clause[];
    /** Whether any of its filters has a rule name. */
    readonly named: boolean;
    /** Fields that may be without a value, at which the sensor gives up on the block. */
    readonly fallible: readonly FieldScan[];
}

/** Everything that decides about one event id. */
export interface BoundConfig {
    /** In document order. */
    readonly blocks: readonly BoundBlock[];
    /** One for each field that is filtered. */
    readonly scans: readonly FieldScan[];
    /** Number of the clause of each alternative. */
    readonly clauseOf: readonly number[];
    readonly clauseCount: number;
}

/** Compiles the blocks of a configuration for one event id. */
export function bindConfig(config: SysmonConfig, event: EventFacts, environment: Environment): BoundConfig {
    const compiler = new Compiler(event, environment);
    const blocks = loadedBlocks(config, event.element ?? "").map(({ block, bound }, index) =>
        compiler.compile(block, bound, index, blockRelation(block, config.schemaVersion)),
    );
    const scans = [...compiler.scans.values()];
    for (const scan of scans) scan.prepare();
    return { blocks, scans, clauseOf: compiler.clauseOf, clauseCount: compiler.clauseCount };
}

/** Compiles blocks for one event id; what they ask of one field is shared. */
class Compiler {
    readonly scans = new Map<string, FieldScan>();
    readonly clauseOf: number[] = [];
    clauseCount = 0;

    constructor(
        private readonly event: EventFacts,
        private readonly environment: Environment,
    ) {}

    compile(block: Block, bound: EventFacts, index: number, combine: Relation): BoundBlock {
        const items = this.bindItems(block, bound);
        const used = items.flatMap((item) => (item.kind === "filter" ? [item] : item.filters));
        const groups = combine === "or" ? [items] : conjuncts(items);
        return {
            source: block,
            combine,
            index,
            items,
            clauses: groups.map((group) => this.clause(alternativesOf(group))),
            named: used.some((filter) => filter.name !== ""),
            fallible: distinct(used.map(({ scan }) => (scan !== null && isFallible(scan.field) ? scan : null))),
        };
    }

    private bindItems(block: Block, bound: EventFacts): (BoundFilter | BoundRule)[] {
        const fieldsBehind = new Set<string>();
        const items: (BoundFilter | BoundRule)[] = [];
        for (const item of [...block.items].reverse()) {
            if (item.kind === "filter") {
                items.push(this.bind(item, null, block, bound, fieldsBehind.has(item.field)));
                fieldsBehind.add(item.field);
            } else if (item.filters.length > 0) {
                const filters = item.filters.map((filter) => this.bind(filter, item, block, bound, false));
                items.push({ kind: "rule", source: item, filters });
            }
        }
        return items.reverse();
    }

    private bind(
        filter: Filter,
        rule: Rule | null,
        block: Block,
        bound: EventFacts,
        sameFieldFollows: boolean,
    ): BoundFilter {
        const name = effectiveName(filter, rule, block.group);
        const field = this.event.fields.find((candidate) => candidate.name === filter.field);
        if (field === undefined || !fieldApplies(filter.field, bound, this.event)) {
            return { kind: "filter", source: filter, name, scan: null, comparison: -1, sameFieldFollows };
        }
        const scan = this.scanOf(field);
        const comparison = scan.numberOf(filter.condition, expandEnvironment(filter.value, this.environment));
        return { kind: "filter", source: filter, name, scan, comparison, sameFieldFollows };
    }

    private scanOf(field: FieldFacts): FieldScan {
        let scan = this.scans.get(field.name);
        if (scan === undefined) {
            scan = new FieldScan(field);
            this.scans.set(field.name, scan);
        }
        return scan;
    }

    private clause(alternatives: readonly Alternative[]): Clause {
        const number = this.clauseCount++;
        const firstNumber = this.clauseOf.length;
        const scans: (FieldScan | null)[] = [];
        const unwatched: number[] = [];
        const single = new Map<FieldScan, Set<number>>();
        alternatives.forEach((alternative, index) => {
            const { scan, comparison } = startOf(alternative);
            const watcher = this.clauseOf.push(number) - 1;
            if (scan !== null && alternative.filters.length === 1) {
                // Of several that ask the same only the first can decide.
                const asked = single.get(scan) ?? new Set();
                if (asked.has(comparison)) return;
                single.set(scan, asked.add(comparison));
            }
            if (scan?.watch(comparison, watcher) === true) scans.push(scan);
            else if (scan !== null) unwatched.push(index);
        });
        return { number, alternatives, firstNumber, scans: distinct(scans), unwatched };
    }
}

/** The items of an `and` block by what must match: filters that stand in the block are alternatives by field. */
function conjuncts(items: readonly (BoundFilter | BoundRule)[]): (BoundFilter | BoundRule)[][] {
    const byField = new Map<string, BoundFilter[]>();
    const groups: (BoundFilter | BoundRule)[][] = [];
    for (const item of items) {
        const group = item.kind === "filter" ? byField.get(item.source.field) : undefined;
        if (item.kind === "filter" && group !== undefined) group.push(item);
        else if (item.kind === "filter") {
            const first = [item];
            byField.set(item.source.field, first);
            groups.push(first);
        } else groups.push([item]);
    }
    return groups;
}

/** Items of which one must match as alternatives: an `or` rule is no more than its filters. */
function alternativesOf(items: readonly (BoundFilter | BoundRule)[]): Alternative[] {
    const single = (filter: BoundFilter): Alternative => ({ filters: [filter], name: filter.name, leaks: false });
    return items.flatMap((item): Alternative[] => {
        if (item.kind === "filter") return [single(item)];
        if (item.source.relation === "or") return item.filters.map(single);
        // All of its filters match, so the last name given is the one reported.
        const name = item.filters.reduce((last, filter) => (filter.name === "" ? last : filter.name), "");
        return [{ filters: item.filters, name, leaks: name !== "" && item.filters.length > 1 }];
    });
}

/** The filter by which an alternative is found: its first, or the one that is likely to match least often. */
function startOf({ filters, leaks }: Alternative): BoundFilter {
    return filters.reduce((best, filter) => (!leaks && rarity(filter) > rarity(best) ? filter : best));
}

/** A guess at how seldom a filter matches: long texts seldom, negative conditions nearly always, other fields never. */
function rarity({ scan, source: { condition, value } }: BoundFilter): number {
    if (scan === null) return Infinity;
    switch (condition) {
        case "is not":
        case "excludes":
        case "excludes any":
        case "excludes all":
        case "not begin with":
        case "not end with":
        case "less than":
        case "more than":
            return -1;
        case "is any":
        case "contains any":
            return value.split(";").reduce((shortest, item) => Math.min(shortest, item.length), value.length);
        case "is":
        case "image":
        case "contains":
        case "contains all":
        case "begin with":
        case "end with":
            return value.length;
    }
}

function isFallible(field: FieldFacts): boolean {
    return fieldText({}, field) === undefined;
}

function distinct(scans: readonly (FieldScan | null)[]): FieldScan[] {
    return [...new Set(scans)].filter((scan) => scan !== null);
}
