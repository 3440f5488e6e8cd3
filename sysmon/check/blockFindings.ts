import type { SysmonConfig } from "../config";
import { issueAt, type Issue } from "../issue";
import { eventElements, eventsByElement, formatVersion, type SchemaVersion } from "../schema";
import { positionOf, type BlockReading, type EventReading } from "./alternatives";
import { lineText } from "./wording";

/** What there is to say about the blocks of an element as they are, whatever their filters. */
export function* blockFindings(reading: EventReading, version: SchemaVersion): Generator<Issue> {
    for (const block of reading.blocks) yield* relationFinding(block, version);
    yield* severalBlocks(reading);
    const [only, ...others] = reading.blocks;
    if (only !== undefined && others.length === 0 && only.source.onmatch === "exclude" && only.owners.length === 0) {
        yield issueAt(
            "SM261",
            positionOf(only.source),
            `Every ${reading.element} event is logged: the exclude block has no rules. Make sure that the volume is wanted.`,
        );
    }
}

/** Without a RuleGroup the schema version decides, and 4.10 and 4.11 decide differently. */
function* relationFinding({ source, combine }: BlockReading, version: SchemaVersion): Generator<Issue> {
    if (source.group !== null || source.items.length < 2) return;
    const fields = new Set(source.items.map((item) => (item.kind === "filter" ? item.field : item)));
    if (fields.size < 2) return;
    const [now, otherwise] =
        combine === "and"
            ? ["every field and rule must match", "up to 4.10 one would be enough"]
            : ["one filter is enough", "from 4.11 on every field and rule must match"];
    yield issueAt(
        "SM221",
        positionOf(source),
        `In this block of ${source.element} ${now}, as the schema version is ${formatVersion(version)}; ${otherwise}. Put it into a <RuleGroup groupRelation="${combine}"> to say which is meant.`,
    );
}

function* severalBlocks({ element, blocks }: EventReading): Generator<Issue> {
    const [first, second] = blocks;
    if (first === undefined || second === undefined) return;
    const kinds = new Set(blocks.map(({ source }) => source.onmatch));
    const effect =
        kinds.size === 2
            ? "excludes are tried first, and what no block matches is not logged, though an exclude block alone would log it"
            : "what no block matches is not logged";
    yield issueAt(
        "SM213",
        positionOf(second.source),
        `${element} has ${blocks.length} blocks, this one beside the first${lineText(first.source)}: ${effect}. Make sure that the includes name all that is wanted.`,
    );
}

/** Events that the sensor logs only where it is asked to, and that the file does not mention. */
export function* absentEvents(config: SysmonConfig): Generator<Issue> {
    const named = new Set(config.blocks.map((block) => block.element));
    const absent = eventElements.flatMap((element) => {
        const events = eventsByElement(element);
        const [first] = events;
        if (first === undefined || named.has(element) || events.some((event) => event.loggedWithoutRules)) return [];
        const ids = events.map(({ id }) => id).join(", ");
        const since =
            first.acceptedSince > config.schemaVersion
                ? `, from schema version ${formatVersion(first.acceptedSince)}`
                : "";
        return [`${element} (${ids}${since})`];
    });
    if (absent.length === 0) return;
    yield issueAt(
        "SM262",
        positionOf({}),
        `Nothing is logged of the events that the file does not mention: ${absent.join("; ")}. Add a block for each that is wanted.`,
    );
}

/** Options that are set more than once. */
export function* repeatedOptions(config: SysmonConfig): Generator<Issue> {
    const last = new Map(config.options.map((option) => [option.name, option]));
    for (const option of config.options) {
        const holding = last.get(option.name);
        if (holding === undefined || holding === option) continue;
        yield issueAt(
            "SM211",
            positionOf(option),
            `The option ${option.name} is set again${lineText(holding)}: the last one holds. Remove this one.`,
        );
    }
}
