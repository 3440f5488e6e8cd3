import {
    PolicyAssignment,
    PolicyDefinition,
    PolicyDefinitionAtManagementGroup,
    PolicySetDefinition,
    PolicySetDefinitionAtManagementGroup,
    RoleAssignment,
} from "@pulumi/azure-native/authorization";
import {
    RemediationAtManagementGroup,
    RemediationAtResourceGroup,
    RemediationAtSubscription,
} from "@pulumi/azure-native/policyinsights";
import * as pulumi from "@pulumi/pulumi";
import {
    builtInRoles,
    deterministicGuid,
    isGuid,
    locationProblem,
    parseIdOf,
    roleDefinitionId,
    type BuiltInRole,
} from "../azure";
import {
    fleetParameters,
    fleetPolicies,
    grantsReader,
    parsePolicyScope,
    sensorPolicy,
    type FleetIdentity,
    type FleetPolicy,
    type PolicyDefinitionText,
    type PolicyScope,
} from "../azure/policy";
import { ArgumentProblems } from "./argumentProblems";

/** What a fleet's policies do. */
export enum FleetEffect {
    /** Equip machines that lack something. */
    DeployIfNotExists = "DeployIfNotExists",
    /** Nothing: the assignment stays, its policies rest. */
    Disabled = "Disabled",
}

/** How the machines of a fleet sign in to Azure. */
export interface FleetIdentityArgs {
    /**
     * Optional. Resource id of one user-assigned identity for all machines of Azure; it needs Storage Blob Data Reader on
     * the payload's container. Defaults to each machine's own system-assigned identity, and policies leave machines out
     * that have none. Azure Arc machines always sign in as themselves.
     */
    userResourceId?: string;
    /**
     * Optional. Let policies put the user-assigned identity on machines that lack it; the assignment's own identity then
     * needs Contributor and User Access Administrator at the scope, and gets them. Defaults to false.
     */
    attach?: boolean;
}

/** The container that machines fetch the payload from. */
export interface FleetPayloadArgs {
    /** Required. GUID of the container's subscription. */
    subscriptionId: string;
    /** Required. Name of the container's resource group. */
    resourceGroupName: string;
    /** Required. Name of the storage account. */
    accountName: string;
    /** Required. Name of the container. */
    containerName: string;
}

/** Arguments of Fleet. */
export interface FleetArgs {
    /**
     * Required. Where machines are equipped: `/providers/Microsoft.Management/managementGroups/<name>`,
     * `/subscriptions/<GUID>`, or `/subscriptions/<GUID>/resourceGroups/<name>`.
     */
    scope: string;
    /** Optional. Ids of what is left out: subscriptions, resource groups or machines below the scope. Defaults to none. */
    exclusions?: string[];
    /** Required. GUID of the subscription that the stack deploys into. */
    subscriptionId: string;
    /** Required. Azure region of the assignment's identity, such as `westeurope`. */
    location: string;
    /** Optional. Name of the assignment and start of the definitions' names, 1 to 24 characters. Defaults to `sysmon`. */
    assignmentName?: string;
    /** Optional. How machines sign in. Defaults to each machine's own identity. */
    identity?: FleetIdentityArgs;
    /** Required. Resource id of the data collection rule that machines are associated with. */
    dataCollectionRuleId: pulumi.Input<string>;
    /** Required. Hash of all that a machine would run; a new value makes machines non-compliant until they ran it. */
    contentHash: string;
    /**
     * Required. Command line that installs Sysmon on machines of Azure, as the sensor's bootstrap is written. It carries
     * no secret: whoever may read the assignment can read it.
     */
    azureCommand: string;
    /** Required. The same for Azure Arc machines. */
    arcCommand: string;
    /** Required. Where the command fetches from. */
    payload: FleetPayloadArgs;
    /** Optional. What the policies do. Defaults to DeployIfNotExists. */
    effect?: FleetEffect;
    /**
     * Optional. Bring machines that exist up to date at once, anew for each content hash. Without it only new and changed
     * machines are equipped. Defaults to true.
     */
    remediate?: boolean;
}

/** Longest name of an assignment at a management group (source: resource name rules). */
const longestAssignmentName = 24;

interface SettledFleet {
    scope: PolicyScope;
    identity: FleetIdentity;
    assignmentName: string;
    effect: FleetEffect;
    remediate: boolean;
}

