import assert from "node:assert/strict";
import * as fc from "fast-check";
import { isScalar, parseDocument, Scalar, stringify } from "yaml";
import { checkRuleFile, type RuleFileReport } from "../../../kql/check/ruleFile/ruleFile";
import { scalarOffsets } from "../../../kql/check/ruleFile/scalarOffsets";
import type { CheckOptions } from "../../../kql";
import { placeOf, type Place } from "./found";

function places(file: string, options?: CheckOptions): Place[] {
    const { issues, problems } = checkRuleFile(file, options);
    assert.deepEqual(problems, []);
    return issues.map(placeOf);
}

function problemsOf({ problems }: RuleFileReport): string[] {
    return problems.map(({ line, column, message }) => `${line}:${column} ${message}`);
}

/** An analytics rule, in the shape that the Azure-Sentinel repository has. */
const rule = (lines: string): string =>
    `id: 6f4c3f2e-0000-4000-8000-000000000001
name: Somebody opens LSASS
severity: High
requiredDataConnectors: []
queryFrequency: 1h
queryPeriod: 1h
triggerOperator: gt
triggerThreshold: 0
tactics: [CredentialAccess]
${lines}version: 1.0.0
kind: Scheduled
`;

describe("A rule as YAML", () => {
    for (const [style, lines, expected] of [
        ["a literal block", 'query: |\n  Event\n  | where EventData contains "*x"\n', ["KQ600", 12, 30]],
        [
            "a literal block with its first line empty",
            'query: |\n\n  Event\n  | where EventData has "*x"\n',
            ["KQ600", 13, 25],
        ],
        [
            "a literal block indented further",
            'query: |-\n      Event\n        | where EventData has "*x"\n',
            ["KQ600", 12, 31],
        ],
        [
            "a literal block with its indentation told",
            'query: |2\n    Event\n  | where EventData has "*x"\n',
            ["KQ600", 12, 25],
        ],
        [
            "a folded block",
            'query: >\n  Event\n  | where EventID == 1\n\n  | where EventData has "*x"\n',
            ["KQ600", 14, 25],
        ],
        ["a plain text", "query: Event | where EventData has '*x'\n", ["KQ600", 10, 36]],
        [
            "a plain text of several lines",
            "query: Event\n  | where EventID == 1\n  | where EventData has '*x'\n",
            ["KQ600", 12, 25],
        ],
        [
            "a single-quoted text",
            "query: 'Event | where Source == ''a'' and EventData has ''*x'''\n",
            ["KQ600", 10, 57],
        ],
        ["a double-quoted text", 'query: "Event\\n| where EventData has \\"*x\\""\n', ["KQ600", 10, 38]],
        [
            "a double-quoted text of several lines",
            'query: "Event \\\n  | where EventID == 1\n\n  | where EventData has \\"*x\\""\n',
            ["KQ600", 13, 25],
        ],
        ["Windows line ends", 'query: |\r\n  Event\r\n  | where EventData contains "*x"\r\n', ["KQ600", 12, 30]],
    ] as const) {
        it(`is told of in the file's own lines: ${style}`, () => assert.deepEqual(places(rule(lines)), [expected]));
    }

    it("is a Sentinel rule where it has a frequency", () => {
        assert.deepEqual(places(rule("query: union *\n")), [["KQ505", 10, 8]]);
    });

    it("is a hunting query where it has none", () => {
        const { issues } = checkRuleFile("id: x\nname: y\nquery: union * | take 1\n");
        assert.deepEqual(
            issues.map(({ code, severity }) => [code, severity]),
            [["KQ609", "info"]],
        );
    });

    it("is what the caller says, whatever the file says", () => {
        assert.deepEqual(places(rule("query: union Event, Heartbeat\n"), { kind: "scheduled-query" }), [
            ["KQ504", 10, 8],
        ]);
    });

    it("is told of where its frequency, look-back and threshold stand", () => {
        const file = rule("query: Event\n")
            .replace("queryFrequency: 1h", "queryFrequency: PT1M")
            .replace("queryPeriod: 1h", "queryPeriod: P30D")
            .replace("triggerThreshold: 0", "triggerThreshold: 1");
        assert.deepEqual(places(file), [
            ["KQ507", 5, 17],
            ["KQ507", 6, 14],
            ["KQ608", 8, 19],
        ]);
    });

    it("is told of where a column stands that its result lacks", () => {
        const file = rule(`query: |
  Event
  | project TimeGenerated, Computer
entityMappings:
  - entityType: Host
    fieldMappings:
      - identifier: FullName
        columnName: Computer
      - identifier: HostName
        columnName: HostName
customDetails:
  Program: Image
alertDetailsOverride:
  alertDisplayNameFormat: Opened on {{Computer}} by {{User}}
  alertSeverityColumnName: Level
`);
        assert.deepEqual(places(file), [
            ["KQ606", 19, 21],
            ["KQ606", 21, 12],
            ["KQ606", 23, 27],
            ["KQ606", 24, 28],
        ]);
    });

    it("is checked against the tables and functions that the caller gives", () => {
        const file = rule("query: Mine | where EventID == One()\n");
        assert.deepEqual(
            places(file).map(([code]) => code),
            ["KQ101", "KQ101"],
        );
        const tables = { Mine: [{ name: "EventID", type: "int" }] };
        assert.deepEqual(places(file, { tables, functions: [{ name: "One", body: "1" }] }), []);
    });

    it("is checked all the same where one of its settings cannot be read", () => {
        const file = rule("query: union *\n")
            .replace("queryFrequency: 1h", "queryFrequency: hourly")
            .replace("gt", "above");
        const report = checkRuleFile(file);
        assert.deepEqual(report.issues.map(placeOf), [["KQ505", 10, 8]]);
        assert.deepEqual(problemsOf(report), [
            '5:17 queryFrequency is "hourly"; accepted is a duration such as 1h, 14d or PT1H',
            '7:18 triggerOperator is "above"; accepted is gt, GreaterThan, lt, LessThan, eq, Equal and the like',
        ]);
    });

    it("tells of entity mappings, details and thresholds that cannot be read", () => {
        const file = rule("query: Event\nentityMappings: Host\ncustomDetails: [Image]\n").replace(
            "Threshold: 0",
            "Threshold: many",
        );
        assert.deepEqual(problemsOf(checkRuleFile(file)), [
            '8:19 triggerThreshold is "many"; accepted is a number',
            '11:17 entityMappings is "Host"; accepted is a list of entityType and fieldMappings',
            '12:16 customDetails is ["Image"]; accepted is a mapping of names to columns',
        ]);
    });

    it("that is no YAML is told with its place", () => {
        const report = checkRuleFile("name: x\nquery: |\n  Event\n tactics: [\n");
        assert.equal(report.queries, 0);
        assert.match(problemsOf(report)[0] ?? "", /^\d+:\d+ not valid YAML: /);
    });

    it("is followed where it stands elsewhere in the file", () => {
        assert.deepEqual(places("shared: &q Event | take 1\nquery: *q\n"), [["KQ609", 1, 20]]);
    });

    it("is one of several in a file", () => {
        const report = checkRuleFile("query: Event | take 1\n---\nquery: Event | take 2\n");
        assert.deepEqual(report.issues.map(placeOf), [
            ["KQ609", 1, 16],
            ["KQ609", 3, 16],
        ]);
        assert.equal(report.queries, 2);
    });

    it("is none where there is no query", () => {
        assert.deepEqual(checkRuleFile("name: x\n"), { queries: 0, issues: [], problems: [] });
        assert.deepEqual(checkRuleFile(""), { queries: 0, issues: [], problems: [] });
    });
});

