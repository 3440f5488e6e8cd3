import type { BuiltInRole } from "../../azure/roles";

/** What it takes to create a kind of resource. */
export interface Operation {
    /** Provider namespace and type in Azure, such as `Microsoft.Insights/dataCollectionRules`. */
    readonly type: string;
    /** The least built-in role that allows to write it. */
    readonly role: BuiltInRole;
    /** Operations beside writing it. */
    readonly also?: readonly string[];
}

const on = (type: string, role: BuiltInRole, ...also: string[]): Operation => ({ type, role, also });

/** Kinds of resources that a stack of this package can hold, by Pulumi's type token without `azure-native:`. */
const operations: Readonly<Record<string, Operation>> = {
    "applicationinsights:Workbook": on("Microsoft.Insights/workbooks", "workbookContributor"),
    "authorization:PolicyAssignment": on("Microsoft.Authorization/policyAssignments", "resourcePolicyContributor"),
    "authorization:PolicyDefinition": on("Microsoft.Authorization/policyDefinitions", "resourcePolicyContributor"),
    "authorization:PolicyDefinitionAtManagementGroup": on(
        "Microsoft.Authorization/policyDefinitions",
        "resourcePolicyContributor",
    ),
    "authorization:PolicySetDefinition": on(
        "Microsoft.Authorization/policySetDefinitions",
        "resourcePolicyContributor",
    ),
    "authorization:PolicySetDefinitionAtManagementGroup": on(
        "Microsoft.Authorization/policySetDefinitions",
        "resourcePolicyContributor",
    ),
    "authorization:RoleAssignment": on(
        "Microsoft.Authorization/roleAssignments",
        "roleBasedAccessControlAdministrator",
    ),
    "compute:VirtualMachine": on("Microsoft.Compute/virtualMachines", "virtualMachineContributor"),
    "compute:VirtualMachineExtension": on("Microsoft.Compute/virtualMachines/extensions", "virtualMachineContributor"),
    "compute:VirtualMachineRunCommandByVirtualMachine": on(
        "Microsoft.Compute/virtualMachines/runCommands",
        "virtualMachineContributor",
    ),
    "compute:VirtualMachineScaleSetExtension": on(
        "Microsoft.Compute/virtualMachineScaleSets/extensions",
        "virtualMachineContributor",
    ),
    "hybridcompute:MachineExtension": on(
        "Microsoft.HybridCompute/machines/extensions",
        "azureConnectedMachineResourceAdministrator",
    ),
    "hybridcompute:MachineRunCommand": on(
        "Microsoft.HybridCompute/machines/runCommands",
        "azureConnectedMachineResourceAdministrator",
    ),
    "managedidentity:UserAssignedIdentity": on(
        "Microsoft.ManagedIdentity/userAssignedIdentities",
        "managedIdentityContributor",
    ),
    "monitor:ActionGroup": on("Microsoft.Insights/actionGroups", "monitoringContributor"),
    "monitor:ActivityLogAlert": on("Microsoft.Insights/activityLogAlerts", "monitoringContributor"),
    "monitor:DataCollectionEndpoint": on("Microsoft.Insights/dataCollectionEndpoints", "monitoringContributor"),
    "monitor:DataCollectionRule": on("Microsoft.Insights/dataCollectionRules", "monitoringContributor"),
    "monitor:DataCollectionRuleAssociation": on(
        "Microsoft.Insights/dataCollectionRuleAssociations",
        "monitoringContributor",
    ),
    "monitor:DiagnosticSetting": on("Microsoft.Insights/diagnosticSettings", "monitoringContributor"),
    "monitor:ScheduledQueryRule": on("Microsoft.Insights/scheduledQueryRules", "monitoringContributor"),
    "network:NetworkInterface": on("Microsoft.Network/networkInterfaces", "contributor"),
    "network:NetworkSecurityGroup": on("Microsoft.Network/networkSecurityGroups", "contributor"),
    "network:Subnet": on("Microsoft.Network/virtualNetworks/subnets", "contributor"),
    "network:VirtualNetwork": on("Microsoft.Network/virtualNetworks", "contributor"),
    "operationalinsights:DataSource": on(
        "Microsoft.OperationalInsights/workspaces/dataSources",
        "logAnalyticsContributor",
    ),
    "operationalinsights:Query": on("Microsoft.OperationalInsights/queryPacks/queries", "logAnalyticsContributor"),
    "operationalinsights:QueryPack": on("Microsoft.OperationalInsights/queryPacks", "logAnalyticsContributor"),
    "operationalinsights:SavedSearch": on(
        "Microsoft.OperationalInsights/workspaces/savedSearches",
        "logAnalyticsContributor",
    ),
    "operationalinsights:Workspace": on("Microsoft.OperationalInsights/workspaces", "logAnalyticsContributor"),
    "policyinsights:RemediationAtManagementGroup": on(
        "Microsoft.PolicyInsights/remediations",
        "resourcePolicyContributor",
    ),
    "policyinsights:RemediationAtResourceGroup": on(
        "Microsoft.PolicyInsights/remediations",
        "resourcePolicyContributor",
    ),
    "policyinsights:RemediationAtSubscription": on(
        "Microsoft.PolicyInsights/remediations",
        "resourcePolicyContributor",
    ),
    "resources:ResourceGroup": on("Microsoft.Resources/subscriptions/resourceGroups", "contributor"),
    "securityinsights:ASCDataConnector": on("Microsoft.SecurityInsights/dataConnectors", "sentinelContributor"),
    "securityinsights:ScheduledAlertRule": on("Microsoft.SecurityInsights/alertRules", "sentinelContributor"),
    "securityinsights:SentinelOnboardingState": on(
        "Microsoft.SecurityInsights/onboardingStates",
        "sentinelContributor",
    ),
    "securityinsights:Watchlist": on("Microsoft.SecurityInsights/watchlists", "sentinelContributor"),
    // The provider uploads with the account's key, whatever rights on blobs a person has.
    "storage:Blob": on(
        "Microsoft.Storage/storageAccounts/blobServices/containers",
        "contributor",
        "Microsoft.Storage/storageAccounts/listKeys/action",
    ),
    "storage:BlobContainer": on("Microsoft.Storage/storageAccounts/blobServices/containers", "contributor"),
    "storage:StorageAccount": on("Microsoft.Storage/storageAccounts", "contributor"),
};

/** What it takes to create a resource, by Pulumi's type token; undefined for kinds that no stack of ours holds. */
export function operationOf(typeToken: string): Operation | undefined {
    const name = typeToken.replace(/^azure-native:/, "");
    return Object.hasOwn(operations, name) ? operations[name] : undefined;
}

/** Everything that one must be allowed to do for it. */
export function actionsOf({ type, also = [] }: Operation): string[] {
    return [`${type}/write`, ...also];
}

/** The resource provider of a type: its first part. */
export function namespaceOf({ type }: Operation): string {
    return type.split("/")[0] ?? type;
}

/** Providers that every subscription has. */
export const alwaysRegistered: ReadonlySet<string> = new Set(["Microsoft.Authorization", "Microsoft.Resources"]);
