import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import {
    AgentMode,
    Delivery,
    Orchestration,
    Sensor,
    SensorPayload,
    type MachineIdentityArgs,
    type SensorArgs,
} from "../../components";
import { problemsOf } from "../support/argumentErrors";
import { build, valueOf } from "../support/mocks";

const group = "/subscriptions/00000000-0000-4000-8000-000000000000/resourceGroups/rg-web/providers";
const virtualMachine = `${group}/Microsoft.Compute/virtualMachines/web-01`;
const scaleSet = `${group}/Microsoft.Compute/virtualMachineScaleSets/web`;
const arcMachine = `${group}/Microsoft.HybridCompute/machines/dc-01`;
const userResourceId = `${group}/Microsoft.ManagedIdentity/userAssignedIdentities/id-sysmon`;
const system: MachineIdentityArgs = { systemPrincipalId: "33333333-0000-4000-8000-000000000000" };
const user: MachineIdentityArgs = { userResourceId };
const contentHash = "0123456789abcdef";

const args: SensorArgs = {
    machineId: virtualMachine,
    location: "westeurope",
    identity: system,
    command: "powershell.exe -Command install",
    contentHash,
    dataCollectionRuleId: "/id/of/rule",
};
const onFlexible: SensorArgs = {
    ...args,
    machineId: scaleSet,
    orchestration: Orchestration.Flexible,
    identity: user,
};
const byRunCommand: SensorArgs = {
    ...args,
    identity: undefined,
    delivery: Delivery.RunCommand,
    command: undefined,
    script: "param()\nInstall",
};
const userSignIn = {
    authentication: { managedIdentity: { "identifier-name": "mi_res_id", "identifier-value": userResourceId } },
};

