import assert from "node:assert/strict";
import { Fleet, FleetEffect, type FleetArgs } from "../../components/fleet";
import { problemsOf } from "../support/argumentErrors";
import { build, type RegisteredResource } from "../support/mocks";

const subscriptionId = "00000000-0000-4000-8000-000000000000";
const subscription = `/subscriptions/${subscriptionId}`;
const managementGroup = "/providers/Microsoft.Management/managementGroups/mg-servers";
const identityId = `${subscription}/resourceGroups/rg-id/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-sysmon`;
const args: FleetArgs = {
    scope: subscription,
    subscriptionId,
    location: "westeurope",
    dataCollectionRuleId: `${subscription}/resourceGroups/rg/providers/Microsoft.Insights/dataCollectionRules/dcr`,
    contentHash: "a".repeat(64),
    azureCommand: "powershell.exe -Command azure",
    arcCommand: "powershell.exe -Command arc",
    payload: { subscriptionId, resourceGroupName: "rg", accountName: "stsysmon", containerName: "sysmon" },
};
const byType = (resources: readonly RegisteredResource[], type: string): RegisteredResource[] =>
    resources.filter((resource) => resource.type.endsWith(`:${type}`));
const references = (resources: readonly RegisteredResource[]): unknown[] =>
    (
        byType(resources, "PolicySetDefinition")[0]?.inputs["policyDefinitions"] as {
            policyDefinitionReferenceId: string;
        }[]
    ).map(({ policyDefinitionReferenceId }) => policyDefinitionReferenceId);

