import { fieldApplies, loadedBlocks } from "../binding";
import { blockRelation, effectiveName } from "../config";
import type { Block, Filter, OnMatch, Position, Relation, Rule, SysmonConfig } from "../config";
import { compileFilter } from "../filter";
import { latestEvents, type EventFacts } from "../schema";
import { eventName } from "./eventName";

/** One block, as far as it is about one event id. */
export interface BlockSummary {
    readonly onmatch: OnMatch;
    readonly combine: Relation;
    /** How many of its rules can match this event: in an `and` block all filters are one rule. */
    readonly rules: number;
    /** Where it stands in the file; absent in a configuration that was not read from one. */
    readonly position?: Position;
}

/** What a configuration logs of one event id. */
export interface EventSummary {
    readonly id: number;
    /** Its element, or the sensor's heading where several ids share one or have none. */
    readonly name: string;
    /** `most`: everything but what rules exclude; `some`: only what rules include. */
    readonly logged: "everything" | "most" | "some" | "nothing";
    /** Rules that can include it, and that can exclude it. */
    readonly includes: number;
    readonly excludes: number;
    /** The blocks for it, in document order. */
    readonly blocks: readonly BlockSummary[];
    /** The names that its rules report, in document order. */
    readonly ruleNames: readonly string[];
    /** The same in words: `only what 12 rules include, except what 3 rules exclude`. */
    readonly summary: string;
}

/** What a configuration logs of each event id, by ascending id. */
export function explainConfig(config: SysmonConfig): EventSummary[] {
    const decide = compileFilter(config);
    return latestEvents.map((event) => {
        const name = eventName(event.id);
        const blocks = blocksFor(event, config);
        if (blocks.length > 0) return { id: event.id, name, ...summaryOf(blocks) };
        const { reason, logged } = decide({ id: event.id, fields: {} });
        const why = reason === "exempt" ? "it is never filtered" : "there are no rules for it";
        const amount = logged ? "everything" : "nothing";
        const none = { includes: 0, excludes: 0, blocks: [], ruleNames: [] };
        return { id: event.id, name, logged: amount, ...none, summary: `${amount}: ${why}` };
    });
}

/** A block with the rules that can match one event. */
interface EventBlock {
    readonly block: Block;
    readonly combine: Relation;
    readonly rules: readonly EventRule[];
}

/** Filters that count as one. */
interface EventRule {
    readonly filters: readonly Filter[];
    readonly ruleNames: readonly string[];
}

/** The blocks for an event. */
function blocksFor(event: EventFacts, config: SysmonConfig): EventBlock[] {
    return loadedBlocks(config, event.element ?? "").map(({ block, bound }) => {
        const combine = blockRelation(block, config.schemaVersion);
        const applies = ({ field }: Filter): boolean => fieldApplies(field, bound, event);
        const rules = possibleRules(block, combine, applies).map((items): EventRule => {
            const names = items.flatMap((item) =>
                filtersOf(item).map((filter) => effectiveName(filter, item.kind === "rule" ? item : null, block.group)),
            );
            return { filters: items.flatMap(filtersOf), ruleNames: names.filter((name) => name !== "") };
        });
        return { block, combine, rules };
    });
}

function summaryOf(found: readonly EventBlock[]): Omit<EventSummary, "id" | "name"> {
    const blocks = found.map(({ block: { onmatch, position }, combine, rules }): BlockSummary => {
        const place = position === undefined ? {} : { position };
        return { onmatch, combine, rules: rules.length, ...place };
    });
    const rulesOf = (onmatch: OnMatch): EventRule[] =>
        found.flatMap(({ block, rules }) => (block.onmatch === onmatch ? rules : []));
    const [includes, excludes] = [rulesOf("include"), rulesOf("exclude")];
    const ruleNames = [...new Set(includes.flatMap((rule) => rule.ruleNames))];
    const isLoneExclude = found.length === 1 && found[0]?.block.onmatch === "exclude";
    const counts = { includes: includes.length, excludes: excludes.length };
    const judged = judge({ ...counts, all: isLoneExclude || includes.some(isAlways), blocks });
    return { ...counts, blocks, ruleNames, ...judged };
}

function judge(event: {
    readonly all: boolean;
    readonly includes: number;
    readonly excludes: number;
    readonly blocks: readonly BlockSummary[];
}): Pick<EventSummary, "logged" | "summary"> {
    const { all, includes, excludes, blocks } = event;
    const except = excludes === 0 ? "" : `, except what ${ruleCount(excludes)} exclude${excludes === 1 ? "s" : ""}`;
    if (all) return { logged: excludes === 0 ? "everything" : "most", summary: `everything${except}` };
    if (includes > 0) {
        const only = `only what ${ruleCount(includes)} include${includes === 1 ? "s" : ""}`;
        return { logged: "some", summary: `${only}${except}` };
    }
    const asks = blocks.some(({ onmatch }) => onmatch === "include");
    const why = asks ? "no rule includes it" : `${blocks.length} blocks, and none of them includes`;
    return { logged: "nothing", summary: `nothing: ${why}` };
}

function ruleCount(count: number): string {
    return count === 1 ? "1 rule" : `${count} rules`;
}

/** The rules of a block that can match the event: each the items that have to match together. */
function possibleRules(
    { items }: Block,
    combine: Relation,
    applies: (filter: Filter) => boolean,
): (readonly (Filter | Rule)[])[] {
    const isPossible = (item: Filter | Rule): boolean => {
        if (item.kind === "filter") return applies(item);
        return item.relation === "and" ? item.filters.every(applies) : item.filters.some(applies);
    };
    const [first, ...others] = items;
    // In an `and` block filters on one field are alternatives.
    const isOneField =
        first?.kind === "filter" && others.every((item) => item.kind === "filter" && item.field === first.field);
    if (combine === "or" || isOneField) return items.filter(isPossible).map((item) => [item]);
    return items.length > 0 && items.every(isPossible) ? [items] : [];
}

function filtersOf(item: Filter | Rule): readonly Filter[] {
    return item.kind === "filter" ? [item] : item.filters;
}

/** Whether a rule is one filter that every event passes. */
function isAlways({ filters }: EventRule): boolean {
    const [only, ...more] = filters;
    if (only === undefined || more.length > 0 || only.value !== "") return false;
    return ["contains", "contains any", "contains all", "begin with", "end with", "is not"].includes(only.condition);
}
