/** The stack program: reads the settings, wires the components, exports what others need. */
import { Provider } from "@pulumi/azure-native/provider";
import { ResourceGroup } from "@pulumi/azure-native/resources";
import * as pulumi from "@pulumi/pulumi";
import {
    containerUrl as urlOfContainer,
    deterministicGuid,
    parseMachineId,
    stackNames,
    stackTags,
    type MachineId,
} from "./azure";
import {
    Access,
    ActionGroup,
    AgentMode,
    Alerts,
    Collection,
    Delivery,
    EventTable,
    Orchestration,
    Sensor,
    SensorPayload,
} from "./components";
import { alertSeverity, sysmonParsed } from "./detections";
import { loadStack, type MachineSettings } from "./settings";
import { sysmonChannel, xpathForEventIds } from "./sysmon/events";
import {
    bootstrapCommand,
    configFileName,
    contentHash,
    fileSource,
    inlineScript,
    payloadFiles,
} from "./sysmon/installer";

const workload = "sysmon";
const { settings, sensorConfigXml, detections } = loadStack();
const { environment, location, subscriptionId, collection: collected, sensor, workspace, alerts: told } = settings;
const names = stackNames({ workload, environment, location, subscriptionId });
const tags = stackTags({ workload, environment }, settings.tags);

const orchestrations = { uniform: Orchestration.Uniform, flexible: Orchestration.Flexible };

// Each subscription has a provider of its own: the settings say where, not whoever happens to be signed in.
const provider = new Provider("azure", { subscriptionId });
const providers = new Map([[subscriptionId, provider]]);

const group = settings.resourceGroup;
const resourceGroupName = group.name ?? names.resourceGroup;
const dependsOn =
    group.kind === "create"
        ? [new ResourceGroup("group", { resourceGroupName, location, tags }, { provider, protect: settings.protect })]
        : [];
const stateful = { provider, dependsOn, protect: settings.protect };

const collection = new Collection(
    "collection",
    {
        resourceGroupName,
        newWorkspace:
            workspace.kind === "create"
                ? { ...workspace, name: workspace.name ?? names.workspace, location }
                : undefined,
        existingWorkspace: workspace.kind === "existing" ? workspace : undefined,
        dataCollectionRuleName: names.dataCollectionRule,
        table: EventTable[collected.table],
        xPathQueries: [...xpathForEventIds(sysmonChannel, collected.eventIds)],
        functionQuery: sysmonParsed(collected.table),
        functionAlias: collected.functionAlias,
        legacyDataSource: collected.legacyDataSource,
        tags,
    },
    stateful,
);

const source = sensor.source.kind === "file" ? fileSource(sensor.source.path) : sensor.source;
const install = { acceptEula: sensor.acceptEula, ensure: sensor.ensure, builtIn: sensor.builtIn };
const contents = { configXml: sensorConfigXml, source, install };
const files = payloadFiles(contents);
const sensorHash = contentHash(contents);
const machines = settings.machines.map((machine) => ({ machine, id: machineId(machine) }));

const containerName = "sysmon";
const containerUrl =
    settings.artifacts.kind === "own" ? urlOfContainer(names.storageAccount, containerName) : settings.artifacts.url;
const payload =
    settings.artifacts.kind === "own"
        ? [
              new SensorPayload(
                  "payload",
                  {
                      resourceGroupName,
                      location,
                      subscriptionId,
                      accountName: names.storageAccount,
                      containerName,
                      identityName: names.userAssignedIdentity,
                      files,
                      readers: Object.fromEntries(settings.machines.flatMap(readerOf)),
                      tags,
                  },
                  stateful,
              ),
          ]
        : [];

const sensors = machines.map(({ machine, id }) => {
    const { identity } = machine;
    return new Sensor(
        `sensor-${machineKey(id)}`,
        {
            machineId: machine.id,
            location: machine.location,
            orchestration: machine.kind === "scaleSet" ? orchestrations[machine.orchestration] : undefined,
            identity: {
                systemPrincipalId: identity.kind === "system" ? identity.principalId : undefined,
                userResourceId: identity.kind === "user" ? identity.resourceId : undefined,
            },
            agent: machine.agent === "install" ? AgentMode.Install : AgentMode.Present,
            delivery: machine.delivery === "extension" ? Delivery.Extension : Delivery.RunCommand,
            ...installation(machine),
            contentHash: sensorHash,
            attempt: sensor.attempt,
            dataCollectionRuleId: collection.dataCollectionRuleId,
            tags: machine.ring === undefined ? tags : { ...tags, ring: machine.ring },
        },
        { provider: providerOf(id), dependsOn: payload },
    );
});

