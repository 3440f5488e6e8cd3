import type { Alternative, BlockReading, Clause } from "./alternatives";
import { implies, sameAtom, truthOf, type Atom } from "./atom";
import type { Budget } from "./budget";

/** One clause of an alternative that was added. */
interface Entry {
    readonly alternative: number;
    readonly clause: number;
    readonly atom: Atom;
}

/** Entries kept of one text in one place: repeating it more often adds nothing that is worth saying. */
const entriesOfOneText = 8;

/** Negative and opaque entries kept of one field: they are compared one by one. */
const othersOfOneField = 64;

/** Alternatives by what they state, so that those that hold wherever another one holds are found without a walk. */
export class CoverIndex {
    private readonly alternatives: Alternative[] = [];
    private readonly fields = new Map<string, FieldIndex>();

    constructor(private readonly budget: Budget) {}

    /** Adds an alternative to those that cover. */
    add(alternative: Alternative): void {
        const number = this.alternatives.push(alternative) - 1;
        for (const [clause, atoms] of alternative.clauses.entries()) {
            for (const atom of atoms) this.fieldOf(atom.field).add({ alternative: number, clause, atom });
        }
    }

    /** The first alternative added that holds wherever this one does; null where none is known. */
    coverOf(alternative: Alternative): Alternative | null {
        const implied = new Map<number, Set<number>>();
        let first: number | null = null;
        for (const clause of alternative.clauses) {
            for (const [number, clauses] of this.impliedBy(clause)) {
                const known = implied.get(number) ?? new Set<number>();
                for (const index of clauses) known.add(index);
                implied.set(number, known);
                if (known.size === this.alternatives[number]?.clauses.length && number < (first ?? Infinity))
                    first = number;
            }
        }
        return first === null ? null : (this.alternatives[first] ?? null);
    }

    /** The clauses that hold wherever one of these atoms holds, whichever it is, by alternative. */
    private impliedBy(clause: Clause): Map<number, Set<number>> {
        let common: Map<number, Set<number>> | null = null;
        for (const atom of clause) {
            if (truthOf(atom) === "never") continue;
            const found = new Map<number, Set<number>>();
            for (const entry of this.fields.get(atom.field)?.impliedBy(atom, this.budget) ?? []) {
                const clauses = found.get(entry.alternative) ?? new Set<number>();
                if (common === null || common.get(entry.alternative)?.has(entry.clause) === true)
                    clauses.add(entry.clause);
                if (clauses.size > 0) found.set(entry.alternative, clauses);
            }
            common = found;
            if (common.size === 0) break;
        }
        return common ?? new Map<number, Set<number>>();
    }

    private fieldOf(name: string): FieldIndex {
        let field = this.fields.get(name);
        if (field === undefined) {
            field = new FieldIndex();
            this.fields.set(name, field);
        }
        return field;
    }
}

/** Everything that can make some blocks match. */
export function coverIndexOf(blocks: readonly BlockReading[], budget: Budget): CoverIndex {
    const index = new CoverIndex(budget);
    for (const block of blocks) {
        for (const owner of block.owners) for (const alternative of owner.alternatives) index.add(alternative);
    }
    return index;
}

/** Entries by their text. */
class TextTable {
    private readonly entries = new Map<string, Entry[]>();
    private readonly lengths = new Set<number>();

    add(entry: Entry): void {
        const { text } = entry.atom;
        const known = this.entries.get(text);
        if (known === undefined) {
            this.entries.set(text, [entry]);
            this.lengths.add(text.length);
        } else if (known.length < entriesOfOneText) known.push(entry);
    }

    get(text: string): readonly Entry[] {
        return this.entries.get(text) ?? [];
    }

    /** Lengths of all texts. */
    get sizes(): ReadonlySet<number> {
        return this.lengths;
    }
}

/** Everything stated about one field. */
class FieldIndex {
    private readonly whole = new TextTable();
    private readonly start = new TextTable();
    private readonly end = new TextTable();
    private readonly file = new TextTable();
    /** Texts that may stand anywhere, by a beginning of them that is half as long at least. */
    private readonly anywhere = new Map<string, TextTable>();
    private readonly beginnings = new Set<number>();
    private readonly always: Entry[] = [];
    private readonly others: Entry[] = [];

    add(entry: Entry): void {
        const { atom } = entry;
        if (truthOf(atom) === "always") {
            if (this.always.length < entriesOfOneText) this.always.push(entry);
        } else if (atom.negative || atom.anchor === "opaque") {
            if (this.others.length < othersOfOneField) this.others.push(entry);
        } else if (atom.anchor === "anywhere") this.addAnywhere(entry);
        else this[atom.anchor].add(entry);
    }

    private addAnywhere(entry: Entry): void {
        const { text } = entry.atom;
        const size = 2 ** Math.floor(Math.log2(text.length));
        const beginning = text.slice(0, size);
        const table = this.anywhere.get(beginning) ?? new TextTable();
        table.add(entry);
        this.anywhere.set(beginning, table);
        this.beginnings.add(size);
    }

    /** Entries that hold wherever the atom does. */
    *impliedBy(atom: Atom, budget: Budget): Generator<Entry> {
        yield* this.always;
        for (const entry of this.others) if (implies(atom, entry.atom)) yield entry;
        if (atom.negative || atom.anchor === "opaque") return;
        const { anchor, text } = atom;
        yield* this.standingIn(text, budget);
        if (anchor === "whole") yield* this.whole.get(text);
        if (anchor === "whole" || anchor === "start") {
            for (const size of this.start.sizes) {
                if (!budget.spend(costOf(size))) return;
                if (size <= text.length) yield* this.start.get(text.slice(0, size));
            }
        }
        if (anchor === "whole" || anchor === "end" || anchor === "file") {
            for (const size of this.end.sizes) {
                if (!budget.spend(costOf(size))) return;
                if (size <= text.length) yield* this.end.get(text.slice(text.length - size));
            }
            const slash = text.lastIndexOf("\\");
            if (anchor !== "end" || slash !== -1) yield* this.file.get(text.slice(slash + 1));
        }
    }

    private *standingIn(text: string, budget: Budget): Generator<Entry> {
        for (const size of this.beginnings) {
            for (let at = 0; at + size <= text.length; at++) {
                if (!budget.spend(costOf(size))) return;
                const table = this.anywhere.get(text.slice(at, at + size));
                if (table === undefined) continue;
                for (const whole of table.sizes) {
                    if (!budget.spend(costOf(whole))) return;
                    if (at + whole <= text.length) yield* table.get(text.slice(at, at + whole));
                }
            }
        }
    }
}

/** Steps to cut a text out and look it up. */
function costOf(length: number): number {
    return 1 + (length >> 4);
}

/** Whether two alternatives state the same in the same order. */
export function sameAlternative(a: Alternative, b: Alternative): boolean {
    return (
        a.clauses.length === b.clauses.length &&
        a.clauses.every((clause, index) => {
            const other = b.clauses[index] ?? [];
            return clause.length === other.length && clause.every((atom, at) => isSame(atom, other[at]));
        })
    );
}

function isSame(atom: Atom, other: Atom | undefined): boolean {
    return other !== undefined && sameAtom(atom, other);
}
