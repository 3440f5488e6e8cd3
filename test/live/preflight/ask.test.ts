import assert from "node:assert/strict";
import { CredentialUnavailableError, type TokenCredential } from "@azure/identity";
import { askAzure, type Findable } from "../../../live/preflight/ask";
import { judge } from "../../../live/preflight/judge";
import { AzureDouble, type Answers, type Reply } from "../azureDouble";
import {
    actionGroupId,
    customerId,
    group,
    machineId,
    needs,
    neededMachine,
    principalId,
    stackGroup,
    subscriptionId,
    workspaceId,
} from "./readyStack";

const vm = machineId("vm-files").id;
const row = { id: vm, location: "westeurope", os: "Windows", power: "PowerState/running", principalId };

/** Bodies as the service documents them, by path. */
const bodies: Readonly<Record<string, unknown>> = {
    [`${vm}/instanceView`]: {
        vmAgent: { vmAgentVersion: "2.7", statuses: [{ code: "ProvisioningState/succeeded", displayStatus: "Ready" }] },
    },
    [`/subscriptions/${subscriptionId}/providers/Microsoft.Insights`]: { registrationState: "Registered" },
    [`${group}/providers/Microsoft.Authorization/permissions`]: {
        value: [
            { actions: ["*"], notActions: ["Microsoft.Authorization/*/write"], dataActions: [], notDataActions: [] },
        ],
    },
    [stackGroup]: { id: stackGroup, location: "westeurope" },
    [workspaceId]: { location: "westeurope", properties: { customerId } },
    [actionGroupId]: {
        properties: { emailReceivers: [{ name: "soc", emailAddress: "soc@example.com", status: "Enabled" }] },
    },
};
const manager = (path: string): Reply =>
    path in bodies ? { status: 200, body: bodies[path] } : { status: 404, body: { error: { code: "NotFound" } } };
const graph = (query: string): object[] => (query.includes("virtualmachinescalesets") ? [row] : []);

describe("Asking Azure for what a stack needs", () => {
    let double: AzureDouble | undefined;
    const start = async (answers: Answers): Promise<AzureDouble> => (double = await AzureDouble.start(answers));
    afterEach(async () => {
        await double?.stop();
        double = undefined;
    });
    const found = async (answers: Answers = {}): Promise<Findable> =>
        askAzure((await start({ graph, manager, ...answers })).connection(), needs);

    it("gives what a judgment needs", async () => {
        const findings = judge(needs, await found());
        assert.deepEqual(
            findings.filter(({ severity }) => severity !== "ok"),
            [],
        );
    });

    it("asks each question once, in a version of the API", async () => {
        await askAzure((await start({ graph, manager })).connection(), {
            ...needs,
            permissions: [...needs.permissions, ...needs.permissions],
        });
        assert.deepEqual(double?.got.map((url) => url.split("?")[0]).sort(), Object.keys(bodies).sort());
        assert.ok(double.got.every((url) => /\?api-version=\d{4}-\d\d-\d\d$/.test(url)));
    });

    it("looks for machines in their groups, and at no others", async () => {
        const others = [row, { ...row, id: `${vm}-2` }];
        const { machines } = await found({ graph: (query) => (query.includes("scalesets") ? others : []) });
        assert.deepEqual([...machines.keys()], [vm.toLowerCase()]);
        assert.ok(double?.asked.every(({ query }) => query.includes("| where resourceGroup in~ ('rg-office')")));
    });

    it("asks nothing of machines where there are none", async () => {
        await askAzure((await start({ graph, manager })).connection(), { ...needs, machines: [] });
        assert.deepEqual(double?.asked, []);
    });

    it("looks for machines in each of their subscriptions", async () => {
        const other = "11111111-0000-4000-8000-000000000000";
        const elsewhere = { ...machineId("vm-lab"), subscriptionId: other };
        const machines = [neededMachine(), neededMachine({ id: elsewhere })];
        await askAzure((await start({ graph, manager })).connection(), { ...needs, machines });
        assert.deepEqual(
            [...new Set(double?.asked.map(({ subscriptions }) => subscriptions?.[0]))],
            [subscriptionId, other],
        );
    });

    it("does not ask a stopped machine for its agent", async () => {
        const stopped = { ...row, power: "PowerState/deallocated" };
        await found({ graph: (query) => (query.includes("scalesets") ? [stopped] : []) });
        assert.ok(!double?.got.some((url) => url.includes("/instanceView")));
    });

    it("asks the subscription where the stack's group is yet to come", async () => {
        const subscription = `/subscriptions/${subscriptionId}/providers/Microsoft.Authorization/permissions`;
        const { permissions } = await found({
            manager: (path) => {
                if (path.startsWith(`${group}/providers/Microsoft.Authorization`)) return manager("nowhere");
                return path === subscription
                    ? { status: 200, body: { value: [{ actions: ["*/read"] }] } }
                    : manager(path);
            },
        });
        assert.deepEqual(
            [...permissions.values()],
            [{ kind: "found", value: [{ actions: ["*/read"], notActions: [] }] }],
        );
    });

    it("tells a refusal from something that is not there", async () => {
        const { workspace, resourceGroups } = await found({
            manager: (path) => (path === workspaceId ? { status: 403, body: {} } : manager("nowhere")),
        });
        assert.deepEqual(workspace, { kind: "refused" });
        assert.deepEqual([...resourceGroups.values()], [{ kind: "missing" }]);
    });

    it("says what Azure said where it answers otherwise", async () => {
        const error = { code: "InvalidApiVersion", message: "That version is gone.\nUse another." };
        await assert.rejects(found({ manager: () => ({ status: 400, body: { error } }) }), {
            name: "LiveError",
            message: /^Azure Resource Manager, \/subscriptions\/\S+: Azure answered 400: That version is gone\.$/,
        });
    });

    it("refuses an answer of another shape", async () => {
        await assert.rejects(
            found({
                manager: (path) => (path === workspaceId ? { status: 200, body: { location: 7 } } : manager(path)),
            }),
            /Azure Resource Manager, .*: the answer has another shape than expected, at location/,
        );
    });

    it("ends in one line where nobody is signed in", async () => {
        const nobody: TokenCredential = {
            getToken: () => Promise.reject(new CredentialUnavailableError("no credential\nanother line")),
        };
        const { machines: _, ...rest } = needs;
        const asked = (await start({ graph, manager })).connection(nobody);
        await assert.rejects(askAzure(asked, { ...rest, machines: [] }), {
            name: "LiveError",
            message: /^Azure Resource Manager, [^\n]*nobody is signed in to Azure\. Run "az login"[^\n]*$/,
        });
    });
});
