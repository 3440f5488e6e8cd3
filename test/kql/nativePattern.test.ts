import assert from "node:assert/strict";
import fc from "fast-check";
import { RE2JS } from "re2js";
import { nativePattern, type NativePattern } from "../../kql/regex/nativePattern";

/** Pieces of patterns as people write them, many of which the platform's engine may match. */
const atom = fc.constantFrom(
    ..."abcSk01_- .",
    "\\b",
    "\\B",
    "[^kS]",
    "[\\w-]",
    ".",
    "\\d",
    "\\w",
    "\\s",
    "\\D",
    "\\W",
    "\\S",
    "\\.",
    "\\\\",
    "[ab]",
    "[^a]",
    "[a-c0]",
    "[\\w.]",
    "[^\\s>]",
    "[\\d-]",
    "é",
    "\u{1f642}",
);
const repeat = fc.constantFrom("", "", "", "*", "+", "?", "*?", "+?", "{2}", "{1,3}", "{2,}");
const piece = fc.tuple(atom, repeat).map((parts) => parts.join(""));
const alternatives = fc.array(fc.constantFrom("a", "ab", "b0", "c"), { minLength: 2, maxLength: 3 });
const group = fc.oneof(
    fc.array(piece, { minLength: 1, maxLength: 3 }).map((parts) => `(${parts.join("")})`),
    alternatives.map((texts) => `(?:${texts.join("|")})`),
    alternatives.map((texts) => `(${texts.join("|")})`),
);
const pattern = fc
    .tuple(
        fc.constantFrom("", "", "^", "(?i)", "(?i)^"),
        fc.array(fc.oneof(piece, piece, group), { maxLength: 6 }),
        fc.constantFrom("", "", "$"),
    )
    .map(([start, parts, end]) => `${start}${parts.join("")}${end}`);
const text = fc.string({ unit: fc.constantFrom(..."aAbBcCksK01_- .>\n\\éÉ\u017f\u212a\u{1f642}"), maxLength: 30 });

interface Match {
    readonly start: number;
    readonly groups: readonly (string | undefined)[];
}

function byPlatform({ source, flags }: NativePattern, value: string): Match | undefined {
    const match = new RegExp(source, flags).exec(value);
    return match === null ? undefined : { start: match.index, groups: [...match] };
}

function byRe2(source: string, value: string): Match | undefined {
    const regex = RE2JS.compile(source);
    const matcher = regex.matcher(value);
    if (!matcher.find()) return undefined;
    const groups = Array.from({ length: regex.groupCount() + 1 }, (_, index) => matcher.group(index) ?? undefined);
    return { start: matcher.start(), groups };
}

describe("A pattern that the platform's engine may match", () => {
    it("matches as RE2 does, group by group", () => {
        let native = 0;
        fc.assert(
            fc.property(pattern, text, (source, value) => {
                const found = nativePattern(source);
                if (found === undefined) return;
                native++;
                assert.deepEqual(byPlatform(found, value), byRe2(source, value), source);
            }),
            { numRuns: 5_000 },
        );
        assert.ok(native > 500, `only ${native} patterns were native`);
    });

    for (const source of [
        "(a+)+$",
        "(a|aa)+$",
        "a*a*b",
        "\\w+\\d",
        ".*.*x",
        "(?:a|b)*c",
        "[ab]*b",
        "a?a?a?aa",
        "x*",
        "(?i)A*a",
    ]) {
        it(`is not ${source}, which would be read again and again`, () => {
            assert.equal(nativePattern(source), undefined);
        });
    }

    it("is not one with borders of words in any letter case, which the engines place differently", () => {
        assert.equal(nativePattern("(?i)\\bk"), undefined);
    });

    for (const source of [
        '<Data Name="Image">([^<]*)<',
        "^\\w+:\\d+$",
        "id=(\\d+)",
        "[a-f0-9]{32}",
        "(?i)\\\\lsass\\.exe$",
        "\\bcmd\\b",
    ]) {
        it(`is ${source}`, () => assert.ok(nativePattern(source)));
    }
});
