import type { Block } from "../config";
import { issueAt, type Issue } from "../issue";
import {
    ownerPosition,
    triedBlocks,
    type Alternative,
    type BlockReading,
    type EventReading,
    type Owner,
} from "./alternatives";
import { matchesNearlyAll } from "./alternation";
import type { Budget } from "./budget";
import { CoverIndex, coverIndexOf, sameAlternative } from "./coverIndex";
import { impossibility } from "./impossibility";
import { lineText, ownerText } from "./wording";

/** Rules that never decide, as another is tried before them that matches whatever they match. */
export function* shadowFindings(reading: EventReading, budget: Budget): Generator<Issue> {
    for (const onmatch of ["exclude", "include"] as const) yield* shadowedOf(reading, onmatch, budget);
    yield* swallowedIncludes(reading, budget);
}

function* shadowedOf(reading: EventReading, onmatch: Block["onmatch"], budget: Budget): Generator<Issue> {
    for (const blocks of comparable(triedBlocks(reading, onmatch))) {
        const index = new CoverIndex(budget);
        for (const block of blocks) {
            for (const owner of block.owners) {
                const covers = coversOf(owner, reading, index);
                if (covers !== null) yield shadowIssue(owner, covers);
                for (const alternative of owner.alternatives) index.add(alternative);
                if (budget.spent) return;
            }
        }
    }
}

function shadowIssue(owner: Owner, covers: readonly Alternative[]): Issue {
    const [first] = covers;
    const cover = first?.owner ?? owner;
    const others = new Set(covers.map((alternative) => alternative.owner)).size - 1;
    const by = `${ownerText(cover)}${lineText({ position: ownerPosition(cover) })}${others === 0 ? "" : ` and ${others} more`}`;
    const isSame =
        covers.length === owner.alternatives.length &&
        covers.every((alternative, at) => isSameAs(alternative, owner.alternatives[at], cover));
    if (isSame) {
        return issueAt("SM211", ownerPosition(owner), `${sentence(owner)} stands twice: it repeats ${by}. Remove one.`);
    }
    const mend =
        owner.block.source.onmatch === "include"
            ? "Remove it, or put it first if its rule name is wanted."
            : "Remove it.";
    return issueAt(
        "SM210",
        ownerPosition(owner),
        `${sentence(owner)} never decides: whatever it matches, ${by} matches, which is tried first. ${mend}`,
    );
}

function isSameAs(cover: Alternative, own: Alternative | undefined, owner: Owner): boolean {
    return own !== undefined && cover.owner === owner && sameAlternative(cover, own);
}

/** Includes whose every event an exclude drops. */
function* swallowedIncludes(reading: EventReading, budget: Budget): Generator<Issue> {
    const excludes = triedBlocks(reading, "exclude");
    // A block that drops nearly everything is reported as such, and not once more for every rule.
    const dropsAll = excludes.some((block) => matchesNearlyAll(block, block.bound));
    if (excludes.length === 0 || dropsAll) return;
    const indexes = new Map<object, CoverIndex>();
    for (const blocks of comparable(excludes)) {
        const [first] = blocks;
        if (first !== undefined) indexes.set(first.bound, coverIndexOf(blocks, budget));
    }
    for (const block of triedBlocks(reading, "include")) {
        const index = indexes.get(block.bound);
        if (index === undefined) continue;
        for (const owner of block.owners) {
            const covers = coversOf(owner, reading, index);
            if (budget.spent) return;
            const [cover] = covers ?? [];
            if (cover === undefined) continue;
            yield issueAt(
                "SM212",
                ownerPosition(owner),
                `${sentence(owner)} asks for events that are never logged: ${ownerText(cover.owner)}${lineText({ position: ownerPosition(cover.owner) })} excludes all of them, and excludes are tried first. Narrow the exclude, or remove the include.`,
            );
        }
    }
}

/**
 * What covers each alternative of an owner that could hold at all; null where one is not covered, or none could hold:
 * that has a reason of its own.
 */
function coversOf(owner: Owner, reading: EventReading, index: CoverIndex): Alternative[] | null {
    const covers: Alternative[] = [];
    for (const alternative of owner.alternatives) {
        if (reading.events.every((event) => impossibility(alternative, event) !== null)) continue;
        const cover = index.coverOf(alternative);
        if (cover === null) return null;
        covers.push(cover);
    }
    return covers.length === 0 ? null : covers;
}

/** Blocks by the event they are bound to: a filter works for the same events in blocks that are bound alike. */
function comparable(blocks: readonly BlockReading[]): BlockReading[][] {
    const groups = new Map<object, BlockReading[]>();
    for (const block of blocks) {
        const known = groups.get(block.bound);
        if (known === undefined) groups.set(block.bound, [block]);
        else known.push(block);
    }
    return [...groups.values()];
}

function sentence(owner: Owner): string {
    const text = ownerText(owner);
    return text.charAt(0).toUpperCase() + text.slice(1);
}
