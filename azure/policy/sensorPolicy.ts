import { resourceTypes } from "../resourceIds";
import { builtInRoles, type BuiltInRole } from "../roles";
import type { Json, JsonObject } from "./json";

/** Kinds of machines that a policy puts Sysmon on, each by a definition of its own. */
export const fleetTargets = ["virtualMachine", "scaleSet", "arcMachine"] as const;

/** A kind of machine that a policy puts Sysmon on. */
export type FleetTarget = (typeof fleetTargets)[number];

/** Effects that a fleet's policies can have: equip machines, or do nothing. */
export const fleetEffects = ["DeployIfNotExists", "Disabled"] as const;

/** Effect of a fleet's policies. */
export type FleetEffect = (typeof fleetEffects)[number];

/** A parameter of a policy definition. */
export interface PolicyParameter {
    readonly type: "String";
    readonly allowedValues?: string[];
    readonly defaultValue?: string;
    readonly metadata: { readonly displayName: string; readonly description: string };
}

/** A policy definition, as Azure Policy takes it. */
export interface PolicyDefinitionText {
    readonly displayName: string;
    readonly description: string;
    readonly mode: "Indexed";
    readonly parameters: Readonly<Record<string, PolicyParameter>>;
    readonly policyRule: JsonObject;
}

interface Target {
    readonly label: string;
    /** Version of the API that the templates speak. */
    readonly apiVersion: string;
    /** What tells a Windows machine of this kind, and those of it that are ours to equip. */
    readonly conditions: readonly Json[];
    /** What the deployment of its extension needs. */
    readonly role: BuiltInRole;
    /** Extensions of scale sets stand in no region of their own. */
    readonly placed: boolean;
}

const windowsImage = (path: string): Json => ({ field: path, like: "Windows*" });
const lacksTag = (tag: string): Json => ({ field: `tags['${tag}']`, exists: "false" });

const targets: Readonly<Record<FleetTarget, Target>> = {
    virtualMachine: {
        label: "virtual machines",
        apiVersion: "2024-11-01",
        conditions: [windowsImage("Microsoft.Compute/virtualMachines/storageProfile.osDisk.osType")],
        role: "virtualMachineContributor",
        placed: true,
    },
    scaleSet: {
        label: "scale sets",
        apiVersion: "2024-11-01",
        conditions: [
            windowsImage(
                "Microsoft.Compute/virtualMachineScaleSets/virtualMachineProfile.storageProfile.osDisk.osType",
            ),
            // Instances of a Flexible scale set are virtual machines, and equipped as such.
            { field: "Microsoft.Compute/virtualMachineScaleSets/orchestrationMode", notEquals: "Flexible" },
            // What a service manages it also resets: node pools of AKS, clusters of Service Fabric.
            lacksTag("aks-managed-poolName"),
            lacksTag("aks-managed-orchestrator"),
            { field: "tags['resourceType']", notEquals: "Service Fabric" },
        ],
        role: "virtualMachineContributor",
        placed: false,
    },
    arcMachine: {
        label: "Azure Arc machines",
        apiVersion: "2024-07-10",
        conditions: [{ field: "Microsoft.HybridCompute/machines/osName", equals: "Windows" }],
        role: "azureConnectedMachineResourceAdministrator",
        placed: true,
    },
};

/** Name of the extension that carries the installer: a machine takes one Custom Script Extension, whatever its name. */
export const sensorExtensionName = "sysmon";

/** The built-in role that the assignment's identity needs to equip machines of this kind. */
export function fleetTargetRole(target: FleetTarget): BuiltInRole {
    return targets[target].role;
}

/**
 * The policy that keeps Sysmon on machines of one kind. A machine complies while an extension has run the wanted content
 * on it: the content's hash is the extension's `forceUpdateTag`, so that a new configuration makes every machine
 * non-compliant until remediation has brought it there. (Alias `…/extensions/forceUpdateTag`: as in Microsoft's policies
 * for the guest configuration extension.)
 *
 * With `grantsReader` the machine's own identity is given read access to the payload's container first: of machines that
 * sign in as themselves nobody knows the principals beforehand.
 */
