import { createHash } from "node:crypto";

/** A value as it travels between engine and provider. */
export type CloudValue = null | boolean | number | string | CloudValue[] | { [key: string]: CloudValue };

/** Properties of a resource. */
export type CloudObject = { [key: string]: CloudValue };

/** A request that the service refused, in its words. */
export class CloudError extends Error {
    override readonly name = "CloudError";

    constructor(
        /** HTTP status. */
        readonly status: number,
        /** Code of the service, such as `Conflict`. */
        readonly code: string,
        message: string,
    ) {
        super(`Status=${status} Code="${code}" Message="${message}"`);
    }
}

/** A resource that exists. */
export interface CloudResource {
    /** Resource id as the service returns it. */
    readonly id: string;
    /** Pulumi's type token. */
    readonly type: string;
    /** What was last sent, write-only properties included. */
    readonly inputs: CloudObject;
    /** What the service answers. */
    readonly outputs: CloudObject;
}

/** What the double knows of one type of resource. */
export interface ResourceKind {
    /** Id, with the names of inputs in braces. What starts with a provider's namespace lies in a resource group. */
    readonly path: string;
    /** Inputs, beside those of the path, that cannot change in place. */
    readonly fixed?: readonly string[];
    /** Inputs that the service takes and never returns. */
    readonly writeOnly?: readonly string[];
    /**
     * Input that azure-native takes from the logical name (autonaming of what lies in another resource), because no SDK
     * sends one that is called id.
     */
    readonly copiesName?: string;
    /** What the service adds to its answer. */
    readonly computed?: (id: string, inputs: CloudObject) => CloudObject;
    /** Whether its content runs on the machine that its id begins with. */
    readonly runsOnMachine?: true;
    /** Whether the service refuses to write over one that is there. */
    readonly refusesUpdates?: true;
    /** Types whose references keep it from being deleted. */
    readonly keptBy?: readonly string[];
    /** Ids of what it holds, where a program creates that with it. */
    readonly holds?: (id: string, inputs: CloudObject) => string[];
    /** Whether ids of this kind are taken to exist though no program created them. */
    readonly takenToExist?: true;
}

const tenantId = "00000000-0000-4000-8000-0000000000ff";

const guidOf = (id: string, purpose: string): string => {
    const hex = createHash("sha256").update(`${purpose} ${id.toLowerCase()}`).digest("hex");
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join("-");
};

/** The value where it is a text, else nothing. */
export const text = (value: CloudValue | undefined): string => (typeof value === "string" ? value : "");

/** The properties of a value; none where it is no object. */
export const objectOf = (value: CloudValue | undefined): CloudObject =>
    typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};

/** The items of a value; none where it is no list. */
export const itemsOf = (value: CloudValue | undefined): CloudValue[] => (Array.isArray(value) ? value : []);

const principal = (id: string): CloudObject => ({
    principalId: guidOf(id, "principal"),
    clientId: guidOf(id, "client"),
    tenantId,
});

/** What the service makes of a resource's own identity. */
const ownIdentity = (id: string, inputs: CloudObject): CloudObject => {
    const identity = objectOf(inputs["identity"]);
    return text(identity["type"]).includes("SystemAssigned")
        ? { identity: { ...identity, principalId: guidOf(id, "principal"), tenantId } }
        : {};
};

const managementGroup = "/providers/Microsoft.Management/managementGroups/{managementGroupId}";
const sentinel = "Microsoft.OperationalInsights/workspaces/{workspaceName}/providers/Microsoft.SecurityInsights";
const remediation: Omit<ResourceKind, "path"> = { fixed: ["policyAssignmentId", "policyDefinitionReferenceId"] };
const assignable: Omit<ResourceKind, "path"> = {
    fixed: ["policyType"],
    keptBy: [
        "azure-native:authorization:PolicyAssignment",
        "azure-native:authorization:PolicySetDefinition",
        "azure-native:authorization:PolicySetDefinitionAtManagementGroup",
    ],
};

