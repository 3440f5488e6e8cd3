import { loadedBlocks } from "../binding";
import { blockRelation, type Block, type OnMatch } from "../config";
import { eventsByElement } from "../schema";
import { ruleBlock, type RuleBlock } from "./ruleBlock";
import type { MergeSource, NamedConfig } from "./source";

/** The blocks of one configuration for the event, one file of it each. */
export interface Claim {
    readonly source: MergeSource;
    /** Those that have blocks for it; empty: the configuration is silent about it. */
    readonly files: readonly FileBlocks[];
    /** Whether it logs what none of its rules is about. */
    readonly rest: boolean;
}

/** The blocks of one file. */
export interface FileBlocks {
    readonly file: NamedConfig;
    /** In document order, at least one. */
    readonly blocks: readonly Block[];
}

/** What a configuration says of the event. */
export function claimOf(element: string, source: MergeSource): Claim {
    const files = source.files
        .map((file) => ({ file, blocks: loadedBlocks(file.config, element).map(({ block }) => block) }))
        .filter(({ blocks }) => blocks.length > 0);
    if (files.length === 0) return { source, files, rest: eventsByElement(element)[0]?.loggedWithoutRules ?? false };
    const asks = files.some(({ blocks }) => blocks.some(({ onmatch }) => onmatch === "include"));
    return { source, files, rest: !asks && files.some(({ blocks }) => blocks.length === 1) };
}

/** The blocks of one kind in the order in which the merge tries them: file by file, in each as the sensor does. */
export function triedBlocks({ files }: Claim, onmatch: OnMatch): RuleBlock[] {
    return files.flatMap(({ file, blocks }) =>
        blocks
            .filter((block) => block.onmatch === onmatch)
            .reverse()
            .map((block) => ruleBlock(block, file)),
    );
}

/** Whether two claims are one file's blocks each, and the same. */
export function saysTheSame(claim: Claim, other: Claim): boolean {
    const [own, ...more] = claim.files;
    const [others, ...moreOthers] = other.files;
    if (own === undefined || others === undefined || more.length + moreOthers.length > 0) return false;
    return own === others || meaning(own) === meaning(others);
}

function meaning({ file, blocks }: FileBlocks): string {
    return JSON.stringify(
        blocks.map((block) => ({
            ...block,
            group: [block.group?.name, blockRelation(block, file.config.schemaVersion)],
        })),
        (key, value: unknown) => (key === "position" ? undefined : value),
    );
}

/** Names of the files that a claim rests on: of all, where none has blocks. */
export function namesOf({ files, source }: Claim): string[] {
    return (files.length > 0 ? files.map(({ file }) => file) : source.files).map(({ name }) => name);
}
