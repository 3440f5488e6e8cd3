import assert from "node:assert/strict";
import { KqlError, openDatabase } from "../../kql";

const database = openDatabase({
    now: "2026-01-01T00:00:00Z",
    tables: {
        T: {
            columns: [
                { name: "Name", type: "string" },
                { name: "Bag", type: "dynamic" },
            ],
            rows: [["old", { Name: "new", Age: 7 }]],
        },
    },
});

/** A query, its columns and its rows. */
type Answer = readonly [query: string, columns: string[], rows: unknown[][]];

const families: Readonly<Record<string, readonly Answer[]>> = {
    "what a query sets or declares before it asks": [
        ["set query_bin_auto_size=2; print x=bin_auto(5)", ["x"], [[4]]],
        ["set query_bin_auto_size=2; set query_bin_auto_at=1; print x=bin_auto(6)", ["x"], [[5]]],
        ["declare query_parameters(a: long = 3, b: string = 'z'); print x=a, y=b", ["x", "y"], [[3, "z"]]],
    ],
    "a table by a name that is worked out": [
        ["let namesOf = (name: string) { table(name) | project Name }; namesOf('T')", ["Name"], [["old"]]],
        ["let t = strcat('', 'T'); table(t) | count", ["Count"], [[1]]],
    ],
    "options that change no answer": [
        ["set truncationmaxsize=1048576; set truncationmaxrecords=2; T | count", ["Count"], [[1]]],
    ],
    "a bag whose key is a column already": [
        ["T | evaluate bag_unpack(Bag, columnsConflict='replace_source')", ["Age", "Name"], [[7, "new"]]],
        ["T | evaluate bag_unpack(Bag, columnsConflict='keep_source')", ["Age", "Name"], [[7, "old"]]],
        ["T | evaluate bag_unpack(Bag, 'p_', 'error', dynamic(['Age']))", ["Name", "p_Name"], [["old", "new"]]],
        ["T | evaluate bag_unpack(Bag, ignoredProperties=dynamic(['Name']))", ["Name", "Age"], [["old", 7]]],
    ],
    "the name of a column that may be missing": [
        ["T | project column_ifexists('Nope', Name)", ["Name"], [["old"]]],
        ["T | project column_ifexists('Nope', 1)", ["Column1"], [[1]]],
        ["T | project column_ifexists('Name', '')", ["Name"], [["old"]]],
    ],
    "find with all other columns in a bag": [
        [
            "find Name == 'old' project pack_all()",
            ["source_", "pack_"],
            [["T", { Name: "old", Bag: { Name: "new", Age: 7 } }]],
        ],
    ],
};

for (const [family, answers] of Object.entries(families)) {
    describe(`Answers: ${family}`, () => {
        for (const [query, names, rows] of answers) {
            it(query, () => {
                const answer = database.query(query);
                assert.deepEqual([answer.columns.map(({ name }) => name), answer.rows], [names, rows]);
            });
        }
    });
}

describe("Refusals of statements and arguments", () => {
    for (const [query, message] of [
        ["print bin_auto(5)", /set query_bin_auto_size/],
        ["set query_bin_auto_size; print bin_auto(5)", /needs a value/],
        ["set query_now=datetime(2020-01-01); print now()", /set query_now is not supported/],
        ["declare query_parameters(a: long); print a", /give it a default/],
        ["T | evaluate bag_unpack(Bag)", /the rows have that column/],
        ["T | extend (a, b)=series_decompose(Bag)", /series_decompose\(\) is not supported/],
        ["print assert(1 > 2, 'no such luck')", /no such luck/],
        ["print extract_all('(a)', dynamic(['x']), 'a')", /no group x/],
        [`T | where ${"x".repeat(3000)} == 1`, /'x{120}…'/],
    ] as const) {
        it(query.slice(0, 60), () => {
            assert.throws(
                () => database.query(query),
                (error) => error instanceof KqlError && message.test(error.message) && error.message.length < 1000,
            );
        });
    }
});
