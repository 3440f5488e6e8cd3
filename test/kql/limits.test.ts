import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { KqlError, openDatabase, type KqlErrorCode } from "../../kql";

const database = openDatabase({
    now: "2026-01-01T00:00:00Z",
    limits: { maxRows: 100_000, maxBytes: 20_000_000 },
    tables: {
        T: {
            columns: [
                { name: "N", type: "long" },
                { name: "S", type: "string" },
            ],
            rows: Array.from({ length: 500 }, (_, index) => [index, `${"a".repeat(30)}!${index}`]),
        },
    },
});

function refusalOf(query: string, opened = database): KqlError {
    try {
        opened.query(query);
    } catch (error) {
        assert.ok(error instanceof KqlError, String(error));
        return error;
    }
    return assert.fail("the query was answered");
}

/** Names declared one after the other, each made of the one before. */
function chain(count: number, first: string, next: (before: string) => string): string {
    const lines = [`let x0 = ${first};`];
    for (let index = 1; index <= count; index++) lines.push(`let x${index} = ${next(`x${index - 1}`)};`);
    return lines.join("\n");
}

const doubled = chain(40, "'xxxxxxxx'", (before) => `strcat(${before}, ${before})`);
const shared = chain(40, "pack_array(1, 2)", (before) => `pack_array(${before}, ${before})`);
const calls = Array.from({ length: 20 }, (_, index) => {
    const before = index === 0 ? "x + 1" : `f${index - 1}(x) + f${index - 1}(x)`;
    return `let f${index} = (x: long) { ${before} };`;
}).join("\n");
const everyPair = "T | extend k = 1 | join kind=inner (T | extend k = 1) on k | count";
const longTexts = "range i from 1 to 50000 step 1 | extend s = strcat(strrep('xxxxxxxxxx', 100), i)";

describe("A hostile query ends in an error that says where", () => {
    for (const [title, query, code, line] of [
        ["a range without end", "range i from 1 to 1000000000000 step 1\n| count", "KQ300", 2],
        ["a range as a value", "print range(1, 1000000000000)", "KQ300", 1],
        ["repeat()", "print repeat(1, 1000000000000)", "KQ300", 1],
        [
            "mv-expand of mv-expand",
            "T\n| mv-expand a = range(1, 400)\n| mv-expand b = range(1, 400)\n| count",
            "KQ300",
            2,
        ],
        ["mv-apply that grows", "T | mv-apply a = range(1, 400) on (where a > 0) | count", "KQ300", 1],
        ["a join of everything with everything", everyPair, "KQ300", 1],
        ["lists of long texts", `${longTexts}\n| summarize make_list(s)`, "KQ303", 2],
        ["sets of long texts", `${longTexts}\n| summarize make_set(s)`, "KQ303", 2],
        ["keys that are long texts", `${longTexts}\n| summarize count() by s`, "KQ303", 2],
        ["long texts in order", `${longTexts}\n| sort by s asc`, "KQ303", 2],
        ["long texts kept", `${longTexts}\n| take 40000`, "KQ303", 2],
        [
            "percentiles of many",
            "range i from 1 to 90000 step 1 | mv-expand j = range(1, 1) | summarize percentiles(strlen(strcat(i)), 5, 6, 7)",
            undefined,
            1,
        ],
        [
            "a column for every row",
            "range i from 1 to 5000 step 1 | extend j = tostring(i) | evaluate pivot(j, count(), i)",
            "KQ303",
            1,
        ],
        [
            "a key for every row",
            "range i from 1 to 5000 step 1 | extend b = bag_pack(tostring(i), 1) | evaluate bag_unpack(b)",
            "KQ303",
            1,
        ],
        ["too many bins", "T | make-series count() on N from 0 to 100000000 step 1", "KQ300", 1],
        ["bins for every row", "T | make-series count() on N from 0 to 100000 step 1 by S", "KQ303", 1],
        ["a text doubled forty times", `${doubled}\nprint strlen(x40)`, "KQ303", 42],
        [
            "many long texts at once",
            "print pack_array(strrep(strrep('a', 1000), 1000), strrep(strrep('b', 1000), 1000), strrep(strrep(strrep('b', 1000), 1000), 30))",
            "KQ303",
            1,
        ],
        [
            "replacements that grow",
            "print replace_string(strrep('a', 1000), 'a', strrep(strrep('b', 1000), 1000))",
            "KQ302",
            1,
        ],
        ["arrays that share their elements, as text", `${shared}\nprint tostring(x40)`, "KQ302", 42],
        ["arrays that share their elements, as an answer", `${shared}\nprint x40`, "KQ302", 42],
        [
            "arrays that share their elements, told apart",
            `${shared}\nprint set_union(pack_array(x40), pack_array(x40))`,
            "KQ302",
            42,
        ],
        ["a function that calls itself", "let f = (x: long) { f(x - 1) }; print f(3)", "KQ101", 1],
        ["functions that double their calls", `${calls}\nprint f19(1)`, "KQ302", undefined],
        ["a megabyte of parentheses", `print ${"(".repeat(500_000)}1${")".repeat(500_000)}`, "KQ302", 1],
        [
            "a megabyte of brackets in a text of JSON",
            `print strlen(tostring(parse_json('${"[".repeat(400_000)}')))`,
            undefined,
            1,
        ],
        ["minus after minus", `print ${"-".repeat(20_000)}1`, "KQ302", 1],
        [
            "a compressed text that unfolds without end",
            `print strlen(gzip_decompress_from_base64_string('${gzipSync(Buffer.alloc(20_000_000)).toString("base64")}'))`,
            "KQ302",
            1,
        ],
    ] as const satisfies readonly (readonly [string, string, KqlErrorCode | undefined, number | undefined])[]) {
        it(title, () => {
            if (code === undefined) {
                assert.equal(database.query(query).rows.length, 1);
                return;
            }
            const error = refusalOf(query);
            assert.equal(error.code, code, error.message);
            if (line !== undefined) assert.equal(error.line, line, error.message);
        });
    }
});

