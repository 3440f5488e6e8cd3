import { isGuid } from "../guids";
import type { Parsed } from "../resourceIds";

/** Where a policy is assigned: it holds for everything below. */
export type PolicyScope =
    | { readonly kind: "managementGroup"; readonly id: string; readonly name: string }
    | { readonly kind: "subscription"; readonly id: string; readonly subscriptionId: string }
    | {
          readonly kind: "resourceGroup";
          readonly id: string;
          readonly subscriptionId: string;
          readonly resourceGroupName: string;
      };

const accepted =
    "/providers/Microsoft.Management/managementGroups/<name>, /subscriptions/<GUID>, or " +
    "/subscriptions/<GUID>/resourceGroups/<name>";

/** Reads the id of a management group, a subscription or a resource group, in any case. */
export function parsePolicyScope(text: string): Parsed<PolicyScope> {
    const group = /^\/providers\/Microsoft\.Management\/managementGroups\/([\w().-]{1,90})$/i.exec(text)?.[1];
    if (group !== undefined) {
        const id = `/providers/Microsoft.Management/managementGroups/${group}`;
        return { kind: "parsed", value: { kind: "managementGroup", id, name: group } };
    }
    const [, subscription, resourceGroupName] =
        /^\/subscriptions\/([^/]+)(?:\/resourceGroups\/([\w().-]{1,90}))?$/i.exec(text) ?? [];
    if (subscription === undefined || !isGuid(subscription)) {
        return { kind: "rejected", reason: `"${text}" is no scope of a policy; accepted are ${accepted}` };
    }
    const subscriptionId = subscription.toLowerCase();
    const id = `/subscriptions/${subscriptionId}`;
    if (resourceGroupName === undefined) return { kind: "parsed", value: { kind: "subscription", id, subscriptionId } };
    return {
        kind: "parsed",
        value: {
            kind: "resourceGroup",
            id: `${id}/resourceGroups/${resourceGroupName}`,
            subscriptionId,
            resourceGroupName,
        },
    };
}
