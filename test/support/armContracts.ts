import * as fs from "node:fs";

/** A resource as it is planned, by components alone or by a whole stack. */
export interface PlannedInputs {
    /** Type token, such as `azure-native:monitor:DataCollectionRule`. */
    type: string;
    /** Logical name. */
    name: string;
    /** Inputs, secrets in the clear. */
    inputs: Record<string, unknown>;
}

/** A property of a contract: the number of its type, and whether it is read-only or required. */
interface ContractProperty {
    t: number;
    ro?: number;
    req?: number;
}

/** A type of a contract, by its kind `k`. */
type ContractType =
    | { k: "obj"; name?: string; props: Record<string, ContractProperty>; extra?: number }
    | { k: "disc"; on: string; props: Record<string, ContractProperty>; variants: Record<string, number> }
    | { k: "arr"; item: number; min?: number; max?: number }
    | { k: "str"; enum?: string[]; open?: number; min?: number; max?: number; pattern?: string }
    | { k: "num"; min?: number; max?: number }
    | { k: "bool" }
    | { k: "any" };

interface Contracts {
    types: ContractType[];
    resources: Record<string, number>;
}

/** How azure-native's inputs become a request: what goes into the address, and what has another name in the body. */
interface Mapping {
    /** Resource type and API version in the contracts. */
    contract: string;
    /** Input that names the resource, the last part of the address; the logical name where the SDK sends none. */
    name: string;
    /** Other inputs that stand in the address. */
    address?: string[];
    /** Body's name of an input that azure-native names otherwise. */
    renamed?: Record<string, string>;
}

