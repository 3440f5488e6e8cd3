import assert from "node:assert/strict";
import { CredentialUnavailableError, type TokenCredential } from "@azure/identity";
import { parse } from "yaml";
import { parsePolicyScope, type PolicyScope } from "../../azure/policy";
import { machineCoverage, machinesBlock } from "../../live/inventory";
import { findMachines, type FoundMachine } from "../../live/machines";
import { AzureDouble, type Answer } from "./azureDouble";

const group = "/subscriptions/00000000-0000-4000-8000-000000000000/resourceGroups/rg-office";
const vm = (name: string): string => `${group}/providers/Microsoft.Compute/virtualMachines/${name}`;
const arc = `${group}/providers/Microsoft.HybridCompute/machines/srv-plant`;
const scaleSet = `${group}/providers/Microsoft.Compute/virtualMachineScaleSets/vmss-web`;
const principal = "33333333-0000-4000-8000-000000000001";
const shared = `${group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-web`;
const hash = "a".repeat(64);
const machine = { location: "westeurope", os: "Windows", power: "PowerState/running", principalId: principal };

const fleet = {
    machines: [
        { ...machine, id: vm("vm-files") },
        { ...machine, id: vm("vm-old"), power: "PowerState/deallocated", principalId: "" },
        {
            id: scaleSet,
            location: "northeurope",
            orchestrationMode: "Flexible",
            userAssigned: { [shared]: {} },
            modelExtensions: [
                {
                    name: "sysmon",
                    properties: { publisher: "Microsoft.Compute", type: "CustomScriptExtension", forceUpdateTag: hash },
                },
            ],
        },
        { ...machine, id: arc, power: "Connected" },
        { ...machine, id: `${scaleSet}-aks`, managedBy: "nodepool1" },
    ],
    extensions: [
        {
            id: `${vm("vm-files")}/extensions/AzureMonitorWindowsAgent`,
            name: "AzureMonitorWindowsAgent",
            publisher: "Microsoft.Azure.Monitor",
            type: "AzureMonitorWindowsAgent",
            provisioningState: "Succeeded",
        },
        {
            id: `${vm("vm-files").toUpperCase()}/EXTENSIONS/sysmon`,
            name: "sysmon",
            publisher: "Microsoft.Compute",
            type: "CustomScriptExtension",
            forceUpdateTag: `${hash}-2`,
            provisioningState: "Failed",
        },
        {
            id: `${arc}/extensions/setup`,
            name: "setup",
            publisher: "Microsoft.Compute",
            type: "CustomScriptExtension",
            provisioningState: "Succeeded",
        },
    ],
    associations: [
        {
            id: `${vm("vm-files")}/providers/Microsoft.Insights/dataCollectionRuleAssociations/sysmon-azure`,
            ruleId: `${group}/providers/Microsoft.Insights/dataCollectionRules/dcr`,
        },
        {
            id: `${vm("vm-files")}/providers/Microsoft.Insights/dataCollectionRuleAssociations/configurationAccessEndpoint`,
            ruleId: null,
        },
    ],
};

const answerFleet = (query: string): Answer =>
    query.startsWith("insightsresources")
        ? fleet.associations
        : query.includes("/extensions'")
          ? fleet.extensions
          : fleet.machines;

const scopeOf = (text: string): PolicyScope => {
    const parsed = parsePolicyScope(text);
    assert.ok(parsed.kind === "parsed");
    return parsed.value;
};
const subscription = scopeOf("/subscriptions/00000000-0000-4000-8000-000000000000");

