import assert from "node:assert/strict";
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
    targets: [{ actionGroupId: groupId }],
};

describe("Alerts", () => {
    it("plans a rule a detection", async () => {
        const plan = await build(() => new Alerts("alerts", args));
        assert.deepEqual(plan.outline(), ["Alerts alerts", "ScheduledQueryRule alerts-verclsid-shellcode-injection"]);
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
            actions: { actionGroups: [groupId] },
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
            actionGroups: [groupId],
            customProperties: { technique: "T1055" },
        });
    });

    it("tells each action group of the severities that it is for", async () => {
        const onCall = { actionGroupId: `${groupId}-on-call`, severities: [0, 1] };
        const later = { ...rule, key: "svchost-mass-access", severity: 3 };
        const plan = await build(
            () => new Alerts("alerts", { ...args, rules: [rule, later], targets: [...args.targets, onCall] }),
        );
        const told = (key: string): unknown => plan.resource(`alerts-${key}`).inputs["actions"];
        assert.deepEqual(told(rule.key), { actionGroups: [groupId, onCall.actionGroupId] });
        assert.deepEqual(told(later.key), { actionGroups: [groupId] });
    });

    it("splits rows by dimensions, and can wait for more than one run", async () => {
        const split = { ...rule, dimensions: [{ name: "Computer" }], failingPeriods: { of: 3, minimum: 2 } };
        const { inputs } = (await build(() => new Alerts("alerts", { ...args, rules: [split] }))).resource(
            "alerts-verclsid-shellcode-injection",
        );
        const { allOf } = inputs["criteria"] as { allOf: Record<string, unknown>[] };
        assert.deepEqual(allOf[0]?.["dimensions"], [{ name: "Computer", operator: "Include", values: ["*"] }]);
        assert.deepEqual(allOf[0]?.["failingPeriods"], { numberOfEvaluationPeriods: 3, minFailingPeriodsToAlert: 2 });
    });

    it("reads the workspace with an identity that has its role before any rule exists", async () => {
        const identity = { name: "id-alerts", subscriptionId: "00000000-0000-4000-8000-000000000000" };
        const plan = await build(() => new Alerts("alerts", { ...args, identity }));
        const planned = plan.resource("alerts-verclsid-shellcode-injection");
        assert.deepEqual(planned.inputs["identity"], {
            type: "UserAssigned",
            userAssignedIdentities: ["/id/of/alerts-reader"],
        });
        assert.ok(planned.dependencies.includes("alerts-reads-workspace"));
        const grant = plan.resource("alerts-reads-workspace").inputs;
        assert.deepEqual([grant["scope"], grant["principalType"]], [workspaceId, "ServicePrincipal"]);
        assert.match(String(grant["roleDefinitionId"]), /73c42c96-874c-492b-b04d-ab87d138a893$/);
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
    });

    it("accepts no rules and nobody to tell", async () => {
        const plan = await build(() => new Alerts("alerts", { ...args, rules: [], targets: [] }));
        assert.deepEqual(plan.outline(), ["Alerts alerts"]);
    });

    describe("refuses", () => {
        const withRule = (change: Partial<AlertRuleArgs>): AlertsArgs => ({ ...args, rules: [{ ...rule, ...change }] });
        const groups = (count: number) =>
            Array.from({ length: count }, (_, index) => ({ actionGroupId: `${groupId}${index}` }));
        const cases: [string, AlertsArgs, RegExp][] = [
            ["nobody to tell", { ...args, targets: [] }, /^targets: tells nobody of severity 1/],
            [
                "nobody to tell of one severity",
                { ...args, targets: [{ actionGroupId: groupId, severities: [0] }] },
                /^targets: tells nobody of severity 1/,
            ],
            ["no region", { ...args, location: "" }, /^location: /],
            [
                "a group that is none",
                { ...args, targets: [{ actionGroupId: workspaceId }] },
                /^targets\[0\].actionGroupId: /,
            ],
            [
                "a group twice",
                { ...args, targets: [{ actionGroupId: groupId }, { actionGroupId: groupId.toUpperCase() }] },
                /^targets\[1\].actionGroupId: .*there twice/,
            ],
            [
                "a severity that is none",
                { ...args, targets: [{ actionGroupId: groupId, severities: [1, 7] }] },
                /^targets\[0\].severities\[1\]: 7 is no severity/,
            ],
            [
                "6 groups",
                { ...args, targets: groups(6) },
                /^targets: tells 6 action groups of severity 1, a rule takes at most 5/,
            ],
            [
                "an identity without a subscription",
                { ...args, identity: { name: "id-alerts", subscriptionId: "prod" } },
                /^identity.subscriptionId: "prod" is no GUID/,
            ],
            [
                "7 dimensions",
                withRule({ dimensions: Array.from({ length: 7 }, (_, index) => ({ name: `c${index}` })) }),
                /^rules\[0\].dimensions: has 7 dimensions, at most 6/,
            ],
            [
                "more periods than Azure looks at",
                withRule({ failingPeriods: { of: 7, minimum: 2 } }),
                /^rules\[0\].failingPeriods.of: 7 is refused/,
            ],
            [
                "more failing periods than are looked at",
                withRule({ failingPeriods: { of: 2, minimum: 3 } }),
                /^rules\[0\].failingPeriods.minimum: 3 is refused; accepted are 1 to 2/,
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
                        targets: [],
                    }),
            );
            assert.equal(problems.length, 3);
        });
    });
});