describe("Sensor", () => {
    describe("on a virtual machine", () => {
        it("plans the agent, then Sysmon, then the association", async () => {
            const plan = await build(() => new Sensor("web", args));
            assert.deepEqual(plan.outline(), [
                "DataCollectionRuleAssociation web-association",
                "Sensor web",
                "VirtualMachineExtension web-agent",
                "VirtualMachineExtension web-sysmon",
            ]);
            assert.deepEqual(plan.resource("web-sysmon").dependencies, ["web-agent"]);
            assert.deepEqual(plan.resource("web-association").dependencies, ["web-sysmon"]);
        });

        it("associates the machine with the endpoint of its region, too, where it has one", async () => {
            const plan = await build(() => new Sensor("web", { ...args, dataCollectionEndpointId: "/id/of/endpoint" }));
            assert.deepEqual(plan.resource("web-endpoint").inputs, {
                resourceUri: virtualMachine,
                associationName: "configurationAccessEndpoint",
                dataCollectionEndpointId: "/id/of/endpoint",
            });
        });

        it("installs the agent that signs in with the machine's own identity and upgrades itself", async () => {
            const plan = await build(() => new Sensor("web", args));
            assert.deepEqual(plan.resource("web-agent").inputs, {
                resourceGroupName: "rg-web",
                vmName: "web-01",
                location: "westeurope",
                vmExtensionName: "AzureMonitorWindowsAgent",
                publisher: "Microsoft.Azure.Monitor",
                type: "AzureMonitorWindowsAgent",
                typeHandlerVersion: "1.1",
                autoUpgradeMinorVersion: true,
                enableAutomaticUpgrade: true,
            });
        });

        it("names the user-assigned identity to the agent", async () => {
            const plan = await build(() => new Sensor("web", { ...args, identity: user }));
            const { typeHandlerVersion, settings } = plan.resource("web-agent").inputs;
            assert.deepEqual([typeHandlerVersion, settings], ["1.2", userSignIn]);
        });

        it("runs the command once for each content, and keeps it secret", async () => {
            const plan = await build(() => new Sensor("web", args));
            const sysmon = plan.resource("web-sysmon");
            assert.deepEqual(sysmon.inputs, {
                resourceGroupName: "rg-web",
                vmName: "web-01",
                location: "westeurope",
                vmExtensionName: "sysmon",
                publisher: "Microsoft.Compute",
                type: "CustomScriptExtension",
                typeHandlerVersion: "1.10",
                autoUpgradeMinorVersion: true,
                enableAutomaticUpgrade: false,
                protectedSettings: { commandToExecute: "powershell.exe -Command install" },
                forceUpdateTag: contentHash,
            });
            assert.deepEqual(sysmon.secretInputs, ["protectedSettings"]);
            assert.deepEqual(sysmon.additionalSecretOutputs, ["protectedSettings"]);
            assert.deepEqual(plan.resource("web", ":Sensor").inputs, {});
        });

        it("associates the machine with the rule", async () => {
            const plan = await build(() => new Sensor("web", args));
            assert.deepEqual(plan.resource("web-association").inputs, {
                resourceUri: virtualMachine,
                associationName: "sysmon-azure",
                dataCollectionRuleId: "/id/of/rule",
            });
        });

        it("tags what can be tagged", async () => {
            const plan = await build(() => new Sensor("web", { ...args, tags: { team: "soc" } }));
            assert.deepEqual(
                ["web-agent", "web-sysmon"].map((name) => plan.resource(name).inputs["tags"]),
                [{ team: "soc" }, { team: "soc" }],
            );
        });

        it("installs no agent where one is present, and associates all the same", async () => {
            const plan = await build(() => new Sensor("web", { ...args, agent: AgentMode.Present }));
            assert.deepEqual(plan.outline(), [
                "DataCollectionRuleAssociation web-association",
                "Sensor web",
                "VirtualMachineExtension web-sysmon",
            ]);
            assert.equal(plan.result.agentId, undefined);
        });

        it("understands an id in any case, and names the machine in Azure's spelling", async () => {
            const { result } = await build(
                () => new Sensor("web", { ...args, machineId: virtualMachine.toUpperCase() }),
            );
            assert.match(
                await valueOf(result.machineId),
                /^\/subscriptions\/.*\/Microsoft.Compute\/virtualMachines\/WEB-01$/,
            );
        });
    });

    describe("by run command", () => {
        it("runs the script, whose failure fails the deployment", async () => {
            const plan = await build(() => new Sensor("web", byRunCommand));
            assert.deepEqual(plan.resource("web-sysmon").inputs, {
                resourceGroupName: "rg-web",
                vmName: "web-01",
                location: "westeurope",
                runCommandName: "sysmon",
                source: { script: "param()\nInstall" },
                asyncExecution: false,
                timeoutInSeconds: 1800,
                treatFailureAsDeploymentFailure: true,
            });
        });

        it("leaves the agent out of a machine without identity, and says that nothing is collected", async () => {
            const plan = await build(() => new Sensor("web", byRunCommand));
            assert.deepEqual(plan.outline(), ["Sensor web", "VirtualMachineRunCommandByVirtualMachine web-sysmon"]);
            assert.match(plan.warnings.join(), /web-01 has no identity: .* nothing is collected/);
            assert.equal(plan.result.associationId, undefined);
        });

        it("installs the agent where the machine has an identity", async () => {
            const plan = await build(() => new Sensor("web", { ...byRunCommand, identity: system }));
            assert.equal(plan.resource("web-agent").inputs["typeHandlerVersion"], "1.1");
            assert.deepEqual(plan.warnings, []);
        });

        it("runs on an Arc machine, whose API has no failure option", async () => {
            const plan = await build(() => new Sensor("dc", { ...byRunCommand, machineId: arcMachine }));
            const sysmon = plan.resource("dc-sysmon", ":MachineRunCommand").inputs;
            assert.deepEqual([sysmon["machineName"], sysmon["asyncExecution"]], ["dc-01", false]);
            assert.equal("treatFailureAsDeploymentFailure" in sysmon, false);
        });

        it("runs an equal script again for another attempt", async () => {
            const plan = await build(() => new Sensor("web", { ...byRunCommand, attempt: 2 }));
            assert.deepEqual(plan.resource("web-sysmon").inputs["source"], {
                script: "param()\nInstall\n# attempt 2\n",
            });
        });
    });

    describe("on a scale set", () => {
        const uniform: SensorArgs = { ...onFlexible, orchestration: Orchestration.Uniform, identity: system };

        it("extends the model of a Uniform one, the agent first on each instance", async () => {
            const plan = await build(() => new Sensor("web", { ...uniform, tags: { team: "soc" } }));
            assert.deepEqual(plan.outline(), [
                "DataCollectionRuleAssociation web-association",
                "Sensor web",
                "VirtualMachineScaleSetExtension web-agent",
                "VirtualMachineScaleSetExtension web-sysmon",
            ]);
            assert.deepEqual(plan.resource("web-sysmon").inputs, {
                resourceGroupName: "rg-web",
                vmScaleSetName: "web",
                vmssExtensionName: "sysmon",
                publisher: "Microsoft.Compute",
                type: "CustomScriptExtension",
                typeHandlerVersion: "1.10",
                autoUpgradeMinorVersion: true,
                enableAutomaticUpgrade: false,
                protectedSettings: { commandToExecute: "powershell.exe -Command install" },
                forceUpdateTag: contentHash,
                provisionAfterExtensions: ["AzureMonitorWindowsAgent"],
            });
            assert.equal(plan.resource("web-association").inputs["resourceUri"], scaleSet);
        });

        it("waits for no agent that others install", async () => {
            const plan = await build(() => new Sensor("web", { ...uniform, agent: AgentMode.Present }));
            assert.equal("provisionAfterExtensions" in plan.resource("web-sysmon").inputs, false);
        });

        it("leaves the instances of a Flexible one to be associated one by one, and says so", async () => {
            const plan = await build(() => new Sensor("web", onFlexible));
            assert.deepEqual(plan.outline(), [
                "Sensor web",
                "VirtualMachineScaleSetExtension web-agent",
                "VirtualMachineScaleSetExtension web-sysmon",
            ]);
            assert.match(
                plan.warnings.join(),
                /web is a Flexible scale set: Azure associates its instances one by one/,
            );
        });
    });

    describe("on an Arc machine", () => {
        const onArc: SensorArgs = { ...args, machineId: arcMachine };

        it("nests what belongs to the handler, and takes the agent's newest version", async () => {
            const plan = await build(() => new Sensor("dc", onArc));
            assert.deepEqual(plan.resource("dc-agent", ":MachineExtension").inputs, {
                resourceGroupName: "rg-web",
                machineName: "dc-01",
                location: "westeurope",
                extensionName: "AzureMonitorWindowsAgent",
                properties: {
                    publisher: "Microsoft.Azure.Monitor",
                    type: "AzureMonitorWindowsAgent",
                    autoUpgradeMinorVersion: true,
                    enableAutomaticUpgrade: true,
                },
            });
        });

        it("keeps the command secret", async () => {
            const plan = await build(() => new Sensor("dc", onArc));
            const sysmon = plan.resource("dc-sysmon", ":MachineExtension");
            assert.deepEqual(sysmon.inputs["properties"], {
                publisher: "Microsoft.Compute",
                type: "CustomScriptExtension",
                typeHandlerVersion: "1.10",
                autoUpgradeMinorVersion: true,
                enableAutomaticUpgrade: false,
                protectedSettings: { commandToExecute: "powershell.exe -Command install" },
                forceUpdateTag: contentHash,
            });
            assert.deepEqual(sysmon.secretInputs, ["properties.protectedSettings"]);
            assert.deepEqual(sysmon.additionalSecretOutputs, ["properties"]);
        });
    });

    it("runs an equal command again for another attempt", async () => {
        const plan = await build(() => new Sensor("web", { ...args, attempt: 1 }));
        assert.equal(plan.resource("web-sysmon").inputs["forceUpdateTag"], `${contentHash}-1`);
    });

    it("creates no child before what the component depends on", async () => {
        const plan = await build(() => {
            const payload = new SensorPayload("payload", {
                resourceGroupName: "rg-test",
                location: "westeurope",
                subscriptionId: "00000000-0000-4000-8000-000000000000",
                accountName: "stsysmontest",
                files: [{ name: "sysmon.xml", path: "./sysmon.xml", sha256: "a".repeat(64) }],
            });
            return new Sensor("web", args, { dependsOn: [payload] });
        });
        const order = plan.resources.map(({ name }) => name);
        const first = Math.min(...["web-agent", "web-sysmon", "web-association"].map((name) => order.indexOf(name)));
        assert.ok(order.indexOf("payload-sysmon.xml") < first && order.indexOf("payload-reader") < first, order.join());
        assert.ok(plan.resource("web", ":Sensor").dependencies.includes("payload-reader"));
    });

    it("gives out the ids of what it made", async () => {
        const { result } = await build(() => new Sensor("web", args));
        assert.ok(result.agentId && result.associationId);
        assert.deepEqual(
            await Promise.all(
                [result.machineId, result.installationId, result.agentId, result.associationId].map(valueOf),
            ),
            [virtualMachine, "/id/of/web-sysmon", "/id/of/web-agent", "/id/of/web-association"],
        );
    });

    it("accepts a principal that is not known yet", async () => {
        const identity = { systemPrincipalId: pulumi.output("later") };
        const plan = await build(() => new Sensor("web", { ...args, identity }));
        assert.equal(plan.resource("web-agent").inputs["typeHandlerVersion"], "1.1");
    });

    describe("refuses", () => {
        const cases: [string, SensorArgs, RegExp][] = [
            [
                "an id that is no machine's",
                { ...args, machineId: userResourceId },
                /^machineId: .*Accepted: a virtual machine .*, a scale set .*, an Azure Arc machine/,
            ],
            ["no region", { ...args, location: "" }, /^location: /],
            [
                "a scale set of unknown orchestration",
                { ...onFlexible, orchestration: undefined },
                /^orchestration: is missing; .*Accepted are Uniform, Flexible/,
            ],
            [
                "orchestration of another machine",
                { ...args, orchestration: Orchestration.Uniform },
                /^orchestration: is for/,
            ],
            ["two identities", { ...args, identity: { ...system, ...user } }, /^identity: names two identities/],
            [
                "a principal that is no GUID",
                { ...args, identity: { systemPrincipalId: "web-01" } },
                /^identity.systemPrincipalId: "web-01" is no GUID/,
            ],
            [
                "an identity's id that is none",
                { ...args, identity: { userResourceId: "id-sysmon" } },
                /^identity.userResourceId: "id-sysmon" does not start with a slash/,
            ],
            [
                "a user-assigned identity on Arc",
                { ...args, machineId: arcMachine, identity: user },
                /^identity.userResourceId: is for Azure machines/,
            ],
            [
                "a system-assigned identity on a Flexible scale set",
                { ...onFlexible, identity: system },
                /^identity.systemPrincipalId: is for other machines/,
            ],
            [
                "an extension on a machine without identity",
                { ...args, identity: undefined },
                /^delivery: is Extension, .*give identity, or delivery RunCommand/,
            ],
            [
                "a run command on a scale set",
                { ...byRunCommand, machineId: scaleSet, orchestration: Orchestration.Uniform },
                /^delivery: is RunCommand, which a scale set's model does not take/,
            ],
            ["an extension without command", { ...args, command: undefined }, /^command: is missing/],
            ["an empty command", { ...args, command: " " }, /^command: is empty/],
            [
                "a command that Windows cuts, whose text is not repeated",
                { ...args, command: "x".repeat(8_192) },
                /^command: has 8192 characters, Windows takes at most 8191$/,
            ],
            ["smart quotes in a command", { ...args, command: "powershell “x”" }, /^command: .*not ASCII/],
            ["an extension with a script", { ...args, script: "x" }, /^script: is for delivery RunCommand/],
            ["a run command without script", { ...byRunCommand, script: undefined }, /^script: is missing/],
            ["an empty script", { ...byRunCommand, script: "\n" }, /^script: is empty/],
            ["a script of 4 MB", { ...byRunCommand, script: "x".repeat(4_000_001) }, /^script: has 4000001 bytes/],
            ["a run command with a command", { ...byRunCommand, command: "x" }, /^command: is for delivery Extension/],
            ["no hash", { ...args, contentHash: "" }, /^contentHash: "" is no hash/],
            ["a negative attempt", { ...args, attempt: -1 }, /^attempt: -1 is no attempt/],
            ["half an attempt", { ...args, attempt: 0.5 }, /^attempt: 0.5/],
            [
                "an endpoint's association",
                { ...args, associationName: "configurationAccessEndpoint" },
                /^associationName: /,
            ],
            ["an association with spaces", { ...args, associationName: "a b" }, /^associationName: "a b" is refused/],
        ];
        for (const [what, bad, expected] of cases) {
            it(what, async () => {
                const problems = await problemsOf(() => new Sensor("web", bad));
                assert.equal(problems.length, 1, problems.join("\n"));
                assert.match(problems.join(), expected);
            });
        }

        it("three mistakes in one error, and creates nothing", async () => {
            const bad: SensorArgs = { ...args, machineId: "web-01", command: undefined, attempt: -1 };
            const problems = await problemsOf(() => new Sensor("web", bad));
            assert.equal(problems.length, 3);
        });
    });
});
