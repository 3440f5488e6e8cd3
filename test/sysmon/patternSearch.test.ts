import assert from "node:assert/strict";
import fc from "fast-check";
import type { Anchor } from "../../sysmon/comparison";
import { PatternSearch } from "../../sysmon/patternSearch";

const anchors: readonly Anchor[] = ["anywhere", "start", "end", "whole", "file"];

/** Whether a pattern stands in its place, written down as plainly as can be. */
function stands(anchor: Anchor, pattern: string, text: string): boolean {
    switch (anchor) {
        case "anywhere":
            return text.includes(pattern);
        case "start":
            return text.startsWith(pattern);
        case "end":
            return text.endsWith(pattern);
        case "whole":
            return text === pattern;
        case "file":
            return text === pattern || text.endsWith(`\\${pattern}`);
    }
}

function search(patterns: readonly (readonly [anchor: Anchor, text: string])[], text: string): number[] {
    const found = new Set<number>();
    new PatternSearch(patterns.map(([anchor, pattern], number) => ({ anchor, text: pattern, number }))).find(
        text,
        (number) => found.add(number),
    );
    return [...found].sort((a, b) => a - b);
}

describe("searching for many patterns", () => {
    const patterns = anchors.map((anchor) => [anchor, "b.exe"] as const);
    for (const [text, found] of [
        ["a b.exe c", ["anywhere"]],
        ["b.exe c", ["anywhere", "start"]],
        ["ab.exe", ["anywhere", "end"]],
        ["a\\B.EXE", ["anywhere", "end", "file"]],
        ["b.exe", ["anywhere", "start", "end", "whole", "file"]],
        ["b.ex", []],
        ["", []],
    ] as const) {
        it(`finds those in their place in "${text}"`, () => {
            assert.deepEqual(
                search(patterns, text).map((number) => anchors[number]),
                found,
            );
        });
    }

    it("finds patterns that begin with one another, and the same one twice", () => {
        const nested = ["a", "ab", "abc", "ab", "b", "bcd"].map((text) => ["anywhere", text] as const);
        assert.deepEqual(search(nested, "xabcx"), [0, 1, 2, 3, 4]);
    });

    it("ignores the case of ASCII letters only", () => {
        const few = ["é", "k", "[", "@"].map((text) => ["anywhere", text] as const);
        assert.deepEqual(search(few, "É"), []);
        assert.deepEqual(search(few, "\u212a"), []);
        assert.deepEqual(search(few, "K{`"), [1]);
    });

    it("finds what looking for each of them finds", () => {
        const texts = fc.string({ unit: fc.constantFrom("a", "b", "\\", "é", "ü", "\0", "\u0100"), maxLength: 8 });
        const someAnchor = fc.constantFrom(...anchors);
        const patternOf = fc.tuple(
            someAnchor,
            texts.filter((text) => text !== ""),
        );
        fc.assert(
            fc.property(fc.array(patternOf, { maxLength: 20 }), texts, fc.boolean(), (drawn, text, isUpper) => {
                const expected = drawn.flatMap(([anchor, pattern], number) =>
                    stands(anchor, pattern, text) ? [number] : [],
                );
                // Upper case for ASCII letters only, as "É" is another letter than "é".
                const shown = isUpper ? text.replace(/[a-z]/g, (letter) => letter.toUpperCase()) : text;
                assert.deepEqual(search(drawn, shown), expected);
            }),
            { numRuns: 3000 },
        );
    });
});
