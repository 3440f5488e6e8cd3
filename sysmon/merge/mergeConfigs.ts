import type { ConfigOption, SysmonConfig } from "../config";
import { readConfig } from "../readConfig";
import { eventElements, formatVersion, type SchemaVersion } from "../schema";
import { writeConfig } from "../writeConfig";
import { mergeEvent, type CommentedPart } from "./mergeEvent";
import { mergeOptions } from "./mergeOptions";
import { placeIn, type MergeFinding, type MergeSource, type NamedConfig } from "./source";

/** Several configurations as one, or what keeps them from being one. */
export type MergeResult =
    | {
          readonly ok: true;
          readonly config: SysmonConfig;
          /** The configuration as XML, with the origin of every rule in a comment above it. */
          readonly xml: string;
          readonly warnings: readonly MergeFinding[];
      }
    | {
          readonly ok: false;
          /** At least one. */
          readonly conflicts: readonly MergeFinding[];
          readonly warnings: readonly MergeFinding[];
      };

/**
 * Merges configurations into one. What each says holds in the merge; where two contradict one another, that is a
 * conflict and there is no merge.
 *
 * - An **include** of one logs its events in the merge too. Blocks that only include add up: the merge logs what one of
 *   them logs, and nothing else.
 * - An **exclude** of one drops its events in the merge too, as the sensor tries excludes first. Where it drops all that
 *   an include of another asks for, that is a conflict.
 * - **The rest**, of which no rule speaks: it is logged where a configuration logs all of an event (an empty exclude; no
 *   rules for ProcessCreate or ProcessTerminate), and a warning says so if another asks for less. Excludes with rules
 *   beside another configuration's includes are a conflict. Excludes alone add up.
 * - **Blocks**: the sensor logs nothing by default as soon as an event has two blocks. So blocks of which one match is
 *   enough are joined; one that needs several matches stays as it is, in a group of its own with its relation. Where
 *   several blocks remain and the rest is to be logged, one more includes everything.
 * - **Order**: where several rules match, the configuration that is named first gives the rule name. Nothing else depends
 *   on the order, apart from names that failed rules leave behind.
 * - **The schema version** is the highest. A block without a group would be combined otherwise from 4.11 on: it gets one
 *   that says what held before.
 * - **Options**: hash algorithms add up; two values of any other are a conflict.
 *
 * A source of several files is one configuration in pieces: includes and excludes of all pieces are its own, the rest is
 * logged where no piece includes, and a rule that is of no use is a warning.
 *
 * The same sources give the same text, to the byte.
 *
 * @throws RangeError where there is nothing to merge, or where a text or a name holds what XML cannot carry.
 */
export function mergeConfigs(sources: readonly MergeSource[]): MergeResult {
    const files = sources.flatMap((source) => source.files);
    const [first] = files;
    if (first === undefined) throw new RangeError("There is nothing to merge: name at least one configuration.");
    const newest = files.reduce((best, file) => (file.config.schemaVersion > best.config.schemaVersion ? file : best));
    const version = newest.config.schemaVersion;
    const options = mergeOptions(files);
    const events = eventElements.map((element) => mergeEvent(element, sources, version));
    const conflicts = [...options.conflicts, ...events.flatMap((event) => event.conflicts)];
    const warnings = events.flatMap((event) => event.warnings);
    if (conflicts.length > 0) return { ok: false, conflicts, warnings };
    const config: SysmonConfig = {
        schemaVersion: version,
        options: options.options,
        blocks: events.flatMap((event) => event.blocks),
    };
    const comments = new Map<ConfigOption | CommentedPart, string>(options.origins);
    for (const { origins } of events) for (const [part, origin] of origins) comments.set(part, origin);
    const xml = writeConfig(config, { comments });
    const refused = versionConflicts(xml, version, newest);
    if (refused.length > 0) return { ok: false, conflicts: refused, warnings };
    return { ok: true, config, xml, warnings };
}

/** What the sensor would not take of the merge, though it took every part: options go, and so do unknown versions. */
function versionConflicts(xml: string, version: SchemaVersion, newest: NamedConfig): MergeFinding[] {
    return readConfig(xml)
        .issues.filter(({ severity }) => severity === "error")
        .map(({ message }): MergeFinding => {
            const place = placeIn(newest);
            const why = `The merge has schema version ${formatVersion(version)}, the highest, from ${newest.name}, and the sensor would not take it: ${message}`;
            return { kind: "version", message: why, places: [place] };
        });
}