export function sensorPolicy(target: FleetTarget, options: { readonly grantsReader: boolean }): PolicyDefinitionText {
    const { label, apiVersion, conditions, role } = targets[target];
    const type = resourceTypes[target];
    const extensionType = `${type}/extensions`;
    const is = (property: string, value: string): Json => ({ field: `${extensionType}/${property}`, equals: value });
    return {
        displayName: `Sysmon on Windows ${label}`,
        description: `Installs Sysmon with the configuration of the stack on Windows ${label}, and again where it changed.`,
        mode: "Indexed",
        parameters: {
            effect: {
                type: "String",
                allowedValues: [...fleetEffects],
                defaultValue: "DeployIfNotExists",
                metadata: { displayName: "Effect", description: "Equips machines, or rests." },
            },
            contentHash: text("Content hash", "SHA-256 over everything that a machine would run."),
            command: text("Command", "Command line that fetches the installer, compares its hash and runs it."),
            ...(options.grantsReader
                ? {
                      containerSubscription: text("Subscription of the payload", "Subscription of the container."),
                      containerResourceGroup: text("Resource group of the payload", "Resource group of the container."),
                      containerScope: text("Container", "Id of the container, relative to its resource group."),
                  }
                : {}),
        },
        policyRule: {
            if: { allOf: [{ field: "type", equals: type }, ...conditions, ...signsIn(target, options)] },
            then: {
                effect: "[parameters('effect')]",
                details: {
                    type: extensionType,
                    evaluationDelay: "AfterProvisioningSuccess",
                    roleDefinitionIds: [definitionOf(role)],
                    existenceCondition: {
                        allOf: [
                            is("publisher", "Microsoft.Compute"),
                            is("type", "CustomScriptExtension"),
                            is("forceUpdateTag", "[parameters('contentHash')]"),
                            is("provisioningState", "Succeeded"),
                        ],
                    },
                    deployment: {
                        properties: {
                            mode: "incremental",
                            parameters: {
                                machineName: { value: "[field('name')]" },
                                machineId: { value: "[field('id')]" },
                                location: { value: "[field('location')]" },
                                ...passed("contentHash", "command"),
                                ...(options.grantsReader
                                    ? passed("containerSubscription", "containerResourceGroup", "containerScope")
                                    : {}),
                            },
                            template: sensorTemplate(target, apiVersion, options.grantsReader),
                        },
                    },
                },
            },
        },
    };
}

/** Machines that cannot sign in are left out: they could fetch nothing. */
function signsIn(target: FleetTarget, { grantsReader }: { readonly grantsReader: boolean }): Json[] {
    if (target === "arcMachine") return [];
    return [{ field: "identity.type", contains: grantsReader ? "SystemAssigned" : "UserAssigned" }];
}

function sensorTemplate(target: FleetTarget, apiVersion: string, grantsReader: boolean): JsonObject {
    const own = { type: "string" };
    return {
        $schema: templateSchema,
        contentVersion: "1.0.0.0",
        parameters: {
            machineName: own,
            machineId: own,
            location: own,
            contentHash: own,
            // Kept out of the history of deployments.
            command: { type: "securestring" },
            ...(grantsReader ? { containerSubscription: own, containerResourceGroup: own, containerScope: own } : {}),
        },
        resources: [...(grantsReader ? [readerGrant(apiVersion)] : []), extension(target, apiVersion, grantsReader)],
    };
}

function extension(target: FleetTarget, apiVersion: string, afterGrant: boolean): JsonObject {
    return {
        type: `${resourceTypes[target]}/extensions`,
        apiVersion,
        name: `[concat(parameters('machineName'), '/${sensorExtensionName}')]`,
        ...(targets[target].placed ? { location: "[parameters('location')]" } : {}),
        ...(afterGrant ? { dependsOn: [grantName] } : {}),
        properties: {
            publisher: "Microsoft.Compute",
            type: "CustomScriptExtension",
            typeHandlerVersion: "1.10",
            autoUpgradeMinorVersion: true,
            enableAutomaticUpgrade: false,
            forceUpdateTag: "[parameters('contentHash')]",
            protectedSettings: { commandToExecute: "[parameters('command')]" },
        },
    };
}

const grantName = "[concat('sysmon-reader-', uniqueString(parameters('machineId')))]";

/** A deployment in the container's resource group that lets the machine's own identity read the container. */
function readerGrant(machineApiVersion: string): JsonObject {
    const role = definitionOf("storageBlobDataReader");
    return {
        type: "Microsoft.Resources/deployments",
        apiVersion: "2022-09-01",
        name: grantName,
        subscriptionId: "[parameters('containerSubscription')]",
        resourceGroup: "[parameters('containerResourceGroup')]",
        properties: {
            mode: "Incremental",
            template: {
                $schema: templateSchema,
                contentVersion: "1.0.0.0",
                resources: [
                    {
                        type: "Microsoft.Authorization/roleAssignments",
                        apiVersion: "2022-04-01",
                        scope: "[parameters('containerScope')]",
                        name: `[guid(parameters('containerScope'), parameters('machineId'), '${builtInRoles.storageBlobDataReader}')]`,
                        properties: {
                            roleDefinitionId: role,
                            principalId: `[reference(parameters('machineId'), '${machineApiVersion}', 'Full').identity.principalId]`,
                            principalType: "ServicePrincipal",
                        },
                    },
                ],
            },
        },
    };
}

const templateSchema = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#";

function text(displayName: string, description: string): PolicyParameter {
    return { type: "String", metadata: { displayName, description } };
}

/** Parameters of the policy, handed on to the template under the same names. */
function passed(...names: string[]): JsonObject {
    return Object.fromEntries(names.map((name) => [name, { value: `[parameters('${name}')]` }]));
}

function definitionOf(role: BuiltInRole): string {
    return `/providers/Microsoft.Authorization/roleDefinitions/${builtInRoles[role]}`;
}