const inGroup = ["resourceGroupName"];
const policyDefinition = {
    contract: "Microsoft.Authorization/policyDefinitions@2025-01-01",
    name: "policyDefinitionName",
};
const policySet = {
    contract: "Microsoft.Authorization/policySetDefinitions@2025-01-01",
    name: "policySetDefinitionName",
};
const remediation = { contract: "Microsoft.PolicyInsights/remediations@2024-10-01", name: "remediationName" };
const inManagementGroup = ["managementGroupId", "managementGroupsNamespace"];
const mappings: Record<string, Mapping> = {
    "azure-native:applicationinsights:Workbook": {
        contract: "Microsoft.Insights/workbooks@2023-06-01",
        name: "resourceName",
        address: inGroup,
    },
    "azure-native:authorization:PolicyAssignment": {
        contract: "Microsoft.Authorization/policyAssignments@2025-01-01",
        name: "policyAssignmentName",
        address: ["scope"],
    },
    "azure-native:authorization:PolicyDefinition": policyDefinition,
    "azure-native:authorization:PolicyDefinitionAtManagementGroup": { ...policyDefinition, address: inManagementGroup },
    "azure-native:authorization:PolicySetDefinition": policySet,
    "azure-native:authorization:PolicySetDefinitionAtManagementGroup": { ...policySet, address: inManagementGroup },
    "azure-native:policyinsights:RemediationAtManagementGroup": { ...remediation, address: inManagementGroup },
    "azure-native:policyinsights:RemediationAtResourceGroup": { ...remediation, address: inGroup },
    "azure-native:policyinsights:RemediationAtSubscription": remediation,
    "azure-native:authorization:RoleAssignment": {
        contract: "Microsoft.Authorization/roleAssignments@2022-04-01",
        name: "roleAssignmentName",
        address: ["scope"],
    },
    "azure-native:compute:VirtualMachine": {
        contract: "Microsoft.Compute/virtualMachines@2024-11-01",
        name: "vmName",
        address: inGroup,
    },
    "azure-native:compute:VirtualMachineExtension": {
        contract: "Microsoft.Compute/virtualMachines/extensions@2024-11-01",
        name: "vmExtensionName",
        address: [...inGroup, "vmName"],
    },
    "azure-native:compute:VirtualMachineRunCommandByVirtualMachine": {
        contract: "Microsoft.Compute/virtualMachines/runCommands@2024-11-01",
        name: "runCommandName",
        address: [...inGroup, "vmName"],
    },
    "azure-native:compute:VirtualMachineScaleSetExtension": {
        contract: "Microsoft.Compute/virtualMachineScaleSets/extensions@2024-11-01",
        name: "vmssExtensionName",
        address: [...inGroup, "vmScaleSetName"],
    },
    "azure-native:hybridcompute:MachineExtension": {
        contract: "Microsoft.HybridCompute/machines/extensions@2024-07-10",
        name: "extensionName",
        address: [...inGroup, "machineName"],
    },
    "azure-native:hybridcompute:MachineRunCommand": {
        contract: "Microsoft.HybridCompute/machines/runCommands@2024-07-31-preview",
        name: "runCommandName",
        address: [...inGroup, "machineName"],
    },
    "azure-native:managedidentity:UserAssignedIdentity": {
        contract: "Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31",
        name: "resourceName",
        address: inGroup,
    },
    "azure-native:monitor:ActionGroup": {
        contract: "Microsoft.Insights/actionGroups@2024-10-01-preview",
        name: "actionGroupName",
        address: inGroup,
    },
    "azure-native:monitor:DataCollectionEndpoint": {
        contract: "Microsoft.Insights/dataCollectionEndpoints@2022-06-01",
        name: "dataCollectionEndpointName",
        address: inGroup,
    },
    "azure-native:monitor:DataCollectionRule": {
        contract: "Microsoft.Insights/dataCollectionRules@2022-06-01",
        name: "dataCollectionRuleName",
        address: inGroup,
    },
    "azure-native:monitor:DataCollectionRuleAssociation": {
        contract: "Microsoft.Insights/dataCollectionRuleAssociations@2022-06-01",
        name: "associationName",
        address: ["resourceUri"],
    },
    "azure-native:monitor:DiagnosticSetting": {
        contract: "Microsoft.Insights/diagnosticSettings@2021-05-01-preview",
        name: "name",
        address: ["resourceUri"],
    },
    "azure-native:monitor:ScheduledQueryRule": {
        contract: "Microsoft.Insights/scheduledQueryRules@2025-01-01-preview",
        name: "ruleName",
        address: inGroup,
    },
    "azure-native:network:NetworkInterface": {
        contract: "Microsoft.Network/networkInterfaces@2024-05-01",
        name: "networkInterfaceName",
        address: inGroup,
    },
    "azure-native:network:NetworkSecurityGroup": {
        contract: "Microsoft.Network/networkSecurityGroups@2024-05-01",
        name: "networkSecurityGroupName",
        address: inGroup,
    },
    "azure-native:network:VirtualNetwork": {
        contract: "Microsoft.Network/virtualNetworks@2024-05-01",
        name: "virtualNetworkName",
        address: inGroup,
    },
    "azure-native:operationalinsights:DataSource": {
        contract: "Microsoft.OperationalInsights/workspaces/dataSources@2023-09-01",
        name: "dataSourceName",
        address: [...inGroup, "workspaceName"],
    },
    "azure-native:operationalinsights:Query": {
        contract: "Microsoft.OperationalInsights/queryPacks/queries@2023-09-01",
        name: "id",
        address: [...inGroup, "queryPackName"],
    },
    "azure-native:operationalinsights:QueryPack": {
        contract: "Microsoft.OperationalInsights/queryPacks@2023-09-01",
        name: "queryPackName",
        address: inGroup,
    },
    "azure-native:operationalinsights:SavedSearch": {
        contract: "Microsoft.OperationalInsights/workspaces/savedSearches@2023-09-01",
        name: "savedSearchId",
        address: [...inGroup, "workspaceName"],
    },
    "azure-native:operationalinsights:Workspace": {
        contract: "Microsoft.OperationalInsights/workspaces@2023-09-01",
        name: "workspaceName",
        address: inGroup,
    },
    "azure-native:securityinsights:ScheduledAlertRule": {
        contract: "Microsoft.SecurityInsights/alertRules@2024-09-01",
        name: "ruleId",
        address: [...inGroup, "workspaceName"],
    },
    "azure-native:securityinsights:SentinelOnboardingState": {
        contract: "Microsoft.SecurityInsights/onboardingStates@2024-09-01",
        name: "sentinelOnboardingStateName",
        address: [...inGroup, "workspaceName"],
    },
    "azure-native:securityinsights:Watchlist": {
        contract: "Microsoft.SecurityInsights/watchlists@2024-09-01",
        name: "watchlistAlias",
        address: [...inGroup, "workspaceName"],
    },
    "azure-native:storage:BlobContainer": {
        contract: "Microsoft.Storage/storageAccounts/blobServices/containers@2024-01-01",
        name: "containerName",
        address: [...inGroup, "accountName"],
    },
    "azure-native:storage:StorageAccount": {
        contract: "Microsoft.Storage/storageAccounts@2024-01-01",
        name: "accountName",
        address: inGroup,
        renamed: { enableHttpsTrafficOnly: "supportsHttpsTrafficOnly" },
    },
};

/** azure-native takes the properties of a resource within a resource, such as a subnet, beside its name. */
function nestedProperties(type: Extract<ContractType, { k: "obj" }>, value: object): object {
    const { properties } = type.props;
    if (properties === undefined || properties.ro === 1 || "properties" in value) return value;
    const entries = Object.entries(value);
    const inside = entries.filter(([key]) => type.props[key] === undefined);
    if (inside.length === 0) return value;
    const beside = entries.filter(([key]) => type.props[key] !== undefined);
    return { ...Object.fromEntries(beside), properties: Object.fromEntries(inside) };
}

/** azure-native takes a list of user-assigned identities, and sends them as the keys of an object. */
function identityBody(identity: unknown): unknown {
    if (typeof identity !== "object" || identity === null || !("userAssignedIdentities" in identity)) return identity;
    const ids: unknown = identity.userAssignedIdentities;
    if (!Array.isArray(ids)) return identity;
    return { ...identity, userAssignedIdentities: Object.fromEntries(ids.map((id) => [String(id), {}])) };
}

/** Published contracts of Azure Resource Manager, to hold planned inputs against. */
export class ArmContracts {
    private readonly contracts: Contracts;

