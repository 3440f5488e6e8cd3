import assert from "node:assert/strict";
import { KqlError, openDatabase, type KqlErrorCode } from "../../kql";

const database = openDatabase({
    now: "2026-01-01T00:00:00Z",
    limits: { maxRows: 1000 },
    tables: {
        T: {
            columns: [
                { name: "Id", type: "long" },
                { name: "Text", type: "string" },
                { name: "At", type: "datetime" },
                { name: "Bag", type: "dynamic" },
                { name: "Amount", type: "real" },
            ],
            rows: [[1, "a", "2026-01-01T00:00:00Z", {}, 1.5]],
        },
        Event: { columns: [{ name: "EventID", type: "int" }], rows: [] },
    },
    functions: [
        { name: "Broken", body: "T |\n where Nope == 1" },
        { name: "Twice", parameters: "(x: long)", body: "x * 2" },
    ],
});

function refusalOf(query: string): KqlError {
    try {
        database.query(query);
    } catch (error) {
        assert.ok(error instanceof KqlError, String(error));
        return error;
    }
    return assert.fail("the query was answered");
}

/** A query, and the code, line and column of its refusal. */
type Refusal = readonly [query: string, code: KqlErrorCode, line: number, column: number];

const families: Readonly<Record<string, readonly Refusal[]>> = {
    "what is not KQL": [
        ["", "KQ100", 1, 1],
        ["T |", "KQ100", 1, 4],
        ["T | where", "KQ100", 1, 10],
        ["T\n| where Id ==", "KQ100", 2, 14],
        ["T | whre Id == 1", "KQ100", 1, 5],
        ["T | where (Id == 1", "KQ100", 1, 19],
        ["T | where Id == 1)", "KQ100", 1, 18],
        ["T | project Id,", "KQ100", 1, 16],
        ["T | summarize by", "KQ100", 1, 17],
        ["T | extend = 1", "KQ100", 1, 11],
        ["T | where Text == 'a", "KQ100", 1, 21],
        ['T | where Text == "a\nb"', "KQ100", 1, 21],
        ["let x = ; T", "KQ100", 1, 8],
        ["let x 1; T", "KQ100", 1, 7],
        ["T | take", "KQ100", 1, 9],
        ["T | join kind=inner (T) on", "KQ100", 1, 27],
        ["T | where Text has_any", "KQ100", 1, 23],
        ['print dynamic({"a": })', "KQ100", 1, 20],
        ["T | sort Id", "KQ100", 1, 10],
        ["T; | count", "KQ100", 1, 4],
        ["T | union", "KQ100", 1, 10],
        ["T | where Id between (1 .. )", "KQ100", 1, 27],
        ["| where Id == 1", "KQ100", 1, 1],
        ["range x from 1 to 10", "KQ100", 1, 21],
        ["datatable(a: nosuch) [1]", "KQ100", 1, 14],
    ],
    "names that nothing declares": [
        ["Nope", "KQ101", 1, 1],
        ["Nope | count", "KQ101", 1, 1],
        ["t | count", "KQ101", 1, 1],
        ["T\n| where Nope == 1", "KQ101", 2, 9],
        ["T | where id == 1", "KQ101", 1, 11],
        ["T | project Id, Nope", "KQ101", 1, 17],
        ["T | where nosuch(Text)", "KQ101", 1, 11],
        ["T | summarize nosuch(Id)", "KQ101", 1, 15],
        ["T | project-away Nope", "KQ101", 1, 18],
        ["T | project-rename A = Nope", "KQ101", 1, 24],
        ["T | join (Event) on Nope", "KQ101", 1, 21],
        ["T | join kind=inner (Event) on $left.Id == $right.Nope", "KQ101", 1, 51],
        ["T | project Id | where Text == 'a'", "KQ101", 1, 24],
        ["T | summarize count() by Text | where Id == 1", "KQ101", 1, 39],
        ["let f = (x: long) { x }; print g(1)", "KQ101", 1, 32],
        ["T | sort by Nope", "KQ101", 1, 13],
        ["T | invoke nosuch()", "KQ101", 1, 12],
        ["let f = (n: long) { f(n - 1) }; print f(1)", "KQ101", 1, 21],
    ],
    "types and arguments that do not fit": [
        ["T | where Id", "KQ102", 1, 11],
        ["T | where Text > 1", "KQ102", 1, 16],
        ["T | where Id == datetime(2026-01-01)", "KQ102", 1, 11],
        ["T | extend x = Text + 1", "KQ102", 1, 21],
        ["T | where Id has 'a'", "KQ102", 1, 14],
        ["print strlen(1, 2)", "KQ102", 1, 7],
        ["T | where At > 1", "KQ102", 1, 14],
        ["T | summarize sum(Text)", "KQ102", 1, 19],
        ["print not(1)", "KQ102", 1, 11],
        ["T | take 'a'", "KQ102", 1, 10],
        ["print ago(1)", "KQ102", 1, 11],
        ["print 1 and true", "KQ102", 1, 9],
        ["T | join kind=nosuch (Event) on Id", "KQ102", 1, 15],
        ["print Twice()", "KQ102", 1, 7],
        ["print case(true, 1)", "KQ102", 1, 7],
        ["T | evaluate nosuch(Bag)", "KQ102", 1, 14],
        ["T | where Text matches regex '('", "KQ102", 1, 30],
        ["T | where Text matches regex '(?=a)'", "KQ102", 1, 30],
        ["print extract('[', 1, 'a')", "KQ102", 1, 15],
        ["T | extend Id, Id", "KQ103", 1, 16],
    ],
    "what this interpreter does not have": [
        ["T | reduce by Text", "KQ200", 1, 5],
        ["T | fork (count) (take 1)", "KQ200", 1, 5],
        ["T\n| facet by Text", "KQ200", 2, 3],
        ["T | evaluate autocluster()", "KQ200", 1, 14],
        ["T | evaluate python(typeof(*), 'x')", "KQ200", 1, 14],
        ["cluster('x').database('y').T", "KQ200", 1, 1],
        ["declare query_parameters(a: long); print a", "KQ102", 1, 26],
        ["print cursor_current()", "KQ200", 1, 7],
        ["let f = (n: string) { table(n) };\nf('Nope')", "KQ101", 1, 23],
        ["T | project x = Text | where table(x) == 1", "KQ102", 1, 30],
        ["print geo_distance_2points(1, 2, 3, 4, true)", "KQ201", 1, 40],
        ["T; T", "KQ201", 1, 4],
    ],
    "what nobody could foretell": [
        ["print rand()", "KQ202", 1, 7],
        ["print new_guid()", "KQ202", 1, 7],
        ["externaldata(a: string) ['https://example.com/list.csv']", "KQ202", 1, 1],
    ],
    "what goes beyond the limits": [
        ["range x from 1 to 5000 step 1", "KQ300", 1, 1],
        ["T | extend x = range(1, 1000000) | mv-expand x", "KQ300", 1, 36],
        [`print ${"(".repeat(400)}1${")".repeat(400)}`, "KQ302", 1, 307],
    ],
};

describe("A query is refused, with code and place:", () => {
    for (const [family, refusals] of Object.entries(families)) {
        describe(family, () => {
            for (const [query, code, line, column] of refusals) {
                it(query.length > 80 ? `${query.slice(0, 77)}…` : query, () => {
                    const error = refusalOf(query);
                    assert.deepEqual([error.code, error.line, error.column], [code, line, column], error.message);
                });
            }
        });
    }

    it("in the lines of the stored function that is wrong", () => {
        const { code, line, column, functionName } = refusalOf("Broken");
        assert.deepEqual([code, line, column, functionName], ["KQ101", 2, 8, "Broken"]);
    });

    it("with the tables that there are, where it asks for another", () => {
        assert.match(refusalOf("Nope").message, /known tables are Event, T/);
        assert.match(refusalOf("Nope | count").message, /known tables are Event, T/);
        assert.doesNotMatch(refusalOf("T | where Nope == 1").message, /known tables/);
    });
});
