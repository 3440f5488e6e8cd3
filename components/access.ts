import { RoleAssignment } from "@pulumi/azure-native/authorization";
import { Group } from "@pulumi/azuread/group";
import * as pulumi from "@pulumi/pulumi";
import { deterministicGuid, isGuid } from "../azure";
import { ArgumentProblems } from "./argumentProblems";

/** A security group to create in Microsoft Entra ID. Whoever deploys needs Group.ReadWrite.All of Microsoft Graph. */
export interface NewGroupArgs {
    /** Required. Name that people see, 1 to 256 characters; refused where the directory has a group of this name. */
    displayName: string;
    /** Optional. What the group is for. Defaults to none. */
    description?: string;
    /** Optional. Object ids (GUIDs) of owners, at most 100. Defaults to whoever deploys. */
    owners?: string[];
    /** Optional. Object ids (GUIDs) of members; then no others. Defaults to none, managed outside of the stack. */
    members?: string[];
}

/** A role that a group gets at a scope. */
export interface GrantArgs {
    /** Required. Stable key, kebab case, unique among the group's grants; names derive from it. */
    key: string;
    /** Required. GUID of a built-in role. */
    roleId: string;
    /** Required. Id of the resource, resource group, subscription or management group that the role holds for. */
    scope: pulumi.Input<string>;
}

/** A group and what it may do. */
export interface AccessGroupArgs {
    /** Required. Stable key, kebab case, unique among the groups; names derive from it. */
    key: string;
    /** Conditional. The group to create; give this or `existingGroupId`. */
    newGroup?: NewGroupArgs;
    /** Conditional. Object id (a GUID) of a security group that exists; give this or `newGroup`. */
    existingGroupId?: string;
    /** Required. Its roles, at least one. */
    grants: GrantArgs[];
}

/** Arguments of Access. */
export interface AccessArgs {
    /** Required. GUID of the stack's subscription; role definitions are named by it. */
    subscriptionId: string;
    /** Required. The groups, at least one. */
    groups: AccessGroupArgs[];
}

/** Limits of Microsoft Entra ID (source: Microsoft Graph, resource type group). */
const limits = { displayName: 256, owners: 100 };

/** Access of people: security groups, and the roles that each has. Groups that exist keep their members. */
export class Access extends pulumi.ComponentResource {
    /** Object id of each group by its key. */
    public readonly groupIds: pulumi.Output<{ [key: string]: string }>;

    constructor(name: string, args: AccessArgs, opts?: pulumi.ComponentResourceOptions) {
        super("sysmon-azure:index:Access", name, {}, opts);
        check(name, args);
        const ids = args.groups.map((group) => {
            const groupId =
                group.newGroup === undefined
                    ? pulumi.output(group.existingGroupId ?? "")
                    : createGroup(`${name}-${group.key}`, group.newGroup, this).objectId;
            for (const grant of group.grants) this.grant(name, group.key, grant, groupId, args.subscriptionId);
            return groupId.apply((id): [string, string] => [group.key, id]);
        });
        this.groupIds = pulumi.all(ids).apply((entries) => Object.fromEntries(entries));
        this.registerOutputs({ groupIds: this.groupIds });
    }

    private grant(
        name: string,
        group: string,
        { key, roleId, scope }: GrantArgs,
        principalId: pulumi.Output<string>,
        subscriptionId: string,
    ): void {
        new RoleAssignment(
            `${name}-${group}-${key}`,
            {
                // The scope's id is part of the name, so that two stacks never share one.
                roleAssignmentName: pulumi
                    .output(scope)
                    .apply((id) => deterministicGuid(id.toLowerCase(), roleId.toLowerCase(), name, group)),
                scope,
                principalId,
                // Said, so that a group that is not yet known everywhere in the directory is accepted.
                principalType: "Group",
                // A role that holds for a management group is named by no subscription.
                roleDefinitionId: pulumi
                    .output(scope)
                    .apply(
                        (id) =>
                            `${id.startsWith("/providers/Microsoft.Management/") ? "" : `/subscriptions/${subscriptionId}`}/providers/Microsoft.Authorization/roleDefinitions/${roleId.toLowerCase()}`,
                    ),
            },
            {
                parent: this,
                // An assignment cannot change whom it is for, and its name stays the same.
                replaceOnChanges: ["principalId", "principalType", "roleDefinitionId", "scope"],
                deleteBeforeReplace: true,
                protect: false,
            },
        );
    }
}