describe("A template of Azure Resource Manager", () => {
    const template = (...resources: object[]): string => JSON.stringify({ resources }, null, 2);
    const scheduledQueryRule = (condition: object, more: object = {}): object => ({
        type: "Microsoft.Insights/scheduledQueryRules",
        properties: { evaluationFrequency: "PT5M", windowSize: "PT30M", criteria: { allOf: [condition] }, ...more },
    });

    it("holds scheduled-query rules, told of in its own lines", () => {
        const file = template(
            scheduledQueryRule(
                { query: "Event\n| evaluate narrow()", operator: "GreaterThan", threshold: 1 },
                { windowSize: "P3D" },
            ),
        );
        assert.deepEqual(places(file), [
            ["KQ507", 7, 23],
            ["KQ500", 11, 43],
            ["KQ608", 13, 28],
        ]);
    });

    it("says by what a rule splits its alerts, and whether it counts violations", () => {
        const file = template(
            scheduledQueryRule({
                query: "Event | project Computer",
                dimensions: [{ name: "Source" }, { name: "[parameters('dimension')]" }],
                failingPeriods: { numberOfEvaluationPeriods: 3 },
            }),
        );
        assert.deepEqual(
            places(file).map(([code]) => code),
            ["KQ514", "KQ513"],
        );
    });

    it("holds rules of Sentinel and saved searches, also in nested templates", () => {
        const file = template(
            {
                type: "Microsoft.OperationalInsights/workspaces/providers/alertRules",
                kind: "Scheduled",
                properties: { queryFrequency: "PT1H", queryPeriod: "PT1H", query: "search *" },
            },
            {
                type: "Microsoft.Resources/deployments",
                properties: {
                    template: {
                        resources: [
                            {
                                type: "Microsoft.OperationalInsights/workspaces/savedSearches",
                                properties: { category: "Hunting", query: "Event | take 1" },
                            },
                        ],
                    },
                },
            },
        );
        assert.deepEqual(
            places(file).map(([code]) => code),
            ["KQ505", "KQ609"],
        );
    });

    it("may be what Sentinel exports: rules in a list, without types", () => {
        const exported = {
            Scheduled: [{ displayName: "x", query: "search *", queryFrequency: "1H", queryPeriod: "1H" }],
        };
        assert.deepEqual(
            places(JSON.stringify(exported, null, 2)).map(([code]) => code),
            ["KQ505"],
        );
    });

    it("leaves alone what is no query: functions, rules of other kinds, other resources", () => {
        const file = template(
            {
                type: "Microsoft.OperationalInsights/workspaces/savedSearches",
                properties: { functionAlias: "F", query: "x" },
            },
            { type: "Microsoft.SecurityInsights/alertRules", kind: "Fusion", properties: { enabled: true } },
            { type: "Microsoft.Insights/scheduledQueryRules", properties: {} },
            { type: "Microsoft.Storage/storageAccounts", properties: { query: "x" } },
        );
        assert.deepEqual(checkRuleFile(file), { queries: 0, issues: [], problems: [] });
    });

    it("tells of a query that only a deployment can tell", () => {
        const report = checkRuleFile(template(scheduledQueryRule({ query: "[parameters('query')]" })));
        assert.match(problemsOf(report).join("\n"), /^11:24 the query is an expression of the template/);
    });
});

