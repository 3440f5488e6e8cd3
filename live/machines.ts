import { z } from "zod";
import { parseMachineId, type MachineId } from "../azure";
import type { PolicyScope } from "../azure/policy";
import type { Connection } from "./connection";
import { queryResourceGraph } from "./resourceGraph";

/** How a machine can sign in to Azure. */
export interface FoundIdentity {
    /** Object id of its own identity; absent where it has none. */
    readonly systemPrincipalId?: string;
    /** Resource ids of identities that it shares with others. */
    readonly userResourceIds: readonly string[];
    /** Object ids of those, by resource id in lower case, as far as Azure says them. */
    readonly userPrincipalIds: Readonly<Record<string, string>>;
}

/** An extension on a machine, or on the model of a scale set. */
export interface FoundExtension {
    readonly name: string;
    readonly publisher: string;
    readonly type: string;
    /** What was last forced to run again; on our own it is the hash of what was run. */
    readonly forceUpdateTag?: string;
    /** `Succeeded`, `Failed`, or what Azure is doing. */
    readonly provisioningState?: string;
    /** Its tags; extensions of scale sets have none. */
    readonly tags: Readonly<Record<string, string>>;
}

/** A machine that Azure knows. */
export interface FoundMachine {
    readonly id: MachineId;
    readonly location: string;
    /** Whether Windows runs on it. */
    readonly windows: boolean;
    readonly identity: FoundIdentity;
    /** Orchestration mode of a scale set. */
    readonly orchestration?: "uniform" | "flexible";
    /** Whether instances of a scale set get a new model by hand only. */
    readonly manualUpgrade: boolean;
    /** Whether it runs: `running`, `stopped`, or `unknown` where Azure does not say. */
    readonly power: "running" | "stopped" | "unknown";
    readonly extensions: readonly FoundExtension[];
    /** Resource ids of the data collection rules that it is associated with, in lower case. */
    readonly dataCollectionRuleIds: readonly string[];
    /** Whether a service manages it, such as AKS: such machines are not ours to equip. */
    readonly managed: boolean;
}

const optionalText = z.string().nullish();
const extensionRow = z.object({
    name: z.string(),
    publisher: optionalText,
    type: optionalText,
    forceUpdateTag: optionalText,
    provisioningState: optionalText,
    tags: z.record(z.string(), z.string()).nullish(),
});

const machineRow = z.object({
    id: z.string(),
    location: z.string(),
    os: optionalText,
    principalId: optionalText,
    userAssigned: z.record(z.string(), z.object({ principalId: optionalText }).nullish()).nullish(),
    orchestrationMode: optionalText,
    upgradeMode: optionalText,
    power: optionalText,
    managedBy: optionalText,
    modelExtensions: z
        .array(
            z.object({
                name: z.string(),
                properties: z.object({
                    publisher: optionalText,
                    type: optionalText,
                    forceUpdateTag: optionalText,
                    provisioningState: optionalText,
                }),
            }),
        )
        .nullish(),
});

/** A line of a query that narrows it; none where nothing narrows it. */
function where(condition: string | undefined): string {
    return condition === undefined ? "" : `| where ${condition}\n`;
}

/** Machines of every kind; those of a Flexible scale set come as virtual machines. */
const machinesQuery = (which: string): string => `resources
| where type in~ ('microsoft.compute/virtualmachines', 'microsoft.compute/virtualmachinescalesets', 'microsoft.hybridcompute/machines')
| extend os = tostring(coalesce(properties.storageProfile.osDisk.osType, properties.virtualMachineProfile.storageProfile.osDisk.osType, properties.osType, properties.osName))
| where ${which}
| project id, location, os,
    principalId = tostring(identity.principalId),
    userAssigned = identity.userAssignedIdentities,
    orchestrationMode = tostring(properties.orchestrationMode),
    upgradeMode = tostring(properties.upgradePolicy.mode),
    power = tostring(coalesce(properties.extended.instanceView.powerState.code, properties.status)),
    managedBy = tostring(coalesce(tags['aks-managed-poolName'], tags['aks-managed-orchestrator'])),
    modelExtensions = properties.virtualMachineProfile.extensionProfile.extensions
| order by id asc`;

const extensionsQuery = (which?: string): string => `resources
| where type in~ ('microsoft.compute/virtualmachines/extensions', 'microsoft.hybridcompute/machines/extensions')
${where(which)}| project id, name, tags,
    publisher = tostring(properties.publisher),
    type = tostring(properties.type),
    forceUpdateTag = tostring(properties.forceUpdateTag),
    provisioningState = tostring(properties.provisioningState)
| order by id asc`;

const associationsQuery = (which?: string): string => `insightsresources
| where type =~ 'microsoft.insights/datacollectionruleassociations'
${where(which)}| project id, ruleId = tostring(properties.dataCollectionRuleId)
| order by id asc`;

/**
 * The Windows machines below a scope with what they carry, in the order of their ids.
 *
 * @throws LiveError where Azure refuses or cannot be reached.
 */
