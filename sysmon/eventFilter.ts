import { bindBlock, fieldApplies } from "./binding";
import { blockRelation, effectiveName } from "./config";
import type { Block, Filter, Relation, Rule, SysmonConfig } from "./config";
import { compileComparison } from "./comparison";
import { expandEnvironment, type Environment } from "./environment";
import { FieldScan, holds, type ScanResult } from "./fieldScan";
import { fieldText, type EventFields } from "./fieldText";
import type { EventFacts, FieldFacts } from "./schema";

/** One filter of a block, for one event id. */
export interface BoundFilter {
    readonly kind: "filter";
    readonly source: Filter;
    /** The rule name it reports when it matches; empty for none. */
    readonly name: string;
    /** Its field among those of the event's filters; null where the event has another field in its place. */
    readonly slot: number | null;
    /** Number of its comparison among those on its field. */
    readonly comparison: number;
    /** Whether a later filter that stands in the block itself, not in a rule, is on the same field. */
    readonly sameFieldFollows: boolean;
}

/** One rule of a block, for one event id. */
export interface BoundRule {
    readonly kind: "rule";
    readonly source: Rule;
    readonly filters: readonly BoundFilter[];
}

/** Filters that make an `or` block match where all of them do. */
interface Alternative {
    readonly filters: readonly BoundFilter[];
    /** The rule name it reports; empty where that depends on what was tried before. */
    readonly name: string;
    /** Whether it can report a name and not match in the end: then it starts on its first filter. */
    readonly leaks: boolean;
}

/** One block for one event id. */
export interface BoundBlock {
    readonly source: Block;
    readonly combine: Relation;
    /** Its place among the blocks for this id, in document order. */
    readonly index: number;
    readonly items: readonly (BoundFilter | BoundRule)[];
    /** An `or` block as a list in document order; empty for an `and` block. */
    readonly alternatives: readonly Alternative[];
    /** Fields on which an alternative starts. */
    readonly startSlots: readonly number[];
    /** Fields that may be without a value, at which the sensor gives up on the block. */
    readonly fallibleSlots: readonly number[];
}

/** What a block makes of an event; `failed`: the sensor gave up at a field without a value. */
export type Outcome = "match" | "no-match" | "failed";

/** What is kept of a step by step evaluation. */
export interface Trace {
    /** The last rule name that a matching filter reported; it outlives rules and blocks that failed in the end. */
    name: string;
    /** Called for each filter that is asked. */
    readonly onFilter?: (filter: BoundFilter, outcome: Outcome) => void;
}

/** A match, with the rule name where it follows from the match alone. */
export interface Match {
    readonly block: BoundBlock;
    /** Index of the alternative that matched; null where the block was walked through. */
    readonly alternative: number | null;
    /** Empty: none, or one that leaked out of what was tried before, see `nameOf`. */
    readonly name: string;
}

interface Slot {
    readonly field: FieldFacts;
    readonly scan: FieldScan;
    /** Number of each comparison by its condition and value. */
    readonly numbers: Map<string, number>;
}

/**
 * All blocks of a configuration for one event id, compiled once. It looks at one event at a time: `begin` turns to it.
 *
 * Two ways lead to the same verdict. `decide` finds what matches from the patterns that occur in the fields, each field
 * looked at once. `walk` asks filter after filter as the sensor does: it decides `and` blocks and those that meet a field
 * without a value, and explains.
 */
export class EventFilter {
    /** In document order. */
    readonly blocks: readonly BoundBlock[];
    /** As the sensor tries them: excludes first, then includes, of each kind the last in the document first. */
    readonly tried: readonly BoundBlock[];
    /** Whether any filter has a rule name. */
    readonly named: boolean;
    private readonly slots: Slot[] = [];
    private readonly results: (ScanResult | null | undefined)[];
    private fields: EventFields = {};

    constructor(config: SysmonConfig, event: EventFacts, environment: Environment) {
        const sources = loadedBlocks(config, event);
        this.blocks = sources.map(({ block, bound }, index) => {
            const compiler = new BlockCompiler(this.slots, sources.length, { block, bound, event, environment });
            return compiler.compile(index, blockRelation(block, config.schemaVersion));
        });
        for (const slot of this.slots) slot.scan.prepare();
        this.tried = [...this.blocksOn("exclude"), ...this.blocksOn("include")];
        this.named = this.blocks.some((block) => filtersOf(block).some((filter) => filter.name !== ""));
        this.results = new Array<ScanResult | null | undefined>(this.slots.length).fill(undefined);
    }

    /** Turns to an event; all that is asked afterwards is about it. */
    begin(fields: EventFields): void {
        this.fields = fields;
        this.results.fill(undefined);
    }

    /** The first block tried that matches; null where none does. */
    decide(): Match | null {
        for (const block of this.tried) {
            const match = this.matchOf(block);
            if (match !== null) return match;
        }
        return null;
    }

    /** The rule name that is reported for a match: the last that a filter gave, in the order they are asked. */
    nameOf(match: Match): string {
        if (match.name !== "") return match.name;
        let name = this.leakedName(match.block, match.alternative ?? 0);
        for (let index = this.tried.indexOf(match.block) - 1; name === "" && index >= 0; index--) {
            const block = this.tried[index];
            if (block !== undefined) name = this.leakedName(block, block.alternatives.length);
        }
        return name;
    }

