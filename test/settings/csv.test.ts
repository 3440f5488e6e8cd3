import assert from "node:assert/strict";
import fc from "fast-check";
import { readCsv } from "../../settings/csv";

describe("a CSV text", () => {
    const cases: [what: string, text: string, rows: string[][]][] = [
        [
            "plain values",
            "a,b\nc,d\n",
            [
                ["a", "b"],
                ["c", "d"],
            ],
        ],
        [
            "line ends of Windows, and none at the end",
            "a,b\r\nc,d",
            [
                ["a", "b"],
                ["c", "d"],
            ],
        ],
        [
            "quoted values with commas, quotes and line breaks",
            '"a,1","say ""b""","c\nd"\n',
            [["a,1", 'say "b"', "c\nd"]],
        ],
        [
            "empty values",
            ',\n"",x\n',
            [
                ["", ""],
                ["", "x"],
            ],
        ],
        ["a byte order mark and empty lines", "\uFEFFa\n\n\nb\n", [["a"], ["b"]]],
        ["nothing", "", []],
    ];
    for (const [what, text, rows] of cases) it(`has ${what}`, () => assert.deepEqual(readCsv(text), { rows }));

    for (const [what, text, line] of [
        ["a quote that is not closed", 'a\n"b\n', 2],
        ["text beside a quoted value", 'a\nb\n"c"d\n', 3],
        ["a quote within a plain value", 'a"b\n', 1],
    ] as const) {
        it(`is refused for ${what}, with its line`, () => {
            const read = readCsv(text);
            assert.deepEqual("line" in read && read.line, line);
        });
    }

    it("gives back what was written, whatever it was", () => {
        const written = fc.array(fc.array(fc.string({ minLength: 1, unit: "binary" }), { minLength: 1, maxLength: 4 }));
        fc.assert(
            fc.property(written, (rows) => {
                const text = rows
                    .map((row) => `${row.map((value) => `"${value.replaceAll('"', '""')}"`).join(",")}\r\n`)
                    .join("");
                assert.deepEqual(readCsv(text), { rows });
            }),
        );
    });
});
