import assert from "node:assert/strict";
import {
    ActionGroup,
    AgentMode,
    Alerts,
    Collection,
    Delivery,
    Lab,
    EventTable,
    Fleet,
    HuntingQueries,
    Orchestration,
    RuleHealth,
    Sensor,
    SensorPayload,
    Sentinel,
    Workbook,
    type SensorArgs,
} from "../../components";
import { ArmContracts } from "../support/armContracts";
import { build, type RegisteredResource } from "../support/mocks";
import { describeShared, sharedPath } from "../support/shared";

const providers = "/subscriptions/00000000-0000-4000-8000-000000000000/resourceGroups/rg/providers";
const identity = { userResourceId: `${providers}/Microsoft.ManagedIdentity/userAssignedIdentities/id-sysmon` };
const tags = { team: "soc" };
const onMachine: SensorArgs = {
    machineId: `${providers}/Microsoft.Compute/virtualMachines/web-01`,
    location: "westeurope",
    identity,
    command: "powershell.exe -Command install",
    contentHash: "0123456789abcdef",
    dataCollectionRuleId: `${providers}/Microsoft.Insights/dataCollectionRules/dcr`,
    tags,
};
const scaleSet = `${providers}/Microsoft.Compute/virtualMachineScaleSets/web`;
const arcMachine = `${providers}/Microsoft.HybridCompute/machines/dc-01`;
const system = { systemPrincipalId: "33333333-0000-4000-8000-000000000000" };
const byScript = { command: undefined, script: "Install", delivery: Delivery.RunCommand, agent: AgentMode.Present };

/** Everything that the components can plan, each resource class at least once. */
function everything(): void {
    for (const [name, table] of Object.entries(EventTable)) {
        new Collection(`collection-${name}`, {
            resourceGroupName: "rg",
            newWorkspace: { location: "westeurope", dailyCapGb: 1 },
            table,
            xPathQueries: ["Microsoft-Windows-Sysmon/Operational!*"],
            transformKql: "source | where EventID != 7",
            onboardSentinel: table === EventTable.WindowsEvent,
            endpoints: [{ location: "westeurope", name: "dce-we" }],
            functionQuery: "Event",
            auditQueries: true,
            legacyDataSource: true,
            tags,
        });
    }
    new SensorPayload("payload", {
        resourceGroupName: "rg",
        location: "westeurope",
        subscriptionId: "00000000-0000-4000-8000-000000000000",
        accountName: "stsysmontest",
        files: [{ name: "sysmon.xml", path: "./sysmon.xml", sha256: "a".repeat(64) }],
        readers: { web: "33333333-0000-4000-8000-000000000000" },
        tags,
    });
    new Sensor("vm", {
        ...onMachine,
        dataCollectionEndpointId: `${providers}/Microsoft.Insights/dataCollectionEndpoints/dce`,
    });
    new Lab("lab", {
        subscriptionId: "00000000-0000-4000-8000-000000000000",
        resourceGroupName: "rg",
        location: "westeurope",
        adminPassword: "Example-password-0",
        tags,
    });
    new Sensor("vm-script", { ...onMachine, ...byScript });
    new Sensor("uniform", { ...onMachine, machineId: scaleSet, orchestration: Orchestration.Uniform });
    new Sensor("flexible", { ...onMachine, machineId: scaleSet, orchestration: Orchestration.Flexible });
    new Sensor("arc", { ...onMachine, machineId: arcMachine, identity: system });
    new Sensor("arc-script", { ...onMachine, ...byScript, machineId: arcMachine, identity: system });
    const fleet = {
        subscriptionId: "00000000-0000-4000-8000-000000000000",
        location: "westeurope",
        dataCollectionRuleId: onMachine.dataCollectionRuleId,
        contentHash: "0123456789abcdef",
        azureCommand: "powershell.exe -Command install",
        arcCommand: "powershell.exe -Command install",
        payload: {
            subscriptionId: "00000000-0000-4000-8000-000000000000",
            resourceGroupName: "rg",
            accountName: "stsysmontest",
            containerName: "sysmon",
        },
    };
    const subscription = "/subscriptions/00000000-0000-4000-8000-000000000000";
    new Fleet("fleet", { ...fleet, scope: subscription });
    new Fleet("fleet-group", { ...fleet, scope: `${subscription}/resourceGroups/rg` });
    new Fleet("fleet-management", {
        ...fleet,
        scope: "/providers/Microsoft.Management/managementGroups/mg",
        identity: { ...identity, attach: true },
    });
    new Sentinel("sentinel", {
        resourceGroupName: "rg",
        workspaceName: "log",
        watchlists: [
            { alias: "allowed", displayName: "Allowed", searchKey: "Image", columns: ["Image"], rows: [["a.exe"]] },
        ],
        rules: [
            {
                key: "lsass-memory-read",
                ruleId: "33333333-0000-4000-8000-000000000000",
                displayName: "Memory of LSASS read",
                description: "A process read the memory of LSASS.",
                severity: "High",
                query: "Event",
                queryFrequency: "PT5M",
                queryPeriod: "PT30M",
                threshold: 0,
                tactics: ["CredentialAccess"],
                techniques: ["T1003.001"],
                entities: [{ entityType: "Host", identifiers: { FullName: "Computer" } }],
                customDetails: { Source: "SourceImage" },
                alertTitle: "{{SourceImage}} read LSASS",
                suppressFor: "PT1H",
                grouping: { entityTypes: ["Host"], lookback: "PT5H" },
            },
        ],
    });
    new HuntingQueries("hunting", {
        resourceGroupName: "rg",
        location: "westeurope",
        queries: [{ queryId: "00000000-0000-4000-8000-00000000000a", displayName: "Pipes", body: "SysmonParsed" }],
        tags,
    });
    new RuleHealth("rule-health", {
        resourceGroupName: "rg",
        watchedGroupId: providers.replace(/\/providers$/, ""),
        actionGroupIds: [`${providers}/Microsoft.Insights/actionGroups/ag`],
        tags,
    });
    new Workbook("workbook", {
        resourceGroupName: "rg",
        location: "westeurope",
        displayName: "Sysmon",
        workspaceId: `${providers}/Microsoft.OperationalInsights/workspaces/log`,
        items: [{ name: "machines", query: "Heartbeat" }],
        tags,
    });
    const subscriptionId = "00000000-0000-4000-8000-000000000000";
    new ActionGroup("told", {
        resourceGroupName: "rg",
        emailReceivers: [{ name: "soc", address: "soc@example.com" }],
        smsReceivers: [{ name: "phone", countryCode: "49", phoneNumber: "1701234567" }],
        voiceReceivers: [{ name: "call", countryCode: "49", phoneNumber: "1701234567" }],
        appPushReceivers: [{ name: "app", address: "soc@example.com" }],
        webhookReceivers: [{ name: "chat", uri: "https://hooks.example.com" }],
        roleReceivers: [{ name: "owners", roleId: "8e3af657-a8ff-443c-a75c-2fe8c4bcb635" }],
        logicAppReceivers: [
            {
                name: "flow",
                resourceId: `${providers}/Microsoft.Logic/workflows/flow`,
                callbackUrl: "https://a.example",
            },
        ],
        functionReceivers: [
            {
                name: "function",
                functionAppResourceId: `${providers}/Microsoft.Web/sites/app`,
                functionName: "isolate",
                httpTriggerUrl: "https://a.example",
            },
        ],
        runbookReceivers: [
            {
                name: "runbook",
                automationAccountId: `${providers}/Microsoft.Automation/automationAccounts/aa`,
                runbookName: "isolate",
                webhookResourceId: `${providers}/Microsoft.Automation/automationAccounts/aa/webhooks/w`,
                serviceUri: "https://a.example",
            },
        ],
        eventHubReceivers: [{ name: "hub", subscriptionId, eventHubNameSpace: "ns", eventHubName: "alerts" }],
        itsmReceivers: [
            {
                name: "itsm",
                connectionId: "a|b",
                region: "westeurope",
                ticketConfiguration: "{}",
                workspaceId: subscriptionId,
            },
        ],
        tags,
    });
    new Alerts("alerts", {
        resourceGroupName: "rg",
        workspaceId: `${providers}/Microsoft.OperationalInsights/workspaces/log`,
        location: "westeurope",
        targets: [{ actionGroupId: `${providers}/Microsoft.Insights/actionGroups/told` }],
        identity: { name: "id-alerts", subscriptionId: "00000000-0000-4000-8000-000000000000" },
        rules: [
            {
                key: "lsass-memory-read",
                displayName: "Memory of LSASS read",
                description: "A process read the memory of LSASS.",
                severity: 4,
                query: "Event",
                evaluationFrequency: "PT5M",
                windowSize: "PT30M",
                overrideQueryTimeRange: "PT1H",
                muteActionsDuration: "PT1H",
                threshold: 0,
                customProperties: { technique: "T1003" },
            },
        ],
        tags,
    });
}

