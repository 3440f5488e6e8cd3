import assert from "node:assert/strict";
import { Lab, type LabArgs } from "../../components";
import { problemsOf } from "../support/argumentErrors";
import { build, valueOf } from "../support/mocks";

const args: LabArgs = {
    subscriptionId: "00000000-0000-4000-8000-000000000000",
    resourceGroupName: "rg-lab",
    location: "westeurope",
    adminPassword: "Example-password-0",
};

describe("Lab", () => {
    it("plans one machine with a network of its own, and no public address", async () => {
        const plan = await build(() => new Lab("lab", args));
        assert.deepEqual(plan.outline(), [
            "Lab lab",
            "NetworkInterface lab-card",
            "NetworkSecurityGroup lab-closed",
            "Subnet lab-subnet",
            "VirtualMachine lab",
            "VirtualNetwork lab-network",
        ]);
        assert.deepEqual(plan.resource("lab-card").inputs["ipConfigurations"], [
            {
                name: "private",
                primary: true,
                privateIPAllocationMethod: "Dynamic",
                subnet: { id: "/id/of/lab-subnet" },
            },
        ]);
    });

    it("lets nothing in, from wherever it comes, and lets the machine out", async () => {
        const plan = await build(() => new Lab("lab", args));
        const { securityRules } = plan.resource("lab-closed").inputs as { securityRules: Record<string, unknown>[] };
        assert.deepEqual(
            securityRules.map(({ direction, access, protocol, sourceAddressPrefix, destinationPortRange }) => [
                direction,
                access,
                protocol,
                sourceAddressPrefix,
                destinationPortRange,
            ]),
            [["Inbound", "Deny", "*", "*", "*"]],
        );
        const { networkSecurityGroup, defaultOutboundAccess } = plan.resource("lab-subnet").inputs;
        assert.deepEqual([networkSecurityGroup, defaultOutboundAccess], [{ id: "/id/of/lab-closed" }, true]);
    });

    it("gives the machine an identity, and keeps its password out of sight", async () => {
        const { inputs, secretInputs, additionalSecretOutputs } = (await build(() => new Lab("lab", args))).resource(
            "lab",
            ":VirtualMachine",
        );
        assert.deepEqual(inputs["identity"], { type: "SystemAssigned" });
        assert.deepEqual(secretInputs, ["osProfile.adminPassword"]);
        assert.deepEqual(additionalSecretOutputs, ["osProfile"]);
    });

    it("says the machine's id before there is one", async () => {
        const { result } = await build(() => new Lab("lab", { ...args, machineName: "vm-x" }));
        assert.equal(
            await valueOf(result.machineId),
            `/subscriptions/${args.subscriptionId}/resourceGroups/rg-lab/providers/Microsoft.Compute/virtualMachines/vm-x`,
        );
    });

    describe("refuses", () => {
        const cases: [string, Partial<LabArgs>, RegExp][] = [
            ["a subscription by name", { subscriptionId: "dev" }, /^subscriptionId: "dev" is no GUID/],
            ["no region", { location: "" }, /^location: /],
            ["a name that Windows would cut", { machineName: "vm-sixteen-chars" }, /^machineName: .*1 to 15/],
            ["a name of digits alone", { machineName: "4711" }, /^machineName: /],
            ["a usual name of an administrator", { adminUsername: "Administrator" }, /^adminUsername: /],
            ["a short password", { adminPassword: "Short-0" }, /^adminPassword: is refused; accepted are 12 to 123/],
            ["a password of one kind", { adminPassword: "allsmallletters" }, /^adminPassword: /],
        ];
        for (const [what, change, expected] of cases) {
            it(what, async () => {
                const problems = await problemsOf(() => new Lab("lab", { ...args, ...change }));
                assert.equal(problems.length, 1, problems.join("\n"));
                assert.match(problems.join(), expected);
            });
        }

        it("a password without repeating it", async () => {
            const problems = await problemsOf(() => new Lab("lab", { ...args, adminPassword: "hunter2" }));
            assert.ok(!problems.join().includes("hunter2"));
        });
    });
});
