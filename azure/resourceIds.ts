import { isGuid } from "./guids";

/** A value read out of a text, or why the text was refused: one sentence that says what is accepted. */
export type Parsed<T> = { kind: "parsed"; value: T } | { kind: "rejected"; reason: string };

/** Resource id of a resource in a resource group, taken apart. Names keep their case; Azure compares without it. */
export interface ResourceId {
    /** GUID of the subscription, in lower case. */
    subscriptionId: string;
    /** Name of the resource group. */
    resourceGroupName: string;
    /** Provider namespace and type, such as `Microsoft.Compute/virtualMachines`; nested types follow with slashes. */
    type: string;
    /** Names from the outermost resource to the resource itself, one for each part of the type. */
    names: [string, ...string[]];
}

/** Types of resources that people name by id. */
export const resourceTypes = {
    actionGroup: "Microsoft.Insights/actionGroups",
    arcMachine: "Microsoft.HybridCompute/machines",
    dataCollectionRule: "Microsoft.Insights/dataCollectionRules",
    scaleSet: "Microsoft.Compute/virtualMachineScaleSets",
    userAssignedIdentity: "Microsoft.ManagedIdentity/userAssignedIdentities",
    virtualMachine: "Microsoft.Compute/virtualMachines",
    workspace: "Microsoft.OperationalInsights/workspaces",
} as const;

/** A kind of resource that people name by id. */
export type ResourceKind = keyof typeof resourceTypes;

/** Id of one resource of a known kind. */
export interface TypedId {
    /** The id in the usual spelling of its keywords and type, names as they were given. */
    id: string;
    /** GUID of the subscription, in lower case. */
    subscriptionId: string;
    /** Name of the resource group. */
    resourceGroupName: string;
    /** Name of the resource. */
    name: string;
}

/** Kinds of machines that carry a sensor. */
export type MachineKind = "virtualMachine" | "scaleSet" | "arcMachine";

/** Id of a machine, or of a scale set that stands for its instances. */
export interface MachineId extends TypedId {
    /** What the id names. */
    kind: MachineKind;
}

const machineKinds: readonly MachineKind[] = ["virtualMachine", "scaleSet", "arcMachine"];
const kindLabels: Record<ResourceKind, string> = {
    actionGroup: "an action group",
    arcMachine: "an Azure Arc machine",
    dataCollectionRule: "a data collection rule",
    scaleSet: "a scale set",
    userAssignedIdentity: "a user-assigned identity",
    virtualMachine: "a virtual machine",
    workspace: "a Log Analytics workspace",
};

/** Takes the resource id of any resource in a resource group apart. */
export function parseResourceId(text: string): Parsed<ResourceId> {
    const form = "/subscriptions/<GUID>/resourceGroups/<group>/providers/<namespace>/<type>/<name>";
    const refuse = (why: string): Parsed<ResourceId> => ({
        kind: "rejected",
        reason: `"${shorten(text)}" ${why}; a resource id has the form ${form}`,
    });
    if (!text.startsWith("/")) return refuse("does not start with a slash");
    const [, subscriptions, subscriptionId, groups, group, providers, namespace, ...rest] = text.split("/");
    if (subscriptions?.toLowerCase() !== "subscriptions" || !subscriptionId) return refuse("names no subscription");
    if (!isGuid(subscriptionId)) return refuse(`has "${shorten(subscriptionId)}" as subscription, which is no GUID`);
    if (groups?.toLowerCase() !== "resourcegroups" || !group) return refuse("names no resource group");
    if (providers?.toLowerCase() !== "providers" || !namespace) return refuse("names no resource provider");
    const types = rest.filter((_, index) => index % 2 === 0);
    const [name, ...nested] = rest.filter((_, index) => index % 2 === 1);
    if (name === undefined || rest.length % 2 !== 0) return refuse("names no resource");
    const names: [string, ...string[]] = [name, ...nested];
    if ([group, namespace, ...rest].some((part) => part.trim() !== part || part === ""))
        return refuse("has an empty part or a space at an end of one");
    if (types.some((type) => type.toLowerCase() === "providers"))
        return refuse("names an extension of a resource, not a resource in a resource group");
    return {
        kind: "parsed",
        value: {
            subscriptionId: subscriptionId.toLowerCase(),
            resourceGroupName: group,
            type: [namespace, ...types].join("/"),
            names,
        },
    };
}

/** Puts a resource id together; the inverse of `parseResourceId`. */
export function formatResourceId(id: ResourceId): string {
    const [namespace, ...types] = id.type.split("/");
    const path = types.flatMap((type, index) => [type, id.names[index] ?? ""]);
    const start = `/subscriptions/${id.subscriptionId}/resourceGroups/${id.resourceGroupName}`;
    return [start, "providers", namespace, ...path].join("/");
}

/** Reads the id of a resource of one kind, in any case. */
export function parseIdOf(kind: ResourceKind, text: string): Parsed<TypedId> {
    return parseIdOfAny([kind], text);
}

/** Reads the id of a virtual machine, a scale set or an Azure Arc machine, in any case. */
export function parseMachineId(text: string): Parsed<MachineId> {
    return parseIdOfAny(machineKinds, text);
}

function parseIdOfAny<K extends ResourceKind>(kinds: readonly K[], text: string): Parsed<TypedId & { kind: K }> {
    const parsed = parseResourceId(text);
    const accepted = kinds.map((kind) => `${kindLabels[kind]} (${resourceTypes[kind]}/<name>)`).join(", ");
    if (parsed.kind === "rejected") return { kind: "rejected", reason: `${parsed.reason}. Accepted: ${accepted}` };
    const { subscriptionId, resourceGroupName, type, names } = parsed.value;
    const kind = kinds.find((candidate) => resourceTypes[candidate].toLowerCase() === type.toLowerCase());
    if (kind === undefined) {
        const outer = kinds.find((candidate) =>
            type.toLowerCase().startsWith(`${resourceTypes[candidate]}/`.toLowerCase()),
        );
        const hint = outer === undefined ? "" : `, which is a part of ${kindLabels[outer]}: name the whole`;
        return { kind: "rejected", reason: `"${shorten(text)}" is of type ${type}${hint}. Accepted: ${accepted}` };
    }
    const [name] = names;
    const id = formatResourceId({ subscriptionId, resourceGroupName, type: resourceTypes[kind], names });
    return { kind: "parsed", value: { kind, id, subscriptionId, resourceGroupName, name } };
}

function shorten(text: string): string {
    return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
