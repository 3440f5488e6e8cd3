import assert from "node:assert/strict";
import { VirtualMachineExtension } from "@pulumi/azure-native/compute";
import { Provider } from "@pulumi/azure-native/provider";
import { UserAssignedIdentity } from "@pulumi/azure-native/managedidentity";
import { ResourceGroup } from "@pulumi/azure-native/resources";
import * as pulumi from "@pulumi/pulumi";
import { describeEngine, openEngineStack, storedState, type EngineStack } from "../support/engine";

const other = "11111111-1111-1111-1111-111111111111";
const secret = "the command that nobody may read";

/** A group in the default subscription, an identity in another one, and an extension with a secret. */
const program = (vmName: string) => (): Promise<Record<string, unknown>> => {
    const group = new ResourceGroup("group", { resourceGroupName: "rg-test", location: "westeurope" });
    const provider = new Provider("other", { subscriptionId: other });
    const identity = new UserAssignedIdentity(
        "identity",
        { resourceGroupName: "rg-lab", resourceName: "id-test", location: "westeurope" },
        { provider },
    );
    new VirtualMachineExtension("extension", {
        resourceGroupName: group.name,
        vmName,
        vmExtensionName: "sysmon",
        location: "westeurope",
        publisher: "Microsoft.Compute",
        type: "CustomScriptExtension",
        protectedSettings: pulumi.secret({ commandToExecute: secret }),
    });
    return Promise.resolve({ principalId: identity.principalId });
};

describeEngine("the double of the provider", () => {
    let engine: EngineStack;
    before(async () => {
        engine = await openEngineStack({
            program: program("vm-1"),
            existing: [`/subscriptions/${other}/resourceGroups/rg-lab`],
        });
    });
    after(() => engine.close());

    it("fails an operation at the call that the service refuses, and the next one goes on from there", async () => {
        engine.cloud.refuseAfter(1);
        await assert.rejects(engine.stack.up({ parallel: 1 }), /Status=500/);
        assert.equal(engine.cloud.all().length, 1);
        const { outputs } = await engine.stack.up();
        assert.equal(engine.cloud.all().length, 3);
        assert.match(String(outputs["principalId"]?.value), /^[0-9a-f-]{36}$/);
    });

    it("creates in the subscription of each provider", () => {
        assert.deepEqual(
            engine.cloud.all().map(({ id }) => id.split("/").slice(2, 5).join("/")),
            [
                "00000000-0000-0000-0000-000000000000/resourceGroups/rg-test",
                "00000000-0000-0000-0000-000000000000/resourceGroups/rg-test",
                `${other}/resourceGroups/rg-lab`,
            ],
        );
    });

    it("gets secrets in the clear and keeps them out of the state", () => {
        assert.ok(engine.cloud.all().some(({ inputs }) => JSON.stringify(inputs).includes(secret)));
        const state = storedState(engine);
        assert.ok(state.includes("vmExtensionName") && !state.includes(secret));
    });

    it("finds nothing to change in an equal program", async () => {
        await engine.stack.preview({ expectNoChanges: true });
    });

    it("replaces an extension that moves to another machine", async () => {
        engine.use(program("vm-2"));
        const { summary } = await engine.stack.up();
        assert.deepEqual(summary.resourceChanges, { replace: 1, same: 4 });
        assert.deepEqual(
            engine.cloud.calls.slice(-2).map(({ operation }) => operation),
            ["delete", "create"],
        );
    });
});
