import { accessGroups, parseIdOf, parseMachineId, regionName, type Parsed } from "../azure";
import { parsePolicyScope } from "../azure/policy";
import { isPresetName } from "../sysmon";
import type { StackInput } from "./schema";
import type {
    AccessSettings,
    AlertGroupSettings,
    AlertSettings,
    ArtifactSettings,
    CollectionSettings,
    Delivery,
    DiagnosticsSettings,
    DetectionSettings,
    FleetSettings,
    GroupSettings,
    MachineBase,
    MachineIdentity,
    MachineSettings,
    ReceiverSettings,
    ResourceGroupSettings,
    SensorConfigPart,
    SensorConfigSettings,
    SensorSettings,
    SensorSourceSettings,
    SentinelSettings,
    Settings,
    WatchlistSettings,
    WorkspaceSettings,
} from "./settings";

/** Settings completed with their defaults. The input passed the schema and the cross rules. */
export function completeSettings(input: StackInput): Settings {
    const { environment } = input;
    const sensor = sensorOf(input.sensor);
    const subscriptionId = input.subscriptionId.toLowerCase();
    const workspace = workspaceOf(input.workspace, environment);
    return {
        environment,
        location: regionName(input.location),
        subscriptionId,
        resourceGroup: resourceGroupOf(input.resourceGroup),
        tags: input.tags ?? {},
        protect: input.protect ?? environment === "prod",
        workspace,
        collection: collectionOf(input.collection ?? {}),
        sensor,
        artifacts: artifactsOf(input.artifacts ?? "own", subscriptionId),
        machines: (input.machines ?? []).map((machine) => machineOf(machine, sensor.delivery)),
        ...(input.fleet === undefined ? {} : { fleet: fleetOf(input.fleet) }),
        detections: detectionsOf(input.detections ?? {}, input.sentinel !== undefined),
        alerts: alertsOf(input.alerts ?? {}, workspace.kind === "create"),
        ...(input.sentinel === undefined ? {} : { sentinel: sentinelOf(input.sentinel) }),
        huntingQueries: input.huntingQueries ?? true,
        diagnostics: diagnosticsOf(input),
        workbook: input.workbook ?? true,
        access: accessOf(input.access ?? {}),
        ...(input.lab === undefined ? {} : { lab: { size: "Standard_B2ms", ...input.lab } }),
    };
}

function accessOf(input: NonNullable<StackInput["access"]>): AccessSettings {
    return Object.fromEntries(
        accessGroups.flatMap((key) => {
            const group = input[key];
            return group === undefined ? [] : [[key, groupOf(group)]];
        }),
    );
}

function groupOf(input: NonNullable<NonNullable<StackInput["access"]>[(typeof accessGroups)[number]]>): GroupSettings {
    return "create" in input
        ? { kind: "create", ...input.create }
        : { kind: "existing", groupId: input.existing.toLowerCase() };
}

function sentinelOf(input: NonNullable<StackInput["sentinel"]>): SentinelSettings {
    const { onboard = true, defenderSubscriptions = [], watchlists = [] } = input;
    return {
        onboard,
        defenderSubscriptions: defenderSubscriptions.map((id) => id.toLowerCase()),
        watchlists: watchlists.map(({ alias, displayName = alias, rows = [], file, ...list }): WatchlistSettings => ({
            alias,
            displayName,
            ...list,
            content: file === undefined ? { kind: "rows", rows } : { kind: "file", path: file },
        })),
    };
}

function diagnosticsOf({ diagnostics = {}, workspace, sentinel }: StackInput): DiagnosticsSettings {
    return {
        queries: diagnostics.queries ?? (workspace === undefined || "create" in workspace),
        sentinelHealth: diagnostics.sentinelHealth ?? (sentinel !== undefined && (sentinel.onboard ?? true)),
    };
}

