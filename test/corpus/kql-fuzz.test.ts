import * as fs from "node:fs";
import fc from "fast-check";
import { openDatabase, workspaceTables, type TableData } from "../../kql";
import { assertAnsweredOrRefused, mutatedQueries } from "../support/kqlMutations";
import { describeShared, sharedIsThere, sharedPath } from "../support/shared";

function textOf(name: string): string {
    return fs.readFileSync(sharedPath("kql", name), "utf8");
}

describeShared("Queries of other people that were changed at random", () => {
    if (!sharedIsThere) return;
    const files = fs.readdirSync(sharedPath("kql")).filter((name) => name.endsWith(".kql"));
    const cases = JSON.parse(textOf("cases.json")) as readonly { readonly query: string }[];
    const queries = [...files.map(textOf), ...cases.map(({ query }) => query)];
    const empty = Object.entries(workspaceTables).map(([name, columns]): [string, TableData] => [
        name,
        { columns, rows: [] },
    ]);
    const events = JSON.parse(textOf("events.json")) as TableData;
    const database = openDatabase({
        tables: { ...Object.fromEntries(empty), Event: events },
        now: "2026-01-01T12:00:00Z",
        limits: { maxRows: 5_000, maxMilliseconds: 5_000, maxBytes: 20_000_000 },
    });

    it("are answered, or refused with a place", () => {
        fc.assert(
            fc.property(mutatedQueries(queries), (query) => assertAnsweredOrRefused(database, query)),
            { numRuns: 200 },
        );
    });
});
