import assert from "node:assert/strict";
import { parseIdOf, parseMachineId, type MachineId } from "../../../azure";
import type { Findable } from "../../../live/preflight/ask";
import type { NeededMachine, StackNeeds } from "../../../live/preflight/needs";
import type { FoundMachine } from "../../../live/machines";

export const subscriptionId = "00000000-0000-4000-8000-000000000000";
export const group = `/subscriptions/${subscriptionId}/resourceGroups/rg-office`;
export const stackGroup = `/subscriptions/${subscriptionId}/resourceGroups/rg-sysmon`;
export const principalId = "33333333-0000-4000-8000-000000000001";
export const workspaceId = `${stackGroup}/providers/Microsoft.OperationalInsights/workspaces/log`;
export const customerId = "44444444-0000-4000-8000-000000000001";
export const actionGroupId = `${stackGroup}/providers/Microsoft.Insights/actionGroups/ag-oncall`;
export const userIdentity = `${group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-web`;

/** Id of a machine of some kind in the office's group. */
export function machineId(name: string, type = "Microsoft.Compute/virtualMachines"): MachineId {
    const parsed = parseMachineId(`${group}/providers/${type}/${name}`);
    assert.ok(parsed.kind === "parsed");
    return parsed.value;
}

/** A machine as a stack file declares it. */
export function neededMachine(changes: Partial<NeededMachine> = {}): NeededMachine {
    return {
        id: machineId("vm-files"),
        location: "West Europe",
        identity: { kind: "system", principalId },
        agent: "install",
        delivery: "extension",
        ...changes,
    };
}

/** The same machine as Azure knows it: running, as declared, with nothing on it yet. */
export function foundMachine(changes: Partial<FoundMachine> = {}): FoundMachine {
    return {
        id: machineId("vm-files"),
        location: "westeurope",
        windows: true,
        identity: { systemPrincipalId: principalId.toUpperCase(), userResourceIds: [], userPrincipalIds: {} },
        manualUpgrade: false,
        power: "running",
        extensions: [],
        dataCollectionRuleIds: [],
        managed: false,
        ...changes,
    };
}

const oncall = parseIdOf("actionGroup", actionGroupId);
assert.ok(oncall.kind === "parsed");

/** A stack that needs one of each. */
export const needs: StackNeeds = {
    providers: [{ subscriptionId, namespace: "Microsoft.Insights" }],
    permissions: [
        {
            scope: group,
            action: "Microsoft.Compute/virtualMachines/extensions/write",
            role: "virtualMachineContributor",
        },
    ],
    machines: [neededMachine()],
    resourceGroups: [stackGroup],
    workspace: { id: workspaceId, location: "westeurope", customerId },
    actionGroups: [oncall.value],
    ownActionGroups: [],
};

/** Answers of an Azure in which all of that is ready. */
export function ready(): Findable {
    return {
        providers: new Map([[`${subscriptionId}/microsoft.insights`, { kind: "found", value: "Registered" }]]),
        permissions: new Map([
            [group.toLowerCase(), { kind: "found", value: [{ actions: ["Microsoft.Compute/*"], notActions: [] }] }],
        ]),
        machines: new Map([[machineId("vm-files").id.toLowerCase(), foundMachine()]]),
        guestAgents: new Map([[machineId("vm-files").id.toLowerCase(), { kind: "found", value: "Ready" }]]),
        resourceGroups: new Map([[stackGroup.toLowerCase(), { kind: "found", value: {} }]]),
        workspace: { kind: "found", value: { location: "westeurope", customerId } },
        actionGroups: new Map([
            [
                actionGroupId.toLowerCase(),
                { kind: "found", value: [{ name: "soc", emailAddress: "soc@example.com", status: "Enabled" }] },
            ],
        ]),
    };
}
