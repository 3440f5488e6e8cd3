import { parseIdOf, parseMachineId, type MachineId } from "../azure";
import { parsePolicyScope } from "../azure/policy";
import type { NeededMachine, NeededPermission, StackNeeds } from "../live/preflight/needs";
import { actionsOf, alwaysRegistered, namespaceOf, operationOf } from "../live/preflight/operations";
import { readableInputs, textAt, type Plan, type PlannedResource } from "../rehearsal/plan/plan";
import type { MachineSettings, Settings } from "../settings/settings";

/** A kind of resource by Pulumi's type token, and the id of the scope that it is created in. */
interface Creation {
    readonly token: string;
    readonly scope: string;
}

/**
 * What a stack needs to find in Azure: its plan says what is created and where, its settings what is declared of things
 * that are there.
 */
export function stackNeeds(plan: Plan, settings: Settings): StackNeeds {
    const machines = settings.machines.map(neededMachine);
    const subscription = `/subscriptions/${settings.subscriptionId}`;
    const group = stackGroup(plan, settings, subscription);
    const sensors = new Set(
        plan.resources.filter(({ type }) => type === "sysmon-azure:index:Sensor").map(({ urn }) => urn),
    );
    const own = plan.resources.filter(({ parent }) => parent === null || !sensors.has(parent));
    const creations = [
        ...own.map((resource) => ({ token: resource.type, scope: scopeOf(resource, subscription, group) })),
        ...machines.flatMap(creationsOn),
        // The stack's own machine is equipped as any other.
        ...(settings.lab === undefined ? [] : sensorTokens("virtualMachine").map((token) => ({ token, scope: group }))),
    ];
    const { resourceGroup, workspace, alerts } = settings;
    const ownGroups = plan.resources.flatMap((resource) => {
        const name = textAt(readableInputs(resource), "actionGroupName");
        return resource.type === "azure-native:monitor:ActionGroup" && name !== undefined
            ? [`${scopeOf(resource, subscription, group)}/providers/Microsoft.Insights/actionGroups/${name}`]
            : [];
    });
    return {
        providers: providersOf(creations),
        permissions: permissionsOf(creations),
        machines,
        resourceGroups: resourceGroup.kind === "existing" ? [group] : [],
        ...(workspace.kind === "existing" ? { workspace } : {}),
        actionGroups: alerts.actionGroups.flatMap(({ id }) => {
            const parsed = parseIdOf("actionGroup", id);
            return parsed.kind === "parsed" ? [parsed.value] : [];
        }),
        ownActionGroups: ownGroups.sort(),
    };
}

function neededMachine(machine: MachineSettings): NeededMachine {
    const { location, identity, agent, delivery } = machine;
    const orchestration = machine.kind === "scaleSet" ? { orchestration: machine.orchestration } : {};
    return { id: machineId(machine), location, identity, agent, delivery, ...orchestration };
}

function machineId({ id }: MachineSettings): MachineId {
    const parsed = parseMachineId(id);
    if (parsed.kind === "rejected") throw new Error(`Settings let a machine pass that is none: ${parsed.reason}`);
    return parsed.value;
}

const extensionTokens = {
    virtualMachine: "azure-native:compute:VirtualMachineExtension",
    scaleSet: "azure-native:compute:VirtualMachineScaleSetExtension",
    arcMachine: "azure-native:hybridcompute:MachineExtension",
};

/** What a sensor with everything on it is made of. */
function sensorTokens(kind: MachineId["kind"]): string[] {
    return [extensionTokens[kind], "azure-native:monitor:DataCollectionRuleAssociation"];
}

/** What a sensor creates in the group of its machine; the plan itself does not say in which subscription. */
function creationsOn({ id, identity, agent, delivery, orchestration }: NeededMachine): Creation[] {
    const scope = `/subscriptions/${id.subscriptionId}/resourceGroups/${id.resourceGroupName}`;
    const command =
        id.kind === "arcMachine"
            ? "azure-native:hybridcompute:MachineRunCommand"
            : "azure-native:compute:VirtualMachineRunCommandByVirtualMachine";
    const tokens = [
        delivery === "extension" ? extensionTokens[id.kind] : command,
        ...(identity.kind !== "none" && agent === "install" ? [extensionTokens[id.kind]] : []),
        ...(identity.kind !== "none" && orchestration !== "flexible"
            ? ["azure-native:monitor:DataCollectionRuleAssociation"]
            : []),
    ];
    return tokens.map((token) => ({ token, scope }));
}

/**
 * Where a resource of the stack itself is created: what it names, else its resource group. A scope that is known only
 * once something else exists is in the stack's own group.
 */
function scopeOf(resource: PlannedResource, subscription: string, ownGroup: string): string {
    const inputs = readableInputs(resource);
    const named = textAt(inputs, "scope");
    if (named !== undefined) {
        const group = /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+/i.exec(named)?.[0];
        const scope = parsePolicyScope(group ?? named);
        if (scope.kind === "parsed") return scope.value.id;
    }
    const managementGroup = textAt(inputs, "managementGroupId");
    if (managementGroup !== undefined) return `/providers/Microsoft.Management/managementGroups/${managementGroup}`;
    const group = textAt(inputs, "resourceGroupName");
    if (group !== undefined) return `${subscription}/resourceGroups/${group}`;
    return "scope" in inputs ? ownGroup : subscription;
}

/** Id of the group that holds the stack. */
function stackGroup(plan: Plan, { resourceGroup }: Settings, subscription: string): string {
    const created = plan.resources.find(({ type }) => type === "azure-native:resources:ResourceGroup");
    const name = created === undefined ? resourceGroup.name : textAt(readableInputs(created), "resourceGroupName");
    return name === undefined ? subscription : `${subscription}/resourceGroups/${name}`;
}

function providersOf(creations: readonly Creation[]): StackNeeds["providers"] {
    const needed = creations.flatMap(({ token, scope }) => {
        const subscriptionId = /^\/subscriptions\/([^/]+)/i.exec(scope)?.[1];
        const operation = operationOf(token);
        if (operation === undefined || subscriptionId === undefined) return [];
        const namespace = namespaceOf(operation);
        return alwaysRegistered.has(namespace) ? [] : [{ subscriptionId, namespace }];
    });
    return distinct(needed, ({ subscriptionId, namespace }) => `${subscriptionId}/${namespace}`);
}

function permissionsOf(creations: readonly Creation[]): NeededPermission[] {
    const needed = creations.flatMap(({ token, scope }) => {
        const operation = operationOf(token);
        if (operation === undefined) return [];
        return actionsOf(operation).map((action) => ({ scope, action, role: operation.role }));
    });
    return distinct(needed, ({ scope, action }) => `${scope} ${action}`);
}

/** Each once, by a key whose case does not matter, in the order of the keys: a plan's own order varies. */
function distinct<T>(items: readonly T[], keyOf: (item: T) => string): T[] {
    const firsts = new Map<string, T>();
    for (const item of items) {
        const key = keyOf(item).toLowerCase();
        if (!firsts.has(key)) firsts.set(key, item);
    }
    return [...firsts].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, item]) => item);
}