export function findMachines(connection: Connection, scope: PolicyScope): Promise<FoundMachine[]> {
    return ask(connection, scope, { machines: "os startswith 'windows'" });
}

/**
 * The machines with these ids and what they carry, whatever their system. One that is not among the answers is not there,
 * or whoever is signed in may not see it.
 *
 * @throws LiveError where Azure refuses or cannot be reached.
 */
export async function findMachinesById(connection: Connection, ids: readonly MachineId[]): Promise<FoundMachine[]> {
    const wanted = new Set(ids.map(({ id }) => id.toLowerCase()));
    const found: FoundMachine[] = [];
    for (const [subscriptionId, own] of groupBy(ids, ({ subscriptionId }) => subscriptionId)) {
        const groups = [...new Set(own.map(({ resourceGroupName }) => resourceGroupName.toLowerCase()))];
        // A query has room for groups, not for hundreds of ids.
        const texts = groups.map((name) => `'${name.replace(/['\\]/g, "\\$&")}'`);
        const which = `resourceGroup in~ (${texts.join(", ")})`;
        const scope: PolicyScope = { kind: "subscription", id: `/subscriptions/${subscriptionId}`, subscriptionId };
        found.push(...(await ask(connection, scope, { machines: which, others: which })));
    }
    return found.filter(({ id }) => wanted.has(id.id.toLowerCase()));
}

/** Machines, and what hangs at them, put together. `which` are conditions of queries. */
async function ask(
    connection: Connection,
    scope: PolicyScope,
    which: { machines: string; others?: string },
): Promise<FoundMachine[]> {
    const rows = await queryResourceGraph(connection, scope, machinesQuery(which.machines), machineRow);
    const extensions = await queryResourceGraph(
        connection,
        scope,
        extensionsQuery(which.others),
        extensionRow.extend({ id: z.string() }),
    );
    const associations = await queryResourceGraph(
        connection,
        scope,
        associationsQuery(which.others),
        z.object({ id: z.string(), ruleId: optionalText }),
    );
    const extensionsOf = groupBy(extensions, ({ id }) => ownerOf(id, "/extensions/"));
    const associationsOf = groupBy(associations, ({ id }) =>
        ownerOf(id, "/providers/microsoft.insights/datacollectionruleassociations/"),
    );
    return rows.flatMap((row) => {
        const parsed = parseMachineId(row.id);
        if (parsed.kind === "rejected") return [];
        const key = parsed.value.id.toLowerCase();
        const orchestration = row.orchestrationMode?.toLowerCase();
        return [
            {
                id: parsed.value,
                location: row.location,
                windows: /^windows/i.test(row.os ?? ""),
                identity: {
                    ...(row.principalId ? { systemPrincipalId: row.principalId } : {}),
                    userResourceIds: Object.keys(row.userAssigned ?? {}),
                    userPrincipalIds: Object.fromEntries(
                        Object.entries(row.userAssigned ?? {}).flatMap(([id, identity]) =>
                            identity?.principalId ? [[id.toLowerCase(), identity.principalId.toLowerCase()]] : [],
                        ),
                    ),
                },
                ...(parsed.value.kind === "scaleSet"
                    ? { orchestration: orchestration === "flexible" ? ("flexible" as const) : ("uniform" as const) }
                    : {}),
                manualUpgrade: row.upgradeMode?.toLowerCase() === "manual",
                power: powerOf(row.power ?? ""),
                extensions: [
                    ...(extensionsOf.get(key) ?? []),
                    ...(row.modelExtensions ?? []).map(({ name, properties }) => ({ name, ...properties })),
                ].map(extension),
                dataCollectionRuleIds: (associationsOf.get(key) ?? []).flatMap(({ ruleId }) =>
                    ruleId ? [ruleId.toLowerCase()] : [],
                ),
                managed: Boolean(row.managedBy),
            },
        ];
    });
}

function extension(row: z.output<typeof extensionRow>): FoundExtension {
    return {
        name: row.name,
        publisher: row.publisher ?? "",
        type: row.type ?? "",
        tags: row.tags ?? {},
        ...(row.forceUpdateTag ? { forceUpdateTag: row.forceUpdateTag } : {}),
        ...(row.provisioningState ? { provisioningState: row.provisioningState } : {}),
    };
}

/** Power states of virtual machines (`PowerState/running`) and of Arc machines (`Connected`). */
function powerOf(code: string): FoundMachine["power"] {
    const word = code.toLowerCase().replace(/^powerstate\//, "");
    if (word === "running" || word === "connected") return "running";
    return word === "" || word === "unknown" ? "unknown" : "stopped";
}

/** Id of the resource that another one hangs at, in lower case. */
function ownerOf(id: string, mark: string): string {
    const lower = id.toLowerCase();
    const end = lower.lastIndexOf(mark);
    return end < 0 ? lower : lower.slice(0, end);
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
    const groups = new Map<string, T[]>();
    for (const item of items) {
        const key = keyOf(item);
        const group = groups.get(key);
        if (group === undefined) groups.set(key, [item]);
        else group.push(item);
    }
    return groups;
}
