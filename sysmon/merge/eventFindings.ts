import { filterText } from "../check/wording";
import type { Filter, OnMatch, Rule } from "../config";
import { namesOf, type Claim } from "./claim";
import type { PlacedItem } from "./ruleBlock";
import {
    placeIn,
    placeText,
    shortList,
    type MergeFinding,
    type MergePlace,
    type MergeSource,
    type NamedConfig,
} from "./source";
import type { Swallowed } from "./swallowed";

/** Excludes that keep all the rest, beside includes of another configuration that ask for a part. */
export function restConflicts(element: string, speaking: readonly Claim[]): MergeFinding[] {
    const keeping = speaking.filter(({ rest }) => rest).flatMap((claim) => firstRules(claim, "exclude"));
    const asking = speaking.flatMap((claim) => firstRules(claim, "include"));
    return keeping.flatMap((keep) =>
        asking.map((ask): MergeFinding => {
            const places = [ask, keep];
            const message = `${element}: ${placeText(ask)} logs what it includes and nothing else, ${placeText(keep)} logs all but what it excludes. Together they do not say what to log of the rest, nor which of them decides where both match. Remove one of the two blocks; or put the files into one folder and merge that: then they are pieces of one configuration, excludes go first, and the rest is not logged.`;
            return { kind: "rest", message, places };
        }),
    );
}

/** Where a claim has its first block of a kind that has rules. */
function firstRules({ files }: Claim, onmatch: OnMatch): MergePlace[] {
    for (const { file, blocks } of files) {
        const found = blocks.find((block) => block.onmatch === onmatch && block.items.length > 0);
        if (found !== undefined) return [placeIn(file, found)];
    }
    return [];
}

/** Who logs all of an event brings it into the merge, though another asks for less. */
export function restWarnings(element: string, claims: readonly Claim[]): MergeFinding[] {
    const keeping = claims.filter(({ rest }) => rest);
    const narrow = claims.filter(({ rest }) => !rest).flatMap(firstPlace);
    if (keeping.length === 0 || narrow.length === 0) return [];
    const silent = keeping.filter(({ files }) => files.length === 0).flatMap(namesOf);
    const said = keeping.flatMap(firstPlace);
    const reasons = [
        ...(said.length === 0 ? [] : [`as in ${shortList(said.map(placeText))}`]),
        ...(silent.length === 0
            ? []
            : [
                  `as there are no rules for it in ${shortList(silent)}, where the sensor logs all (an empty include there would ask for none)`,
              ]),
    ];
    const message = `${element}: the merge logs all that no exclude drops, ${reasons.join(", and ")}. Less is asked for in ${shortList(narrow.map(placeText))}.`;
    const places = [...said, ...silent.map((name) => ({ name })), ...narrow];
    return [{ kind: "rest", message, places }];
}

function firstPlace({ files: [first] }: Claim): MergePlace[] {
    return first === undefined ? [] : [placeIn(first.file, first.blocks[0])];
}

/** What excludes take from includes. */
interface SwallowedFindings {
    readonly conflicts: readonly MergeFinding[];
    readonly warnings: readonly MergeFinding[];
}

/**
 * What an exclude takes from an include: between two configurations a contradiction; between two pieces of one, a rule
 * that is of no use; within one file, no matter of the merge.
 */
export function judgeSwallowed(
    element: string,
    sources: readonly MergeSource[],
    swallowed: readonly Swallowed[],
): SwallowedFindings {
    const conflicts: MergeFinding[] = [];
    const warnings: MergeFinding[] = [];
    for (const { include, excludes } of swallowed) {
        const [file] = include.origins;
        const by = (exclude: PlacedItem): NamedConfig | undefined => exclude.origins[0];
        if (file === undefined || excludes.some((exclude) => by(exclude) === file)) continue;
        const pieces = sources.find(({ files }) => files.includes(file))?.files ?? [];
        const inner = excludes.find((exclude) => pieces.some((piece) => piece === by(exclude)));
        const exclude = inner ?? excludes[0];
        const other = exclude === undefined ? undefined : by(exclude);
        if (exclude === undefined || other === undefined) continue;
        const places = [placeIn(file, include.item), placeIn(other, exclude.item)];
        const [asked = "", dropped = ""] = places.map(placeText);
        const message = `${element}: all that ${asked} includes (${describeItem(include.item)}) is excluded by ${dropped} (${describeItem(exclude.item)}), and excludes go first. Remove one of the two.`;
        (inner === undefined ? conflicts : warnings).push({ kind: "swallowed", message, places });
    }
    return { conflicts, warnings };
}

function describeItem(item: Filter | Rule): string {
    return item.kind === "rule" ? item.filters.map(filterText).join(` ${item.relation} `) : filterText(item);
}
