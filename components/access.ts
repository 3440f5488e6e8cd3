import { RoleAssignment } from "@pulumi/azure-native/authorization";
import { Group } from "@pulumi/azuread/group";
import * as pulumi from "@pulumi/pulumi";
import { builtInRoles, deterministicGuid, isGuid, roleDefinitionId } from "../azure";
import { ArgumentProblems } from "./argumentProblems";

/** A security group to create in Microsoft Entra ID. Whoever deploys needs Group.ReadWrite.All of Microsoft Graph. */
export interface ReaderGroupArgs {
    /** Required. Name that people see, 1 to 256 characters; refused where the directory has a group of this name. */
    displayName: string;
    /** Optional. What the group is for. Defaults to a sentence that says what its members may read. */
    description?: string;
    /** Optional. Object ids (GUIDs) of owners, at most 100. Defaults to whoever deploys. */
    owners?: string[];
    /** Optional. Object ids (GUIDs) of members; then no others. Defaults to none, managed outside of the stack. */
    members?: string[];
}

/** Arguments of Access. */
export interface AccessArgs {
    /** Required. GUID of the workspace's subscription; role definitions are named by it. */
    subscriptionId: string;
    /** Required. Resource id of the workspace that may be read. */
    workspaceId: pulumi.Input<string>;
    /** Conditional. The group to create; give this or `existingGroupId`. */
    newGroup?: ReaderGroupArgs;
    /** Conditional. Object id (a GUID) of a security group that exists; give this or `newGroup`. */
    existingGroupId?: string;
}

/** Limits of Microsoft Entra ID (source: Microsoft Graph, resource type group). */
const limits = { displayName: 256, owners: 100 };

/**
 * Access of those who read alerts: a security group with Log Analytics Reader on the workspace. It reads every table of
 * it, and changes nothing.
 */
export class Access extends pulumi.ComponentResource {
    /** Object id of the group. */
    public readonly groupId: pulumi.Output<string>;
    /** Resource id of the role assignment. */
    public readonly roleAssignmentId: pulumi.Output<string>;

    constructor(name: string, args: AccessArgs, opts?: pulumi.ComponentResourceOptions) {
        super("sysmon-azure:index:Access", name, {}, opts);
        check(name, args);

        this.groupId =
            args.newGroup === undefined
                ? pulumi.output(args.existingGroupId ?? "")
                : createGroup(name, args.newGroup, this).objectId;
        const assignment = new RoleAssignment(
            `${name}-reader`,
            {
                // The id of the workspace makes the name, so two stacks never share one.
                roleAssignmentName: pulumi
                    .output(args.workspaceId)
                    .apply((id) => deterministicGuid(id.toLowerCase(), builtInRoles.logAnalyticsReader, name)),
                scope: args.workspaceId,
                principalId: this.groupId,
                // Said, so that a group that is not yet known everywhere in the directory is accepted.
                principalType: "Group",
                roleDefinitionId: roleDefinitionId(args.subscriptionId, "logAnalyticsReader"),
            },
            {
                parent: this,
                // An assignment cannot change whom it is for, and its name stays the same.
                replaceOnChanges: ["principalId", "principalType", "roleDefinitionId", "scope"],
                deleteBeforeReplace: true,
                protect: false,
            },
        );
        this.roleAssignmentId = assignment.id;
        this.registerOutputs({ groupId: this.groupId, roleAssignmentId: this.roleAssignmentId });
    }
}

function createGroup(name: string, group: ReaderGroupArgs, parent: pulumi.Resource): Group {
    return new Group(
        name,
        {
            displayName: group.displayName,
            description: group.description ?? "Reads Sysmon events and alerts in Log Analytics.",
            securityEnabled: true,
            preventDuplicateNames: true,
            owners: group.owners,
            members: group.members,
        },
        { parent },
    );
}

function check(name: string, { subscriptionId, newGroup, existingGroupId }: AccessArgs): void {
    const problems = new ArgumentProblems();
    if (!isGuid(subscriptionId)) problems.add("subscriptionId", `"${subscriptionId}" is no GUID`);
    if (newGroup !== undefined && existingGroupId !== undefined)
        problems.add("existingGroupId", "is given beside newGroup; give one of them");
    if (newGroup === undefined && existingGroupId === undefined)
        problems.add("newGroup", "is missing; give newGroup, or existingGroupId of a group that is there");
    if (existingGroupId !== undefined && !isGuid(existingGroupId))
        problems.add("existingGroupId", `"${existingGroupId}" is no GUID of a group`);
    if (newGroup !== undefined) checkGroup(newGroup, problems);
    if (problems.found) throw problems.toError("Access", name);
}

function checkGroup({ displayName, owners = [], members = [] }: ReaderGroupArgs, problems: ArgumentProblems): void {
    if (displayName.trim() === "" || displayName.length > limits.displayName)
        problems.add(
            "newGroup.displayName",
            `"${displayName}" is refused; accepted are 1 to ${limits.displayName} characters`,
        );
    if (owners.length > limits.owners)
        problems.add("newGroup.owners", `has ${owners.length} owners, at most ${limits.owners} are accepted`);
    for (const [property, ids] of Object.entries({ owners, members })) {
        const seen = new Set<string>();
        ids.forEach((id, index) => {
            const path = `newGroup.${property}[${index}]`;
            if (!isGuid(id)) problems.add(path, `"${id}" is no GUID of a principal`);
            if (seen.has(id.toLowerCase())) problems.add(path, `"${id}" is there twice`);
            seen.add(id.toLowerCase());
        });
    }
}
