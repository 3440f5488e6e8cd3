import type { BuiltInRole } from "../roles";
import type { Json } from "./json";
import { fleetTargetRole, fleetTargets, type FleetTarget } from "./sensorPolicy";

/** How machines of a fleet sign in: each as itself, or all with one user-assigned identity. */
export type FleetIdentity =
    | { readonly kind: "system" }
    /** `attach`: policies of Azure put the identity on machines that lack it. */
    | {
          readonly kind: "user";
          readonly name: string;
          readonly resourceGroupName: string;
          readonly id: string;
          readonly attach: boolean;
      };

/** A member of a fleet's initiative. */
export interface FleetPolicy {
    /** What remediation asks for it by, unique in the initiative. */
    readonly reference: string;
    /** A built-in policy by its GUID, or our own for a kind of machine. */
    readonly definition:
        { readonly kind: "builtIn"; readonly guid: string } | { readonly kind: "sensor"; readonly target: FleetTarget };
    /** Values of its parameters, or references to those of the initiative. */
    readonly parameters: Readonly<Record<string, Json>>;
    /** What the assignment's identity needs at its scope; outside of the portal nobody grants it for you. */
    readonly roles: readonly BuiltInRole[];
}

/** Parameters of the initiative, which every stack fills with its own values. */
export const fleetParameters = {
    effect: "Effect of all policies.",
    dataCollectionRuleId: "Data collection rule that machines are associated with.",
    contentHash: "SHA-256 over everything that a machine would run.",
    azureCommand: "Command line that installs Sysmon on machines of Azure.",
    arcCommand: "Command line that installs Sysmon on Azure Arc machines.",
    containerSubscription: "Subscription of the payload's container.",
    containerResourceGroup: "Resource group of the payload's container.",
    containerScope: "Id of the payload's container, relative to its resource group.",
} as const;

/** Name of a parameter of the initiative. */
export type FleetParameter = keyof typeof fleetParameters;

const given = (name: FleetParameter): string => `[parameters('${name}')]`;

/**
 * Everything that equips a fleet, in the order in which remediation runs: identity where it is wanted, agent,
 * association, Sysmon. Built-in policies and what their identity needs: Azure/azure-policy, Monitoring (2026).
 */
export function fleetPolicies(identity: FleetIdentity): FleetPolicy[] {
    return [
        ...(identity.kind === "user" && identity.attach ? attachPolicies(identity) : []),
        ...agentPolicies(identity),
        builtIn(
            "associate",
            "eab1f514-22e3-42e3-9a1f-e1dc9199355c",
            ["monitoringContributor", "logAnalyticsContributor"],
            {
                ...everyImage,
                dcrResourceId: given("dataCollectionRuleId"),
                resourceType: "Microsoft.Insights/dataCollectionRules",
            },
        ),
        ...fleetTargets.map((target) => sensor(target, identity)),
    ];
}

/** The built-in policies know a list of images; Windows on any image is meant here. */
const everyImage = { scopeToSupportedImages: false };

function attachPolicies({ name, resourceGroupName }: Extract<FleetIdentity, { kind: "user" }>): FleetPolicy[] {
    const parameters = {
        bringYourOwnUserAssignedManagedIdentity: true,
        userAssignedIdentityName: name,
        identityResourceGroup: resourceGroupName,
    };
    const roles = ["contributor", "userAccessAdministrator"] as const;
    return [
        builtIn("identity-virtualMachine", "d367bd60-64ca-4364-98ea-276775bddd94", roles, parameters),
        builtIn("identity-scaleSet", "516187d4-ef64-4a1b-ad6b-a7348502976c", roles, parameters),
    ];
}

function agentPolicies(identity: FleetIdentity): FleetPolicy[] {
    const contributor = ["virtualMachineContributor"] as const;
    const arc = builtIn(
        "agent-arcMachine",
        "94f686d6-9a24-4e19-91f1-de937dc171a4",
        ["azureConnectedMachineResourceAdministrator"],
        {},
    );
    if (identity.kind === "system") {
        return [
            builtIn("agent-virtualMachine", "ca817e41-e85a-4783-bc7f-dc532d36235e", contributor, everyImage),
            builtIn("agent-scaleSet", "4efbd9d8-6bc6-45f6-9be2-7fe9dd5d89ff", contributor, everyImage),
            arc,
        ];
    }
    const parameters = {
        ...everyImage,
        bringYourOwnUserAssignedManagedIdentity: true,
        restrictBringYourOwnUserAssignedIdentityToSubscription: false,
        userAssignedIdentityResourceId: identity.id,
    };
    return [
        builtIn("agent-virtualMachine", "637125fd-7c39-4b94-bb0a-d331faf333a9", contributor, parameters),
        builtIn("agent-scaleSet", "98569e20-8f32-4f31-bf34-0e91590ae9d3", contributor, parameters),
        arc,
    ];
}

function sensor(target: FleetTarget, identity: FleetIdentity): FleetPolicy {
    return {
        reference: `sysmon-${target}`,
        definition: { kind: "sensor", target },
        parameters: {
            effect: given("effect"),
            contentHash: given("contentHash"),
            command: given(target === "arcMachine" ? "arcCommand" : "azureCommand"),
            ...(grantsReader(target, identity)
                ? {
                      containerSubscription: given("containerSubscription"),
                      containerResourceGroup: given("containerResourceGroup"),
                      containerScope: given("containerScope"),
                  }
                : {}),
        },
        roles: [fleetTargetRole(target)],
    };
}

/** Whether the policy for a kind of machine lets each machine read the payload: Arc machines sign in as themselves. */
export function grantsReader(target: FleetTarget, identity: FleetIdentity): boolean {
    return target === "arcMachine" || identity.kind === "system";
}

function builtIn(
    reference: string,
    guid: string,
    roles: readonly BuiltInRole[],
    parameters: FleetPolicy["parameters"],
): FleetPolicy {
    return {
        reference,
        definition: { kind: "builtIn", guid },
        parameters: { effect: given("effect"), ...parameters },
        roles,
    };
}
