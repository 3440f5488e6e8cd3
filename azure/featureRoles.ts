import type { BuiltInRole } from "./roles";

/** What people who work with a stack do: each is a security group. */
export const accessGroups = ["readers", "responders", "engineers", "operators"] as const;

/** One of {@link accessGroups}. */
export type AccessGroup = (typeof accessGroups)[number];

/** What a stack can have that asks for roles of its own. */
export type RoleFeature =
    | "always"
    | "withoutSentinel"
    | "sentinel"
    | "huntingQueries"
    | "workbook"
    | "fleet"
    | "attachedIdentity"
    | "machines"
    | "payload"
    | "groups"
    | "lab";

/** Where people get a role: the narrowest scope that serves. */
export type GroupScope = "workspace" | "workspaceGroup" | "resourceGroup" | "queryPack" | "workbook" | "fleetScope";

/** Where a role is granted: the narrowest scope that serves. */
export type RoleScope =
    GroupScope | "dataCollectionRule" | "payloadContainer" | "payloadGroup" | "machineGroups" | "directory";

/** Permission of Microsoft Graph by which groups are created. */
const graphPermission = "Group.ReadWrite.All";

/** A role that somebody needs for a feature. */
export interface FeatureRole {
    /** A group of people, or an identity: of whoever deploys, of machines, of rules, of the policies of a fleet. */
    readonly holder: AccessGroup | "deployment" | "machine" | "rules" | "fleetPolicies";
    readonly feature: RoleFeature;
    /** A built-in role of Azure; text: a permission of Microsoft Graph. */
    readonly role: BuiltInRole | typeof graphPermission;
    readonly scope: RoleScope;
    /** What it is for, in one phrase. */
    readonly purpose: string;
    /** Who grants it: the stack, or a person before the first deployment. */
    readonly granted: "byStack" | "before";
}

/** A role that a group of people gets from the stack. */
export interface GroupRole extends FeatureRole {
    readonly holder: AccessGroup;
    readonly role: BuiltInRole;
    readonly scope: GroupScope;
}

const groupRoles: readonly GroupRole[] = [
    ofGroup("readers", "always", "logAnalyticsReader", "workspace", "reads events and runs queries"),
    ofGroup("readers", "huntingQueries", "reader", "queryPack", "runs the hunting queries"),
    ofGroup("readers", "workbook", "reader", "workbook", "opens the workbook"),
    ofGroup("readers", "sentinel", "sentinelReader", "workspaceGroup", "reads incidents, rules and workbooks"),
    ofGroup("responders", "always", "logAnalyticsReader", "workspace", "reads events and runs queries"),
    ofGroup("responders", "huntingQueries", "reader", "queryPack", "runs the hunting queries"),
    ofGroup("responders", "workbook", "reader", "workbook", "opens the workbook"),
    ofGroup(
        "responders",
        "withoutSentinel",
        "monitoringContributor",
        "resourceGroup",
        "acknowledges and closes alerts",
    ),
    ofGroup("responders", "sentinel", "sentinelResponder", "workspaceGroup", "works on incidents"),
    ofGroup("engineers", "always", "logAnalyticsReader", "workspace", "tries queries over events"),
    ofGroup(
        "engineers",
        "always",
        "monitoringContributor",
        "resourceGroup",
        "edits rules, saved searches and the workbook",
    ),
    ofGroup("engineers", "sentinel", "sentinelContributor", "workspaceGroup", "edits analytics rules and watchlists"),
    ofGroup("operators", "always", "reader", "resourceGroup", "sees what the stack deployed"),
    ofGroup("operators", "always", "logAnalyticsReader", "workspace", "sees which machines send events"),
    ofGroup("operators", "fleet", "resourcePolicyContributor", "fleetScope", "starts remediations"),
];

/**
 * Every role that the package grants or needs: the narrowest built-in one, at the narrowest scope (source: built-in-roles
 * article; roles of Microsoft Sentinel article, which grants its roles on the workspace's resource group).
 */
export const featureRoles: readonly FeatureRole[] = [
    ...groupRoles,
    byStack("machine", "payload", "storageBlobDataReader", "payloadContainer", "fetches the installer"),
    byStack("rules", "always", "logAnalyticsReader", "workspace", "queries events, where alerts.identity is true"),
    ...fleetPolicies("fleet", [
        ["virtualMachineContributor", "fleetScope", "puts extensions on machines of Azure"],
        ["azureConnectedMachineResourceAdministrator", "fleetScope", "puts extensions on Arc machines"],
        ["monitoringContributor", "fleetScope", "associates machines with the data collection rule"],
        ["logAnalyticsContributor", "fleetScope", "what Azure's own policy for associations asks for"],
        ["monitoringContributor", "dataCollectionRule", "lets machines be associated with it"],
        ["tagContributor", "payloadGroup", "deploys the template that lets a machine read the installer"],
        ["roleBasedAccessControlAdministrator", "payloadContainer", "lets machines read the installer, nothing else"],
    ]),
    ...fleetPolicies("attachedIdentity", [
        ["contributor", "fleetScope", "puts the user-assigned identity on machines"],
        ["userAccessAdministrator", "fleetScope", "what Azure's own policy for identities asks for"],
    ]),
    ...deployment("always", [
        ["contributor", "resourceGroup", "creates everything in the resource group"],
        ["roleBasedAccessControlAdministrator", "resourceGroup", "grants the roles of this table"],
    ]),
    ...deployment("machines", [
        ["virtualMachineContributor", "machineGroups", "puts extensions and run commands on machines of Azure"],
        ["azureConnectedMachineResourceAdministrator", "machineGroups", "the same on Arc machines"],
        ["monitoringContributor", "machineGroups", "associates machines with the data collection rule"],
    ]),
    ...deployment("fleet", [
        ["resourcePolicyContributor", "fleetScope", "creates policies, their assignment and remediations"],
        ["roleBasedAccessControlAdministrator", "fleetScope", "grants the policies' identity its roles"],
    ]),
    ...deployment("lab", [["contributor", "resourceGroup", "creates the machine and its network"]]),
    {
        holder: "deployment",
        feature: "groups",
        role: graphPermission,
        scope: "directory",
        purpose: "creates the groups of access",
        granted: "before",
    },
];

/** The roles of a group of people in a stack with these features. */
export function rolesOfGroup(group: AccessGroup, features: ReadonlySet<RoleFeature>): GroupRole[] {
    return groupRoles.filter(({ holder, feature }) => holder === group && features.has(feature));
}

function ofGroup(
    holder: AccessGroup,
    feature: RoleFeature,
    role: BuiltInRole,
    scope: GroupScope,
    purpose: string,
): GroupRole {
    return { holder, feature, role, scope, purpose, granted: "byStack" };
}

function byStack(
    holder: FeatureRole["holder"],
    feature: RoleFeature,
    role: BuiltInRole,
    scope: RoleScope,
    purpose: string,
): FeatureRole {
    return { holder, feature, role, scope, purpose, granted: "byStack" };
}

type Need = readonly [role: BuiltInRole, scope: RoleScope, purpose: string];

function fleetPolicies(feature: RoleFeature, needs: readonly Need[]): FeatureRole[] {
    return needs.map(([role, scope, purpose]) => byStack("fleetPolicies", feature, role, scope, purpose));
}

function deployment(feature: RoleFeature, needs: readonly Need[]): FeatureRole[] {
    return needs.map(([role, scope, purpose]) => ({
        ...byStack("deployment", feature, role, scope, purpose),
        granted: "before",
    }));
}
