import assert from "node:assert/strict";
import fc from "fast-check";
import { checkQuery, columnsOf, KqlError, loadTable, prepareQuery, readStoredFunction } from "../../kql";

const columns = [
    { name: "Id", type: "long" },
    { name: "Text", type: "string" },
    { name: "At", type: "datetime" },
];
const rows = [
    [1, "alpha", "2026-01-01T00:00:00Z"],
    [2, "beta", "2026-01-01T01:00:00Z"],
    [3, "alphabet", "2026-01-01T02:00:00Z"],
];
const table = loadTable({ columns, rows });
const now = "2026-01-01T02:30:00Z";

function prepare(query: string): ReturnType<typeof prepareQuery> {
    return prepareQuery(query, { tables: { T: columns } });
}

describe("A prepared query", () => {
    it("runs again and again, over any rows and clock", () => {
        const query = prepare("T | where At > ago(1h) | project Id");
        assert.deepEqual(query.run({ tables: { T: table }, now }).rows, [[3]]);
        assert.deepEqual(query.run({ tables: { T: table }, now: new Date("2026-01-01T01:30:00Z") }).rows, [[2], [3]]);
        assert.deepEqual(query.run({ tables: { T: table.select([0]) }, now }).rows, []);
    });

    it("tells which tables it reads and which spans it takes from the clock", () => {
        const query = prepare(
            "let from = ago(6m); T | where At > from and At < now() - 1m | union (T | where At > ago(1d))",
        );
        assert.deepEqual(query.tablesUsed, ["T"]);
        assert.deepEqual(query.clockOffsets, [60_000, 360_000, 86_400_000]);
    });

    it("takes columns by name, and nulls for those that the rows lack", () => {
        const query = prepare("T | project Id, Text");
        const given = {
            columns: [
                { name: "Text", type: "string" },
                { name: "Id", type: "long" },
            ],
            rows: [["x", 7]],
        };
        assert.deepEqual(query.run({ tables: { T: given }, now }).rows, [[7, "x"]]);
        assert.deepEqual(query.run({ tables: { T: { columns: [], rows: [[]] } }, now }).rows, [[null, ""]]);
    });

    it("refuses rows of another type, no rows at all, and a clock that cannot be read", () => {
        const query = prepare("T | count");
        const wrong = { columns: [{ name: "Id", type: "string" }], rows: [["x"]] };
        assert.throws(() => query.run({ tables: { T: wrong }, now }), /column Id is string/);
        assert.throws(() => query.run({ tables: {}, now }), /no rows were given for table T/);
        assert.throws(() => query.run({ tables: { T: table }, now: "noon" }), /no datetime/);
    });

    it("knows the rows that no clock lets through", () => {
        const query = prepare("T | where Text startswith 'alpha' | where At > ago(1m)");
        assert.deepEqual(query.survivors("T", table), [0, 2]);
    });

    it("keeps every row that a neighbor, or another use of the table, may ask for", () => {
        assert.deepEqual(
            prepare("T | serialize | extend p = prev(Id) | where Id == 3").survivors("T", table),
            [0, 1, 2],
        );
        assert.deepEqual(prepare("union (T | where Id == 1), (T | where Id == 3)").survivors("T", table), [0, 2]);
    });

    it("answers over the survivors as over all rows", () => {
        const queries = [
            "T | where Text has 'beta' or Id > 2 | summarize count(), max(Id) by bin(At, 1h)",
            "let v = T | where Id > 1; v | join kind=inner (T | where Text contains 'a') on Id | project Id, Text",
            "T | extend n = strlen(Text) | where n > 4 | top 2 by n | project Text",
            "T | where At between (ago(2h) .. now()) and Id != 2 | project Id",
        ].map(prepare);
        const row = fc.tuple(
            fc.integer({ min: 0, max: 5 }),
            fc.constantFrom("alpha", "beta", "a", ""),
            fc.constantFrom(...rows.map(([, , at]) => at)),
        );
        fc.assert(
            fc.property(fc.array(row, { maxLength: 20 }), fc.constantFrom(...queries), (some, query) => {
                const all = loadTable({ columns, rows: some });
                const kept = all.select(query.survivors("T", all));
                assert.deepEqual(query.run({ tables: { T: kept }, now }), query.run({ tables: { T: all }, now }));
            }),
        );
    });

    it("counts what each predicate on single rows lets through", () => {
        const steps = prepare(
            "T\n| where Id > 1 and Text has 'beta'\n| where At > ago(1h)".replaceAll("\\\n", "\n"),
        ).funnel("T", table);
        assert.deepEqual(
            steps.map(({ text, rowsIn, rowsOut }) => [text, rowsIn, rowsOut]),
            [
                ["Id > 1", 3, 2],
                ["Text has 'beta'", 2, 1],
            ],
        );
        assert.deepEqual(prepare("print 1").funnel("T", table), []);
    });

    it("stops at its limits", () => {
        const few = prepareQuery("range i from 1 to 100 step 1", { tables: {}, limits: { maxRows: 10 } });
        assert.throws(() => few.run({ tables: {}, now }), /more than 10 rows/);
        const brief = prepareQuery("range i from 1 to 2000000 step 1 | where i % 7 == 8 | count", {
            tables: {},
            limits: { maxMilliseconds: 0 },
        });
        assert.throws(() => brief.run({ tables: {}, now }), /longer than 0 ms/);
    });
});

