import assert from "node:assert/strict";
import fc from "fast-check";
import { fieldsUsed } from "../../detections";
import { identifiersOf } from "../../detections/identifiers";

describe("names that a query mentions", () => {
    const cases: readonly (readonly [title: string, query: string, names: readonly string[]])[] = [
        [
            "are found anywhere in the code",
            "T | where Image has 'a' and f(Pid)",
            ["T", "where", "Image", "has", "and", "f", "Pid"],
        ],
        ["are not found in line comments", "T // Image\n| count", ["T", "count"]],
        [
            "are not found in strings of either quote",
            `T | where A == "Image \\" User" or B == 'Hash \\' Name'`,
            ["T", "where", "A", "or", "B"],
        ],
        [
            "are not found in verbatim strings, where a backslash ends nothing",
            String.raw`T | where A == @"c:\" and B == @'x\'`,
            ["T", "where", "A", "and", "B"],
        ],
        [
            "are not found in verbatim strings with a doubled quote",
            `T | where A == @"a ""Image"" b"`,
            ["T", "where", "A"],
        ],
        [
            "are not found in multi-line strings",
            "T | where A == ```\nImage\n``` and B == ~~~Hash~~~",
            ["T", "where", "A", "and", "B"],
        ],
        [
            "are not found behind a comment mark inside a string",
            `T | where A == "//" and Image == 1`,
            ["T", "where", "A", "and", "Image"],
        ],
        ["are found in brackets and quotes", `T | project ['Image'], ["User"]`, ["T", "project", "Image", "User"]],
        ["survive a string that never ends", `T | where A == "Image`, ["T", "where", "A"]],
        [
            "do not span lines for a string that never ends",
            `T | where A == "x\n| where Image == 1`,
            ["T", "where", "A", "Image"],
        ],
    ];
    for (const [title, query, names] of cases) {
        it(title, () => assert.deepEqual([...identifiersOf(query)].sort(), [...names].sort()));
    }

    it("always hold a column that stands between any texts", () => {
        fc.assert(
            fc.property(fc.string(), (text) => {
                const query = `T | where A == ${JSON.stringify(text)} | where Image == ${JSON.stringify(text)}`;
                assert.ok(identifiersOf(query).has("Image"));
            }),
        );
    });
});

describe("fields that a query uses", () => {
    it("are Sysmon's, sorted, without what the table knows", () => {
        assert.deepEqual(
            fieldsUsed(
                "SysmonParsed | where TargetImage has 'x' and EventID == 10 | project TimeGenerated, CallTrace, Other",
            ),
            ["CallTrace", "TargetImage"],
        );
    });

    it("have Sysmon's Type under its column's name", () => {
        assert.deepEqual(fieldsUsed("SysmonParsed | where SysmonType == 'x' and Type == 'Event'"), ["SysmonType"]);
    });
});
