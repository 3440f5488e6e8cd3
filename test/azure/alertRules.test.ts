import assert from "node:assert/strict";
import { alertRuleProblems, type AlertRule } from "../../azure";

const rule: AlertRule = {
    ruleName: "sysmon-dev-lsass-memory-read",
    displayName: "Memory of LSASS read",
    description: "A process read the memory of LSASS.",
    severity: 1,
    query: "SysmonParsed | where EventID == 10",
    evaluationFrequency: "PT5M",
    windowSize: "PT30M",
    threshold: 0,
};

describe("a scheduled-query rule", () => {
    const fine: [string, Partial<AlertRule>][] = [
        ["as it is", {}],
        ["with a window as long as its frequency", { windowSize: "PT5M" }],
        [
            "with the longest of all durations",
            { windowSize: "P2D", evaluationFrequency: "P1D", muteActionsDuration: "P2D" },
        ],
        ["with a range of its query", { overrideQueryTimeRange: "P2D" }],
        ["with other spellings of durations", { evaluationFrequency: "PT300S", windowSize: "PT1800S" }],
        ["of 4,096 characters of description", { description: "x".repeat(4_096) }],
        ["with properties", { customProperties: { technique: "T1003.001" } }],
    ];
    for (const [what, change] of fine) {
        it(`is accepted ${what}`, () => {
            assert.deepEqual(alertRuleProblems({ ...rule, ...change }), []);
        });
    }

    const refused: [string, Partial<AlertRule>, keyof AlertRule | "", RegExp][] = [
        ["a name with a colon", { ruleName: "a:b" }, "ruleName", /refused by Azure/],
        ["no title", { displayName: " " }, "displayName", /is empty/],
        ["a long description", { description: "x".repeat(4_097) }, "description", /has 4097 characters, at most 4096/],
        ["a severity of 5", { severity: 5 }, "severity", /accepted are 0 \(critical\) to 4/],
        ["a severity of 1.5", { severity: 1.5 }, "severity", /1.5 is no severity/],
        ["a severity below 0", { severity: -1 }, "severity", /-1/],
        ["no query", { query: "\n" }, "query", /is empty/],
        ["a threshold below 0", { threshold: -1 }, "threshold", /whole numbers from 0/],
        ["half a threshold", { threshold: 0.5 }, "threshold", /0.5/],
        ["no number as threshold", { threshold: Number.NaN }, "threshold", /NaN/],
        ["a frequency of 7 minutes", { evaluationFrequency: "PT7M" }, "evaluationFrequency", /"PT7M" .*PT5M, PT10M/],
        ["a frequency of 2 days", { evaluationFrequency: "P2D", windowSize: "P2D" }, "evaluationFrequency", /P2D/],
        ["a window in words", { windowSize: "30m" }, "windowSize", /"30m" is refused/],
        [
            "a window below its frequency",
            { evaluationFrequency: "PT1H" },
            "windowSize",
            /PT30M is shorter than the freq/,
        ],
        [
            "a range below its window",
            { overrideQueryTimeRange: "PT5M" },
            "overrideQueryTimeRange",
            /shorter than the win/,
        ],
        ["a range of a minute", { overrideQueryTimeRange: "PT1M" }, "overrideQueryTimeRange", /"PT1M" is refused/],
        ["a silence of a minute", { muteActionsDuration: "PT1M" }, "muteActionsDuration", /"PT1M" is refused/],
        [
            "64 KB in all",
            { query: `T${" ".repeat(65_536)}` },
            "",
            /at most 65536 are accepted for all properties together/,
        ],
        ["64 KB of bytes, not characters", { query: "é".repeat(32_700) }, "", /has 65\d{3} bytes/],
    ];
    for (const [what, change, field, reason] of refused) {
        it(`is refused with ${what}`, () => {
            const [problem, ...others] = alertRuleProblems({ ...rule, ...change });
            assert.deepEqual(others, []);
            assert.equal(problem?.field, field);
            assert.match(problem.reason, reason);
        });
    }

    it("is told of all problems at once", () => {
        const bad = { ...rule, severity: 9, threshold: -1, windowSize: "", displayName: "" };
        assert.deepEqual(
            alertRuleProblems(bad).map(({ field }) => field),
            ["displayName", "severity", "threshold", "windowSize"],
        );
    });
});
