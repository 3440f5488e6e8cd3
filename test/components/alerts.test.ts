import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { Alerts, Collection, type AlertRuleArgs, type AlertsArgs } from "../../components";
import { problemsOf } from "../support/argumentErrors";
import { build, valueOf } from "../support/mocks";

const rule: AlertRuleArgs = {
    key: "verclsid-shellcode-injection",
    displayName: "Shellcode injected into verclsid.exe",
    description: "A process opened verclsid.exe with full access from code that no file backs.",
    severity: 1,
    query: "Event | where EventID == 10",
    evaluationFrequency: "PT5M",
    windowSize: "PT30M",
    threshold: 0,
};
const workspaceId =
    "/subscriptions/00000000-0000-4000-8000-000000000000/resourceGroups/rg/providers/Microsoft.OperationalInsights/workspaces/log";
const groupId =
    "/subscriptions/00000000-0000-4000-8000-000000000000/resourceGroups/rg/providers/microsoft.insights/actionGroups/soc";
const args: AlertsArgs = {
    resourceGroupName: "rg-test",
    workspaceId,
    location: "westeurope",
    rules: [rule],
    emailReceivers: [{ name: "soc", address: "soc@example.com" }],
};

describe("Alerts", () => {
    it("plans a rule a detection and the action group that it tells", async () => {
        const plan = await build(() => new Alerts("alerts", args));
        assert.deepEqual(plan.outline(), [
            "ActionGroup alerts-action-group",
            "Alerts alerts",
            "ScheduledQueryRule alerts-verclsid-shellcode-injection",
        ]);
    });

    it("counts the rows of the query, without state, and targets the machine of each row", async () => {
        const plan = await build(() => new Alerts("alerts", args));
        const planned = plan.resource("alerts-verclsid-shellcode-injection");
        assert.deepEqual(planned.inputs, {
            resourceGroupName: "rg-test",
            ruleName: "alerts-verclsid-shellcode-injection",
            location: "westeurope",
            kind: "LogAlert",
            displayName: rule.displayName,
            description: rule.description,
            enabled: true,
            severity: 1,
            scopes: [workspaceId],
            evaluationFrequency: "PT5M",
            windowSize: "PT30M",
            criteria: {
                allOf: [
                    {
                        query: rule.query,
                        timeAggregation: "Count",
                        operator: "GreaterThan",
                        threshold: 0,
                        resourceIdColumn: "_ResourceId",
                        failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 },
                    },
                ],
            },
            autoMitigate: false,
            checkWorkspaceAlertsStorageConfigured: false,
            actions: { actionGroups: ["/id/of/alerts-action-group"] },
        });
        assert.deepEqual(planned.replaceOnChanges, ["scopes"]);
    });

    it("takes what is optional, and spells durations as the service does", async () => {
        const full: AlertRuleArgs = {
            ...rule,
            ruleName: "Own name",
            evaluationFrequency: "PT60M",
            windowSize: "PT24H",
            overrideQueryTimeRange: "PT48H",
            muteActionsDuration: "PT120M",
            customProperties: { technique: "T1055" },
            enabled: false,
        };
        const plan = await build(() => new Alerts("alerts", { ...args, rules: [full], tags: { team: "soc" } }));
        const { inputs } = plan.resource("alerts-verclsid-shellcode-injection");
        const picked = [
            "ruleName",
            "evaluationFrequency",
            "windowSize",
            "overrideQueryTimeRange",
            "muteActionsDuration",
            "enabled",
            "tags",
        ].map((key) => inputs[key]);
        assert.deepEqual(picked, ["Own name", "PT1H", "P1D", "P2D", "PT2H", false, { team: "soc" }]);
        assert.deepEqual(inputs["actions"], {
            actionGroups: ["/id/of/alerts-action-group"],
            customProperties: { technique: "T1055" },
        });
    });

    it("tells receivers in the common schema, and keeps a web hook's address secret", async () => {
        const webhookReceivers = [{ name: "chat", uri: "https://hooks.example.com/?token=abc" }];
        const plan = await build(() => new Alerts("alerts", { ...args, webhookReceivers }));
        const group = plan.resource("alerts-action-group");
        assert.deepEqual(group.inputs, {
            resourceGroupName: "rg-test",
            actionGroupName: "ag-alerts",
            groupShortName: "sysmon",
            location: "Global",
            enabled: true,
            emailReceivers: [{ name: "soc", emailAddress: "soc@example.com", useCommonAlertSchema: true }],
            webhookReceivers: [
                { name: "chat", serviceUri: "https://hooks.example.com/?token=abc", useCommonAlertSchema: true },
            ],
        });
        assert.deepEqual(group.secretInputs, ["webhookReceivers[0].serviceUri"]);
        assert.deepEqual(group.additionalSecretOutputs, ["webhookReceivers"]);
    });

    it("creates no action group where only existing ones are told", async () => {
        const plan = await build(
            () => new Alerts("alerts", { ...args, emailReceivers: [], existingActionGroupIds: [groupId] }),
        );
        assert.deepEqual(plan.outline(), ["Alerts alerts", "ScheduledQueryRule alerts-verclsid-shellcode-injection"]);
        assert.deepEqual(plan.resource("alerts-verclsid-shellcode-injection").inputs["actions"], {
            actionGroups: [groupId],
        });
        assert.equal(plan.result.actionGroupId, undefined);
    });

    it("makes rules wait for what the component depends on", async () => {
        const plan = await build(() => {
            const collection = new Collection("main", {
                resourceGroupName: "rg-test",
                newWorkspace: { location: "westeurope" },
                xPathQueries: ["Microsoft-Windows-Sysmon/Operational!*"],
                functionQuery: "Event",
            });
            return new Alerts("alerts", args, { dependsOn: collection });
        });
        const { dependencies } = plan.resource("alerts-verclsid-shellcode-injection");
        assert.ok(dependencies.includes("main-function") && dependencies.includes("main"), dependencies.join());
    });

    it("gives out ids by key", async () => {
        const second = { ...rule, key: "svchost-thread-kill" };
        const { result } = await build(() => new Alerts("alerts", { ...args, rules: [rule, second] }));
        assert.deepEqual(await valueOf(result.ruleIds), {
            "svchost-thread-kill": "/id/of/alerts-svchost-thread-kill",
            "verclsid-shellcode-injection": "/id/of/alerts-verclsid-shellcode-injection",
        });
        assert.ok(result.actionGroupId);
        assert.equal(await valueOf(result.actionGroupId), "/id/of/alerts-action-group");
    });

    it("accepts no rules and nobody to tell", async () => {
        const plan = await build(() => new Alerts("alerts", { ...args, rules: [], emailReceivers: [] }));
        assert.deepEqual(plan.outline(), ["Alerts alerts"]);
    });

    describe("refuses", () => {
        const withRule = (change: Partial<AlertRuleArgs>): AlertsArgs => ({ ...args, rules: [{ ...rule, ...change }] });
        const receivers = (count: number) =>
            Array.from({ length: count }, (_, index) => ({ name: `r${index}`, uri: "https://example.com" }));
        const groups = (count: number) => Array.from({ length: count }, (_, index) => `${groupId}${index}`);
        const cases: [string, AlertsArgs, RegExp][] = [
            [
                "nobody to tell",
                { ...args, emailReceivers: [] },
                /^emailReceivers: is missing, so alerts would reach nobody/,
            ],
            ["no region", { ...args, location: "" }, /^location: /],
            [
                "a long short name",
                { ...args, actionGroupShortName: "thirteen-long" },
                /^actionGroupShortName: .*1 to 12/,
            ],
            ["an action group name Azure refuses", { ...args, actionGroupName: "a/b" }, /^actionGroupName: /],
            [
                "an address that is none",
                { ...args, emailReceivers: [{ name: "soc", address: "soc" }] },
                /^emailReceivers\[0\].address: "soc" is no mail address/,
            ],
            [
                "a web hook without encryption, whose address is not repeated",
                { ...args, webhookReceivers: [{ name: "chat", uri: "http://example.com/?token=abc" }] },
                /^webhookReceivers\[0\].uri: is no address; accepted are https:\/\/…$/,
            ],
            [
                "two receivers of one name",
                { ...args, webhookReceivers: [{ name: "SOC", uri: "https://example.com" }] },
                /^webhookReceivers\[0\].name: "SOC" is another receiver's name too/,
            ],
            [
                "a receiver without a name",
                { ...args, emailReceivers: [{ name: "", address: "soc@example.com" }] },
                /^emailReceivers\[0\].name: is empty/,
            ],
            ["11 web hooks", { ...args, webhookReceivers: receivers(11) }, /^webhookReceivers: has 11 receivers/],
            [
                "1,001 mailboxes",
                { ...args, emailReceivers: receivers(1_001).map(({ name }) => ({ name, address: "a@example.com" })) },
                /^emailReceivers: has 1001 receivers/,
            ],
            [
                "a group that is none",
                { ...args, existingActionGroupIds: [workspaceId] },
                /^existingActionGroupIds\[0\]: /,
            ],
            [
                "a group twice",
                { ...args, existingActionGroupIds: [groupId, groupId.toUpperCase()] },
                /^existingActionGroupIds\[1\]: .*there twice/,
            ],
            [
                "6 groups with the own one",
                { ...args, existingActionGroupIds: groups(5) },
                /^existingActionGroupIds: makes 6 action groups, a rule takes at most 5/,
            ],
            ["a key that is not kebab case", withRule({ key: "Bad Key", ruleName: "r" }), /^rules\[0\].key: "Bad Key"/],
            ["a key twice", { ...args, rules: [rule, rule] }, /^rules\[1\].key: .*another rule's key too/],
            [
                "a rule name twice",
                {
                    ...args,
                    rules: [
                        { ...rule, ruleName: "One" },
                        { ...rule, key: "other", ruleName: "one" },
                    ],
                },
                /^rules\[1\].ruleName: "one" is another rule's name too/,
            ],
            ["a severity of 5", withRule({ severity: 5 }), /^rules\[0\].severity: 5 is no severity/],
            [
                "a frequency of 7 minutes",
                withRule({ evaluationFrequency: "PT7M" }),
                /^rules\[0\].evaluationFrequency: /,
            ],
        ];
        for (const [what, bad, expected] of cases) {
            it(what, async () => {
                const problems = await problemsOf(() => new Alerts("alerts", bad));
                assert.equal(problems.length, 1, problems.join("\n"));
                assert.match(problems.join(), expected);
            });
        }

        it("three mistakes in one error, and creates nothing", async () => {
            const problems = await problemsOf(
                () =>
                    new Alerts("alerts", {
                        ...withRule({ severity: -1, threshold: 0.5 }),
                        emailReceivers: [],
                    }),
            );
            assert.equal(problems.length, 3);
        });

        it("not a web hook's address that is not known yet", async () => {
            const uri = pulumi.output("");
            const plan = await build(
                () => new Alerts("alerts", { ...args, webhookReceivers: [{ name: "chat", uri }] }),
            );
            assert.deepEqual(plan.resource("alerts-action-group").secretInputs, ["webhookReceivers[0].serviceUri"]);
        });
    });
});
