import {
    bindConfig,
    type Alternative,
    type BoundBlock,
    type BoundFilter,
    type BoundRule,
    type Clause,
} from "./boundBlock";
import type { Block, SysmonConfig } from "./config";
import type { Environment } from "./environment";
import type { FieldScan } from "./fieldScan";
import type { EventFields } from "./fieldText";
import type { EventFacts } from "./schema";

/** What a block makes of an event; `failed`: the sensor gave up at a field without a value. */
export type Outcome = "match" | "no-match" | "failed";

/** What is kept of a step by step evaluation. */
export interface Trace {
    /** The last rule name that a matching filter reported; it outlives rules and blocks that failed in the end. */
    name: string;
    /** Called for each filter that is asked. */
    readonly onFilter?: (filter: BoundFilter, outcome: Outcome) => void;
}

/** A block that matched. */
export interface Match {
    readonly block: BoundBlock;
    /** Index of the alternative of an `or` block that matched; null where the block must be walked through to know. */
    readonly alternative: number | null;
}

/** Ends a list of candidates. */
const none = -1;

/**
 * All blocks of a configuration for one event id, compiled once. It looks at one event at a time: `begin` turns to it.
 *
 * Two ways lead to the same verdict. `decide` finds what matches from the patterns that occur in the fields, each field
 * looked at once. `walk` asks filter after filter as the sensor does: it decides blocks that meet a field without a
 * value, finds the rule names that `and` blocks report, and explains.
 */
export class EventFilter {
    /** In document order. */
    readonly blocks: readonly BoundBlock[];
    /** As the sensor tries them: excludes first, then includes, of each kind the last in the document first. */
    readonly tried: readonly BoundBlock[];
    /** Whether any filter has a rule name. */
    readonly named: boolean;
    private readonly scans: readonly FieldScan[];

    /** Number of the clause of each alternative. */
    private readonly clauseOf: Int32Array;
    /** Alternatives that scans found, a linked list for each clause: its first by clause, the next by alternative. */
    private readonly firstFound: Int32Array;
    private readonly nextFound: Int32Array;
    /** Clauses of which something was found. */
    private readonly foundClauses: Int32Array;
    private foundCount = 0;

    constructor(config: SysmonConfig, event: EventFacts, environment: Environment) {
        const { blocks, scans, clauseOf, clauseCount } = bindConfig(config, event, environment);
        this.blocks = blocks;
        this.scans = scans;
        this.tried = [...this.blocksOn("exclude"), ...this.blocksOn("include")];
        this.named = blocks.some((block) => block.named);
        this.clauseOf = Int32Array.from(clauseOf);
        this.nextFound = new Int32Array(clauseOf.length);
        this.firstFound = new Int32Array(clauseCount).fill(none);
        this.foundClauses = new Int32Array(clauseCount);
    }

    /** Turns to an event; all that is asked afterwards is about it. */
    begin(fields: EventFields): void {
        for (const scan of this.scans) scan.begin(fields);
        for (let at = 0; at < this.foundCount; at++) this.firstFound[this.foundClauses[at] ?? 0] = none;
        this.foundCount = 0;
    }

    /** The first block tried that matches; null where none does. */
    decide(): Match | null {
        for (const block of this.tried) {
            const match = this.matchOf(block);
            if (match !== null) return match;
        }
        return null;
    }

    /** The rule name that is reported for a match: the last that a filter gave, in the order they are asked. */
    nameOf({ block, alternative }: Match): string {
        let name = alternative === null ? "" : (block.clauses[0]?.alternatives[alternative]?.name ?? "");
        if (name === "") name = this.leakedName(block, alternative ?? 0);
        for (let index = this.tried.indexOf(block) - 1; name === "" && index >= 0; index--) {
            const earlier = this.tried[index];
            if (earlier !== undefined) name = this.leakedName(earlier, Infinity);
        }
        return name;
    }

    /** Evaluates a block filter by filter. */
    walk(block: BoundBlock, trace: Trace): Outcome {
        if (block.items.length === 0) return "no-match";
        const matchedFields = new Set<string>();
        for (const item of block.items) {
            const isInAnd = item.kind === "filter" && block.combine === "and";
            if (isInAnd && matchedFields.has(item.source.field)) continue;
            const outcome = item.kind === "filter" ? this.ask(item, trace) : this.walkRule(item, trace);
            if (outcome === "failed") return "failed";
            if (outcome === "match") {
                if (block.combine === "or") return "match";
                if (isInAnd) matchedFields.add(item.source.field);
            } else if (block.combine === "and" && !(isInAnd && item.sameFieldFollows)) {
                return "no-match";
            }
        }
        return block.combine === "and" ? "match" : "no-match";
    }

