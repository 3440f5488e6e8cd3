import assert from "node:assert/strict";
import { Sentinel, type AnalyticsRuleArgs, type SentinelArgs, type WatchlistArgs } from "../../components/sentinel";
import { problemsOf } from "../support/argumentErrors";
import { build, valueOf, type RegisteredResource } from "../support/mocks";

const rule: AnalyticsRuleArgs = {
    key: "svchost-thread-kill",
    ruleId: "AD040409-E441-4987-BA70-656DCBA4731B",
    displayName: "Unbacked code opened svchost.exe",
    description: "A process opened svchost.exe.",
    severity: "High",
    query: "Event | where EventID == 10",
    queryFrequency: "PT5M",
    queryPeriod: "PT30M",
    threshold: 0,
    tactics: ["DefenseEvasion"],
    techniques: ["T1562.002", "T1562", "T1055"],
    entities: [
        { entityType: "Host", identifiers: { FullName: "Computer" } },
        { entityType: "Process", identifiers: { ProcessId: "SourceProcessId", CommandLine: "SourceCommandLine" } },
    ],
};
const list: WatchlistArgs = {
    alias: "svchost-allowed",
    displayName: "Allowed sources",
    searchKey: "Image",
    columns: ["Image", "Reason"],
    rows: [["C:\\Tools\\collector.exe", 'Inventory, "approved"']],
};
const args: SentinelArgs = { resourceGroupName: "rg-logs", workspaceName: "log-central", rules: [rule] };
const planned = async (change: Partial<AnalyticsRuleArgs>): Promise<RegisteredResource> =>
    (await build(() => new Sentinel("sentinel", { ...args, rules: [{ ...rule, ...change }] }))).resource(
        `sentinel-${rule.key}`,
    );

