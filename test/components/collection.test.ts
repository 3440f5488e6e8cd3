import assert from "node:assert/strict";
import { Collection, EventTable, type CollectionArgs } from "../../components";
import { build, valueOf } from "../support/mocks";
import { problemsOf } from "../support/argumentErrors";

const args: CollectionArgs = {
    resourceGroupName: "rg-test",
    newWorkspace: { location: "westeurope" },
    xPathQueries: ["Microsoft-Windows-Sysmon/Operational!*"],
    functionQuery: "Event | where Source == 'Microsoft-Windows-Sysmon'",
};
const existingWorkspace = {
    id: "/subscriptions/00000000-0000-4000-8000-000000000000/resourceGroups/rg-logs/providers/Microsoft.OperationalInsights/workspaces/log-central",
    location: "northeurope",
    customerId: "22222222-0000-4000-8000-000000000000",
};
const onExisting: CollectionArgs = { ...args, newWorkspace: undefined, existingWorkspace };

describe("Collection", () => {
    it("plans a workspace, a rule and the function, each below the component", async () => {
        const plan = await build(() => new Collection("main", args));
        assert.deepEqual(plan.outline(), [
            "Collection main",
            "DataCollectionRule main-rule",
            "SavedSearch main-function",
            "Workspace main",
        ]);
        const children = plan.resources.filter(({ type }) => type.startsWith("azure-native:"));
        assert.deepEqual(
            children.map(({ parent }) => parent),
            children.map(() => "main"),
        );
        assert.deepEqual(plan.resource("main", ":Collection").inputs, {});
    });

    it("makes a workspace that keeps events 90 days, has no cap and refuses keys", async () => {
        const plan = await build(() => new Collection("main", args));
        assert.deepEqual(plan.resource("main", ":Workspace").inputs, {
            resourceGroupName: "rg-test",
            workspaceName: "log-main",
            location: "westeurope",
            sku: { name: "PerGB2018" },
            retentionInDays: 90,
            workspaceCapping: { dailyQuotaGb: -1 },
            features: { disableLocalAuth: true, enableLogAccessUsingOnlyResourcePermissions: true },
        });
    });

    it("onboards Sentinel before anything is collected into its tables", async () => {
        const plan = await build(
            () => new Collection("main", { ...args, onboardSentinel: true, table: EventTable.WindowsEvent }),
        );
        const { inputs, dependencies, protect } = plan.resource("main-sentinel");
        assert.deepEqual(inputs, {
            resourceGroupName: "rg-test",
            workspaceName: "log-main",
            sentinelOnboardingStateName: "default",
        });
        assert.deepEqual([dependencies, protect], [["main"], false]);
        assert.ok(plan.resource("main-rule").dependencies.includes("main-sentinel"));
    });

    it("transforms rows before they are stored", async () => {
        const plan = await build(
            () => new Collection("main", { ...args, transformKql: "source | where EventID != 7" }),
        );
        assert.deepEqual(plan.resource("main-rule").inputs["dataFlows"], [
            {
                streams: ["Microsoft-Event"],
                destinations: ["workspace"],
                outputStream: "Microsoft-Event",
                transformKql: "source | where EventID != 7",
            },
        ]);
    });

    it("closes an endpoint a region to public networks, and takes events by that of the workspace", async () => {
        const endpoints = [
            { location: "West Europe", name: "dce-we" },
            { location: "northeurope", name: "dce-ne" },
        ];
        const plan = await build(() => new Collection("main", { ...args, endpoints }));
        assert.deepEqual(plan.resource("main-endpoint-northeurope").inputs, {
            resourceGroupName: "rg-test",
            dataCollectionEndpointName: "dce-ne",
            location: "northeurope",
            kind: "Windows",
            description: "Private link for machines with Sysmon",
            networkAcls: { publicNetworkAccess: "Disabled" },
        });
        assert.equal(plan.resource("main-rule").inputs["dataCollectionEndpointId"], "/id/of/main-endpoint-westeurope");
        assert.deepEqual(await valueOf(plan.result.endpointIds), {
            westeurope: "/id/of/main-endpoint-westeurope",
            northeurope: "/id/of/main-endpoint-northeurope",
        });
    });

    it("refuses endpoints that serve nobody, and a transformation over many rows", async () => {
        const endpoints = [
            { location: "northeurope", name: "dce-ne" },
            { location: "North Europe", name: "dce ne" },
        ];
        assert.deepEqual(
            (
                await problemsOf(
                    () => new Collection("main", { ...args, endpoints, transformKql: "source | summarize count()" }),
                )
            ).map((problem) => problem.split(":")[0]),
            ["transformKql", "endpoints[1].name", "endpoints[1].location", "endpoints"],
        );
    });

    it("takes the workspace's name, retention, cap and tags from the arguments", async () => {
        const newWorkspace = { name: "log-own", location: "westus", retentionDays: 30, dailyCapGb: 0.5 };
        const plan = await build(() => new Collection("main", { ...args, newWorkspace, tags: { team: "soc" } }));
        const { inputs } = plan.resource("main", ":Workspace");
        assert.deepEqual(
            [inputs["workspaceName"], inputs["location"], inputs["retentionInDays"], inputs["workspaceCapping"]],
            ["log-own", "westus", 30, { dailyQuotaGb: 0.5 }],
        );
        assert.deepEqual(inputs["tags"], { team: "soc" });
        assert.deepEqual(plan.resource("main-rule").inputs["tags"], { team: "soc" });
    });

    for (const [table, stream] of [
        [undefined, "Microsoft-Event"],
        [EventTable.Event, "Microsoft-Event"],
        [EventTable.WindowsEvent, "Microsoft-WindowsEvent"],
    ] as const) {
        it(`sends events by the stream ${stream} into ${table ?? "the default table"}`, async () => {
            const plan = await build(() => new Collection("main", { ...args, table }));
            assert.deepEqual(plan.resource("main-rule").inputs, {
                resourceGroupName: "rg-test",
                dataCollectionRuleName: "dcr-main",
                location: "westeurope",
                kind: "Windows",
                description: "Sysmon events of Windows machines",
                dataSources: {
                    windowsEventLogs: [
                        {
                            name: "sysmon",
                            streams: [stream],
                            xPathQueries: ["Microsoft-Windows-Sysmon/Operational!*"],
                        },
                    ],
                },
                destinations: { logAnalytics: [{ name: "workspace", workspaceResourceId: "/id/of/main" }] },
                dataFlows: [{ streams: [stream], destinations: ["workspace"], outputStream: stream }],
            });
        });
    }

    it("replaces the function when its text changes, since the service refuses updates", async () => {
        const plan = await build(() => new Collection("main", args));
        const search = plan.resource("main-function");
        assert.deepEqual(search.inputs, {
            resourceGroupName: "rg-test",
            workspaceName: "log-main",
            savedSearchId: "SysmonParsed",
            category: "Sysmon",
            displayName: "SysmonParsed",
            functionAlias: "SysmonParsed",
            query: args.functionQuery,
            version: 2,
        });
        assert.ok(search.replaceOnChanges.includes("query") && search.replaceOnChanges.includes("functionAlias"));
        assert.equal(search.deleteBeforeReplace, true);
    });

    it("protects the workspace and the rule as asked, and leaves the function replaceable", async () => {
        const plan = await build(() => new Collection("main", args, { protect: true }));
        assert.deepEqual(
            [plan.resource("main", ":Workspace"), plan.resource("main-rule"), plan.resource("main-function")].map(
                ({ protect }) => protect ?? false,
            ),
            [true, true, false],
        );
    });

    describe("on a workspace that exists", () => {
        it("creates none, puts the function beside the workspace and the rule into its region", async () => {
            const plan = await build(() => new Collection("main", onExisting));
            assert.deepEqual(plan.outline(), [
                "Collection main",
                "DataCollectionRule main-rule",
                "SavedSearch main-function",
            ]);
            const search = plan.resource("main-function").inputs;
            assert.deepEqual([search["resourceGroupName"], search["workspaceName"]], ["rg-logs", "log-central"]);
            const rule = plan.resource("main-rule").inputs;
            assert.deepEqual([rule["resourceGroupName"], rule["location"]], ["rg-test", "northeurope"]);
            assert.deepEqual(rule["destinations"], {
                logAnalytics: [{ name: "workspace", workspaceResourceId: existingWorkspace.id }],
            });
        });

        it("gives out what it was given", async () => {
            const { result } = await build(() => new Collection("main", onExisting));
            assert.deepEqual(
                await Promise.all(
                    [result.workspaceId, result.customerId, result.workspaceName, result.workspaceLocation].map(
                        valueOf,
                    ),
                ),
                [existingWorkspace.id, existingWorkspace.customerId, "log-central", "northeurope"],
            );
        });
    });

    it("gives out the ids of what it made", async () => {
        const { result } = await build(() => new Collection("main", args));
        assert.deepEqual(
            await Promise.all(
                [
                    result.workspaceId,
                    result.customerId,
                    result.workspaceName,
                    result.workspaceLocation,
                    result.dataCollectionRuleId,
                    result.functionAlias,
                ].map(valueOf),
            ),
            [
                "/id/of/main",
                "11111111-0000-4000-8000-000000000003",
                "log-main",
                "westeurope",
                "/id/of/main-rule",
                "SysmonParsed",
            ],
        );
    });

    it("has the workspace log who asked it what, where that is wanted", async () => {
        const plan = await build(() => new Collection("main", { ...onExisting, auditQueries: true }));
        assert.deepEqual(plan.resource("main-audit").inputs, {
            name: "sysmon-azure-audit",
            resourceUri: existingWorkspace.id,
            workspaceId: existingWorkspace.id,
            logs: [{ category: "Audit", enabled: true }],
        });
    });

    describe("with the legacy data source", () => {
        it("adds it in the service's spelling, accepts keys, and warns that nothing reads it today", async () => {
            const plan = await build(() => new Collection("main", { ...args, legacyDataSource: true }));
            assert.deepEqual(plan.resource("main-legacy-data-source").inputs, {
                resourceGroupName: "rg-test",
                workspaceName: "log-main",
                dataSourceName: "sysmon",
                kind: "WindowsEvent",
                properties: {
                    eventLogName: "Microsoft-Windows-Sysmon/Operational",
                    eventTypes: [{ eventType: "Error" }, { eventType: "Warning" }, { eventType: "Information" }],
                },
            });
            assert.deepEqual(plan.resource("main", ":Workspace").inputs["features"], {
                disableLocalAuth: false,
                enableLogAccessUsingOnlyResourcePermissions: true,
            });
            assert.match(plan.warnings.join(), /retired Log Analytics agent/);
        });

        it("warns of nothing without it", async () => {
            assert.deepEqual((await build(() => new Collection("main", args))).warnings, []);
        });
    });

    describe("refuses", () => {
        const id = existingWorkspace.id;
        const cases: [string, CollectionArgs, RegExp][] = [
            ["no workspace", { ...args, newWorkspace: undefined }, /^newWorkspace: is missing; give newWorkspace, or/],
            ["two workspaces", { ...args, existingWorkspace }, /^existingWorkspace: is given beside newWorkspace/],
            [
                "a name Azure refuses",
                { ...args, newWorkspace: { name: "-x", location: "westeurope" } },
                /^newWorkspace.name: "-x" is refused/,
            ],
            ["no region", { ...args, newWorkspace: { location: "" } }, /^newWorkspace.location: "" is no Azure region/],
            [
                "short retention",
                { ...args, newWorkspace: { location: "westeurope", retentionDays: 7 } },
                /^newWorkspace.retentionDays: 7 is refused; accepted are 30 to 730/,
            ],
            [
                "long retention",
                { ...args, newWorkspace: { location: "westeurope", retentionDays: 731 } },
                /retentionDays: 731/,
            ],
            [
                "half days",
                { ...args, newWorkspace: { location: "westeurope", retentionDays: 30.5 } },
                /retentionDays: 30.5/,
            ],
            ["a cap of nothing", { ...args, newWorkspace: { location: "westeurope", dailyCapGb: 0 } }, /dailyCapGb: 0/],
            [
                "keys off for an agent that needs them",
                { ...args, newWorkspace: { location: "westeurope", disableLocalAuth: true }, legacyDataSource: true },
                /^newWorkspace.disableLocalAuth: is true/,
            ],
            [
                "an id that is no workspace's",
                {
                    ...onExisting,
                    existingWorkspace: { ...existingWorkspace, id: id.replace("workspaces", "clusters") },
                },
                /^existingWorkspace.id: .*Accepted: a Log Analytics workspace/,
            ],
            [
                "a customer id that is no GUID",
                { ...onExisting, existingWorkspace: { ...existingWorkspace, customerId: "log-central" } },
                /^existingWorkspace.customerId: "log-central" is no GUID/,
            ],
            [
                "no region of the workspace",
                { ...onExisting, existingWorkspace: { ...existingWorkspace, location: "?" } },
                /^existingWorkspace.location: /,
            ],
            [
                "a rule name Azure refuses",
                { ...args, dataCollectionRuleName: "a b" },
                /^dataCollectionRuleName: "a b" is refused/,
            ],
            ["no query", { ...args, xPathQueries: [] }, /^xPathQueries: is empty/],
            ["a query without a channel", { ...args, xPathQueries: ["*"] }, /^xPathQueries\[0\]: "\*" is no query/],
            ["an empty function", { ...args, functionQuery: " \n" }, /^functionQuery: is empty/],
            [
                "an alias with a hyphen",
                { ...args, functionAlias: "Sysmon-x" },
                /^functionAlias: "Sysmon-x" is no function/,
            ],
            ["a table's name as alias", { ...args, functionAlias: "sysmonevent" }, /^functionAlias: .*name of a table/],
        ];
        for (const [what, bad, expected] of cases) {
            it(what, async () => {
                const problems = await problemsOf(() => new Collection("main", bad));
                assert.equal(problems.length, 1, problems.join("\n"));
                assert.match(problems.join(), expected);
            });
        }

        it("three mistakes in one error, and creates nothing", async () => {
            const bad = { ...args, newWorkspace: { location: "westeurope", retentionDays: 1 }, functionQuery: "" };
            const problems = await problemsOf(() => new Collection("main", { ...bad, xPathQueries: [] }));
            assert.equal(problems.length, 3);
        });
    });
});
