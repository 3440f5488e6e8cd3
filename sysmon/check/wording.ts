import { conditions, type Condition } from "../schema";
import type { Filter } from "../config";
import type { FilterReading, Owner } from "./alternatives";

/** Longest part of a value that a message shows. */
const shownLength = 60;

/** A text on one line, cut where it is long. */
export function shown(text: string): string {
    const line = text.replace(/\s+/g, " ");
    return line.length <= shownLength ? line : `${line.slice(0, shownLength)}…`;
}

/** A filter as one reads it: `TargetImage excludes "svchost.exe"`. */
export function filterText(filter: Filter): string {
    return `${filter.field} ${filter.condition} "${shown(filter.value)}"`;
}

/** What of a block is meant, for the middle of a sentence. */
export function ownerText(owner: Owner): string {
    if (owner.what === null) return `the ${owner.block.source.onmatch} block`;
    return owner.what.kind === "filter" ? filterText(owner.what) : `the rule ${conjunction(owner.filters)}`;
}

/** Filters in a row, not too many. */
function conjunction(filters: readonly FilterReading[]): string {
    const texts = filters.slice(0, 3).map(({ filter }) => filterText(filter));
    return filters.length > texts.length ? `${texts.join(", ")}, …` : texts.join(" and ");
}

/** Where something stands, in parentheses; empty where that is not known. */
export function lineText({ position }: { readonly position?: { readonly line: number } }): string {
    return position === undefined ? "" : ` (line ${position.line})`;
}

/** Conditions that hold where a text is missing. */
const negative: ReadonlySet<Condition> = new Set(
    conditions.filter((condition) => /^(?:not|excludes|is not)/.test(condition)),
);

/** Whether a condition holds where its text is missing: it matches nearly every value. */
export function isNegative(condition: Condition): boolean {
    return negative.has(condition);
}