/** Types by their Pulumi token. */
export const resourceKinds: Readonly<Record<string, ResourceKind>> = {
    "azure-native:applicationinsights:Workbook": {
        path: "Microsoft.Insights/workbooks/{resourceName}",
        fixed: ["location", "kind", "sourceId"],
    },
    "azure-native:authorization:PolicyAssignment": {
        path: "/{scope}/providers/Microsoft.Authorization/policyAssignments/{policyAssignmentName}",
        fixed: ["location", "policyDefinitionId"],
        computed: ownIdentity,
    },
    "azure-native:authorization:PolicyDefinition": {
        path: "/subscriptions/{subscriptionId}/providers/Microsoft.Authorization/policyDefinitions/{policyDefinitionName}",
        ...assignable,
    },
    "azure-native:authorization:PolicyDefinitionAtManagementGroup": {
        path: `${managementGroup}/providers/Microsoft.Authorization/policyDefinitions/{policyDefinitionName}`,
        ...assignable,
    },
    "azure-native:authorization:PolicySetDefinition": {
        path: "/subscriptions/{subscriptionId}/providers/Microsoft.Authorization/policySetDefinitions/{policySetDefinitionName}",
        ...assignable,
    },
    "azure-native:authorization:PolicySetDefinitionAtManagementGroup": {
        path: `${managementGroup}/providers/Microsoft.Authorization/policySetDefinitions/{policySetDefinitionName}`,
        ...assignable,
    },
    "azure-native:authorization:RoleAssignment": {
        path: "/{scope}/providers/Microsoft.Authorization/roleAssignments/{roleAssignmentName}",
        fixed: ["principalId", "principalType", "roleDefinitionId"],
    },
    "azure-native:compute:VirtualMachine": {
        path: "Microsoft.Compute/virtualMachines/{vmName}",
        fixed: ["location"],
        takenToExist: true,
        computed: ownIdentity,
    },
    "azure-native:compute:VirtualMachineExtension": {
        path: "Microsoft.Compute/virtualMachines/{vmName}/extensions/{vmExtensionName}",
        fixed: ["location"],
        writeOnly: ["protectedSettings"],
        runsOnMachine: true,
    },
    "azure-native:compute:VirtualMachineRunCommandByVirtualMachine": {
        path: "Microsoft.Compute/virtualMachines/{vmName}/runCommands/{runCommandName}",
        fixed: ["location"],
        writeOnly: ["protectedParameters", "runAsPassword"],
        runsOnMachine: true,
    },
    "azure-native:compute:VirtualMachineScaleSetExtension": {
        path: "Microsoft.Compute/virtualMachineScaleSets/{vmScaleSetName}/extensions/{vmssExtensionName}",
        writeOnly: ["protectedSettings"],
        runsOnMachine: true,
    },
    "azure-native:hybridcompute:MachineExtension": {
        path: "Microsoft.HybridCompute/machines/{machineName}/extensions/{extensionName}",
        fixed: ["location"],
        runsOnMachine: true,
    },
    "azure-native:hybridcompute:MachineRunCommand": {
        path: "Microsoft.HybridCompute/machines/{machineName}/runCommands/{runCommandName}",
        fixed: ["location"],
        writeOnly: ["protectedParameters", "runAsPassword"],
        runsOnMachine: true,
    },
    "azure-native:keyvault:Key": {
        path: "Microsoft.KeyVault/vaults/{vaultName}/keys/{keyName}",
        computed: (_id, { vaultName, keyName }) => ({
            keyUri: `https://${text(vaultName)}.vault.azure.net/keys/${text(keyName)}`,
        }),
    },
    "azure-native:keyvault:Vault": { path: "Microsoft.KeyVault/vaults/{vaultName}", fixed: ["location"] },
    "azure-native:managedidentity:FederatedIdentityCredential": {
        path: "Microsoft.ManagedIdentity/userAssignedIdentities/{resourceName}/federatedIdentityCredentials/{federatedIdentityCredentialResourceName}",
    },
    "azure-native:managedidentity:UserAssignedIdentity": {
        path: "Microsoft.ManagedIdentity/userAssignedIdentities/{resourceName}",
        fixed: ["location"],
        computed: principal,
    },
    "azure-native:monitor:ActivityLogAlert": {
        path: "Microsoft.Insights/activityLogAlerts/{activityLogAlertName}",
        fixed: ["location"],
    },
    "azure-native:monitor:ActionGroup": {
        path: "Microsoft.Insights/actionGroups/{actionGroupName}",
        fixed: ["location"],
    },
    "azure-native:monitor:DataCollectionEndpoint": {
        path: "Microsoft.Insights/dataCollectionEndpoints/{dataCollectionEndpointName}",
        fixed: ["location"],
        keptBy: ["azure-native:monitor:DataCollectionRuleAssociation"],
    },
    "azure-native:monitor:DataCollectionRule": {
        path: "Microsoft.Insights/dataCollectionRules/{dataCollectionRuleName}",
        fixed: ["location"],
        keptBy: ["azure-native:monitor:DataCollectionRuleAssociation"],
        computed: (id) => ({ immutableId: `dcr-${guidOf(id, "rule").replaceAll("-", "")}` }),
    },
    "azure-native:monitor:DataCollectionRuleAssociation": {
        path: "/{resourceUri}/providers/Microsoft.Insights/dataCollectionRuleAssociations/{associationName}",
    },
    "azure-native:monitor:DiagnosticSetting": {
        path: "/{resourceUri}/providers/Microsoft.Insights/diagnosticSettings/{name}",
    },
    "azure-native:monitor:ScheduledQueryRule": {
        path: "Microsoft.Insights/scheduledQueryRules/{ruleName}",
        fixed: ["location", "kind"],
    },
    "azure-native:network:NatGateway": {
        path: "Microsoft.Network/natGateways/{natGatewayName}",
        fixed: ["location"],
        keptBy: ["azure-native:network:VirtualNetwork", "azure-native:network:Subnet"],
    },
    "azure-native:network:NetworkInterface": {
        path: "Microsoft.Network/networkInterfaces/{networkInterfaceName}",
        fixed: ["location"],
        keptBy: ["azure-native:compute:VirtualMachine"],
    },
    "azure-native:network:NetworkSecurityGroup": {
        path: "Microsoft.Network/networkSecurityGroups/{networkSecurityGroupName}",
        fixed: ["location"],
        keptBy: [
            "azure-native:network:VirtualNetwork",
            "azure-native:network:Subnet",
            "azure-native:network:NetworkInterface",
        ],
    },
    "azure-native:network:PublicIPAddress": {
        path: "Microsoft.Network/publicIPAddresses/{publicIpAddressName}",
        fixed: ["location"],
        keptBy: ["azure-native:network:NatGateway"],
    },
    "azure-native:network:Subnet": {
        path: "Microsoft.Network/virtualNetworks/{virtualNetworkName}/subnets/{subnetName}",
        keptBy: ["azure-native:network:NetworkInterface"],
    },
    "azure-native:network:VirtualNetwork": {
        path: "Microsoft.Network/virtualNetworks/{virtualNetworkName}",
        fixed: ["location"],
        holds: (id, { subnets }) => itemsOf(subnets).map((subnet) => `${id}/subnets/${text(objectOf(subnet)["name"])}`),
    },
    "azure-native:operationalinsights:DataSource": {
        path: "Microsoft.OperationalInsights/workspaces/{workspaceName}/dataSources/{dataSourceName}",
        fixed: ["kind"],
    },
    "azure-native:operationalinsights:Query": {
        path: "Microsoft.OperationalInsights/queryPacks/{queryPackName}/queries/{id}",
        copiesName: "id",
    },
    "azure-native:operationalinsights:QueryPack": {
        path: "Microsoft.OperationalInsights/queryPacks/{queryPackName}",
        fixed: ["location"],
    },
    "azure-native:operationalinsights:SavedSearch": {
        path: "Microsoft.OperationalInsights/workspaces/{workspaceName}/savedSearches/{savedSearchId}",
        refusesUpdates: true,
    },
    "azure-native:operationalinsights:Workspace": {
        path: "Microsoft.OperationalInsights/workspaces/{workspaceName}",
        fixed: ["location"],
        computed: (id) => ({ customerId: guidOf(id, "customer") }),
    },
    "azure-native:policyinsights:RemediationAtManagementGroup": {
        path: `${managementGroup}/providers/Microsoft.PolicyInsights/remediations/{remediationName}`,
        ...remediation,
    },
    "azure-native:policyinsights:RemediationAtResourceGroup": {
        path: "Microsoft.PolicyInsights/remediations/{remediationName}",
        ...remediation,
    },
    "azure-native:policyinsights:RemediationAtSubscription": {
        path: "/subscriptions/{subscriptionId}/providers/Microsoft.PolicyInsights/remediations/{remediationName}",
        ...remediation,
    },
    "azure-native:resources:ResourceGroup": {
        path: "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}",
        fixed: ["location"],
    },
    "azure-native:security:Pricing": { path: "/{scopeId}/providers/Microsoft.Security/pricings/{pricingName}" },
    "azure-native:securityinsights:ASCDataConnector": { path: `${sentinel}/dataConnectors/{dataConnectorId}` },
    "azure-native:securityinsights:AutomationRule": { path: `${sentinel}/automationRules/{automationRuleId}` },
    "azure-native:securityinsights:ScheduledAlertRule": { path: `${sentinel}/alertRules/{ruleId}`, fixed: ["kind"] },
    "azure-native:securityinsights:SentinelOnboardingState": {
        path: `${sentinel}/onboardingStates/{sentinelOnboardingStateName}`,
    },
    "azure-native:securityinsights:Watchlist": { path: `${sentinel}/watchlists/{watchlistAlias}` },
    "azure-native:storage:Blob": {
        path: "Microsoft.Storage/storageAccounts/{accountName}/blobServices/default/containers/{containerName}/blobs/{blobName}",
        fixed: ["type"],
        computed: (_id, { accountName, containerName, blobName }) => ({
            url: `https://${text(accountName)}.blob.core.windows.net/${text(containerName)}/${text(blobName)}`,
        }),
    },
    "azure-native:storage:BlobContainer": {
        path: "Microsoft.Storage/storageAccounts/{accountName}/blobServices/default/containers/{containerName}",
    },
    "azure-native:storage:BlobServiceProperties": {
        path: "Microsoft.Storage/storageAccounts/{accountName}/blobServices/{blobServicesName}",
    },
    "azure-native:storage:StorageAccount": {
        path: "Microsoft.Storage/storageAccounts/{accountName}",
        fixed: ["location", "kind"],
    },
    "azuread:index/application:Application": {
        path: "/applications/{displayName}",
        computed: (id) => ({ objectId: guidOf(id, "application"), clientId: guidOf(id, "client") }),
    },
    "azuread:index/applicationFederatedIdentityCredential:ApplicationFederatedIdentityCredential": {
        path: "/{applicationId}/federatedIdentityCredentials/{displayName}",
        fixed: ["issuer", "subject"],
    },
    "azuread:index/group:Group": {
        path: "/groups/{displayName}",
        computed: (id) => ({ objectId: guidOf(id, "group") }),
    },
    "azuread:index/servicePrincipal:ServicePrincipal": {
        path: "/servicePrincipals/{clientId}",
        computed: (id) => ({ objectId: guidOf(id, "principal") }),
    },
};