const ownGroups =
    told.emails.length + told.webhooks.length === 0
        ? []
        : [
              new ActionGroup(
                  "told",
                  {
                      resourceGroupName,
                      actionGroupName: names.actionGroup,
                      shortName: told.shortName,
                      emailReceivers: told.emails,
                      webhookReceivers: told.webhooks,
                      tags,
                  },
                  { provider, dependsOn },
              ),
          ];

const alerts = new Alerts(
    "alerts",
    {
        resourceGroupName,
        location: workspace.kind === "create" ? location : workspace.location,
        workspaceId: collection.workspaceId,
        targets: [...ownGroups.map((group) => group.actionGroupId), ...told.actionGroups].map((actionGroupId) => ({
            actionGroupId,
        })),
        rules: detections.map(({ detection, query, severity, frequency, window, threshold, enabled }) => ({
            key: detection.name,
            ruleName: names.alertRule(detection.name),
            displayName: detection.title,
            description: detection.description,
            severity: alertSeverity[severity],
            query,
            evaluationFrequency: frequency,
            windowSize: window,
            threshold,
            enabled,
            customProperties: {
                detection: detection.name,
                detectionId: detection.id,
                severity,
                tactics: detection.tactics.join(", "),
                techniques: detection.techniques.join(", "),
            },
        })),
        tags,
    },
    { provider, dependsOn: [...dependsOn, collection] },
);

const access = settings.access;
if (access !== undefined) {
    new Access(
        "access",
        {
            subscriptionId,
            workspaceId: collection.workspaceId,
            newGroup: access.kind === "create" ? { displayName: access.name, members: access.members } : undefined,
            existingGroupId: access.kind === "existing" ? access.groupId : undefined,
        },
        { provider },
    );
}

/** Resource id of the workspace that holds the events. */
export const workspaceId = collection.workspaceId;
/** GUID by which agents and queries know the workspace. */
export const customerId = collection.customerId;
/** Resource ids of the alert rules, by detection. */
export const ruleIds = alerts.ruleIds;
/** SHA-256 of the Sysmon configuration that machines get. */
export const sensorConfigSha256 = files.find(({ name }) => name === configFileName)?.sha256;
/** Resource ids of the machines that have a sensor of this stack. */
export const machinesCovered = sensors.map((covered) => covered.machineId);

/** The id of a machine taken apart; settings have checked it. */
function machineId({ id }: MachineSettings): MachineId {
    const parsed = parseMachineId(id);
    if (parsed.kind === "rejected") throw new pulumi.RunError(parsed.reason);
    return parsed.value;
}

/** Logical name of a machine's sensor: stable, and unique where machines in two places share a name. */
function machineKey({ id, name }: MachineId): string {
    return `${name}-${deterministicGuid(id.toLowerCase()).slice(0, 8)}`.toLowerCase();
}

function providerOf({ subscriptionId: subscription }: MachineId): Provider {
    const known = providers.get(subscription);
    if (known) return known;
    const created = new Provider(`azure-${subscription}`, { subscriptionId: subscription });
    providers.set(subscription, created);
    return created;
}

/** The principal that fetches the payload for a machine, by itself as key: machines can share an identity. */
function readerOf({ identity, delivery }: MachineSettings): [string, string][] {
    if (delivery !== "extension" || identity.kind === "none" || identity.principalId === undefined) return [];
    return [[identity.principalId, identity.principalId]];
}

/** What installs Sysmon on a machine: a short command that fetches the payload, or a script that carries it. */
function installation(machine: MachineSettings): { command: string } | { script: string } {
    if (machine.delivery === "runCommand") {
        if (source.kind === "file") {
            // Settings refuse this: a run command has no store to fetch a local binary from.
            throw new pulumi.RunError(`${machine.id}: a run command cannot carry a local Sysmon binary.`);
        }
        return { script: inlineScript({ ...contents, source }) };
    }
    const fetched = { containerUrl, files, source, install };
    if (machine.kind === "arcMachine") {
        return { command: bootstrapCommand({ ...fetched, platform: "arc", identity: { kind: "system" } }) };
    }
    const { identity } = machine;
    return {
        command: bootstrapCommand({
            ...fetched,
            platform: "azure",
            identity: identity.kind === "user" ? { kind: "user", resourceId: identity.resourceId } : { kind: "system" },
        }),
    };
}