function createGroup(logicalName: string, group: NewGroupArgs, parent: pulumi.Resource): Group {
    return new Group(
        logicalName,
        {
            displayName: group.displayName,
            description: group.description,
            securityEnabled: true,
            preventDuplicateNames: true,
            owners: group.owners,
            members: group.members,
        },
        { parent },
    );
}

const keyForm = /^[a-z0-9]+(-[a-z0-9]+)*$/;

function check(name: string, { subscriptionId, groups }: AccessArgs): void {
    const problems = new ArgumentProblems();
    if (!isGuid(subscriptionId)) problems.add("subscriptionId", `"${subscriptionId}" is no GUID`);
    if (groups.length === 0) problems.add("groups", "is empty; nobody would get access");
    checkKeys("groups", groups, problems);
    groups.forEach((group, index) => {
        const path = `groups[${index}]`;
        const { newGroup, existingGroupId, grants } = group;
        if (newGroup !== undefined && existingGroupId !== undefined)
            problems.add(`${path}.existingGroupId`, "is given beside newGroup; give one of them");
        if (newGroup === undefined && existingGroupId === undefined)
            problems.add(`${path}.newGroup`, "is missing; give newGroup, or existingGroupId of a group that is there");
        if (existingGroupId !== undefined && !isGuid(existingGroupId))
            problems.add(`${path}.existingGroupId`, `"${existingGroupId}" is no GUID of a group`);
        if (newGroup !== undefined) checkGroup(`${path}.newGroup`, newGroup, problems);
        if (grants.length === 0) problems.add(`${path}.grants`, "is empty; the group could do nothing");
        checkKeys(`${path}.grants`, grants, problems);
        grants.forEach(({ roleId }, at) => {
            if (!isGuid(roleId)) problems.add(`${path}.grants[${at}].roleId`, `"${roleId}" is no GUID of a role`);
        });
    });
    if (problems.found) throw problems.toError("Access", name);
}

function checkKeys(path: string, items: readonly { key: string }[], problems: ArgumentProblems): void {
    const seen = new Set<string>();
    items.forEach(({ key }, index) => {
        if (!keyForm.test(key))
            problems.add(`${path}[${index}].key`, `"${key}" is no key; accepted is kebab case, such as readers`);
        if (seen.has(key)) problems.add(`${path}[${index}].key`, `"${key}" is there twice`);
        seen.add(key);
    });
}

function checkGroup(path: string, group: NewGroupArgs, problems: ArgumentProblems): void {
    const { displayName, owners = [], members = [] } = group;
    if (displayName.trim() === "" || displayName.length > limits.displayName)
        problems.add(
            `${path}.displayName`,
            `"${displayName}" is refused; accepted are 1 to ${limits.displayName} characters`,
        );
    if (owners.length > limits.owners)
        problems.add(`${path}.owners`, `has ${owners.length} owners, at most ${limits.owners} are accepted`);
    for (const [property, ids] of Object.entries({ owners, members })) {
        const seen = new Set<string>();
        ids.forEach((id, index) => {
            const place = `${path}.${property}[${index}]`;
            if (!isGuid(id)) problems.add(place, `"${id}" is no GUID of a principal`);
            if (seen.has(id.toLowerCase())) problems.add(place, `"${id}" is there twice`);
            seen.add(id.toLowerCase());
        });
    }
}