/**
 * Agent, association and Sysmon on every Windows machine below a scope, by Azure Policy: virtual machines, scale sets
 * and Azure Arc machines, those of today and those to come. The number of resources does not grow with the machines.
 *
 * One initiative holds Azure's own policies for the agent and a policy of ours for each kind of machine. A changed
 * configuration is a new content hash: machines are non-compliant until the remediation has run the new command there.
 * Nothing is taken off a machine that leaves the scope.
 */
export class Fleet extends pulumi.ComponentResource {
    /** Resource id of the assignment. */
    public readonly assignmentId: pulumi.Output<string>;
    /** Object id of the assignment's identity, which equips the machines. */
    public readonly principalId: pulumi.Output<string>;

    constructor(name: string, args: FleetArgs, opts?: pulumi.ComponentResourceOptions) {
        super("sysmon-azure:index:Fleet", name, {}, opts);
        const settled = settle(name, args);
        const { scope, identity, assignmentName } = settled;
        const child: pulumi.CustomResourceOptions = { parent: this };
        const policies = fleetPolicies(identity);

        const initiative = createInitiative(name, settled, policies, child);
        const assignment = new PolicyAssignment(
            `${name}-assignment`,
            {
                scope: scope.id,
                policyAssignmentName: assignmentName,
                displayName: "Sysmon on Windows machines",
                description: "Azure Monitor Agent, the data collection rule of Sysmon's events, and Sysmon itself.",
                policyDefinitionId: initiative.id,
                identity: { type: "SystemAssigned" },
                location: args.location,
                notScopes: args.exclusions ?? [],
                parameters: {
                    effect: { value: settled.effect },
                    dataCollectionRuleId: { value: args.dataCollectionRuleId },
                    contentHash: { value: args.contentHash },
                    // No secrets, but kept out of state and logs as a sensor's own command is.
                    azureCommand: { value: pulumi.secret(args.azureCommand) },
                    arcCommand: { value: pulumi.secret(args.arcCommand) },
                    containerSubscription: { value: args.payload.subscriptionId },
                    containerResourceGroup: { value: args.payload.resourceGroupName },
                    containerScope: { value: relativeContainer(args.payload) },
                },
                nonComplianceMessages: [{ message: "Sysmon is missing, or runs another configuration than planned." }],
            },
            { ...child, additionalSecretOutputs: ["parameters"] },
        );
        this.assignmentId = assignment.id;
        this.principalId = assignment.identity.apply((created) => created?.principalId ?? "");

        const roles = this.grantRoles(name, args, settled, policies);
        if (settled.remediate && settled.effect === FleetEffect.DeployIfNotExists)
            for (const policy of policies) this.remediate(name, args, settled, policy, roles);
        this.registerOutputs({ assignmentId: this.assignmentId, principalId: this.principalId });
    }

    /** What the assignment's identity needs, at the scope and where it works outside of it. */
    private grantRoles(
        name: string,
        args: FleetArgs,
        { scope, assignmentName }: SettledFleet,
        policies: readonly FleetPolicy[],
    ): pulumi.Resource[] {
        const { payload } = args;
        const group = `/subscriptions/${payload.subscriptionId.toLowerCase()}/resourceGroups/${payload.resourceGroupName}`;
        const grant = (key: string, role: BuiltInRole, at: pulumi.Input<string>, condition?: string): RoleAssignment =>
            new RoleAssignment(
                `${name}-${key}`,
                {
                    roleAssignmentName: pulumi
                        .output(at)
                        .apply((id) =>
                            deterministicGuid(scope.id.toLowerCase(), assignmentName, id.toLowerCase(), role),
                        ),
                    scope: at,
                    principalId: this.principalId,
                    principalType: "ServicePrincipal",
                    roleDefinitionId:
                        scope.kind === "managementGroup" && at === scope.id
                            ? `/providers/Microsoft.Authorization/roleDefinitions/${builtInRoles[role]}`
                            : roleDefinitionId(args.subscriptionId, role),
                    ...(condition === undefined ? {} : { condition, conditionVersion: "2.0" }),
                },
                {
                    parent: this,
                    // An assignment cannot change whom it is for, and its name stays the same.
                    replaceOnChanges: ["principalId", "principalType", "roleDefinitionId", "scope"],
                    deleteBeforeReplace: true,
                    protect: false,
                },
            );
        const atScope = [...new Set(policies.flatMap(({ roles }) => roles))].sort();
        return [
            ...atScope.map((role) => grant(role, role, scope.id)),
            grant("associates", "monitoringContributor", args.dataCollectionRuleId),
            // The template deploys into the payload's resource group, and nothing there but who may read the container.
            grant("deploys-grants", "tagContributor", group),
            grant(
                "grants-readers",
                "roleBasedAccessControlAdministrator",
                `${group}/providers/${relativeContainer(payload)}`,
                onlyReaders,
            ),
        ];
    }