describe("The inventory of machines", () => {
    let double: AzureDouble | undefined;
    const start = async (answer: (query: string) => Answer, pageSize?: number): Promise<AzureDouble> =>
        (double = await AzureDouble.start({ graph: answer, pageSize }));
    afterEach(async () => {
        await double?.stop();
        double = undefined;
    });
    const found = async (): Promise<FoundMachine[]> =>
        findMachines((await start(answerFleet)).connection(), subscription);

    it("tells of each machine what it carries", async () => {
        const rows = (await found()).map(machineCoverage);
        const short = rows.map(({ id, power, identity, agent, sensor, associations }) =>
            [id.split("/").at(-1), power, identity, agent, sensor.state, associations].join(" "),
        );
        assert.deepEqual(short, [
            "vm-files running system present failed 1",
            "vm-old stopped none absent absent 0",
            "vmss-web unknown user absent ours 0",
            "srv-plant running system absent foreign 0",
            "vmss-web-aks running system absent absent 0",
        ]);
    });

    it("knows the content that a sensor has run", async () => {
        const hashes = (await found()).map((one) => machineCoverage(one).sensor.contentHash);
        assert.deepEqual(hashes, [hash, null, hash, null, null]);
    });

    it("is the machines of a stack file, without those that a service manages", async () => {
        const block = parse(machinesBlock(await found())) as Record<string, unknown>;
        assert.deepEqual(block["sysmon-azure:machines"], [
            { id: vm("vm-files"), location: "westeurope", identity: { system: principal }, agent: "present" },
            { id: vm("vm-old"), location: "westeurope", identity: "none", delivery: "runCommand" },
            { id: scaleSet, location: "northeurope", identity: { user: shared }, orchestration: "flexible" },
            { id: arc, location: "westeurope", identity: { system: principal } },
        ]);
    });

    it("says in comments where a person has to look", async () => {
        const comments = machinesBlock(await found()).match(/# .*/g);
        assert.deepEqual(comments, [
            "# Stopped: extensions cannot be changed before it runs.",
            "# No identity: the installer comes by run command, and nothing is collected.",
            "# Somebody else's Custom Script Extension is there: use delivery runCommand.",
        ]);
    });

    it("asks with the token of whoever is signed in", async () => {
        await found();
        assert.deepEqual(new Set(double?.asked.map(({ authorization }) => authorization)), new Set(["Bearer a-token"]));
    });

    it("gives every row, page by page", async () => {
        const many = Array.from({ length: 2_500 }, (_, index) => ({ ...machine, id: vm(`vm-${index}`) }));
        const paged = await start(
            (query) =>
                query.startsWith(
                    "resources\n| where type in~ ('microsoft.compute/virtualmachines', 'microsoft.compute/virtualmachinescalesets'",
                )
                    ? many
                    : [],
            1_000,
        );
        const machines = await findMachines(paged.connection(), subscription);
        assert.deepEqual(
            machines.map(({ id }) => id.name),
            many.map((_, index) => `vm-${index}`),
        );
        assert.deepEqual(paged.asked.map(({ options }) => options.$skipToken).slice(0, 3), [undefined, "1000", "2000"]);
    });

    const scopes: readonly [string, object][] = [
        [subscription.id, { subscriptions: ["00000000-0000-4000-8000-000000000000"] }],
        ["/providers/Microsoft.Management/managementGroups/mg", { managementGroups: ["mg"] }],
        [group, { subscriptions: ["00000000-0000-4000-8000-000000000000"] }],
    ];
    for (const [text, expected] of scopes) {
        it(`looks below ${text}`, async () => {
            const asked = await start(() => []);
            await findMachines(asked.connection(), scopeOf(text));
            const [first] = asked.asked;
            assert.ok(first);
            const { subscriptions, managementGroups } = first;
            assert.deepEqual(JSON.parse(JSON.stringify({ subscriptions, managementGroups })), expected);
            assert.equal(first.query.includes("| where resourceGroup =~ 'rg-office'"), text === group);
        });
    }

    it("ends in one line where nobody is signed in", async () => {
        const nobody: TokenCredential = {
            getToken: () => Promise.reject(new CredentialUnavailableError("no credential\nanother line")),
        };
        const asked = await start(() => []);
        await assert.rejects(findMachines(asked.connection(nobody), subscription), {
            name: "LiveError",
            message:
                /^Azure Resource Graph, below \/subscriptions\/\S+: nobody is signed in to Azure\. Run "az login"[^\n]*$/,
        });
    });

    it("says which role is missing where Azure refuses", async () => {
        const asked = await start(() => ({ status: 403, code: "AuthorizationFailed", message: "not allowed" }));
        await assert.rejects(findMachines(asked.connection(), subscription), {
            name: "LiveError",
            message: /Azure answered 403: .*lacks the role Reader/,
        });
    });

    it("refuses an answer of another shape", async () => {
        const asked = await start(() => [{ id: 7 }]);
        await assert.rejects(
            findMachines(asked.connection(), subscription),
            /a row has another shape than expected, at 0\.id/,
        );
    });
});