    constructor(file: string) {
        // The file is a fixture of known shape; a wrong one fails each test that reads it.
        this.contracts = JSON.parse(fs.readFileSync(file, "utf8")) as Contracts;
    }

    /** Whether a resource becomes a request that a contract describes; blobs, for one, are uploaded. */
    describes(resource: PlannedInputs): boolean {
        return resource.type in mappings;
    }

    /** What the contract says against the request that the planned inputs become: `path: problem`. */
    problems(resource: PlannedInputs): string[] {
        const mapping = mappings[resource.type];
        if (mapping === undefined) throw new Error(`no contract of ${resource.type} is known`);
        const index = this.contracts.resources[mapping.contract];
        if (index === undefined) throw new Error(`the contracts lack ${mapping.contract}`);
        const problems: string[] = [];
        const type = this.objectType(index, resource.inputs);
        this.checkObject(type, this.requestBody(resource, mapping, type), resource.name, problems);
        return problems;
    }

    private requestBody(
        { name: logicalName, inputs }: PlannedInputs,
        { name, address = [], renamed = {} }: Mapping,
        contract: Extract<ContractType, { k: "obj" }>,
    ): Record<string, unknown> {
        const body: Record<string, unknown> = { name: name === "id" ? logicalName : inputs[name] };
        const properties: Record<string, unknown> = {};
        for (const [key, value] of Object.entries(inputs)) {
            if (key === name || address.includes(key)) continue;
            const property = contract.props[key];
            const isOfTheBody = property !== undefined && property.ro !== 1;
            (isOfTheBody ? body : properties)[renamed[key] ?? key] = key === "identity" ? identityBody(value) : value;
        }
        const takesProperties = contract.props["properties"] !== undefined && contract.props["properties"].ro !== 1;
        return takesProperties || Object.keys(properties).length > 0 ? { properties, ...body } : body;
    }

    /** An object's type; where a property says which of several it is, that one with what all of them share. */
    private objectType(index: number, inputs: Record<string, unknown>): Extract<ContractType, { k: "obj" }> {
        const type = this.contracts.types[index];
        if (type?.k === "obj") return type;
        if (type?.k !== "disc") throw new Error(`type ${index} of the contracts is no object`);
        const variant = type.variants[String(inputs[type.on])];
        if (variant === undefined) throw new Error(`${type.on} is none of ${Object.keys(type.variants).join(", ")}`);
        const { props, ...rest } = this.objectType(variant, inputs);
        return { ...rest, props: { ...type.props, ...props } };
    }

    private check(index: number, value: unknown, path: string, problems: string[]): void {
        const type = this.contracts.types[index];
        const add = (problem: string): void => void problems.push(`${path}: ${problem}`);
        switch (type?.k) {
            case "obj":
                return this.checkObject(type, value, path, problems);
            case "arr":
                if (!Array.isArray(value)) return add("is no array");
                if (value.length < (type.min ?? 0)) add(`has fewer than ${type.min} items`);
                if (value.length > (type.max ?? Infinity)) add(`has more than ${type.max} items`);
                return value.forEach((item, at) => this.check(type.item, item, `${path}[${at}]`, problems));
            case "str":
                if (typeof value !== "string") return add("is no text");
                if (type.enum !== undefined && !type.enum.includes(value))
                    add(`"${value}" is none of ${type.enum.join(", ")}`);
                if (value.length < (type.min ?? 0)) add(`is shorter than ${type.min}`);
                if (value.length > (type.max ?? Infinity)) add(`is longer than ${type.max}`);
                if (type.pattern !== undefined && !new RegExp(type.pattern).test(value)) add(`is not ${type.pattern}`);
                return;
            case "num":
                if (typeof value !== "number") return add("is no number");
                if (value < (type.min ?? -Infinity) || value > (type.max ?? Infinity)) add(`${value} is out of range`);
                return;
            case "bool":
                if (typeof value !== "boolean") add("is no truth value");
                return;
            case "any":
                return;
            case "disc":
                if (typeof value !== "object" || value === null) return add("is no object");
                return this.checkObject(this.objectType(index, { ...value }), value, path, problems);
            case undefined:
                throw new Error(`the contracts lack type ${index}`);
        }
    }

    private checkObject(
        type: Extract<ContractType, { k: "obj" }>,
        value: unknown,
        path: string,
        problems: string[],
    ): void {
        if (typeof value !== "object" || value === null) return void problems.push(`${path}: is no object`);
        const given = new Map<string, unknown>(Object.entries(nestedProperties(type, value)));
        for (const [key, property] of Object.entries(type.props)) {
            if (property.req === 1 && property.ro !== 1 && !given.has(key)) problems.push(`${path}.${key}: is missing`);
        }
        for (const [key, item] of given) {
            const property = type.props[key];
            if (property !== undefined && property.ro !== 1) this.check(property.t, item, `${path}.${key}`, problems);
            else if (property !== undefined) problems.push(`${path}.${key}: is read-only`);
            else if (type.extra !== undefined) this.check(type.extra, item, `${path}.${key}`, problems);
            else problems.push(`${path}.${key}: is unknown to the service`);
        }
    }
}