    private walkRule(rule: BoundRule, trace: Trace): Outcome {
        for (const filter of rule.filters) {
            const outcome = this.ask(filter, trace);
            if (outcome === "failed") return "failed";
            if (outcome === "match" && rule.source.relation === "or") return "match";
            if (outcome === "no-match" && rule.source.relation === "and") return "no-match";
        }
        return rule.source.relation === "and" ? "match" : "no-match";
    }

    private ask(filter: BoundFilter, trace: Trace): Outcome {
        const outcome = outcomeOf(filter);
        if (outcome === "match" && filter.name !== "") trace.name = filter.name;
        trace.onFilter?.(filter, outcome);
        return outcome;
    }

    private matchOf(block: BoundBlock): Match | null {
        if (block.items.length === 0) return null;
        if (hasGap(block)) return this.walk(block, { name: "" }) === "match" ? { block, alternative: null } : null;
        let first = none;
        for (const clause of block.clauses) {
            first = this.firstMatch(clause);
            if (first === none) return null;
        }
        return { block, alternative: block.combine === "or" ? first : null };
    }

    /** Index of the first alternative that matches. */
    private firstMatch({ number, alternatives, firstNumber, scans, unwatched }: Clause): number {
        for (const scan of scans) scan.scan(this.onFound);
        let first = alternatives.length;
        for (let found = this.firstFound[number] ?? none; found !== none; found = this.nextFound[found] ?? none) {
            const index = found - firstNumber;
            if (index < first && allMatch(alternatives[index])) first = index;
        }
        for (const index of unwatched) {
            if (index >= first) break;
            if (allMatch(alternatives[index])) first = index;
        }
        return first === alternatives.length ? none : first;
    }

    /** Called by a scan for each alternative that may match. */
    private readonly onFound = (alternative: number): void => {
        const clause = this.clauseOf[alternative] ?? 0;
        const known = this.firstFound[clause] ?? none;
        if (known === none) this.foundClauses[this.foundCount++] = clause;
        this.nextFound[alternative] = known;
        this.firstFound[clause] = alternative;
    };

    /** The last rule name given in a block before an alternative that matched, or before its end where none did. */
    private leakedName(block: BoundBlock, before: number): string {
        if (!block.named) return "";
        const [clause] = block.clauses;
        if (clause === undefined || block.combine === "and" || hasGap(block)) {
            const trace: Trace = { name: "" };
            this.walk(block, trace);
            return trace.name;
        }
        for (const scan of clause.scans) scan.scan(this.onFound);
        let last = none;
        let name = "";
        const take = (index: number): void => {
            if (index >= before || index < last) return;
            const given = nameGivenBy(clause.alternatives[index]);
            if (given === "") return;
            last = index;
            name = given;
        };
        for (let at = this.firstFound[clause.number] ?? none; at !== none; at = this.nextFound[at] ?? none) {
            take(at - clause.firstNumber);
        }
        for (const index of clause.unwatched) take(index);
        return name;
    }

    private blocksOn(onmatch: Block["onmatch"]): BoundBlock[] {
        return this.blocks.filter((block) => block.source.onmatch === onmatch).reverse();
    }
}

function outcomeOf({ scan, comparison }: BoundFilter): Outcome {
    if (scan === null) return "no-match";
    if (scan.text === null) return "failed";
    return scan.holds(comparison) ? "match" : "no-match";
}

function allMatch(alternative: Alternative | undefined): boolean {
    if (alternative === undefined) return false;
    for (const { scan, comparison } of alternative.filters) {
        if (scan === null || !scan.holds(comparison)) return false;
    }
    return true;
}

/** The last name of the filters that match before the first that does not. */
function nameGivenBy(alternative: Alternative | undefined): string {
    let name = "";
    if (alternative?.leaks !== true) return name;
    for (const filter of alternative.filters) {
        if (outcomeOf(filter) !== "match") break;
        if (filter.name !== "") name = filter.name;
    }
    return name;
}

/** Whether a field of the block is without a value, so that the sensor may give up on it. */
function hasGap(block: BoundBlock): boolean {
    for (const scan of block.fallible) if (scan.text === null) return true;
    return false;
}
