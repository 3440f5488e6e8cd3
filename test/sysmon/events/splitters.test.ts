import assert from "node:assert/strict";
import fc from "fast-check";
import { LineSplitter, ValueSplitter } from "../../../sysmon/events/jsonText";
import type { TextPart, TextSplitter } from "../../../sysmon/events/textPieces";
import { XmlEventSplitter } from "../../../sysmon/events/xmlText";

function split(splitter: TextSplitter, pieces: readonly string[]): TextPart[] {
    return [...pieces.flatMap((piece) => splitter.push(piece)), ...splitter.end()];
}

/** The text in pieces that end anywhere. */
function cutAt(text: string, places: readonly number[]): string[] {
    const cuts = [0, ...places.map((place) => place % (text.length + 1)).sort((a, b) => a - b), text.length];
    return cuts.slice(1).map((end, index) => text.slice(cuts[index], end));
}

const json = ['{"a":"}\\"{"}', "\n", ",", '[{"b":[1,{}]}', "]", '"{"', "\r\n", '{"c":"\\\\"}', "{"];
const xml = [
    "<Event>",
    "</Event>",
    "<Event xmlns='x'>",
    "\n",
    "<![CDATA[</Event>]]>",
    "<!-- <Event> -->",
    "<Events>",
    "a",
    "<!--",
];

describe("cutting text into records", () => {
    const splitters: readonly (readonly [name: string, make: () => TextSplitter, words: readonly string[]])[] = [
        ["lines", () => new LineSplitter(), json],
        ["JSON values", () => new ValueSplitter(), json],
        ["XML events", () => new XmlEventSplitter(), xml],
    ];
    for (const [name, make, words] of splitters) {
        it(`gives the same ${name} wherever the pieces of a file end`, () => {
            const text = fc.array(fc.constantFrom(...words), { maxLength: 12 }).map((parts) => parts.join(""));
            fc.assert(
                fc.property(text, fc.array(fc.nat(), { maxLength: 6 }), (whole, places) => {
                    assert.deepEqual(split(make(), cutAt(whole, places)), split(make(), [whole]));
                }),
                { numRuns: 1000 },
            );
        });
    }

    it("says the line of each part", () => {
        const parts = split(new XmlEventSplitter(), ["\n<Event>\n</Event>\n\n<Event", ">a</Event><Event>\n"]);
        assert.deepEqual(parts, [
            { kind: "text", text: "<Event>\n</Event>", line: 2 },
            { kind: "text", text: "<Event>a</Event>", line: 5 },
            { kind: "problem", message: "the file ends within this event", line: 5 },
        ]);
    });
});
