import type { OnMatch, Relation, SysmonConfig } from "./config";
import { defaultEnvironment, type Environment } from "./environment";
import type { BoundBlock } from "./boundBlock";
import { EventFilter } from "./eventFilter";
import type { EventFields } from "./fieldText";
import { eventById } from "./schema";

/** What the filter sees of an event. */
export interface FilterableEvent {
    /** Event id, 1 to 255. */
    readonly id: number;
    /** Fields by name, values as Windows prints them: `0x1fffff`, `{guid}`, `true`. */
    readonly fields: EventFields;
}

/**
 * Why an event is logged or not: a block matched; the only block did not match; none of several matched; the
 * configuration has no block for it; it is an event that is never filtered.
 */
export type VerdictReason = "match" | "default-single" | "default-multiple" | "no-rules" | "exempt";

/** The block that decided. */
export interface DecidingGroup {
    /** Its place among the blocks that apply to the event's id, in document order, from 0. */
    readonly index: number;
    /** How many blocks apply to the event's id. */
    readonly of: number;
    readonly onmatch: OnMatch;
    /** How it combines its filters. */
    readonly combine: Relation;
}

/** What the sensor does with an event. */
export interface Verdict {
    readonly logged: boolean;
    /** What the event's RuleName shows; null where it shows `-`, and where the event is not logged. */
    readonly ruleName: string | null;
    readonly reason: VerdictReason;
    /** The block that matched; null for every reason but `match`. */
    readonly group: DecidingGroup | null;
}

/** Events that are never filtered: changes of the service's state, of its configuration, and its errors. */
const exemptIds: ReadonlySet<number> = new Set([4, 16, 255]);

const exempt: Verdict = { logged: true, ruleName: null, reason: "exempt", group: null };

/** How a filter is compiled. */
export interface FilterOptions {
    /** Environment variables of the machine, for values that hold some. Default: {@link defaultEnvironment}. */
    readonly environment?: Environment;
}

/**
 * Compiles a configuration into what decides about events as the sensor's rule engine does (published rule engine).
 * Verdicts are shared objects: do not change them.
 *
 * Where the published engine leaves it to Windows: environment variables in values are expanded from
 * `options.environment`, unknown ones stay as written; letters other than ASCII are compared with their case.
 */
export function compileFilter(config: SysmonConfig, options: FilterOptions = {}): (event: FilterableEvent) => Verdict {
    const environment = options.environment ?? defaultEnvironment;
    const compiled = new Map<number, (fields: EventFields) => Verdict>();
    return ({ id, fields }) => {
        let decide = compiled.get(id);
        if (decide === undefined) {
            decide = compileEvent(config, id, environment);
            compiled.set(id, decide);
        }
        return decide(fields);
    };
}

/** The blocks of a configuration for one event id; null where there can be none. */
export function eventFilterFor(config: SysmonConfig, id: number, environment: Environment): EventFilter | null {
    const event = eventById(id);
    return event === undefined || event.element === null ? null : new EventFilter(config, event, environment);
}

function compileEvent(config: SysmonConfig, id: number, environment: Environment): (fields: EventFields) => Verdict {
    if (exemptIds.has(id)) return () => exempt;
    const filter = eventFilterFor(config, id, environment);
    if (filter === null || filter.blocks.length === 0) {
        const logged = eventById(id)?.loggedWithoutRules ?? false;
        const verdict: Verdict = { logged, ruleName: null, reason: "no-rules", group: null };
        return () => verdict;
    }
    const unmatched = unmatchedVerdict(filter.blocks);
    const matched = new Map(filter.blocks.map((block) => [block, new BlockVerdicts(block, filter.blocks.length)]));
    return (fields) => {
        filter.begin(fields);
        const match = filter.decide();
        const verdicts = match === null ? undefined : matched.get(match.block);
        if (match === null || verdicts === undefined) return unmatched;
        if (match.block.source.onmatch === "exclude" || !filter.named) return verdicts.withName("");
        return verdicts.withName(filter.nameOf(match));
    };
}

/** One block decides what it does not match; several together log nothing. */
function unmatchedVerdict(blocks: readonly BoundBlock[]): Verdict {
    const [only, ...others] = blocks;
    if (only !== undefined && others.length === 0) {
        const logged = only.source.onmatch === "exclude";
        return { logged, ruleName: null, reason: "default-single", group: null };
    }
    return { logged: false, ruleName: null, reason: "default-multiple", group: null };
}

/** The verdicts of one block that matched, one a rule name. */
class BlockVerdicts {
    private readonly byName = new Map<string, Verdict>();
    private readonly group: DecidingGroup;
    private readonly logged: boolean;

    constructor(block: BoundBlock, of: number) {
        this.group = { index: block.index, of, onmatch: block.source.onmatch, combine: block.combine };
        this.logged = block.source.onmatch === "include";
    }

    withName(name: string): Verdict {
        let verdict = this.byName.get(name);
        if (verdict === undefined) {
            verdict = { logged: this.logged, ruleName: name === "" ? null : name, reason: "match", group: this.group };
            this.byName.set(name, verdict);
        }
        return verdict;
    }
}
