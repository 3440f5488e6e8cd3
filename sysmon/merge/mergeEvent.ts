import { blockRelation, type Block, type Filter, type OnMatch, type Rule } from "../config";
import type { SchemaVersion } from "../schema";
import { claimOf, namesOf, saysTheSame, triedBlocks, type Claim } from "./claim";
import { judgeSwallowed, restConflicts, restWarnings } from "./eventFindings";
import { joinBlocks, type RuleBlock } from "./ruleBlock";
import { shortList, type MergeFinding, type MergeSource } from "./source";
import { findSwallowed } from "./swallowed";

/** What a comment in the merge stands in front of. */
export type CommentedPart = Block | Filter | Rule;

/** The blocks of one kind of event, merged. */
export interface MergedEvent {
    readonly blocks: readonly Block[];
    /** For each filter, rule and empty block, where it comes from. */
    readonly origins: ReadonlyMap<CommentedPart, string>;
    /** What only a person can decide; where there is any, the blocks are of no use. */
    readonly conflicts: readonly MergeFinding[];
    readonly warnings: readonly MergeFinding[];
}

/** Merges the blocks of one element; for what is kept see `mergeConfigs`. */
export function mergeEvent(element: string, sources: readonly MergeSource[], version: SchemaVersion): MergedEvent {
    const claims = sources.map((source) => claimOf(element, source));
    const speaking = claims.filter(({ files }) => files.length > 0);
    const [first] = speaking;
    if (first === undefined) return nothing;
    const keepers = claims.filter(({ rest }) => rest);
    if (speaking.every((claim) => saysTheSame(claim, first)) && (first.rest || keepers.length === 0)) {
        return unchanged(first, speaking, version);
    }
    const tried = (onmatch: OnMatch): RuleBlock[] => speaking.flatMap((claim) => triedBlocks(claim, onmatch));
    const [excludes, includes] = [tried("exclude"), tried("include")];
    const swallowed = judgeSwallowed(element, sources, findSwallowed(includes, excludes));
    const undecided = restConflicts(element, speaking);
    return {
        ...assemble(element, { excludes: joinBlocks(excludes), includes: joinBlocks(includes), keepers }),
        conflicts: [...undecided, ...swallowed.conflicts],
        warnings: [...(undecided.length > 0 ? [] : restWarnings(element, claims)), ...swallowed.warnings],
    };
}

const nothing: MergedEvent = { blocks: [], origins: new Map(), conflicts: [], warnings: [] };

/** The blocks of the only configuration that has some, or of several that have the same. */
function unchanged(claim: Claim, speaking: readonly Claim[], version: SchemaVersion): MergedEvent {
    const names = listed(speaking.flatMap(namesOf));
    const origins = new Map<CommentedPart, string>();
    const blocks = claim.files.flatMap(({ file, blocks: own }) =>
        own.map((block) => {
            const relation = blockRelation(block, file.config.schemaVersion);
            const isDefault = block.group === null && relation === blockRelation(block, version);
            const group = isDefault ? null : { relation, name: block.group?.name ?? null };
            const items = block.items.map(withoutPosition);
            const written = { element: block.element, onmatch: block.onmatch, group, items };
            for (const part of items.length === 0 ? [written] : items) origins.set(part, names);
            return written;
        }),
    );
    return { ...nothing, blocks, origins };
}

/** What the merge is made of: blocks in the order in which they are tried, and who wants all that none matches. */
interface Parts {
    readonly excludes: readonly RuleBlock[];
    readonly includes: readonly RuleBlock[];
    readonly keepers: readonly Claim[];
}

function assemble(element: string, parts: Parts): Pick<MergedEvent, "blocks" | "origins"> {
    const origins = new Map<CommentedPart, string>();
    const written = ({ onmatch, relation, name, items }: RuleBlock): Block => ({
        element,
        onmatch,
        group: { relation, name },
        items: items.map(({ item, origins: files }) => {
            const own = withoutPosition(item);
            origins.set(own, listed(files.map((file) => file.name)));
            return own;
        }),
    });
    const plain = (onmatch: OnMatch, items: readonly Filter[], origin: string): Block => {
        const block: Block = { element, onmatch, group: null, items };
        origins.set(items[0] ?? block, origin);
        return block;
    };
    const keepers = shortList(parts.keepers.flatMap(namesOf));
    // Of one kind, the sensor tries the last block first.
    const excludes = parts.excludes.map(written).reverse();
    const includes = parts.includes.map(written).reverse();
    const blocks = [...excludes, ...includes];
    if (keepers === "") {
        // A lone exclude would log what none of its rules is about.
        const isLone = blocks.length === 0 || (excludes.length === 1 && includes.length === 0);
        return { blocks: isLone ? [...blocks, plain("include", [], "asked for by none")] : blocks, origins };
    }
    if (blocks.length === 0) return { blocks: [plain("exclude", [], keepers)], origins };
    if (excludes.length === 1 && includes.length === 0) return { blocks, origins };
    const rest: Filter = { kind: "filter", field: restField, condition: "contains", value: "", name: null };
    return { blocks: [...excludes, plain("include", [rest], `all the rest: ${keepers}`), ...includes], origins };
}

/** A field that every event has, at the same place in each of a series. */
const restField = "UtcTime";

function withoutPosition(item: Filter | Rule): Filter | Rule {
    if (item.kind === "filter") {
        const { kind, field, condition, value, name } = item;
        return { kind, field, condition, value, name };
    }
    const { kind, relation, name, filters } = item;
    return { kind, relation, name, filters: filters.map((filter) => ({ ...filter, position: undefined })) };
}

function listed(names: readonly string[]): string {
    return [...new Set(names)].join(", ");
}