function fleetOf(input: NonNullable<StackInput["fleet"]>): FleetSettings {
    const { scope, exclude = [], identity = "system", effect = "deployIfNotExists", remediate = true } = input;
    return {
        scope: accepted(parsePolicyScope(scope)).id,
        exclude,
        identity:
            identity === "system"
                ? { kind: "system" }
                : {
                      kind: "user",
                      resourceId: accepted(parseIdOf("userAssignedIdentity", identity.user)).id,
                      principalId: identity.principalId.toLowerCase(),
                      attach: identity.attach ?? false,
                  },
        effect,
        remediate,
    };
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
    const {
        table = "Event",
        eventIds = "all",
        transform,
        privateLink = false,
        legacyDataSource = false,
        functionAlias = "SysmonParsed",
    } = input;
    return {
        table,
        eventIds: typeof eventIds === "string" ? eventIds : [...new Set(eventIds)].sort((left, right) => left - right),
        ...(transform === undefined ? {} : { transform }),
        privateLink,
        legacyDataSource,
        functionAlias,
    };
}

function sensorOf(input: StackInput["sensor"]): SensorSettings {
    const { builtIn, ensure, delivery, attempt, channelMegabytes, proxy, rings = {} } = input;
    const config = configOf(input.config ?? "balanced");
    const source = sourceOf(input.source ?? "microsoft");
    return {
        config,
        acceptEula: true,
        source,
        builtIn: builtIn ?? "never",
        ensure: ensure ?? "present",
        delivery: delivery ?? "extension",
        attempt: attempt ?? 0,
        ...(channelMegabytes === undefined ? {} : { channelMegabytes }),
        ...(proxy === undefined ? {} : { proxyUrl: proxy.replace(/\/$/, "") }),
        rings: Object.fromEntries(
            Object.entries(rings).map(([name, ring]) => [
                name,
                {
                    config: ring.config === undefined ? config : configOf(ring.config),
                    source: ring.source === undefined ? source : sourceOf(ring.source),
                },
            ]),
        ),
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

function artifactsOf(input: NonNullable<StackInput["artifacts"]>, stackSubscription: string): ArtifactSettings {
    if (input === "own") return { kind: "own" };
    const { container, resourceGroup, subscriptionId = stackSubscription } = input;
    return {
        kind: "container",
        url: container.replace(/\/$/, ""),
        ...(resourceGroup === undefined ? {} : { resourceGroup }),
        subscriptionId: subscriptionId.toLowerCase(),
    };
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
        pin: input.pin ?? false,
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

function detectionsOf(input: NonNullable<StackInput["detections"]>, withSentinel: boolean): DetectionSettings {
    const { include = "all", exclude = [], folders = [], overrides = {} } = input;
    const target = input.target ?? (withSentinel ? "sentinel" : "azureMonitor");
    return { include, exclude, folders, overrides, target };
}

function alertsOf(input: NonNullable<StackInput["alerts"]>, ownWorkspace: boolean): AlertSettings {
    const { actionGroups = [], groups = [], shortName = "sysmon", ruleHealth = true, identity = ownWorkspace } = input;
    return {
        receivers: receiversOf(input),
        shortName,
        groups: groups.map((group): AlertGroupSettings => ({
            name: group.name,
            shortName: group.shortName ?? shortName,
            severities: group.severities,
            receivers: receiversOf(group),
        })),
        actionGroups: actionGroups.map((group) => {
            const { id, ...rest } = typeof group === "string" ? { id: group } : group;
            return { id: accepted(parseIdOf("actionGroup", id)).id, ...rest };
        }),
        ruleHealth,
        identity,
    };
}

function receiversOf(input: Partial<ReceiverSettings>): ReceiverSettings {
    return {
        emails: input.emails ?? [],
        sms: input.sms ?? [],
        voice: input.voice ?? [],
        appPush: input.appPush ?? [],
        webhooks: input.webhooks ?? [],
        roles: input.roles ?? [],
        logicApps: input.logicApps ?? [],
        functions: input.functions ?? [],
        runbooks: input.runbooks ?? [],
        eventHubs: input.eventHubs ?? [],
        itsm: input.itsm ?? [],
    };
}

/** The value of a text that passed the schema. */
function accepted<T>(parsed: Parsed<T>): T {
    if (parsed.kind === "rejected") throw new Error(parsed.reason);
    return parsed.value;
}
