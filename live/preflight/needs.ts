import type { MachineId, TypedId } from "../../azure";
import type { BuiltInRole } from "../../azure/roles";

/** What a stack needs to find in Azure before `pulumi up`, as plain data: what the stack file declares and the plan says. */
export interface StackNeeds {
    /** Resource providers that must be registered. */
    readonly providers: readonly NeededProvider[];
    /** What whoever deploys must be allowed to do. */
    readonly permissions: readonly NeededPermission[];
    /** Machines that the stack equips one by one. */
    readonly machines: readonly NeededMachine[];
    /** Resource groups that must be there, by id: the stack does not create them. */
    readonly resourceGroups: readonly string[];
    /** The workspace, where the stack uses one that exists. */
    readonly workspace?: NeededWorkspace;
    /** Action groups that exist, by id. */
    readonly actionGroups: readonly TypedId[];
    /** The stack's own action groups, by id: their receivers are looked at where they are there already. */
    readonly ownActionGroups: readonly string[];
}

/** A resource provider in a subscription. */
export interface NeededProvider {
    readonly subscriptionId: string;
    /** Such as `Microsoft.Insights`. */
    readonly namespace: string;
}

/** Something that whoever deploys must be allowed to do. */
export interface NeededPermission {
    /** Id of the resource group, subscription or management group where. */
    readonly scope: string;
    /** The operation, such as `Microsoft.Compute/virtualMachines/extensions/write`. */
    readonly action: string;
    /** A built-in role that allows it. */
    readonly role: BuiltInRole;
}

/** A machine as the stack file declares it. */
export interface NeededMachine {
    readonly id: MachineId;
    /** Region, in any spelling. */
    readonly location: string;
    readonly identity:
        | { readonly kind: "system"; readonly principalId: string }
        | { readonly kind: "user"; readonly resourceId: string; readonly principalId?: string }
        | { readonly kind: "none" };
    readonly orchestration?: "uniform" | "flexible";
    readonly agent: "install" | "present";
    readonly delivery: "extension" | "runCommand";
}

/** A workspace as the stack file declares it. */
export interface NeededWorkspace {
    readonly id: string;
    /** Region, in any spelling. */
    readonly location: string;
    /** Workspace id as the portal shows it. */
    readonly customerId: string;
}
