import type { Comparison } from "./comparison";
import { foldCase } from "./foldCase";
import { PatternScan, type NumberedPattern } from "./patternScan";
import { ResultCache } from "./resultCache";

/** What a value of a field makes of every comparison on it. */
export interface ScanResult {
    /** Numbers of the comparisons that hold, ascending. */
    readonly held: readonly number[];
    /** By number of a block: the items that may match it by this field, ascending. */
    readonly candidates: readonly (readonly number[])[];
}

/** Whether a comparison holds. Few do, so that looking through them is quick. */
export function holds(result: ScanResult, comparison: number): boolean {
    const { held } = result;
    if (held.length <= 16) return held.includes(comparison);
    let low = 0;
    let high = held.length - 1;
    while (low < high) {
        const middle = (low + high) >> 1;
        if ((held[middle] ?? 0) < comparison) low = middle + 1;
        else high = middle;
    }
    return held[low] === comparison;
}

/** Where a comparison that holds makes an item of a block a candidate. */
export interface Use {
    readonly block: number;
    readonly item: number;
}

/** Values kept with their results: images and users repeat all day, and a value is a few hundred bytes. */
const rememberedValues = 2048;

/** Bound on the memory of all results kept of one field, in comparisons and blocks. */
const rememberedUnits = 8 * 1024 * 1024;

/** Longer values hardly repeat: command lines with their data, call traces. */
const longestRemembered = 300;

/** From here on one pass of the automaton beats asking each comparison. */
const scanFrom = 6;

/** Largest table of the automaton, in states times classes; a configuration beyond it is asked one by one. */
const largestTable = 32 * 1024 * 1024;

/** All comparisons on one field of one event, decided together for each value. */
export class FieldScan {
    private readonly comparisons: Comparison[] = [];
    private readonly uses: Use[][] = [];
    private remembered = new ResultCache<ScanResult>(rememberedValues, longestRemembered);
    private scan: PatternScan | null = null;
    /** Comparisons that the automaton cannot decide. */
    private asked: number[] = [];
    /** Comparisons that hold only if the automaton marked them, and not always then. */
    private readonly doubtful = new Set<number>();

    /** The result where nothing holds: most often. */
    private readonly nothing: ScanResult;

    constructor(private readonly blocks: number) {
        this.nothing = { held: [], candidates: new Array<number[]>(blocks).fill(noItems) };
    }

    /** Adds a comparison and returns its number. */
    add(comparison: Comparison): number {
        this.uses.push([]);
        return this.comparisons.push(comparison) - 1;
    }

    /** Makes an item of a block a candidate wherever the comparison holds. */
    use(comparison: number, use: Use): void {
        this.uses[comparison]?.push(use);
    }

    /** To be called once, after the last comparison. */
    prepare(): void {
        const patterns: NumberedPattern[] = [];
        this.comparisons.forEach((comparison, number) => {
            if (comparison.patterns === null) this.asked.push(number);
            else {
                for (const pattern of comparison.patterns) patterns.push({ ...pattern, number });
                if (!comparison.decisive) this.doubtful.add(number);
            }
        });
        if (patterns.length >= scanFrom && tableSize(patterns) <= largestTable) {
            this.scan = new PatternScan(patterns);
        } else {
            this.asked = this.comparisons.map((_, number) => number);
            this.doubtful.clear();
        }
        const resultSize = this.comparisons.length + this.blocks;
        const capacity = Math.min(rememberedValues, Math.ceil(rememberedUnits / resultSize));
        this.remembered = new ResultCache(capacity, longestRemembered);
    }

    /** What the value, its case as it came, makes of every comparison. */
    result(value: string): ScanResult {
        return this.remembered.get(value, this.decide);
    }

    private readonly decide = (value: string): ScanResult => {
        const held = this.heldBy(value);
        return held.length === 0 ? this.nothing : { held, candidates: this.candidatesOf(held) };
    };

    private heldBy(value: string): number[] {
        const held = this.scan === null ? [] : this.scan.find(value);
        if (this.asked.length + this.doubtful.size === 0) return held;
        const folded = foldCase(value);
        const sure = this.doubtful.size === 0 ? held : held.filter((number) => this.isSure(number, folded));
        for (const number of this.asked) {
            if (this.comparisons[number]?.test(folded) === true) sure.push(number);
        }
        return sure.sort((a, b) => a - b);
    }

    private isSure(number: number, folded: string): boolean {
        return !this.doubtful.has(number) || this.comparisons[number]?.test(folded) === true;
    }

    private candidatesOf(held: readonly number[]): number[][] {
        const candidates: number[][] = new Array<number[]>(this.blocks).fill(noItems);
        for (const number of held) {
            for (const { block, item } of this.uses[number] ?? []) {
                const items = candidates[block];
                if (items === noItems || items === undefined) candidates[block] = [item];
                else items.push(item);
            }
        }
        for (const items of candidates) if (items.length > 1) items.sort((a, b) => a - b);
        return candidates;
    }
}

/** Shared by all results, never written to. */
const noItems: number[] = [];

/** Upper bound of the automaton's table: states times classes of units. */
function tableSize(patterns: readonly NumberedPattern[]): number {
    const states = patterns.reduce((sum, pattern) => sum + pattern.text.length, 1);
    if (states > largestTable) return states;
    const units = new Set<string>();
    for (const pattern of patterns) for (const unit of pattern.text) units.add(unit);
    return states * (units.size + 1);
}
