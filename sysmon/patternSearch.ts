import type { Anchor, Pattern } from "./comparison";
import { PatternTrie, type Direction } from "./patternTrie";

/** A pattern with the number of what it speaks for. */
export interface NumberedPattern extends Pattern {
    readonly number: number;
}

const backslash = 0x5c;

/**
 * Finds which of many patterns stand in their place in a text, without regard to the case of ASCII letters. Those that
 * must stand at an edge of the text cost no more than the units they share with it.
 */
export class PatternSearch {
    private readonly fromStart: Tree | null;
    private readonly fromEnd: Tree | null;
    private readonly anywhere: Tree | null;
    private text = "";
    private found: (number: number) => void = () => undefined;

    /** The patterns must not be empty. */
    constructor(patterns: readonly NumberedPattern[]) {
        this.fromStart = treeOf(patterns, "forward", "start", "whole");
        this.fromEnd = treeOf(patterns, "backward", "end", "file");
        this.anywhere = treeOf(patterns, "forward", "anywhere", null);
    }

    /** Calls back for every pattern found, for one that may stand anywhere at each of its places. */
    find(text: string, found: (number: number) => void): void {
        this.text = text;
        this.found = found;
        this.fromStart?.trie.searchEdge(text, this.visitFromStart);
        this.fromEnd?.trie.searchEdge(text, this.visitFromEnd);
        this.anywhere?.trie.searchAll(text, this.visitAnywhere);
    }

    private readonly visitFromStart = (pattern: number, behind: number): void => {
        if (this.fromStart?.strict[pattern] === 1 && behind < this.text.length) return;
        this.found(this.fromStart?.numbers[pattern] ?? 0);
    };

    private readonly visitFromEnd = (pattern: number, before: number): void => {
        if (this.fromEnd?.strict[pattern] === 1 && before >= 0 && this.text.charCodeAt(before) !== backslash) return;
        this.found(this.fromEnd?.numbers[pattern] ?? 0);
    };

    private readonly visitAnywhere = (pattern: number): void => {
        this.found(this.anywhere?.numbers[pattern] ?? 0);
    };
}

/** Patterns that are looked for in one way. */
interface Tree {
    readonly trie: PatternTrie;
    readonly numbers: Int32Array;
    /** 1 for a pattern that must end where the text, or the name of the file, ends. */
    readonly strict: Uint8Array;
}

function treeOf(
    patterns: readonly NumberedPattern[],
    direction: Direction,
    loose: Anchor,
    strict: Anchor | null,
): Tree | null {
    const own = patterns.filter(({ anchor }) => anchor === loose || anchor === strict);
    if (own.length === 0) return null;
    return {
        trie: new PatternTrie(own, direction),
        numbers: Int32Array.from(own, ({ number }) => number),
        strict: Uint8Array.from(own, ({ anchor }) => (anchor === strict ? 1 : 0)),
    };
}