describe("The place of a character in a YAML text", () => {
    const lines = fc.array(fc.stringMatching(/^[a-z|'"*\\ #:(]{0,12}$/), { minLength: 1, maxLength: 6 });
    const styles = [
        Scalar.BLOCK_LITERAL,
        Scalar.BLOCK_FOLDED,
        Scalar.QUOTE_DOUBLE,
        Scalar.QUOTE_SINGLE,
        Scalar.PLAIN,
    ] as const;

    it("holds that character, whatever the style", () => {
        fc.assert(
            fc.property(
                lines,
                fc.constantFrom(...styles),
                fc.integer({ min: 20, max: 60 }),
                (parts, style, lineWidth) => {
                    const query = parts.join("\n");
                    const file = stringify({ name: "x", query }, { defaultStringType: style, lineWidth });
                    const node = parseDocument(file).get("query", true);
                    // What the package reads may differ from what it wrote, in corners of line breaks.
                    assert.ok(isScalar(node) && typeof node.value === "string");
                    const text = node.value;
                    const offsets = scalarOffsets(file, node as Scalar<string>);
                    assert.equal(offsets.length, text.length + 1);
                    offsets.forEach((offset, index) => {
                        const character = text[index];
                        if (character === undefined || /[\s\\]/.test(character)) return;
                        const written = file.slice(offset, offset + 2);
                        assert.ok(
                            written.startsWith(character) || written === `\\${character}`,
                            `${index}: ${written}`,
                        );
                    });
                },
            ),
            { numRuns: 500 },
        );
    });

    it("is the same for a character beyond the first plane, escaped or not", () => {
        for (const file of ['q: "\\U0001F600a"', 'q: "😀a"', 'q: "\\ud83d\\ude00a"', 'q: "\\x41a"', "q: 😀a"]) {
            const node = parseDocument(file).get("q", true) as Scalar<string>;
            const offsets = scalarOffsets(file, node);
            assert.equal(file[offsets[node.value.length - 1] ?? 0], "a", file);
        }
    });
});
