import { parseIdOf, parseMachineId, regionName, type Parsed } from "../azure";
import { isPresetName } from "../sysmon";
import type { StackInput } from "./schema";
import type {
    AlertSettings,
    ArtifactSettings,
    CollectionSettings,
    Delivery,
    DetectionSettings,
    MachineBase,
    MachineIdentity,
    MachineSettings,
    ResourceGroupSettings,
    SensorConfigPart,
    SensorConfigSettings,
    SensorSettings,
    SensorSourceSettings,
    Settings,
    WorkspaceSettings,
    AccessSettings,
} from "./settings";

/** Settings completed with their defaults. The input passed the schema and the cross rules. */
export function completeSettings(input: StackInput): Settings {
    const { environment } = input;
    const sensor = sensorOf(input.sensor);
    return {
        environment,
        location: regionName(input.location),
        subscriptionId: input.subscriptionId.toLowerCase(),
        resourceGroup: resourceGroupOf(input.resourceGroup),
        tags: input.tags ?? {},
        protect: input.protect ?? environment === "prod",
        workspace: workspaceOf(input.workspace, environment),
        collection: collectionOf(input.collection ?? {}),
        sensor,
        artifacts: artifactsOf(input.artifacts ?? "own"),
        machines: (input.machines ?? []).map((machine) => machineOf(machine, sensor.delivery)),
        detections: detectionsOf(input.detections ?? {}),
        alerts: alertsOf(input.alerts),
        ...(input.access === undefined ? {} : { access: accessOf(input.access) }),
    };
}

function accessOf(input: NonNullable<StackInput["access"]>): AccessSettings {
    return "create" in input
        ? { kind: "create", ...input.create }
        : { kind: "existing", groupId: input.existing.toLowerCase() };
}

function resourceGroupOf(input: StackInput["resourceGroup"]): ResourceGroupSettings {
    if (input === undefined) return { kind: "create" };
    return "create" in input ? { kind: "create", name: input.create } : { kind: "existing", name: input.existing };
}

function workspaceOf(input: StackInput["workspace"], environment: string): WorkspaceSettings {
    if (input !== undefined && "existing" in input) {
        const { id, location, customerId } = input.existing;
        return {
            kind: "existing",
            id: accepted(parseIdOf("workspace", id)).id,
            location: regionName(location),
            customerId: customerId.toLowerCase(),
        };
    }
    const dev = environment === "dev";
    const { name, retentionDays = dev ? 30 : 90, dailyCapGb = dev ? 1 : "none" } = input?.create ?? {};
    return {
        kind: "create",
        ...(name === undefined ? {} : { name }),
        retentionDays,
        ...(dailyCapGb === "none" ? {} : { dailyCapGb }),
    };
}

function collectionOf(input: NonNullable<StackInput["collection"]>): CollectionSettings {
    const { table = "Event", eventIds = "all", legacyDataSource = false, functionAlias = "SysmonParsed" } = input;
    return {
        table,
        eventIds: eventIds === "all" ? "all" : [...new Set(eventIds)].sort((left, right) => left - right),
        legacyDataSource,
        functionAlias,
    };
}

function sensorOf(input: StackInput["sensor"]): SensorSettings {
    const { config, source, builtIn, ensure, delivery, attempt } = input;
    return {
        config: configOf(config ?? "injection-context"),
        acceptEula: true,
        source: sourceOf(source ?? "microsoft"),
        builtIn: builtIn ?? "never",
        ensure: ensure ?? "present",
        delivery: delivery ?? "extension",
        attempt: attempt ?? 0,
    };
}

function configOf(input: string | string[]): SensorConfigSettings {
    return typeof input === "string" ? configPartOf(input) : { kind: "merge", parts: input.map(configPartOf) };
}

function configPartOf(input: string): SensorConfigPart {
    return isPresetName(input) ? { kind: "preset", name: input } : { kind: "file", path: input };
}

function sourceOf(input: NonNullable<StackInput["sensor"]["source"]>): SensorSourceSettings {
    if (input === "microsoft") return { kind: "microsoft" };
    if ("file" in input) return { kind: "file", path: input.file };
    return { kind: "url", url: input.url, sha256: input.sha256.toLowerCase() };
}

function artifactsOf(input: NonNullable<StackInput["artifacts"]>): ArtifactSettings {
    return input === "own" ? { kind: "own" } : { kind: "container", url: input.container.replace(/\/$/, "") };
}

type MachineInput = NonNullable<StackInput["machines"]>[number];

function machineOf(input: MachineInput, sensorDelivery: Delivery): MachineSettings {
    const { id, kind } = accepted(parseMachineId(input.id));
    const base: MachineBase = {
        id,
        location: regionName(input.location),
        identity: identityOf(input.identity),
        agent: input.agent ?? (input.identity === "none" ? "present" : "install"),
        delivery: input.delivery ?? sensorDelivery,
        ...(input.ring === undefined ? {} : { ring: input.ring }),
    };
    if (kind !== "scaleSet") return { kind, ...base };
    if (input.orchestration === undefined) throw new Error(`${id} passed the cross rules without orchestration`);
    return { kind, orchestration: input.orchestration, ...base };
}

function identityOf(input: MachineInput["identity"]): MachineIdentity {
    if (input === "none") return { kind: "none" };
    if ("system" in input) return { kind: "system", principalId: input.system.toLowerCase() };
    return {
        kind: "user",
        resourceId: accepted(parseIdOf("userAssignedIdentity", input.user)).id,
        ...(input.principalId === undefined ? {} : { principalId: input.principalId.toLowerCase() }),
    };
}

function detectionsOf(input: NonNullable<StackInput["detections"]>): DetectionSettings {
    const { include = "all", exclude = [], folders = [], overrides = {} } = input;
    return { include, exclude, folders, overrides };
}

function alertsOf(input: StackInput["alerts"]): AlertSettings {
    const { emails = [], webhooks = [], actionGroups = [], shortName = "sysmon" } = input;
    return {
        emails,
        webhooks,
        actionGroups: actionGroups.map((id) => accepted(parseIdOf("actionGroup", id)).id),
        shortName,
    };
}

/** The value of a text that passed the schema. */
function accepted<T>(parsed: Parsed<T>): T {
    if (parsed.kind === "rejected") throw new Error(parsed.reason);
    return parsed.value;
}