    /** The last rule name given by alternatives before this one, none of which matched. */
    private leakedName(block: BoundBlock, before: number): string {
        if (block.combine === "and" || this.hasGap(block)) {
            const trace: Trace = { name: "" };
            this.walk(block, trace);
            return trace.name;
        }
        let last = -1;
        let name = "";
        for (const slot of block.startSlots) {
            for (const candidate of this.resultOf(slot)?.candidates[block.index] ?? []) {
                if (candidate >= before) break;
                if (candidate <= last) continue;
                const given = this.nameGivenBy(block.alternatives[candidate]);
                if (given === "") continue;
                last = candidate;
                name = given;
            }
        }
        return name;
    }

    /** The last name of the filters that match before the first that does not. */
    private nameGivenBy(alternative: Alternative | undefined): string {
        let name = "";
        if (alternative?.leaks !== true) return name;
        for (const filter of alternative.filters) {
            if (this.outcomeOf(filter) !== "match") break;
            if (filter.name !== "") name = filter.name;
        }
        return name;
    }

    /** Evaluates a block filter by filter. */
    walk(block: BoundBlock, trace: Trace): Outcome {
        if (block.items.length === 0) return "no-match";
        const matchedSlots = new Set<number>();
        for (const item of block.items) {
            if (
                item.kind === "filter" &&
                block.combine === "and" &&
                item.slot !== null &&
                matchedSlots.has(item.slot)
            ) {
                continue;
            }
            const outcome = item.kind === "filter" ? this.ask(item, trace) : this.walkRule(item, trace);
            if (outcome === "failed") return "failed";
            if (outcome === "match") {
                if (block.combine === "or") return "match";
                if (item.kind === "filter" && item.slot !== null) matchedSlots.add(item.slot);
            } else if (block.combine === "and" && !(item.kind === "filter" && item.sameFieldFollows)) {
                return "no-match";
            }
        }
        return block.combine === "and" ? "match" : "no-match";
    }

    private walkRule(rule: BoundRule, trace: Trace): Outcome {
        for (const filter of rule.filters) {
            const outcome = this.ask(filter, trace);
            if (outcome === "failed") return "failed";
            if (outcome === "match" && rule.source.relation === "or") return "match";
            if (outcome === "no-match" && rule.source.relation === "and") return "no-match";
        }
        return rule.source.relation === "and" ? "match" : "no-match";
    }

    private ask(filter: BoundFilter, trace: Trace): Outcome {
        const outcome = this.outcomeOf(filter);
        if (outcome === "match" && filter.name !== "") trace.name = filter.name;
        trace.onFilter?.(filter, outcome);
        return outcome;
    }

    private outcomeOf(filter: BoundFilter): Outcome {
        if (filter.slot === null) return "no-match";
        const result = this.resultOf(filter.slot);
        if (result === null) return "failed";
        return holds(result, filter.comparison) ? "match" : "no-match";
    }

    private matchOf(block: BoundBlock): Match | null {
        if (block.combine === "and" || this.hasGap(block)) {
            const trace: Trace = { name: "" };
            return this.walk(block, trace) === "match" ? { block, alternative: null, name: trace.name } : null;
        }
        let first = block.alternatives.length;
        for (const slot of block.startSlots) {
            for (const candidate of this.resultOf(slot)?.candidates[block.index] ?? []) {
                if (candidate >= first) break;
                if (this.allMatch(block.alternatives[candidate])) first = candidate;
            }
        }
        const alternative = block.alternatives[first];
        return alternative === undefined ? null : { block, alternative: first, name: alternative.name };
    }

    /** Whether a field of the block is without a value, so that the sensor may give up on it. */
    private hasGap(block: BoundBlock): boolean {
        for (const slot of block.fallibleSlots) if (this.resultOf(slot) === null) return true;
        return false;
    }

    private allMatch(alternative: Alternative | undefined): boolean {
        if (alternative === undefined) return false;
        for (const filter of alternative.filters) {
            if (this.outcomeOf(filter) !== "match") return false;
        }
        return true;
    }

    /** What the event's value makes of the comparisons on a field; null where it has none. */
    private resultOf(index: number): ScanResult | null {
        const known = this.results[index];
        if (known !== undefined) return known;
        const slot = this.slots[index];
        const value = slot === undefined ? undefined : fieldText(this.fields, slot.field);
        const result = slot === undefined || value === undefined ? null : slot.scan.result(value);
        this.results[index] = result;
        return result;
    }

    private blocksOn(onmatch: Block["onmatch"]): BoundBlock[] {
        return this.blocks.filter((block) => block.source.onmatch === onmatch).reverse();
    }
}

/** Every filter of a bound block, in document order. */
function filtersOf(block: BoundBlock): BoundFilter[] {
    return block.items.flatMap((item) => (item.kind === "filter" ? [item] : item.filters));
}