describe("Sentinel", () => {
    it("makes one analytics rule a detection, with an id of its own for ever", async () => {
        const { inputs } = await planned({});
        assert.equal(inputs["ruleId"], "ad040409-e441-4987-ba70-656dcba4731b");
        assert.deepEqual(
            [inputs["kind"], inputs["triggerOperator"], inputs["triggerThreshold"], inputs["severity"]],
            ["Scheduled", "GreaterThan", 0, "High"],
        );
    });

    it("has Sentinel log how its rules run, where that is wanted", async () => {
        const workspaceId = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.OperationalInsights/workspaces/w";
        const plan = await build(() => new Sentinel("sentinel", { ...args, healthWorkspaceId: workspaceId }));
        assert.deepEqual(plan.resource("sentinel-health").inputs, {
            name: "sysmon-azure-health",
            resourceUri: `${workspaceId}/providers/Microsoft.SecurityInsights/settings/SentinelHealth`,
            workspaceId,
            logs: [{ categoryGroup: "allLogs", enabled: true }],
        });
        const without = await build(() => new Sentinel("sentinel", args));
        assert.ok(!without.resources.some(({ type }) => type.endsWith(":DiagnosticSetting")));
    });

    it("says of each row who and what it is about", async () => {
        const { inputs } = await planned({});
        assert.deepEqual(inputs["entityMappings"], [
            { entityType: "Host", fieldMappings: [{ identifier: "FullName", columnName: "Computer" }] },
            {
                entityType: "Process",
                fieldMappings: [
                    { identifier: "ProcessId", columnName: "SourceProcessId" },
                    { identifier: "CommandLine", columnName: "SourceCommandLine" },
                ],
            },
        ]);
        assert.deepEqual(inputs["eventGroupingSettings"], { aggregationKind: "AlertPerResult" });
    });

    it("names a technique once, since the service takes no sub-techniques", async () => {
        assert.deepEqual((await planned({})).inputs["techniques"], ["T1562", "T1055"]);
    });

    it("says both of suppression, which the service requires, on or off", async () => {
        const off = (await planned({})).inputs;
        const on = (await planned({ suppressFor: "PT1H" })).inputs;
        assert.deepEqual([off["suppressionEnabled"], off["suppressionDuration"]], [false, "PT5H"]);
        assert.deepEqual([on["suppressionEnabled"], on["suppressionDuration"]], [true, "PT1H"]);
    });

    it("puts values into an alert's title and description", async () => {
        const { inputs } = await planned({
            alertTitle: "{{SourceImage}} opened svchost.exe",
            alertDescription: "On {{Computer}}.",
        });
        assert.deepEqual(inputs["alertDetailsOverride"], {
            alertDisplayNameFormat: "{{SourceImage}} opened svchost.exe",
            alertDescriptionFormat: "On {{Computer}}.",
        });
        assert.equal((await planned({})).inputs["alertDetailsOverride"], undefined);
    });

    it("joins alerts that share entities into one incident", async () => {
        const { inputs } = await planned({ grouping: { entityTypes: ["Host"], lookback: "PT12H" } });
        assert.deepEqual(inputs["incidentConfiguration"], {
            createIncident: true,
            groupingConfiguration: {
                enabled: true,
                reopenClosedIncident: false,
                lookbackDuration: "PT12H",
                matchingMethod: "Selected",
                groupByEntities: ["Host"],
                groupByAlertDetails: [],
                groupByCustomDetails: [],
            },
        });
    });

    it("carries a list as CSV, replaced when it changes, before the rules that read it", async () => {
        const plan = await build(() => new Sentinel("sentinel", { ...args, watchlists: [list] }));
        const watchlist = plan.resource("sentinel-watchlist-svchost-allowed");
        assert.equal(
            watchlist.inputs["rawContent"],
            '"Image","Reason"\r\n"C:\\Tools\\collector.exe","Inventory, ""approved"""\r\n',
        );
        assert.ok(watchlist.replaceOnChanges.includes("rawContent"));
        assert.ok(plan.resource("sentinel-svchost-thread-kill").dependencies.includes(watchlist.name));
    });

    it("tells the ids of its rules", async () => {
        const { result } = await build(() => new Sentinel("sentinel", args));
        assert.deepEqual(await valueOf(result.ruleIds), {
            "svchost-thread-kill": "/id/of/sentinel-svchost-thread-kill",
        });
    });

    describe("refuses", () => {
        const cases: readonly [string, Partial<SentinelArgs>, RegExp][] = [
            ["a key that is none", { rules: [{ ...rule, key: "Svchost" }] }, /^rules\[0\]\.key: "Svchost" is no key/],
            [
                "two rules of one id",
                { rules: [rule, { ...rule, key: "other" }] },
                /^rules\[1\]\.ruleId: .* is another rule's id too/,
            ],
            ["what Azure refuses of a rule", { rules: [{ ...rule, severity: "Severe" }] }, /^rules\[0\]\.severity: /],
            [
                "grouping by what the rule does not find",
                { rules: [{ ...rule, grouping: { entityTypes: ["Account"], lookback: "PT5H" } }] },
                /^rules\[0\]\.grouping\.entityTypes\[0\]: "Account" is no entity of this rule/,
            ],
            [
                "grouping over a month",
                { rules: [{ ...rule, grouping: { entityTypes: ["Host"], lookback: "P30D" } }] },
                /^rules\[0\]\.grouping\.lookback: .* from PT5M to P7D/,
            ],
            [
                "a list with an alias that is none",
                { watchlists: [{ ...list, alias: "a b" }] },
                /^watchlists\[0\]\.alias: /,
            ],
            [
                "a list without its key",
                { watchlists: [{ ...list, searchKey: "Path" }] },
                /^watchlists\[0\]\.searchKey: /,
            ],
            [
                "a list with a short row",
                { watchlists: [{ ...list, rows: [["one"]] }] },
                /^watchlists\[0\]\.rows\[0\]: has 1 values for 2 columns/,
            ],
            [
                "a subscription by name",
                { defenderSubscriptionIds: ["prod"] },
                /^defenderSubscriptionIds\[0\]: "prod" is no GUID/,
            ],
        ];
        for (const [what, change, problem] of cases) {
            it(what, async () => {
                const problems = await problemsOf(() => new Sentinel("sentinel", { ...args, ...change }));
                assert.equal(problems.length, 1);
                assert.match(problems[0] ?? "", problem);
            });
        }

        it("everything at once, before anything is created", async () => {
            const bad = {
                ...rule,
                severity: "Severe",
                queryPeriod: "PT1M",
                entities: [{ entityType: "Host", identifiers: {} }],
            };
            const problems = await problemsOf(() => new Sentinel("sentinel", { ...args, rules: [bad] }));
            assert.equal(problems.length, 3);
        });
    });
});