describe("A table as data", () => {
    it("is refused with every value that does not fit", () => {
        assert.throws(
            () =>
                loadTable(
                    {
                        columns,
                        rows: [
                            ["x", 1, "noon"],
                            [1, "a", now, 4],
                        ],
                        ingestionTimes: ["noon"],
                    },
                    "T",
                ),
            (error) => error instanceof KqlError && error.code === "KQ400" && /row 1, column Id/.test(error.message),
        );
        assert.throws(() => loadTable({ columns: [{ name: "a", type: "color" }], rows: [] }), /no KQL type/);
        assert.throws(
            () =>
                loadTable({
                    columns: [
                        { name: "a", type: "int" },
                        { name: "a", type: "int" },
                    ],
                    rows: [],
                }),
            /twice/,
        );
    });
});

describe("The check of a query", () => {
    it("finds nothing in a good one, over the tables of a workspace", () => {
        assert.deepEqual(checkQuery("Event | where EventID == 10 | summarize count() by Computer"), []);
    });

    it("tells every problem with code, line and column", () => {
        const issues = checkQuery("Event\n| where Nope == 1\n| where Nada == 2".replaceAll("\\\n", "\n"));
        assert.deepEqual(
            issues.map(({ code, severity, line, column }) => [code, severity, line, column]),
            [
                ["KQ101", "error", 2, 9],
                ["KQ101", "error", 3, 9],
            ],
        );
    });

    it("ends in a finding where brackets nest too deep to parse", () => {
        const [issue] = checkQuery(`print ${"(".repeat(5_000)}`);
        assert.deepEqual([issue?.code, issue?.line], ["KQ302", 1]);
    });

    it("knows the columns of an answer", () => {
        assert.deepEqual(columnsOf("Event | summarize n = count() by Computer"), [
            { name: "Computer", type: "string" },
            { name: "n", type: "long" },
        ]);
        assert.equal(columnsOf("Event | where"), undefined);
    });
});

describe("The text of a stored function", () => {
    for (const [title, text, expected] of [
        ["is a body", "T | count", { name: "F", body: "T | count" }],
        ["is a declaration", "let G = (x: long) { x + 1 };", { name: "G", parameters: "(x: long)", body: " x + 1 " }],
        [
            "is a command",
            ".create-or-alter function with (folder='x') H(x: long = 1) { x }",
            { name: "H", parameters: "(x: long = 1)", body: " x " },
        ],
    ] as const) {
        it(title, () => assert.deepEqual(readStoredFunction("F", text), expected));
    }

    it("runs, its parameters with defaults, and its own lines in errors", () => {
        const functions = [readStoredFunction("Twice", "let Twice = (x: long = 3) { x * 2 };")];
        const query = prepareQuery("print Twice(), Twice(5)", { tables: {}, functions });
        assert.deepEqual(query.run({ tables: {}, now }).rows, [[6, 10]]);
        const broken = [{ name: "Bad", body: "nope +" }];
        assert.throws(() => prepareQuery("print Bad()", { tables: {}, functions: broken }), KqlError);
    });
});
