import fc from "fast-check";
import assert from "node:assert/strict";
import { containsAnyCase, endsAnyCase, equalsAnyCase, startsAnyCase } from "../../kql/values/letterCase";
import { termSearch, termSearchAnyCase } from "../../kql/values/terms";

type Test = (text: string) => boolean;

/** A search in any letter case, and what it must find: what the plain one finds where all is in lower case. */
const searches: Readonly<
    Record<string, readonly [anyCase: (needle: string) => Test, plain: (needle: string) => Test]>
> = {
    contains: [containsAnyCase, (needle) => (text) => text.includes(needle)],
    startswith: [startsAnyCase, (needle) => (text) => text.startsWith(needle)],
    endswith: [endsAnyCase, (needle) => (text) => text.endsWith(needle)],
    "=~": [equalsAnyCase, (needle) => (text) => text === needle],
    has: [(needle) => termSearchAnyCase(needle, "both"), (needle) => termSearch(needle, "both")],
    hasprefix: [(needle) => termSearchAnyCase(needle, "start"), (needle) => termSearch(needle, "start")],
    hassuffix: [(needle) => termSearchAnyCase(needle, "end"), (needle) => termSearch(needle, "end")],
};

/** Few characters, so that needles are found: some change their length in lower case, or become ASCII there. */
const unit = fc.constantFrom(..."aAbBkKiI.\\_1", "é", "É", "\u0130", "\u212a", "\u03a3", "\u{1f642}");
const text = fc.string({ unit, maxLength: 12 });
const needle = fc.string({ unit, maxLength: 3 });

describe("A search in any letter case", () => {
    for (const [name, [anyCase, plain]] of Object.entries(searches)) {
        it(`${name} finds what it finds in lower case`, () => {
            fc.assert(
                fc.property(needle, fc.array(text, { minLength: 1, maxLength: 4 }), (sought, texts) => {
                    const [found, expected] = [anyCase(sought), plain(sought.toLowerCase())];
                    for (const one of [...texts, sought, sought.toUpperCase()]) {
                        assert.equal(found(one), expected(one.toLowerCase()), `${sought} in ${one}`);
                    }
                }),
                { numRuns: 2000 },
            );
        });
    }
});