/** The kind of a type; an error that says what to do where the double knows none. */
export function kindOf(type: string): ResourceKind {
    const kind = resourceKinds[type];
    if (kind === undefined) throw new Error(`The double of the service knows no ${type}: add it to resourceKinds.`);
    return kind;
}

/** Names of the inputs that an id is made of. */
export function pathInputs(kind: ResourceKind): string[] {
    const inPath = [...kind.path.matchAll(/\{(\w+)\}/g)].flatMap(([, name]) => name ?? []);
    return (kind.path.startsWith("/") ? inPath : ["resourceGroupName", ...inPath]).filter(
        (name) => name !== "subscriptionId",
    );
}

/** Resource id that a kind and its inputs make. */
export function idOf(kind: ResourceKind, inputs: CloudObject, subscriptionId: string): string {
    return fill(fullPath(kind), inputs, subscriptionId);
}

/** Id of the resource, resource group or scope that a resource lies in; undefined at the top. */
export function parentIdOf(kind: ResourceKind, inputs: CloudObject, subscriptionId: string): string | undefined {
    const path = fullPath(kind);
    const inGroup = /^(.*\/resourceGroups\/\{\w+\})\/providers\/[^/]+\/[^/]+\/[^/]+$/.exec(path);
    const onScope = /^(\/\{\w+\})\/providers\//.exec(path);
    const nested = /^(.*\/providers\/.+?)(?:\/[^/]+\/default)?\/[^/]+\/[^/]+$/.exec(path);
    const [, parent] = inGroup ?? onScope ?? nested ?? [];
    // What extends a resource lies in that resource.
    return parent === undefined ? undefined : fill(parent.replace(/\/providers\/[^/]+$/, ""), inputs, subscriptionId);
}

