import assert from "node:assert/strict";
import { analyticsRuleFailures } from "../../detections";
import { checkQuery, openDatabase, workspaceTables, type QueryResult } from "../../kql";

const { query } = analyticsRuleFailures;
const columns = [
    "TimeGenerated",
    "SentinelResourceType",
    "SentinelResourceName",
    "SentinelResourceId",
    "Status",
    "Reason",
];

function ask(rows: string[][]): QueryResult {
    const SentinelHealth = {
        columns: columns.map((name) => ({ name, type: name === "TimeGenerated" ? "datetime" : "string" })),
        rows,
    };
    const Description = { name: "Description", type: "string" };
    const tables = {
        SentinelHealth: { columns: [...SentinelHealth.columns, Description], rows: rows.map((row) => [...row, ""]) },
    };
    return openDatabase({ tables, now: "2026-03-02T12:00:00Z" }).query(query);
}

describe("the rule that watches Sentinel's rules", () => {
    it("has no issue in a rule of Sentinel", () => {
        assert.deepEqual(
            checkQuery(query, { kind: "sentinel", trigger: { operator: "GreaterThan", threshold: 0 } }),
            [],
        );
    });

    it("can be created before the table is there", () => {
        const { SentinelHealth, ...tables } = workspaceTables;
        assert.ok(SentinelHealth);
        const errors = checkQuery(query, { kind: "sentinel", tables }).filter(({ severity }) => severity === "error");
        assert.deepEqual(errors, []);
    });

    it("rings once for each rule that fails, with its last reason, and for nothing else", () => {
        const { rows } = ask([
            ["2026-03-02T11:10:00Z", "Analytics Rule", "svchost", "/rules/a", "Failure", "timed out"],
            ["2026-03-02T11:40:00Z", "Analytics Rule", "svchost", "/rules/a", "Failure", "no table"],
            ["2026-03-02T11:40:00Z", "Analytics Rule", "lsass", "/rules/b", "Success", ""],
            ["2026-03-02T11:40:00Z", "Data connector", "office", "/connectors/c", "Failure", "no"],
        ]);
        assert.deepEqual(rows, [["2026-03-02T11:40:00Z", "svchost", "/rules/a", 2, "no table", ""]]);
    });
});
