import assert from "node:assert/strict";
import { analyticsRuleProblems, type AnalyticsRule } from "../../azure";

const rule: AnalyticsRule = {
    ruleId: "ad040409-e441-4987-ba70-656dcba4731b",
    displayName: "Unbacked code opened svchost.exe",
    description: "A process opened svchost.exe.",
    severity: "High",
    query: "Event | where EventID == 10",
    queryFrequency: "PT5M",
    queryPeriod: "PT30M",
    threshold: 0,
    tactics: ["DefenseEvasion"],
    techniques: ["T1055", "T1562.002"],
    entities: [{ entityType: "Host", identifiers: { FullName: "Computer" } }],
    customDetails: {},
};
const many = (count: number): Record<string, string> =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`D${index}`, "Computer"]));

describe("An analytics rule of Sentinel", () => {
    it("is accepted as it should be", () => {
        assert.deepEqual(analyticsRuleProblems(rule), []);
    });

    const refused: readonly [string, Partial<AnalyticsRule>, string, RegExp][] = [
        ["an id that is no GUID", { ruleId: "rule-1" }, "ruleId", /is no GUID/],
        ["no title", { displayName: " " }, "displayName", /is empty/],
        ["a long description", { description: "x".repeat(5_001) }, "description", /has 5001 characters, at most 5000/],
        ["a severity of Azure Monitor", { severity: "0" }, "severity", /accepted are High, Medium, Low, Informational/],
        ["no query", { query: "" }, "query", /is empty/],
        ["a query of over 10,000 characters", { query: "x".repeat(10_001) }, "query", /at most 10000/],
        ["search *", { query: 'search * | where Computer == "a"' }, "query", /search \*/],
        ["union *", { query: "union * | take 1" }, "query", /union \*/],
        ["a threshold below 0", { threshold: -1 }, "threshold", /whole numbers from 0/],
        ["a tactic that is none", { tactics: ["Evasion"] }, "tactics[0]", /is no tactic/],
        ["a technique by name", { techniques: ["T1055", "Injection"] }, "techniques[1]", /is no technique/],
        ["a frequency of a minute", { queryFrequency: "PT1M" }, "queryFrequency", /from PT5M to P14D/],
        ["a period of a month", { queryPeriod: "P30D" }, "queryPeriod", /from PT5M to P14D/],
        ["a period that is no duration", { queryPeriod: "soon" }, "queryPeriod", /ISO 8601/],
        [
            "a period shorter than the frequency",
            { queryFrequency: "PT1H", queryPeriod: "PT30M" },
            "queryPeriod",
            /shorter than the frequency/,
        ],
        ["a long period run often", { queryPeriod: "P7D" }, "queryFrequency", /too often for a period over two days/],
        ["a suppression of two days", { suppressFor: "P2D" }, "suppressFor", /from PT5M to P1D/],
        [
            "eleven entities",
            {
                entities: Array.from({ length: 11 }, () => ({
                    entityType: "Host",
                    identifiers: { FullName: "Computer" },
                })),
            },
            "entities",
            /has 11 entities, at most 10/,
        ],
        [
            "an entity without identifier",
            { entities: [{ entityType: "Host", identifiers: {} }] },
            "entities[0]",
            /Host has 0 identifiers; accepted are 1 to 3/,
        ],
        ["21 custom details", { customDetails: many(21) }, "customDetails", /has 21 details, at most 20/],
        [
            "four columns in a title",
            { alertTitle: "{{A}} {{B}} {{C}} {{D}}" },
            "alertTitle",
            /names 4 columns, at most 3/,
        ],
        ["a long alert title", { alertTitle: "x".repeat(257) }, "alertTitle", /at most 256/],
    ];
    for (const [what, change, field, reason] of refused) {
        it(`is refused with ${what}`, () => {
            const problems = analyticsRuleProblems({ ...rule, ...change });
            assert.deepEqual(
                problems.map((problem) => problem.field),
                [field],
            );
            assert.match(problems[0]?.reason ?? "", reason);
        });
    }
});