/**
 * The blocks for an event that the sensor loads, with the event each is bound to: it drops a block that fits no event,
 * and with it every later one of the element.
 */
function loadedBlocks(
    config: SysmonConfig,
    event: EventFacts,
): { readonly block: Block; readonly bound: EventFacts }[] {
    const loaded: { block: Block; bound: EventFacts }[] = [];
    for (const block of config.blocks) {
        if (block.element !== event.element) continue;
        const binding = bindBlock(block);
        if (!binding.ok) break;
        loaded.push({ block, bound: binding.event });
    }
    return loaded;
}

/** Compiles one block for one event id. */
class BlockCompiler {
    constructor(
        private readonly slots: Slot[],
        private readonly blocks: number,
        private readonly source: {
            readonly block: Block;
            readonly bound: EventFacts;
            readonly event: EventFacts;
            readonly environment: Environment;
        },
    ) {}

    compile(index: number, combine: Relation): BoundBlock {
        const { block } = this.source;
        const fieldsBehind = new Set<string>();
        const items = [...block.items].reverse().map((item): BoundFilter | BoundRule => {
            if (item.kind === "rule") {
                const filters = item.filters.map((filter) => this.bind(filter, item, false));
                return { kind: "rule", source: item, filters };
            }
            const follows = fieldsBehind.has(item.field);
            fieldsBehind.add(item.field);
            return this.bind(item, null, follows);
        });
        items.reverse();
        const alternatives = combine === "or" ? alternativesOf(items) : [];
        const starts = alternatives.map((alternative, item) => {
            const start = this.startOf(alternative);
            if (start.slot !== null) this.slots[start.slot]?.scan.use(start.comparison, { block: index, item });
            return start.slot;
        });
        const used = items.flatMap((item) => (item.kind === "filter" ? [item] : item.filters));
        const fallible = used.map((filter) => filter.slot).filter((slot) => slot !== null && this.isFallible(slot));
        return {
            source: block,
            combine,
            index,
            items,
            alternatives,
            startSlots: distinct(starts),
            fallibleSlots: distinct(fallible),
        };
    }

    private bind(filter: Filter, rule: Rule | null, sameFieldFollows: boolean): BoundFilter {
        const { block, bound, event, environment } = this.source;
        const name = effectiveName(filter, rule, block.group);
        const common = { kind: "filter" as const, source: filter, name, sameFieldFollows };
        const field = event.fields.find((candidate) => candidate.name === filter.field);
        if (field === undefined || !fieldApplies(filter.field, bound, event))
            return { ...common, slot: null, comparison: -1 };
        const slot = this.slotOf(field);
        return { ...common, slot, comparison: this.numberOf(slot, filter, environment) };
    }

    private slotOf(field: FieldFacts): number {
        const known = this.slots.findIndex((slot) => slot.field.name === field.name);
        if (known !== -1) return known;
        return this.slots.push({ field, scan: new FieldScan(this.blocks), numbers: new Map() }) - 1;
    }

    private numberOf(index: number, filter: Filter, environment: Environment): number {
        const slot = this.slots[index];
        if (slot === undefined) return -1;
        const key = `${filter.condition}:${filter.value}`;
        let number = slot.numbers.get(key);
        if (number === undefined) {
            const value = expandEnvironment(filter.value, environment);
            number = slot.scan.add(compileComparison(filter.condition, value));
            slot.numbers.set(key, number);
        }
        return number;
    }

    /** The filter from which an alternative is found: its first, or the one that is likely to match least often. */
    private startOf({ filters, leaks }: Alternative): BoundFilter {
        return filters.reduce((best, filter) => (!leaks && rarity(filter) > rarity(best) ? filter : best));
    }

    private isFallible(slot: number): boolean {
        const field = this.slots[slot]?.field;
        return field !== undefined && fieldText({}, field) === undefined;
    }
}

/** An `or` block as alternatives: an `or` rule in it is no more than its filters. */
function alternativesOf(items: readonly (BoundFilter | BoundRule)[]): Alternative[] {
    const single = (filter: BoundFilter): Alternative => ({ filters: [filter], name: filter.name, leaks: false });
    return items.flatMap((item): Alternative[] => {
        if (item.kind === "filter") return [single(item)];
        if (item.source.relation === "or") return item.filters.map(single);
        // All of its filters match, so the last name given is the one reported.
        const name = lastName(item.filters);
        return [{ filters: item.filters, name, leaks: name !== "" && item.filters.length > 1 }];
    });
}

function lastName(filters: readonly BoundFilter[]): string {
    return filters.reduce((last, filter) => (filter.name === "" ? last : filter.name), "");
}

/** A guess at how seldom a filter matches: long texts seldom, negative conditions nearly always, other fields never. */
function rarity(filter: BoundFilter): number {
    if (filter.slot === null) return Infinity;
    const { condition, value } = filter.source;
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
            return Math.min(...value.split(";").map((item) => item.length));
        case "is":
        case "image":
        case "contains":
        case "contains all":
        case "begin with":
        case "end with":
            return value.length;
    }
}

function distinct(slots: readonly (number | null)[]): number[] {
    return [...new Set(slots)].filter((slot) => slot !== null);
}
