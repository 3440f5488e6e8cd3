import assert from "node:assert/strict";
import fc from "fast-check";
import { loadTable, prepareQuery, type Table } from "../../kql";

const columns = [
    { name: "At", type: "datetime" },
    { name: "EventID", type: "int" },
    { name: "Source", type: "string" },
    { name: "Data", type: "string" },
];
const start = Date.parse("2026-01-01T00:00:00Z");
const minutes = (count: number): string => new Date(start + count * 60_000).toISOString();

const image = `replace_string(replace_string(extract(@'<Data Name="Image">([^<]*)</Data>', 1, Data), '&lt;', '<'), '&amp;', '&')`;
const parsed = (events: string): string =>
    `(T | where At > ago(40m) | where Source == "sensor" and EventID in (${events})
        | project At, EventID, Image = ${image}, Size = tolong(extract(@'<Data Name="Size">([^<]*)</Data>', 1, Data)),
            Ingested = ingestion_time())`;

/** Queries as rules are written: they share beginnings, fields and judgements, and differ in the rest. */
const queries = [
    `${parsed("1, 2")} | where Image endswith ".exe" | where Ingested > ago(10m) | project At, Image`,
    `${parsed("1, 2")} | where Image contains "a" and Size > 3 | summarize N = count(), New = countif(Ingested > ago(9m)) by Image`,
    `let Named = (text: string) { tolower(extract(@"[^/]*$", 0, text)) };
     ${parsed("2")} | where Named(Image) in ("a.exe", "<b>") or Named(Image) !startswith "a" | extend Name = Named(Image)`,
    `let Named = (text: string) { strlen(text) }; ${parsed("2")} | where Named(Image) > 5`,
    `${parsed("1")} | join kind=inner (${parsed("2")} | project Image, Later = At) on Image | where Later >= At`,
    `${parsed("1")} | join kind=leftanti (${parsed("2")}) on Image`,
    `${parsed("2")} | join kind=rightouter (${parsed("1")}) on Image | summarize count() by Image`,
    `${parsed("1")} | summarize count()`,
    `${parsed("1, 2")} | sort by Size asc, At asc | extend Gap = Size - prev(Size) | where Gap > 0`,
    `T | where Data has toscalar(T | summarize max(Source)) | count`,
    "T | sort by At desc | take 2",
    "T",
].map((text) => prepareQuery(text, { tables: { T: columns } }));

const row = fc.record({
    at: fc.integer({ min: 0, max: 60 }),
    event: fc.constantFrom(1, 2, 3),
    source: fc.constantFrom("sensor", "other"),
    image: fc.constantFrom("c/a.exe", "C/A.EXE", "b/&lt;b>", "&amp;lt;", ""),
    size: fc.constantFrom("0", "4", "12", "many"),
});
const tables = fc.array(row, { maxLength: 12 }).map((given) =>
    loadTable({
        columns,
        rows: given.map(({ at, event, source, image: path, size }) => [
            minutes(at),
            event,
            source,
            `<Data Name="Image">${path}</Data><Data Name="Size">${size}</Data>`,
        ]),
        ingestionTimes: given.map(({ at }) => minutes(at + 3)),
    }),
);
/** A table, some of its rows in order, and a clock. */
const cases = tables.chain((table) =>
    fc.record({
        table: fc.constant(table),
        rows: fc.subarray(Array.from({ length: table.length }, (_, index) => index)),
        clock: fc.integer({ min: 0, max: 90 }),
    }),
);

describe("A table for many queries", () => {
    it("answers each query as the table itself does, in whole and in part", () => {
        fc.assert(
            fc.property(cases, ({ table, rows, clock }) => {
                const shared = table.forManyQueries();
                for (const query of queries) {
                    const ask = (asked: Table): unknown => query.run({ tables: { T: asked }, now: minutes(clock) });
                    assert.deepEqual(ask(shared), ask(table));
                    assert.deepEqual(ask(shared.part(rows)), ask(table.select(rows)));
                }
            }),
        );
    });

    it("tells of its rows and of a part of them what the table itself tells", () => {
        fc.assert(
            fc.property(cases, ({ table, rows }) => {
                const shared = table.forManyQueries();
                for (const query of queries) {
                    const tell = (asked: Table): unknown => [
                        query.survivors("T", asked),
                        query.funnel("T", asked),
                        query.isBarren("T", asked),
                    ];
                    assert.deepEqual(tell(shared), tell(table));
                    assert.deepEqual(tell(shared.part(rows)), tell(table.select(rows)));
                }
            }),
        );
    });

    it("gives parts of parts", () => {
        const table = loadTable({ columns, rows: [1, 2, 3].map((id) => [minutes(id), id, "sensor", ""]) });
        const part = table.forManyQueries().part([1, 2]).part([1]);
        const query = prepareQuery("T | where EventID > 1 | project EventID", { tables: { T: columns } });
        assert.deepEqual(query.run({ tables: { T: part }, now: minutes(5) }).rows, [[3]]);
    });
});

describe("A query that is barren over a table", () => {
    it("gives no row over any part of it, at any time", () => {
        fc.assert(
            fc.property(cases, ({ table, rows, clock }) => {
                for (const query of queries.filter((one) => one.isBarren("T", table))) {
                    assert.deepEqual(query.run({ tables: { T: table.select(rows) }, now: minutes(clock) }).rows, []);
                }
            }),
        );
    });

    const barren = (text: string): boolean =>
        prepareQuery(text, { tables: { T: columns } }).isBarren(
            "T",
            loadTable({ columns, rows: [[minutes(0), 1, "sensor", ""]] }),
        );
    const none = "(T | where EventID == 9)";
    const judged: readonly (readonly [text: string, expected: boolean])[] = [
        [none, true],
        [`T | join kind=inner ${none} on EventID`, true],
        [`${none} | join kind=leftouter T on EventID | extend X = 1`, true],
        [`T | join kind=leftouter ${none} on EventID`, false],
        [`T | join kind=leftanti ${none} on EventID`, false],
        [`${none} | join kind=rightouter T on EventID`, false],
        [`${none} | join kind=fullouter T on EventID`, false],
        [`${none} | join kind=inner T on EventID | summarize count() by EventID`, true],
        [`${none} | summarize count()`, false],
        ["T | where At > ago(1m)", false],
    ];
    for (const [text, expected] of judged) {
        it(`${expected ? "is" : "is not"} ${text}`, () => assert.equal(barren(text), expected));
    }
});