describeShared("planned resources, held against the contracts of Azure Resource Manager", () => {
    let contracts: ArmContracts;
    let planned: RegisteredResource[];

    before(async () => {
        contracts = new ArmContracts(sharedPath("arm-contracts.json"));
        const { resources } = await build(everything);
        planned = resources.filter(({ type }) => type.startsWith("azure-native:"));
    });

    it("are all described but the blobs, which are uploaded, and subnets", () => {
        const others = planned.filter((resource) => !contracts.describes(resource)).map(({ type }) => type);
        assert.deepEqual(
            new Set(others),
            new Set([
                "azure-native:storage:Blob",
                "azure-native:network:Subnet",
                // Not in the contracts at hand.
                "azure-native:monitor:ActivityLogAlert",
            ]),
        );
        assert.equal(new Set(planned.map(({ type }) => type)).size, 39);
    });

    it("lack nothing that is required, and have no value, length or name that is refused", () => {
        const problems = planned
            .filter((resource) => contracts.describes(resource))
            .flatMap((one) => contracts.problems(one));
        assert.deepEqual(problems, []);
    });

    it("would be found out if they were wrong", () => {
        const rule = planned.find(({ type }) => type.endsWith(":ScheduledQueryRule"));
        const group = planned.find(({ type }) => type.endsWith("monitor:ActionGroup"));
        assert.ok(rule && group);
        const bad = { ...rule, inputs: { ...rule.inputs, ruleName: "a/b", color: "red" } };
        assert.deepEqual(
            [
                ...contracts.problems(bad),
                ...contracts.problems({ ...group, inputs: { groupShortName: "much too long" } }),
            ].map((problem) => problem.replace(/: is not .*/, ": is not the pattern")),
            [
                "alerts-lsass-memory-read.properties.color: is unknown to the service",
                "alerts-lsass-memory-read.name: is not the pattern",
                "told.location: is missing",
                "told.properties.enabled: is missing",
                "told.properties.groupShortName: is longer than 12",
                "told.name: is no text",
            ],
        );
    });
});
