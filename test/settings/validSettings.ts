/** Settings that pass, as small as they can be; a test changes what it is about. */
export function validSettings(changes: Record<string, unknown> = {}): Record<string, unknown> {
    return {
        environment: "dev",
        location: "westeurope",
        subscriptionId: subscription,
        sensor: { acceptEula: true },
        alerts: { emails: [{ name: "soc", address: "soc@example.com" }] },
        ...changes,
    };
}

/** Id of the subscription of `validSettings`. */
export const subscription = "00000000-0000-0000-0000-000000000000";

/** A principal id. */
export const principal = "00000000-0000-0000-0000-00000000000a";

/** Resource id in the subscription of `validSettings`. */
export function resourceId(type: string, name: string, inSubscription = subscription): string {
    return `/subscriptions/${inSubscription}/resourceGroups/rg/providers/${type}/${name}`;
}

/** Resource ids of the kinds of machines. */
export const ids = {
    vm: resourceId("Microsoft.Compute/virtualMachines", "vm"),
    scaleSet: resourceId("Microsoft.Compute/virtualMachineScaleSets", "vmss"),
    arc: resourceId("Microsoft.HybridCompute/machines", "arc"),
    user: resourceId("Microsoft.ManagedIdentity/userAssignedIdentities", "id"),
    workspace: resourceId("Microsoft.OperationalInsights/workspaces", "log"),
    actionGroup: resourceId("Microsoft.Insights/actionGroups", "ag"),
};