describe("Fleet", () => {
    it("is one initiative for agent, association and Sysmon, assigned once", async () => {
        const plan = await build(() => new Fleet("fleet", args));
        assert.deepEqual(references(plan.resources), [
            "agent-virtualMachine",
            "agent-scaleSet",
            "agent-arcMachine",
            "associate",
            "sysmon-virtualMachine",
            "sysmon-scaleSet",
            "sysmon-arcMachine",
        ]);
        assert.equal(byType(plan.resources, "PolicyDefinition").length, 3);
        assert.equal(byType(plan.resources, "PolicyAssignment").length, 1);
    });

    it("hands the stack's values to the initiative by its parameters, and declares each of them", async () => {
        const plan = await build(() => new Fleet("fleet", args));
        const assigned = plan.resource("fleet-assignment").inputs["parameters"] as Record<string, { value: unknown }>;
        const declared = plan.resource("fleet-initiative").inputs["parameters"] as Record<string, unknown>;
        assert.deepEqual(Object.keys(assigned).sort(), Object.keys(declared).sort());
        assert.deepEqual(Object.fromEntries(Object.entries(assigned).map(([key, { value }]) => [key, value])), {
            effect: "DeployIfNotExists",
            dataCollectionRuleId: args.dataCollectionRuleId,
            contentHash: args.contentHash,
            azureCommand: args.azureCommand,
            arcCommand: args.arcCommand,
            containerSubscription: subscriptionId,
            containerResourceGroup: "rg",
            containerScope: "Microsoft.Storage/storageAccounts/stsysmon/blobServices/default/containers/sysmon",
        });
        const used = JSON.stringify(plan.resource("fleet-initiative").inputs["policyDefinitions"]);
        for (const key of Object.keys(declared)) assert.ok(used.includes(`[parameters('${key}')]`), key);
    });

    it("gives its identity every role that its policies name, before anything is remediated", async () => {
        const plan = await build(() => new Fleet("fleet", args));
        const roles = byType(plan.resources, "RoleAssignment");
        assert.deepEqual(
            roles.map(({ name }) => name),
            [
                "fleet-azureConnectedMachineResourceAdministrator",
                "fleet-logAnalyticsContributor",
                "fleet-monitoringContributor",
                "fleet-virtualMachineContributor",
                "fleet-associates",
                "fleet-deploys-grants",
                "fleet-grants-readers",
            ],
        );
        for (const remediation of byType(plan.resources, "RemediationAtSubscription")) {
            for (const role of roles) assert.ok(remediation.dependencies.includes(role.name), role.name);
        }
    });

    it("may grant the reading of blobs on the payload's container, and nothing else", async () => {
        const { inputs } = (await build(() => new Fleet("fleet", args))).resource("fleet-grants-readers");
        assert.equal(
            inputs["scope"],
            `${subscription}/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/stsysmon/blobServices/default/containers/sysmon`,
        );
        assert.match(
            String(inputs["condition"]),
            /^\(\(!\(ActionMatches\{'Microsoft\.Authorization\/roleAssignments\/write'\}\)\) OR/,
        );
        assert.match(String(inputs["condition"]), /GuidEquals \{2a2b9908-6ea1-4ae2-8e65-a410df84e7d1\}/);
        assert.equal(inputs["conditionVersion"], "2.0");
    });

    it("remediates Sysmon anew for each content, and what Azure's own policies do once", async () => {
        const names = async (contentHash: string): Promise<unknown[]> =>
            byType(
                (await build(() => new Fleet("fleet", { ...args, contentHash }))).resources,
                "RemediationAtSubscription",
            ).map(({ inputs }) => inputs["remediationName"]);
        const before = await names("a".repeat(64));
        const after = await names("b".repeat(64));
        assert.deepEqual(
            after.filter((name) => !before.includes(name)),
            ["virtualmachine", "scaleset", "arcmachine"].map((kind) => `sysmon-sysmon-${kind}-bbbbbbbbbbbb`),
        );
    });

    it("looks for machines that lack something before it remediates, where Azure allows that", async () => {
        const modes = async (scope: string): Promise<Set<unknown>> =>
            new Set(
                (await build(() => new Fleet("fleet", { ...args, scope }))).resources
                    .filter(({ type }) => type.includes(":Remediation"))
                    .map(({ type, inputs }) => `${type.split(":").pop()} ${String(inputs["resourceDiscoveryMode"])}`),
            );
        assert.deepEqual(await modes(subscription), new Set(["RemediationAtSubscription ReEvaluateCompliance"]));
        assert.deepEqual(
            await modes(`${subscription}/resourceGroups/rg-office`),
            new Set(["RemediationAtResourceGroup ReEvaluateCompliance"]),
        );
        assert.deepEqual(await modes(managementGroup), new Set(["RemediationAtManagementGroup ExistingNonCompliant"]));
    });

    it("keeps definitions where the assignment can see them", async () => {
        const { resources } = await build(() => new Fleet("fleet", { ...args, scope: managementGroup }));
        const definitions = resources.filter(({ type }) => /Policy(Set)?Definition/.test(type));
        assert.equal(definitions.length, 4);
        for (const { type, inputs } of definitions) {
            assert.match(type, /AtManagementGroup$/);
            assert.equal(inputs["managementGroupId"], "mg-servers");
        }
    });

    it("signs machines of Azure in with one identity, and puts it on them when asked", async () => {
        const identity = { userResourceId: identityId, attach: true };
        const plan = await build(() => new Fleet("fleet", { ...args, identity }));
        assert.deepEqual(references(plan.resources).slice(0, 2), ["identity-virtualMachine", "identity-scaleSet"]);
        const text = JSON.stringify(plan.resource("fleet-initiative").inputs["policyDefinitions"]);
        assert.ok(text.includes(identityId));
        assert.ok(plan.resource("fleet-userAccessAdministrator"));
        const own = await build(() => new Fleet("fleet", { ...args, identity: { userResourceId: identityId } }));
        assert.ok(!own.resources.some(({ name }) => name === "fleet-userAccessAdministrator"));
    });

    it("remediates nothing while it rests, or where it must not", async () => {
        for (const change of [{ effect: FleetEffect.Disabled }, { remediate: false }]) {
            const { resources } = await build(() => new Fleet("fleet", { ...args, ...change }));
            assert.deepEqual(
                resources.filter(({ type }) => type.includes("Remediation")),
                [],
            );
        }
    });

    it("has as many resources for a management group of ten thousand machines as for one machine", async () => {
        const one = await build(() => new Fleet("fleet", { ...args, scope: `${subscription}/resourceGroups/rg-one` }));
        const many = await build(() => new Fleet("fleet", { ...args, scope: managementGroup }));
        assert.equal(many.resources.length, one.resources.length);
    });

    describe("refuses", () => {
        const cases: readonly [string, Partial<FleetArgs>, RegExp][] = [
            ["a scope that is none", { scope: "mg" }, /^scope: "mg" is no scope of a policy/],
            [
                "a scope in another subscription",
                { scope: "/subscriptions/11111111-1111-4111-8111-111111111111" },
                /^scope: is in another subscription/,
            ],
            ["a name that is too long", { assignmentName: "x".repeat(25) }, /^assignmentName: .* 1 to 24/],
            ["a hash that is none", { contentHash: "short" }, /^contentHash: "short" is no hash/],
            ["a command that is an expression", { azureCommand: "[concat('a')]" }, /^azureCommand: is no command line/],
            ["an empty command", { arcCommand: " " }, /^arcCommand: is no command line/],
            ["attaching nothing", { identity: { attach: true } }, /^identity\.attach: needs userResourceId/],
            ["an identity that is none", { identity: { userResourceId: "id" } }, /^identity\.userResourceId: "id"/],
            ["an exclusion by name", { exclusions: ["rg-office"] }, /^exclusions\[0\]: "rg-office" is no resource id/],
            ["a region that is none", { location: "West Europe!" }, /^location: /],
        ];
        for (const [what, change, problem] of cases) {
            it(what, async () => {
                const problems = await problemsOf(() => new Fleet("fleet", { ...args, ...change }));
                assert.equal(problems.length, 1);
                assert.match(problems[0] ?? "", problem);
            });
        }
    });
});
