import type { Block, Filter, FilterableEvent, Rule, SysmonConfig, Verdict } from "../../sysmon";
import { latestEvents } from "../../sysmon";

/**
 * The sensor's rules written down once more, as plainly as can be and as slowly as need be: filter after filter, unit
 * after unit, nothing prepared. The engine must agree with it on everything.
 */
export function referenceVerdict(config: SysmonConfig, event: FilterableEvent): Verdict {
    if ([4, 16, 255].includes(event.id)) return { logged: true, ruleName: null, reason: "exempt", group: null };
    const blocks = applicableBlocks(config, event.id);
    if (blocks.length === 0) {
        return { logged: event.id === 1 || event.id === 5, ruleName: null, reason: "no-rules", group: null };
    }
    const excludes = blocks.filter(({ block }) => block.onmatch === "exclude").reverse();
    const includes = blocks.filter(({ block }) => block.onmatch === "include").reverse();
    const names: string[] = [];
    for (const { block, boundId, index } of [...excludes, ...includes]) {
        if (blockMatches(config, block, boundId, event, names) !== true) continue;
        const logged = block.onmatch === "include";
        const ruleName = logged ? (names.at(-1) ?? null) : null;
        const group = { index, of: blocks.length, onmatch: block.onmatch, combine: combineOf(config, block) };
        return { logged, ruleName, reason: "match", group };
    }
    if (blocks.length > 1) return { logged: false, ruleName: null, reason: "default-multiple", group: null };
    return { logged: blocks[0]?.block.onmatch === "exclude", ruleName: null, reason: "default-single", group: null };
}

/** true, false, or null where the sensor gives up. */
type Answer = boolean | null;

interface Applicable {
    readonly block: Block;
    readonly boundId: number;
    readonly index: number;
}

function fieldNames(id: number): string[] {
    return latestEvents.find((event) => event.id === id)?.fields.map((field) => field.name) ?? [];
}

function applicableBlocks(config: SysmonConfig, id: number): Applicable[] {
    const element = latestEvents.find((event) => event.id === id)?.element;
    const series = latestEvents.filter((event) => event.element !== null && event.element === element);
    const found: Applicable[] = [];
    for (const block of config.blocks) {
        if (block.element !== element) continue;
        const used = block.items.flatMap((item) =>
            item.kind === "filter" ? [item.field] : item.filters.map((f) => f.field),
        );
        const bound = series.find((event) => used.every((field) => fieldNames(event.id).includes(field)));
        if (bound === undefined) break;
        found.push({ block, boundId: bound.id, index: found.length });
    }
    return found;
}

function combineOf(config: SysmonConfig, block: Block): "and" | "or" {
    if (block.group !== null) return block.group.relation;
    return config.schemaVersion <= 4.1 ? "or" : "and";
}

function blockMatches(
    config: SysmonConfig,
    block: Block,
    boundId: number,
    event: FilterableEvent,
    names: string[],
): Answer {
    if (block.items.length === 0) return false;
    const and = combineOf(config, block) === "and";
    const matchedFields: string[] = [];
    for (const [at, item] of block.items.entries()) {
        if (item.kind === "filter" && and && matchedFields.includes(item.field)) continue;
        const answer =
            item.kind === "filter"
                ? filterMatches(item, null, block, boundId, event, names)
                : ruleMatches(item, block, boundId, event, names);
        if (answer === null) return null;
        if (answer && !and) return true;
        if (answer && item.kind === "filter") matchedFields.push(item.field);
        const comesAgain =
            item.kind === "filter" &&
            block.items.slice(at + 1).some((later) => later.kind === "filter" && later.field === item.field);
        if (!answer && and && !comesAgain) return false;
    }
    return and;
}

function ruleMatches(rule: Rule, block: Block, boundId: number, event: FilterableEvent, names: string[]): Answer {
    for (const filter of rule.filters) {
        const answer = filterMatches(filter, rule, block, boundId, event, names);
        if (answer === null) return null;
        if (answer && rule.relation === "or") return true;
        if (!answer && rule.relation === "and") return false;
    }
    return rule.relation === "and";
}

function filterMatches(
    filter: Filter,
    rule: Rule | null,
    block: Block,
    boundId: number,
    event: FilterableEvent,
    names: string[],
): Answer {
    const place = fieldNames(boundId).indexOf(filter.field);
    if (fieldNames(event.id)[place] !== filter.field) return false;
    const value = seenValue(filter.field, event);
    if (value === null) return null;
    const matches = conditionHolds(filter.condition, upper(value), upper(filter.value));
    const name = filter.name ?? rule?.name ?? block.group?.name ?? "";
    if (matches && name !== "") names.push(name);
    return matches;
}

function seenValue(field: string, event: FilterableEvent): string | null {
    const type = latestEvents
        .find((facts) => facts.id === event.id)
        ?.fields.find((facts) => facts.name === field)?.type;
    const value = event.fields[field] ?? "";
    if (field === "RuleName") return "-";
    if (type === "UnicodeString") return value === "" ? "-" : value;
    if (value === "" && field === "ParentProcessGuid") return "{00000000-0000-0000-0000-000000000000}";
    return value === "" ? null : value;
}

/** Only for comparing equal: an order would come out differently for the units between Z and a. */
function upper(text: string): string {
    return [...text].map((unit) => (unit >= "a" && unit <= "z" ? unit.toUpperCase() : unit)).join("");
}

function lower(text: string): string {
    return [...text].map((unit) => (unit >= "A" && unit <= "Z" ? unit.toLowerCase() : unit)).join("");
}

/** Whether `part` begins at a place of `text`. */
function standsAt(text: string, part: string, at: number): boolean {
    for (let i = 0; i < part.length; i++) if (text[at + i] !== part[i]) return false;
    return true;
}

function occurs(text: string, part: string): boolean {
    for (let at = 0; at < text.length; at++) if (standsAt(text, part, at)) return true;
    return false;
}

/** An item of no length is read up to the end of the value. */
function listItems(value: string): string[] {
    const items: string[] = [];
    let at = 0;
    for (;;) {
        let end = at;
        while (end < value.length && value[end] !== ";") end++;
        items.push(end === at ? value.slice(at) : value.slice(at, end));
        if (end >= value.length) return items;
        at = end + 1;
    }
}

function conditionHolds(condition: Filter["condition"], text: string, value: string): boolean {
    switch (condition) {
        case "is":
            return text === value;
        case "is not":
            return text !== value;
        case "is any":
            return value.split(";").includes(text);
        case "contains":
            return occurs(text, value);
        case "excludes":
            return !occurs(text, value);
        case "contains any":
            return listItems(value).some((item) => occurs(text, item));
        case "excludes any":
            return !listItems(value).some((item) => occurs(text, item));
        case "contains all":
            return listItems(value).every((item) => occurs(text, item));
        case "excludes all":
            return !listItems(value).every((item) => occurs(text, item));
        case "begin with":
            return standsAt(text, value, 0);
        case "not begin with":
            return !standsAt(text, value, 0);
        case "end with":
            return value.length <= text.length && standsAt(text, value, text.length - value.length);
        case "not end with":
            return !(value.length <= text.length && standsAt(text, value, text.length - value.length));
        case "less than":
            return lower(text) < lower(value);
        case "more than":
            return lower(text) > lower(value);
        case "image":
            return (value.includes("\\") ? text : (text.split("\\").at(-1) ?? "")) === value;
    }
}
