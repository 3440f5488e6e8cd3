import assert from "node:assert/strict";
import type { JudgedResource } from "../../policies/policy";
import type { PlanObject } from "../../rehearsal/analysis";
import { alertRule, analyticsRule, resource, unknownText, verdicts } from "./judged";

/** A resource and what is expected of it: nothing, or the one thing that the policy says. */
type Case = readonly [what: string, judged: JudgedResource | JudgedResource[], expected?: RegExp, settings?: object];

const account = (change: PlanObject): JudgedResource =>
    resource("azure-native:storage:StorageAccount", {
        accountName: "sttest",
        allowBlobPublicAccess: false,
        enableHttpsTrafficOnly: true,
        minimumTlsVersion: "TLS1_2",
        allowSharedKeyAccess: false,
        ...change,
    });
const container = (inputs: PlanObject): JudgedResource => resource("azure-native:storage:BlobContainer", inputs);
const blob = resource("azure-native:storage:Blob", { accountName: "sttest" });
const workspace = (change: PlanObject = {}): JudgedResource =>
    resource(
        "azure-native:operationalinsights:Workspace",
        { location: "westeurope", retentionInDays: 90, features: { disableLocalAuth: true }, ...change },
        { name: "workspace" },
    );
const capped = workspace({ workspaceCapping: { dailyQuotaGb: 1 } });
const collectionRule = (change: PlanObject): JudgedResource =>
    resource(
        "azure-native:monitor:DataCollectionRule",
        { location: "West Europe", ...change },
        { dependencies: [workspace().urn] },
    );
const xPath = (...xPathQueries: string[]): JudgedResource =>
    collectionRule({ dataSources: { windowsEventLogs: [{ streams: ["Microsoft-Event"], xPathQueries }] } });
const credential = (subject: string, more: PlanObject = {}): JudgedResource =>
    resource("azure-native:managedidentity:FederatedIdentityCredential", {
        issuer: "https://token.actions.githubusercontent.com",
        audiences: ["api://AzureADTokenExchange"],
        subject,
        ...more,
    });
const roles = "/subscriptions/s/providers/Microsoft.Authorization/roleDefinitions/";
const reader = `${roles}73c42c96-874c-492b-b04d-ab87d138a893`;
const contributor = `${roles}b24988ac-6180-42a0-ab88-20f7382dd24c`;
const role = (change: PlanObject, dependencies: string[] = []): JudgedResource =>
    resource(
        "azure-native:authorization:RoleAssignment",
        { roleDefinitionId: reader, principalType: "Group", ...change },
        { dependencies },
    );
const assignment = (definition: string): JudgedResource =>
    resource("azure-native:authorization:PolicyAssignment", {
        policyDefinitionId: `/providers/Microsoft.Authorization/policySetDefinitions/${definition}`,
    });
const agents = assignment("0d1b56c6-6d1f-4a5d-8695-b15efbea6b49");
const others = assignment("11111111-1111-1111-1111-111111111111");
const command = (text: string, settings = "protectedSettings"): JudgedResource =>
    resource("azure-native:compute:VirtualMachineExtension", { vmName: "vm", [settings]: { commandToExecute: text } });
const hash = "ab".repeat(32);
const tags = { environment: "prod", Workload: "sysmon" };