    private remediate(
        name: string,
        args: FleetArgs,
        { scope, assignmentName }: SettledFleet,
        { reference, definition }: FleetPolicy,
        roles: pulumi.Resource[],
    ): void {
        const suffix = definition.kind === "sensor" ? `-${args.contentHash.slice(0, 12)}` : "";
        const remediation = {
            remediationName: `${assignmentName}-${reference}${suffix}`.toLowerCase(),
            policyAssignmentId: this.assignmentId,
            policyDefinitionReferenceId: reference,
            parallelDeployments: 20,
            resourceCount: 50_000,
        };
        const options: pulumi.CustomResourceOptions = {
            parent: this,
            dependsOn: roles,
            // Never left behind: a fleet that goes back to a former content would find the old one in its way. The service
            // deletes none that still runs: then the next deployment does.
            protect: false,
        };
        const logicalName = `${name}-remediate-${reference}`;
        // Right after an assignment nothing is known to be non-compliant: it is looked for anew, where Azure allows it.
        const resourceDiscoveryMode = "ReEvaluateCompliance";
        switch (scope.kind) {
            case "managementGroup":
                new RemediationAtManagementGroup(
                    logicalName,
                    {
                        ...remediation,
                        managementGroupId: scope.name,
                        managementGroupsNamespace: "Microsoft.Management",
                        resourceDiscoveryMode: "ExistingNonCompliant",
                    },
                    options,
                );
                return;
            case "subscription":
                new RemediationAtSubscription(logicalName, { ...remediation, resourceDiscoveryMode }, options);
                return;
            case "resourceGroup":
                new RemediationAtResourceGroup(
                    logicalName,
                    { ...remediation, resourceGroupName: scope.resourceGroupName, resourceDiscoveryMode },
                    options,
                );
        }
    }
}

/** Definitions live at a management group, or in a subscription for it and its resource groups. */
function createInitiative(
    name: string,
    { scope, identity, assignmentName }: SettledFleet,
    policies: readonly FleetPolicy[],
    opts: pulumi.CustomResourceOptions,
): pulumi.CustomResource {
    const references = policies.map(({ reference, definition, parameters }) => ({
        policyDefinitionReferenceId: reference,
        policyDefinitionId:
            definition.kind === "builtIn"
                ? `/providers/Microsoft.Authorization/policyDefinitions/${definition.guid}`
                : createDefinition(
                      `${name}-${reference}`,
                      `${assignmentName}-${definition.target}`,
                      sensorPolicy(definition.target, { grantsReader: grantsReader(definition.target, identity) }),
                      scope,
                      opts,
                  ).id,
        parameters: Object.fromEntries(Object.entries(parameters).map(([key, value]) => [key, { value }])),
    }));
    const set = {
        policySetDefinitionName: assignmentName,
        policyType: "Custom",
        displayName: "Sysmon on Windows machines",
        description: "Azure Monitor Agent, the data collection rule of Sysmon's events, and Sysmon itself.",
        metadata: { category: "Monitoring" },
        parameters: Object.fromEntries(
            Object.entries(fleetParameters).map(([key, description]) => [
                key,
                { type: "String", metadata: { displayName: key, description } },
            ]),
        ),
        policyDefinitions: references,
    };
    return scope.kind === "managementGroup"
        ? new PolicySetDefinitionAtManagementGroup(
              `${name}-initiative`,
              { ...set, managementGroupId: scope.name },
              opts,
          )
        : new PolicySetDefinition(`${name}-initiative`, set, opts);
}