describe("Regular expressions that others would go back and forth in", () => {
    for (const pattern of ["(a+)+$", "(a|aa)+$", "^(a*)*b", "(.*)(.*)(.*)(.*)x"]) {
        it(`${pattern} is answered`, () => {
            const { rows } = database.query(`T | where S matches regex ${JSON.stringify(pattern)} | count`);
            assert.deepEqual(rows, [[0]]);
        });
    }

    it("that repeat repetitions are refused", () => {
        assert.equal(refusalOf("print extract('((a{100}){100}){100}', 0, 'a')").code, "KQ102");
    });
});

describe("Limits of a database", () => {
    it("stop the constants of a query too, at their place", () => {
        const opened = openDatabase({ limits: { maxRows: 10 } });
        const error = refusalOf("print 1\n| extend x = extract('a', array_length(range(1, 100)), 'a')", opened);
        assert.deepEqual([error.code, error.line], ["KQ300", 2]);
    });

    it("stop work that one row makes", () => {
        const opened = openDatabase({ limits: { maxMilliseconds: 0 } });
        assert.equal(refusalOf("print array_length(range(1, 1000000))", opened).code, "KQ301");
    });

    it("give memory back that a part of mv-apply needed for itself", () => {
        const opened = openDatabase({ limits: { maxBytes: 1_000_000 } });
        const query =
            "range i from 1 to 500 step 1 | mv-apply x = range(1, 100) to typeof(long) on (sort by x desc | take 1) | summarize sum(x)";
        assert.deepEqual(opened.query(query).rows, [[50_000]]);
    });

    it("do not count what was given", () => {
        const rows = Array.from({ length: 1000 }, () => ["x".repeat(1000)]);
        const tables = { T: { columns: [{ name: "s", type: "string" }], rows } };
        const opened = openDatabase({ tables, limits: { maxBytes: 100_000 } });
        assert.deepEqual(opened.query("T | where s has 'y' or strlen(s) == 1000 | count").rows, [[1000]]);
    });
});
