import { compileComparison, type Pattern, type Predicate } from "./comparison";
import { foldCase } from "./foldCase";
import { fieldText, type EventFields } from "./fieldText";
import { PatternSearch } from "./patternSearch";
import type { Condition, FieldFacts } from "./schema";

/** One comparison on the field. */
interface Entry {
    readonly test: Predicate;
    /** Whether it holds wherever one of its patterns was found. */
    readonly decisive: boolean;
    /** Whom to tell where it may hold; nobody: it is asked by itself. */
    readonly watchers: number[];
    /** Number of the last scan that found one of its patterns. */
    foundIn: number;
}

/**
 * Everything that is compared with one field. It looks at one event at a time: `begin` turns to it. Comparisons that are
 * watched are found together, by one pass over the text; the others are asked one by one, of the text in lower case.
 */
export class FieldScan {
    private readonly entries: Entry[] = [];
    /** Numbers of the comparisons by value, for each condition. */
    private readonly numbers = new Map<Condition, Map<string, number>>();
    /** Patterns of the comparisons, until they are watched for. */
    private patterns: (readonly Pattern[] | null)[] = [];
    private search: PatternSearch | null = null;
    /** Counts the scans, so that nothing need be wiped out between two. */
    private scans = 0;
    private tell: (watcher: number) => void = () => undefined;

    private fields: EventFields = {};
    /** Undefined while it has not been looked up. */
    private known: string | null | undefined = undefined;
    private folded: string | null = null;
    private scanned = false;

    constructor(readonly field: FieldFacts) {}

    /** Number of a comparison, the same for the same one. */
    numberOf(condition: Condition, value: string): number {
        let byValue = this.numbers.get(condition);
        if (byValue === undefined) {
            byValue = new Map();
            this.numbers.set(condition, byValue);
        }
        let number = byValue.get(value);
        if (number === undefined) {
            const { test, decisive, patterns } = compileComparison(condition, value);
            number = this.entries.push({ test, decisive, watchers: [], foundIn: 0 }) - 1;
            this.patterns.push(patterns);
            byValue.set(value, number);
        }
        return number;
    }

    /** Lets scans tell a watcher where the comparison may hold. False: they cannot, it may hold without any pattern. */
    watch(number: number, watcher: number): boolean {
        const entry = this.entries[number];
        if (entry === undefined || (this.patterns[number] ?? null) === null) return false;
        entry.watchers.push(watcher);
        return true;
    }

    /** To be called once, after the last comparison and watcher. */
    prepare(): void {
        const watched = this.entries.flatMap(({ watchers }, number) =>
            watchers.length === 0 ? [] : (this.patterns[number] ?? []).map((pattern) => ({ ...pattern, number })),
        );
        this.search = watched.length === 0 ? null : new PatternSearch(watched);
        this.numbers.clear();
        this.patterns = [];
    }

    /** Turns to an event; all that is asked afterwards is about it. */
    begin(fields: EventFields): void {
        this.fields = fields;
        this.known = undefined;
        this.folded = null;
        this.scanned = false;
    }

    /** The text that filters see; null where the field has no value. */
    get text(): string | null {
        if (this.known === undefined) this.known = fieldText(this.fields, this.field) ?? null;
        return this.known;
    }

    /** Tells the watchers of each comparison that may hold, once an event. */
    scan(tell: (watcher: number) => void): void {
        if (this.scanned) return;
        this.scanned = true;
        this.scans++;
        this.tell = tell;
        const { text } = this;
        if (text !== null) this.search?.find(text, this.found);
    }

    /** Whether a comparison holds; never where the field has no value. */
    holds(number: number): boolean {
        const entry = this.entries[number];
        const { text } = this;
        if (entry === undefined || text === null) return false;
        if (this.scanned && entry.watchers.length > 0) {
            if (entry.foundIn !== this.scans) return false;
            if (entry.decisive) return true;
        }
        this.folded ??= foldCase(text);
        return entry.test(this.folded);
    }

    private readonly found = (number: number): void => {
        const entry = this.entries[number];
        if (entry === undefined || entry.foundIn === this.scans) return;
        entry.foundIn = this.scans;
        for (const watcher of entry.watchers) this.tell(watcher);
    };
}
