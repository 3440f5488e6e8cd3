import assert from "node:assert/strict";
import { packageRoot } from "../../package/root";
import { readableInputs, unknownValue } from "../../rehearsal/plan/plan";
import { planStack } from "../../rehearsal/plan/planStack";
import { ArmContracts, type PlannedInputs } from "../support/armContracts";
import { describeShared, sharedPath } from "../support/shared";

/** Planned resources as requests, what is not known before the deployment filled in with an id of its kind. */
async function requests(stack: string): Promise<PlannedInputs[]> {
    const { plan } = await planStack(packageRoot, stack);
    const known = JSON.stringify(plan.resources.map((resource) => ({ ...resource, inputs: readableInputs(resource) })));
    const filled = known.replaceAll(unknownValue, "00000000-0000-4000-8000-000000000000");
    return (JSON.parse(filled) as PlannedInputs[]).filter(
        ({ type }) => type.startsWith("azure-native:") && type !== "azure-native:storage:Blob",
    );
}

describeShared("The stacks, held against the contracts of Azure Resource Manager", () => {
    for (const stack of ["dev", "staging", "prod", "everything"]) {
        it(`${stack} plans requests that the service accepts`, async () => {
            const contracts = new ArmContracts(sharedPath("arm-contracts.json"));
            const planned = await requests(stack);
            assert.ok(planned.length > 10);
            // Of these the published contracts at hand say nothing.
            const undescribed = [
                "azure-native:monitor:ActivityLogAlert",
                "azure-native:network:Subnet",
                "azure-native:resources:ResourceGroup",
                "azure-native:securityinsights:ASCDataConnector",
            ];
            assert.deepEqual(
                planned
                    .filter((resource) => !contracts.describes(resource))
                    .filter(({ type }) => !undescribed.includes(type)),
                [],
            );
            assert.deepEqual(
                planned.filter((resource) => contracts.describes(resource)).flatMap((one) => contracts.problems(one)),
                [],
            );
        });
    }

    it("everything plans each kind of resource that a stack can have", async () => {
        const types = new Set((await requests("everything")).map(({ type }) => type.split(":").slice(1).join(":")));
        for (const type of [
            "operationalinsights:Workspace",
            "operationalinsights:SavedSearch",
            "operationalinsights:QueryPack",
            "operationalinsights:Query",
            "operationalinsights:DataSource",
            "monitor:DataCollectionRule",
            "monitor:DataCollectionRuleAssociation",
            "monitor:ActionGroup",
            "monitor:ActivityLogAlert",
            "monitor:DiagnosticSetting",
            "monitor:ScheduledQueryRule",
            "storage:StorageAccount",
            "storage:BlobContainer",
            "managedidentity:UserAssignedIdentity",
            "authorization:RoleAssignment",
            "compute:VirtualMachineExtension",
            "compute:VirtualMachineScaleSetExtension",
            "compute:VirtualMachineRunCommandByVirtualMachine",
            "compute:VirtualMachine",
            "network:VirtualNetwork",
            "network:NetworkSecurityGroup",
            "network:NetworkInterface",
            "hybridcompute:MachineExtension",
            "applicationinsights:Workbook",
            "authorization:PolicyAssignment",
            "authorization:PolicyDefinition",
            "authorization:PolicySetDefinition",
            "policyinsights:RemediationAtSubscription",
            "securityinsights:SentinelOnboardingState",
            "securityinsights:ScheduledAlertRule",
            "securityinsights:Watchlist",
            "securityinsights:ASCDataConnector",
        ]) {
            assert.ok(types.has(type), type);
        }
    });
});
