import { blockRelation, effectiveName } from "../config";
import type { Block, Filter, OnMatch, Position, Relation, Rule, SysmonConfig } from "../config";

/** What counts as one rule when configurations are compared: a filter, a `Rule`, or all of an `and` block. */
export interface ConfigRule {
    readonly element: string;
    readonly onmatch: OnMatch;
    /** What it asks, whole, in words: `TargetImage image "lsass.exe" and GrantedAccess is "0x1010"`. */
    readonly text: string;
    /** The rule names that it reports; empty for none. */
    readonly names: readonly string[];
    /** Where it stands in the file; absent in a configuration that was not read from one. */
    readonly position?: Position;
}

/** Every rule of a configuration, in document order. */
export function rulesOf(config: SysmonConfig): ConfigRule[] {
    return config.blocks.flatMap((block) => blockRules(block, blockRelation(block, config.schemaVersion)));
}

function blockRules(block: Block, relation: Relation): ConfigRule[] {
    const { element, onmatch, items } = block;
    const [first, ...others] = items;
    if (first === undefined) return [];
    // In an `and` block filters on one field are alternatives.
    const isOneField =
        first.kind === "filter" && others.every((item) => item.kind === "filter" && item.field === first.field);
    const isApart = relation === "or" || isOneField || others.length === 0;
    const parts: { text: string; items: readonly (Filter | Rule)[] }[] = isApart
        ? items.map((item) => ({ text: itemText(item), items: [item] }))
        : [{ text: combinedText(items), items }];
    return parts.map(({ text, items: own }) => {
        const position = (isApart ? own[0] : block)?.position;
        const names = [...new Set(own.flatMap((item) => namesOf(item, block)))];
        return { element, onmatch, text, names, ...(position === undefined ? {} : { position }) };
    });
}

function namesOf(item: Filter | Rule, { group }: Block): string[] {
    const names =
        item.kind === "filter"
            ? [effectiveName(item, null, group)]
            : item.filters.map((filter) => effectiveName(filter, item, group));
    return names.filter((name) => name !== "");
}

/** The items of an `and` block: what is on one field is an alternative, all else must match together. */
function combinedText(items: readonly (Filter | Rule)[]): string {
    const byField = new Map<string, string[]>();
    const rules: string[] = [];
    for (const item of items) {
        if (item.kind === "rule") rules.push(bracketed(item.filters.map(filterText), item.relation));
        else byField.set(item.field, [...(byField.get(item.field) ?? []), filterText(item)]);
    }
    return [...[...byField.values()].map((texts) => bracketed(texts, "or")), ...rules].join(" and ");
}

function itemText(item: Filter | Rule): string {
    return item.kind === "filter" ? filterText(item) : item.filters.map(filterText).join(` ${item.relation} `);
}

function bracketed(texts: readonly string[], relation: Relation): string {
    return texts.length === 1 ? texts.join("") : `(${texts.join(` ${relation} `)})`;
}

function filterText({ field, condition, value }: Filter): string {
    return `${field} ${condition} "${value}"`;
}
