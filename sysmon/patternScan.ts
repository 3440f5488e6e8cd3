import type { Pattern } from "./comparison";

/** A pattern with the number of the comparison it speaks for. */
export interface NumberedPattern extends Pattern {
    readonly number: number;
}

const backslash = 0x5c;

/**
 * Finds all of many patterns in one pass over a text (the automaton of Aho and Corasick), without regard to the case of
 * ASCII letters. The text needs no folding.
 */
export class PatternScan {
    /** Class of each ASCII unit; 0 for one that no pattern has. Both cases of a letter share a class. */
    private readonly asciiClass = new Uint8Array(128);
    private readonly otherClass = new Map<number, number>();
    private readonly classes: number;
    /** Next state by state and class. */
    private readonly next: Int32Array;
    /** Patterns that end in each state; null where none does. */
    private readonly ending: (readonly NumberedPattern[] | null)[];

    /** All 0 between two searches. */
    private readonly marks: Uint8Array;

    constructor(patterns: readonly NumberedPattern[]) {
        this.marks = new Uint8Array(patterns.reduce((most, pattern) => Math.max(most, pattern.number + 1), 0));
        let classes = 1;
        const transitions = [new Map<number, number>()];
        const ending: NumberedPattern[][] = [[]];
        for (const pattern of patterns) {
            let state = 0;
            for (let at = 0; at < pattern.text.length; at++) {
                const unit = pattern.text.charCodeAt(at);
                let unitClass = this.classOf(unit);
                if (unitClass === 0) {
                    unitClass = classes++;
                    this.setClass(unit, unitClass);
                }
                let following = transitions[state]?.get(unitClass);
                if (following === undefined) {
                    following = transitions.length;
                    transitions.push(new Map());
                    ending.push([]);
                    transitions[state]?.set(unitClass, following);
                }
                state = following;
            }
            ending[state]?.push(pattern);
        }
        this.classes = classes;
        this.next = new Int32Array(transitions.length * classes);
        this.link(transitions, ending);
        this.ending = ending.map((found) => (found.length === 0 ? null : found));
    }

    /** Numbers of the comparisons of which a pattern stands in its place in the text, each once, ascending. */
    find(text: string): number[] {
        const { next, ending, classes, asciiClass } = this;
        const length = text.length;
        const numbers: number[] = [];
        let state = 0;
        for (let at = 0; at < length; at++) {
            const unit = text.charCodeAt(at);
            const unitClass = unit < 128 ? (asciiClass[unit] ?? 0) : (this.otherClass.get(unit) ?? 0);
            state = next[state * classes + unitClass] ?? 0;
            const found = ending[state];
            if (found === null || found === undefined) continue;
            for (const pattern of found) {
                if (this.marks[pattern.number] === 0 && isInPlace(pattern, text, at + 1)) {
                    this.marks[pattern.number] = 1;
                    numbers.push(pattern.number);
                }
            }
        }
        for (const number of numbers) this.marks[number] = 0;
        return numbers.sort((a, b) => a - b);
    }

    private classOf(unit: number): number {
        return unit < 128 ? (this.asciiClass[unit] ?? 0) : (this.otherClass.get(unit) ?? 0);
    }

    private setClass(unit: number, unitClass: number): void {
        if (unit >= 128) this.otherClass.set(unit, unitClass);
        else {
            this.asciiClass[unit] = unitClass;
            if (unit >= 0x61 && unit <= 0x7a) this.asciiClass[unit - 0x20] = unitClass;
        }
    }

    /** Fills the table breadth first: a missing transition is that of the longest proper suffix that is a prefix. */
    private link(transitions: readonly Map<number, number>[], ending: NumberedPattern[][]): void {
        const { next, classes } = this;
        const fallback = new Int32Array(transitions.length);
        const queue = [0];
        for (let head = 0; head < queue.length; head++) {
            const state = queue[head] ?? 0;
            const suffix = fallback[state] ?? 0;
            for (let unitClass = 0; unitClass < classes; unitClass++) {
                const inherited = state === 0 ? 0 : (next[suffix * classes + unitClass] ?? 0);
                const following = transitions[state]?.get(unitClass);
                if (following === undefined) {
                    next[state * classes + unitClass] = inherited;
                    continue;
                }
                next[state * classes + unitClass] = following;
                fallback[following] = inherited;
                ending[following]?.push(...(ending[inherited] ?? []));
                queue.push(following);
            }
        }
    }
}

/** Whether a pattern that ends before `end` stands where it must. */
function isInPlace(pattern: Pattern, text: string, end: number): boolean {
    switch (pattern.anchor) {
        case "anywhere":
            return true;
        case "start":
            return end === pattern.text.length;
        case "end":
            return end === text.length;
        case "whole":
            return end === text.length && end === pattern.text.length;
        case "file":
            return (
                end === text.length &&
                (end === pattern.text.length || text.charCodeAt(end - pattern.text.length - 1) === backslash)
            );
    }
}