function createDefinition(
    logicalName: string,
    policyDefinitionName: string,
    text: PolicyDefinitionText,
    scope: PolicyScope,
    opts: pulumi.CustomResourceOptions,
): pulumi.CustomResource {
    const { displayName, description, mode, policyRule } = text;
    const definition = {
        policyDefinitionName,
        policyType: "Custom",
        displayName,
        description,
        mode,
        metadata: { category: "Monitoring" },
        parameters: { ...text.parameters },
        policyRule,
    };
    return scope.kind === "managementGroup"
        ? new PolicyDefinitionAtManagementGroup(logicalName, { ...definition, managementGroupId: scope.name }, opts)
        : new PolicyDefinition(logicalName, definition, opts);
}

function relativeContainer({ accountName, containerName }: FleetPayloadArgs): string {
    return `Microsoft.Storage/storageAccounts/${accountName}/blobServices/default/containers/${containerName}`;
}

/** A condition on who may be made what: readers of blobs, nothing else (source: delegate role assignments, version 2.0). */
const onlyReaders = ["write:@Request", "delete:@Resource"]
    .map((pair) => {
        const [action = "", source = ""] = pair.split(":");
        return (
            `((!(ActionMatches{'Microsoft.Authorization/roleAssignments/${action}'})) OR ` +
            `(${source}[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals ` +
            `{${builtInRoles.storageBlobDataReader}}))`
        );
    })
    .join(" AND ");

function settle(name: string, args: FleetArgs): SettledFleet {
    const problems = new ArgumentProblems();
    const assignmentName = args.assignmentName ?? "sysmon";
    const effect = args.effect ?? FleetEffect.DeployIfNotExists;
    const scope = parsePolicyScope(args.scope);
    if (scope.kind === "rejected") problems.add("scope", scope.reason);
    if (!isGuid(args.subscriptionId)) problems.add("subscriptionId", `"${args.subscriptionId}" is no GUID`);
    if (!isGuid(args.payload.subscriptionId))
        problems.add("payload.subscriptionId", `"${args.payload.subscriptionId}" is no GUID`);
    if (
        scope.kind === "parsed" &&
        scope.value.kind !== "managementGroup" &&
        scope.value.subscriptionId !== args.subscriptionId.toLowerCase()
    )
        problems.add(
            "scope",
            `is in another subscription than the stack, ${args.subscriptionId}; its definitions could not be stored there`,
        );
    (args.exclusions ?? []).forEach((excluded, index) => {
        if (!/^\/(subscriptions|providers)\/.+/i.test(excluded))
            problems.add(`exclusions[${index}]`, `"${excluded}" is no resource id; it starts with /subscriptions/`);
    });
    problems.addIf("location", locationProblem(args.location));
    if (!/^[A-Za-z0-9][\w-]*$/.test(assignmentName) || assignmentName.length > longestAssignmentName)
        problems.add(
            "assignmentName",
            `"${assignmentName}" is refused; accepted are 1 to ${longestAssignmentName} letters, digits, underscores and hyphens`,
        );
    problems.addUnlessOneOf("effect", effect, Object.values(FleetEffect));
    if (!/^[\w-]{12,128}$/.test(args.contentHash))
        problems.add("contentHash", `"${args.contentHash}" is no hash; accepted are 12 to 128 letters and digits`);
    for (const key of ["azureCommand", "arcCommand"] as const) {
        if (args[key].trim() === "" || args[key].startsWith("["))
            problems.add(key, "is no command line; an opening bracket at its start would be read as an expression");
    }
    const identity = settleIdentity(args.identity ?? {}, problems);
    if (scope.kind === "rejected" || identity === undefined || problems.found) throw problems.toError("Fleet", name);
    return { scope: scope.value, identity, assignmentName, effect, remediate: args.remediate ?? true };
}

function settleIdentity(
    { userResourceId, attach = false }: FleetIdentityArgs,
    problems: ArgumentProblems,
): FleetIdentity | undefined {
    if (userResourceId === undefined) {
        if (attach) problems.add("identity.attach", "needs userResourceId: which identity to attach");
        return { kind: "system" };
    }
    const parsed = parseIdOf("userAssignedIdentity", userResourceId);
    if (parsed.kind === "rejected") {
        problems.add("identity.userResourceId", parsed.reason);
        return undefined;
    }
    const { id, name, resourceGroupName } = parsed.value;
    return { kind: "user", id, name, resourceGroupName, attach };
}