/** Whether an id names a resource whose kind the double knows, so that it can tell whether there is one. */
export function isKnownId(id: string): boolean {
    const type = armType(id);
    // Definitions that lie in no scope come with Azure.
    return type !== undefined && knownTypes.has(type) && !/^\/providers\/Microsoft\.Authorization\//i.test(id);
}

function fullPath({ path }: ResourceKind): string {
    return path.startsWith("/")
        ? path
        : `/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/${path}`;
}

function fill(path: string, inputs: CloudObject, subscriptionId: string): string {
    return path
        .replace(/\{(\w+)\}/g, (_, name: string) => (name === "subscriptionId" ? subscriptionId : text(inputs[name])))
        .replace(/^\/+/, "/");
}

const knownTypes: ReadonlySet<string> = new Set(
    Object.values(resourceKinds).flatMap((kind) => (kind.takenToExist ? [] : (armType(fullPath(kind)) ?? []))),
);

/** Namespace and type of an id or of the path of a kind, in lower case; a resource group's is `resourcegroups`. Undefined for others. */
function armType(id: string): string | undefined {
    const provider = /.*\/providers\/(.+)$/i.exec(id)?.[1];
    if (provider === undefined)
        return /^\/subscriptions\/[^/]+\/(resourceGroups)\/[^/]+$/i.test(id) ? "resourcegroups" : undefined;
    const [namespace = "", ...rest] = provider.toLowerCase().split("/");
    return [namespace, ...rest.filter((_, index) => index % 2 === 0)].join("/");
}
