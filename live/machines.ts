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
}

/** A Windows machine that Azure knows. */
export interface FoundMachine {
    readonly id: MachineId;
    readonly location: string;
    readonly identity: FoundIdentity;
    /** Orchestration mode of a scale set. */
    readonly orchestration?: "uniform" | "flexible";
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
});

const machineRow = z.object({
    id: z.string(),
    location: z.string(),
    principalId: optionalText,
    userAssigned: z.record(z.string(), z.unknown()).nullish(),
    orchestrationMode: optionalText,
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

/** Windows machines of every kind; those of a Flexible scale set come as virtual machines. */
const machinesQuery = `resources
| where type in~ ('microsoft.compute/virtualmachines', 'microsoft.compute/virtualmachinescalesets', 'microsoft.hybridcompute/machines')
| extend os = tostring(coalesce(properties.storageProfile.osDisk.osType, properties.virtualMachineProfile.storageProfile.osDisk.osType, properties.osType, properties.osName))
| where os startswith 'windows'
| project id, location,
    principalId = tostring(identity.principalId),
    userAssigned = identity.userAssignedIdentities,
    orchestrationMode = tostring(properties.orchestrationMode),
    power = tostring(coalesce(properties.extended.instanceView.powerState.code, properties.status)),
    managedBy = tostring(coalesce(tags['aks-managed-poolName'], tags['aks-managed-orchestrator'])),
    modelExtensions = properties.virtualMachineProfile.extensionProfile.extensions
| order by id asc`;

const extensionsQuery = `resources
| where type in~ ('microsoft.compute/virtualmachines/extensions', 'microsoft.hybridcompute/machines/extensions')
| project id, name,
    publisher = tostring(properties.publisher),
    type = tostring(properties.type),
    forceUpdateTag = tostring(properties.forceUpdateTag),
    provisioningState = tostring(properties.provisioningState)
| order by id asc`;

const associationsQuery = `insightsresources
| where type =~ 'microsoft.insights/datacollectionruleassociations'
| project id, ruleId = tostring(properties.dataCollectionRuleId)
| order by id asc`;

/**
 * The Windows machines below a scope with what they carry, in the order of their ids.
 *
 * @throws LiveError where Azure refuses or cannot be reached.
 */
export async function findMachines(connection: Connection, scope: PolicyScope): Promise<FoundMachine[]> {
    const rows = await queryResourceGraph(connection, scope, machinesQuery, machineRow);
    const extensions = await queryResourceGraph(
        connection,
        scope,
        extensionsQuery,
        extensionRow.extend({ id: z.string() }),
    );
    const associations = await queryResourceGraph(
        connection,
        scope,
        associationsQuery,
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
                identity: {
                    ...(row.principalId ? { systemPrincipalId: row.principalId } : {}),
                    userResourceIds: Object.keys(row.userAssigned ?? {}),
                },
                ...(parsed.value.kind === "scaleSet"
                    ? { orchestration: orchestration === "flexible" ? ("flexible" as const) : ("uniform" as const) }
                    : {}),
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