const cases: Readonly<Record<string, readonly Case[]>> = {
    "store-is-private": [
        [
            "an account and a container that are closed",
            [account({}), container({ publicAccess: "None" }), container({})],
        ],
        [
            "an account that may open containers",
            account({ allowBlobPublicAccess: true }),
            /^! allowBlobPublicAccess is not false/,
        ],
        [
            "an account that leaves it to Azure",
            resource("azure-native:storage:StorageAccount", { minimumTlsVersion: "TLS1_2" }),
            /^! allowBlobPublicAccess/,
        ],
        [
            "an account without encryption on the way",
            account({ enableHttpsTrafficOnly: false }),
            /^! enableHttpsTrafficOnly is false/,
        ],
        ["an account with old TLS", account({ minimumTlsVersion: "TLS1_0" }), /^! minimumTlsVersion/],
        ["a newer TLS than is known here", account({ minimumTlsVersion: "TLS1_3" })],
        ["a container that everybody reads", container({ publicAccess: "Blob" }), /^! publicAccess is not None/],
        ["a container whose access is not known yet", container({ publicAccess: unknownText }), /^\? publicAccess/],
    ],
    "store-takes-no-keys": [
        ["an account without keys", account({})],
        [
            "an account with keys that nothing here fills",
            account({ allowSharedKeyAccess: true }),
            /^! allowSharedKeyAccess is not false/,
        ],
        ["an account with keys that the program fills", [account({ allowSharedKeyAccess: true }), blob]],
        ["keys that are not known yet", account({ allowSharedKeyAccess: unknownText }), /^\? allowSharedKeyAccess/],
    ],
    "filled-store-takes-keys": [
        ["an account with keys that nothing here fills", account({ allowSharedKeyAccess: true })],
        [
            "an account that the program fills with keys",
            [account({ allowSharedKeyAccess: true }), blob],
            /^! allowSharedKeyAccess/,
        ],
    ],
    "workspace-keeps-data": [
        ["90 days", workspace()],
        [
            "Azure's own 30 days",
            resource("azure-native:operationalinsights:Workspace", {}),
            /^! Data is kept for 30 days; 90 are asked for/,
        ],
        ["30 days where 30 are asked for", workspace({ retentionInDays: 30 }), undefined, { days: 30 }],
        ["days that are not known yet", workspace({ retentionInDays: unknownText }), /^\? retentionInDays/],
    ],
    "workspace-takes-no-keys": [
        ["a workspace without local authentication", workspace()],
        ["a workspace with it", workspace({ features: {} }), /^! features\.disableLocalAuth is not true/],
        [
            "a workspace that the retired agent writes to",
            [workspace({ features: {} }), resource("azure-native:operationalinsights:DataSource", {})],
        ],
        ["one that is not known yet", workspace({ features: { disableLocalAuth: unknownText } }), /^\? Whether local/],
    ],
    "cap-is-noticed": [
        ["a workspace without a cap", [workspace(), workspace({ workspaceCapping: { dailyQuotaGb: -1 } })]],
        ["a cap that nobody is told of", capped, /^! Collection stops for the day at 1 GB/],
        ["a cap that a rule watches", [capped, alertRule({}, "_LogOperation | where Category == 'Ingestion'")]],
        [
            "a cap whose rule is switched off",
            [capped, alertRule({ enabled: false }, "_LogOperation")],
            /^! Collection stops/,
        ],
    ],
    "table-can-ring": [
        ["a table of the plan Analytics", resource("azure-native:operationalinsights:Table", { plan: "Analytics" })],
        [
            "a table of the plan Basic",
            resource("azure-native:operationalinsights:Table", { tableName: "Event", plan: "Basic" }),
            /^! Event has the plan Basic/,
        ],
        [
            "a plan that is not known yet",
            resource("azure-native:operationalinsights:Table", { plan: unknownText }),
            /^\? Its plan/,
        ],
    ],
    "collection-query-is-valid": [
        ["the whole channel", xPath("Microsoft-Windows-Sysmon/Operational!*")],
        ["ids of events", xPath("Microsoft-Windows-Sysmon/Operational!*[System[(EventID=8 or EventID=10)]]")],
        ["a query without a channel", xPath("*[System]"), /^! xPathQueries\[0\]: .*is no query/],
        ["an XPath that the event log cannot read", xPath("Security!*[System[(EventID=8]]"), /^! xPathQueries\[0\]/],
        ["queries that are not known yet", xPath(unknownText), /^\? Its queries/],
    ],
    "collection-is-in-region": [
        ["a rule in its workspace's region, however it is written", [workspace(), collectionRule({})]],
        [
            "a rule elsewhere",
            [workspace(), collectionRule({ location: "northeurope" })],
            /^! It is in northeurope, and its workspace in westeurope/,
        ],
        [
            "a region that is not known yet",
            [workspace(), collectionRule({ location: unknownText })],
            /^\? Whether it is/,
        ],
        ["a rule for a workspace that is there already", collectionRule({ location: "northeurope" })],
    ],
    "federated-subject-is-exact": [
        ["an environment", credential("repo:contoso/detection:environment:prod")],
        ["an environment, with immutable ids", credential("repo:contoso@1/detection@22:environment:prod")],
        ["a branch", credential("repo:contoso/detection:ref:refs/heads/main")],
        ["every pull request", credential("repo:contoso/detection:pull_request"), /^! .* lets every pull request/],
        ["every environment", credential("repo:contoso/detection:environment:*"), /^! .* is no exact subject/],
        ["a whole repository", credential("repo:contoso/detection"), /^! .* is no exact subject/],
        [
            "a subject of another issuer",
            credential("system:serviceaccount:a:b", { issuer: "https://issuer.example.com" }),
        ],
        ["a wildcard for another issuer", credential("system:*", { issuer: "https://issuer.example.com" }), /^! /],
        [
            "several audiences",
            credential("repo:a/b:environment:c", { audiences: ["a", "b"] }),
            /^! It takes 2 audiences/,
        ],
        [
            "an expression",
            resource(
                "azuread:index/applicationFlexibleFederatedIdentityCredential:ApplicationFlexibleFederatedIdentityCredential",
                {},
            ),
            /^! It takes every subject/,
        ],
        ["a subject that is not known yet", credential(unknownText), /^\? Its subject/],
    ],
    "roles-are-narrow": [
        ["a reader's role for a group", role({})],
        ["a narrow role for a machine", role({ principalType: "ServicePrincipal" })],
        ["Contributor", role({ roleDefinitionId: contributor }), /^! It makes an identity Contributor/],
        [
            "Owner",
            role({ roleDefinitionId: `${roles}8E3AF657-A8FF-443C-A75C-2FE8C4BCB635` }),
            /^! It makes an identity Owner/,
        ],
        [
            "Contributor for the identity of an agent's policy",
            [agents, role({ roleDefinitionId: contributor }, [agents.urn])],
        ],
        [
            "Contributor for the identity of another policy",
            [others, role({ roleDefinitionId: contributor }, [others.urn])],
            /^! It makes an identity/,
        ],
        [
            "the right to grant every role",
            role({ roleDefinitionId: `${roles}f58310d9-a9f6-439a-9e8d-f62e7b41a168` }),
            /^! It lets an identity grant any role/,
        ],
        [
            "the right to grant some roles",
            role({ roleDefinitionId: `${roles}f58310d9-a9f6-439a-9e8d-f62e7b41a168`, condition: "…" }),
        ],
        ["a single person", role({ principalType: "User" }), /^! It goes to a single person/],
        ["somebody of a kind that nobody says", role({ principalType: unknownText }), /^\? It does not say/],
        ["a role that is not known yet", role({ roleDefinitionId: unknownText }), /^\? Its role/],
    ],
    "sensor-binary-is-trusted": [
        ["a command that checks who signed", command("Get-AuthenticodeSignature Sysmon64.exe; .\\Sysmon64.exe -i")],
        [
            "a command that pins a hash",
            command(`if ((Get-FileHash Sysmon.zip).Hash -eq '${hash}') { .\\Sysmon64.exe -i }`),
        ],
        ["a command that installs something else", command("setup.exe /quiet")],
        [
            "a command that runs what it downloads",
            command("curl -O https://a.example/Sysmon.zip; Sysmon64.exe -i"),
            /^! protectedSettings\.commandToExecute installs Sysmon/,
        ],
        [
            "the same in plain settings",
            command("Sysmon.exe -accepteula -i", "settings"),
            /^! settings\.commandToExecute/,
        ],
        [
            "the same, encoded",
            command(`powershell -EncodedCommand ${Buffer.from("Sysmon64.exe -i", "utf16le").toString("base64")}`),
            /^! protectedSettings/,
        ],
        [
            "a script of a run command",
            resource("azure-native:compute:VirtualMachineRunCommandByVirtualMachine", {
                source: { script: "Sysmon64.exe -i" },
            }),
            /^! source\.script/,
        ],
        [
            "a script that stands elsewhere",
            resource("azure-native:compute:VirtualMachineExtension", {
                settings: { fileUris: ["https://a.example/install-sysmon.ps1?sig=1"] },
            }),
            /^\? fileUris fetches https:\/\/a\.example\/install-sysmon\.ps1:/,
        ],
        ["a command that is not known yet", command(unknownText), /^\? What protectedSettings/],
    ],
    "alert-rule-is-heard": [
        ["a rule that tells a group whose id is not known yet, and does not resolve", alertRule()],
        ["a rule that resolves by itself", alertRule({ autoMitigate: true }), /^! autoMitigate is not false/],
        ["a rule that leaves it to Azure", alertRule({ autoMitigate: unknownText }), /^! autoMitigate/],
        ["a rule without actions", alertRule({ actions: {} }), /^! actions\.actionGroups names no action group/],
        ["a rule without groups", alertRule({ actions: { actionGroups: [] } }), /^! actions\.actionGroups/],
        [
            "groups that are not known yet",
            alertRule({ actions: { actionGroups: unknownText } }),
            /^\? Whom the rule tells/,
        ],
        ["a rule without severity", alertRule({ severity: 7 }), /^! severity is 7/],
        [
            "a rule too mild for the stack",
            alertRule({ severity: 3 }),
            /^! severity is 3, milder than 2/,
            { leastSeverity: 2 },
        ],
        ["a rule that is switched off", alertRule({ enabled: false, actions: {} })],
        ["another resource", resource("azure-native:monitor:MetricAlert", {})],
    ],
    "alert-schedule-is-legal": [
        ["a schedule of Azure's", alertRule()],
        [
            "a frequency that Azure does not take",
            alertRule({ evaluationFrequency: "PT7M" }),
            /^! evaluationFrequency: "PT7M" is refused/,
        ],
        [
            "a window with a gap between two runs",
            alertRule({ windowSize: "PT1M" }),
            /^! windowSize: .*would never be seen/,
        ],
        ["no window", alertRule({ windowSize: 5 }), /^! evaluationFrequency and windowSize are not both given/],
        [
            "a rule that runs once a day",
            alertRule({ evaluationFrequency: "P1D", windowSize: "P1D" }),
            /^! evaluationFrequency P1D is slower than PT1H/,
        ],
        ["a window that is not known yet", alertRule({ windowSize: unknownText }), /^\? Its frequency and window/],
    ],
    "alert-query-is-valid": [
        ["a query of a table that is known", alertRule()],
        [
            "a text that is no KQL",
            alertRule({}, "Event | wher"),
            /^! criteria\.allOf\[0\]\.query, line 1, column \d+: KQ100/,
        ],
        ["a column that is nowhere", alertRule({}, "Event | where Nope == 1"), /^! .*KQ101 The name 'Nope'/],
        ["what such a rule may not hold", alertRule({}, "search 'a'"), /^! .*KQ504/],
        [
            "a column of the resource that the result lacks",
            alertRule({
                criteria: { allOf: [{ query: "Event | project Computer", resourceIdColumn: "_ResourceId" }] },
            }),
            /^! .*_ResourceId/,
        ],
        [
            "a table of somebody else's",
            alertRule({}, "Firewall_CL | where Port == 1"),
            /^\? .*KQ101 The name 'Firewall_CL'/,
        ],
        ["a function of somebody else's", alertRule({}, "FirewallParsed() | count"), /^\? .*KQ101/],
        ["an analytics rule of Sentinel", analyticsRule("a", "Event | project Computer")],
        [
            "what an analytics rule may not hold",
            analyticsRule("a", "search * | project Computer"),
            /^! query, line 1, column \d+: KQ505/,
        ],
        [
            "an entity's column that the result lacks",
            analyticsRule("a", "Event | project TimeGenerated"),
            /^! query, .*Computer/,
        ],
        ["a rule without a query", alertRule({ criteria: {} }), /^! criteria\.allOf holds no query/],
        ["a query that is not known yet", alertRule({}, unknownText), /^\? criteria\.allOf\[0\]\.query/],
    ],
    "resource-is-named-and-tagged": [
        ["a resource with both tags, whatever their case", workspace({ tags, workspaceName: "log-prod" })],
        ["a resource without", workspace({ tags: { Environment: "prod" } }), /^! It lacks the tags workload\.$/],
        [
            "a resource without a tag of the stack's own",
            workspace({ tags }),
            /^! It lacks the tags owner\.$/,
            { tags: ["owner"] },
        ],
        ["a name that Azure refuses", workspace({ tags, workspaceName: "l" }), /^! workspaceName: "l" is refused/],
        ["a tag that Azure refuses", workspace({ tags: { ...tags, "a/b": "c" } }), /^! tags\.a\/b: /],
        ["a type that takes no tags", blob],
        ["tags that are not known yet", workspace({ tags: unknownText }), /^\? Its tags/],
    ],
    "stateful-is-protected": [
        ["a workspace that is protected", { ...workspace(), protect: true }],
        ["a workspace that is not", workspace(), /^! Nothing keeps it from deletion/],
        ["what holds nothing", blob],
    ],
    "region-is-allowed": [
        ["any region, where none is named", workspace()],
        [
            "an allowed region, however it is written",
            workspace({ location: "West Europe" }),
            undefined,
            { regions: ["westeurope"] },
        ],
        ["no region at all", workspace({ location: "Global" }), undefined, { regions: ["westeurope"] }],
        [
            "another region",
            workspace(),
            /^! It is in westeurope; allowed are northeurope/,
            { regions: ["northeurope"] },
        ],
        [
            "a region that is not known yet",
            workspace({ location: unknownText }),
            /^\? Its region/,
            { regions: ["northeurope"] },
        ],
    ],
};

for (const [name, table] of Object.entries(cases)) {
    describe(`the policy ${name}`, () => {
        for (const [what, judged, expected, settings] of table) {
            const verb =
                expected === undefined ? "accepts" : expected.source.startsWith("^!") ? "refuses" : "cannot judge";
            it(`${verb} ${what}`, async () => {
                const said = await verdicts(name, Array.isArray(judged) ? judged : [judged], settings);
                if (expected === undefined) assert.deepEqual(said, []);
                else {
                    assert.equal(said.length, 1, said.join("\n"));
                    assert.match(said.join(), expected);
                }
            });
        }
    });
}

describe("an exception from a policy", () => {
    it("is made by name and with a reason", async () => {
        const except = { workspace: "The lab's own, emptied every night." };
        assert.deepEqual(await verdicts("stateful-is-protected", [workspace()], { except }), []);
    });

    it("needs a reason", async () => {
        await assert.rejects(verdicts("stateful-is-protected", [workspace()], { except: { workspace: " " } }));
    });
});
