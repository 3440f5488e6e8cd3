/** The stack program: reads the settings, wires the components, exports what others need. */
import { Provider } from "@pulumi/azure-native/provider";
import { ResourceGroup } from "@pulumi/azure-native/resources";
import * as pulumi from "@pulumi/pulumi";
import {
    accessGroups,
    builtInRoles,
    containerUrl as urlOfContainer,
    deterministicGuid,
    formatResourceId,
    parseIdOf,
    parseMachineId,
    resourceTypes,
    rolesOfGroup,
    stackNames,
    stackTags,
    type AccessGroup,
    type GroupScope,
    type MachineId,
    type RoleFeature,
} from "./azure";
import {
    Access,
    ActionGroup,
    AgentMode,
    Alerts,
    Collection,
    Delivery,
    EventTable,
    Fleet,
    FleetEffect,
    HuntingQueries,
    Lab,
    Orchestration,
    RuleHealth,
    Sensor,
    SensorPayload,
    Sentinel,
    TileChart,
    TileSource,
    Workbook,
    type AccessGroupArgs,
    type AlertTargetArgs,
    type FleetPayloadArgs,
} from "./components";
import { warnOfLeftMachines } from "./components/leftMachines";
import { alertSeverity, analyticsRuleFailures, huntingQuery, sysmonParsed, type RuleKind } from "./detections";
import { sensorWorkbook } from "./detections/workbook";
import {
    loadStack,
    receiverKinds,
    type MachineSettings,
    type ReceiverSettings,
    type StackDetection,
    type StackSensor,
} from "./settings";
import { sysmonChannel, xpathForEventIds } from "./sysmon/events";
import {
    bootstrapCommand,
    configFileName,
    contentHash,
    fileSource,
    inlineScript,
    payloadFiles,
    type BootstrapMachine,
} from "./sysmon/installer";

const workload = "sysmon";
const stack = loadStack();
const { settings, detections } = stack;
const { environment, location, subscriptionId, collection: collected, sensor, workspace, alerts: told } = settings;
const names = stackNames({ workload, environment, location, subscriptionId });
const tags = stackTags({ workload, environment }, settings.tags);

const labName = "vm-sysmon-lab";

const orchestrations = { uniform: Orchestration.Uniform, flexible: Orchestration.Flexible };
const effects = { deployIfNotExists: FleetEffect.DeployIfNotExists, disabled: FleetEffect.Disabled };
const charts = {
    table: TileChart.Table,
    timechart: TileChart.TimeChart,
    barchart: TileChart.BarChart,
    piechart: TileChart.PieChart,
    tiles: TileChart.Tiles,
};
const sources = { logs: TileSource.Logs, resourceGraph: TileSource.ResourceGraph };

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

const lab =
    settings.lab &&
    new Lab(
        "lab",
        { subscriptionId, resourceGroupName, location, machineName: labName, ...settings.lab, tags },
        { provider, dependsOn },
    );
const machines: EquippedMachine[] = [...settings.machines, ...(lab === undefined ? [] : [labMachine(lab)])];

const workspaceLocation = workspace.kind === "create" ? location : workspace.location;
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
        xPathQueries: [...xpathForEventIds(sysmonChannel, stack.eventIds)],
        transformKql: collected.transform,
        onboardSentinel: settings.sentinel?.onboard,
        endpoints: collected.privateLink
            ? [...new Set([workspaceLocation, ...machines.map((machine) => machine.location)])].map((region) => ({
                  location: region,
                  name: names.dataCollectionEndpoint(region),
              }))
            : undefined,
        functionQuery: sysmonParsed(collected.table),
        functionAlias: collected.functionAlias,
        legacyDataSource: collected.legacyDataSource,
        auditQueries: settings.diagnostics.queries,
        tags,
    },
    stateful,
);

const base = contentOf(stack.sensor);
const rings = new Map([...stack.rings].map(([name, content]) => [name, contentOf(content)]));

const containerName = "sysmon";
const { artifacts } = settings;
const containerUrl = artifacts.kind === "own" ? urlOfContainer(names.storageAccount, containerName) : artifacts.url;
const payload =
    artifacts.kind === "own"
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
                      // What several rings share is stored once; a ring that is rolled out to all moves no file.
                      files: [
                          ...new Map(
                              [base, ...rings.values()]
                                  .flatMap(({ files }) => files)
                                  .map((file) => [
                                      file.blobName,
                                      { ...file, key: `${file.sha256.slice(0, 12)}-${file.name}` },
                                  ]),
                          ).values(),
                      ],
                      readers: Object.fromEntries([...machines.flatMap(readerOf), ...fleetReader()]),
                      tags,
                  },
                  stateful,
              ),
          ]
        : [];

// The engine stores with each resource the calls that led to it: begun here, those of a machine are few.
const equipped = Promise.resolve().then(() => {
    for (const machine of settings.machines) equip(machine);
    // The stack's own machine goes with the stack: it is covered, and never left behind.
    if (lab !== undefined) equip(labMachine(lab), [lab]);
});

const { fleet } = settings;
if (fleet !== undefined) {
    const { identity } = fleet;
    const commandFor = (machine: BootstrapMachine): string =>
        bootstrapCommand({ containerUrl, files: base.files, source: base.source, install: base.install, ...machine });
    new Fleet(
        "fleet",
        {
            scope: fleet.scope,
            exclusions: fleet.exclude,
            subscriptionId,
            location,
            assignmentName: `${workload}-${environment}`,
            identity: identity.kind === "user" ? { userResourceId: identity.resourceId, attach: identity.attach } : {},
            dataCollectionRuleId: collection.dataCollectionRuleId,
            contentHash: base.hash,
            azureCommand: commandFor({ platform: "azure", identity }),
            arcCommand: commandFor({ platform: "arc", identity: { kind: "system" } }),
            payload: fleetPayload(),
            effect: effects[fleet.effect],
            remediate: fleet.remediate,
        },
        { provider, dependsOn: [...dependsOn, ...payload] },
    );
}

const ownGroup = hasReceivers(told.receivers)
    ? [
          new ActionGroup(
              "told",
              {
                  resourceGroupName,
                  actionGroupName: names.actionGroup,
                  shortName: told.shortName,
                  ...receiverArgs(told.receivers),
                  tags,
              },
              { provider, dependsOn },
          ),
      ]
    : [];
const targets: AlertTargetArgs[] = [
    ...ownGroup.map(({ actionGroupId }) => ({ actionGroupId })),
    ...told.groups.map(({ name, shortName, severities, receivers }) => ({
        actionGroupId: new ActionGroup(
            `told-${name}`,
            {
                resourceGroupName,
                actionGroupName: names.furtherActionGroup(name),
                shortName,
                ...receiverArgs(receivers),
                tags,
            },
            { provider, dependsOn },
        ).actionGroupId,
        severities: severities.map((severity) => alertSeverity[severity]),
    })),
    ...told.actionGroups.map(({ id, severities }) => ({
        actionGroupId: id,
        severities: severities?.map((severity) => alertSeverity[severity]),
    })),
];

const scheduled = rulesOf("scheduled-query");
const alerts =
    scheduled.length === 0
        ? undefined
        : new Alerts(
              "alerts",
              {
                  resourceGroupName,
                  location: workspaceLocation,
                  workspaceId: collection.workspaceId,
                  targets,
                  identity: told.identity ? { name: names.ruleIdentity, subscriptionId } : undefined,
                  rules: scheduled.map(({ detection, severity, frequency, window, suppressFor, ...rule }) => ({
                      key: detection.name,
                      ruleName: names.alertRule(detection.name),
                      displayName: detection.title,
                      description: detection.description,
                      severity: alertSeverity[severity],
                      query: rule.query,
                      evaluationFrequency: frequency,
                      windowSize: window,
                      threshold: rule.threshold,
                      failingPeriods: detection.failingPeriods,
                      muteActionsDuration: suppressFor,
                      enabled: rule.enabled,
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

if (told.ruleHealth && targets.length > 0 && alerts !== undefined) {
    new RuleHealth(
        "rule-health",
        {
            resourceGroupName,
            watchedGroupId: scopeId("resourceGroup"),
            alertName: names.alertRule("rule-health"),
            actionGroupIds: targets.map(({ actionGroupId }) => actionGroupId),
            tags,
        },
        { provider, dependsOn },
    );
}

const workspaceGroup = workspaceResourceGroup();
const sentinel =
    settings.sentinel &&
    new Sentinel(
        "sentinel",
        {
            resourceGroupName: workspaceGroup,
            workspaceName: collection.workspaceName,
            healthWorkspaceId: settings.diagnostics.sentinelHealth ? collection.workspaceId : undefined,
            rules: [
                ...rulesOf("sentinel").map(analyticsRule),
                ...(settings.diagnostics.sentinelHealth ? [ruleOfFailures()] : []),
            ],
            watchlists: stack.watchlists.map((list) => ({ ...list })),
            defenderSubscriptionIds: settings.sentinel.defenderSubscriptions,
        },
        { provider, dependsOn: [...dependsOn, collection] },
    );

const huntingQueries =
    settings.huntingQueries &&
    new HuntingQueries(
        "hunting",
        {
            resourceGroupName,
            location: workspaceLocation,
            queryPackName: names.queryPack,
            queries: stack.hunts.map((hunt) => ({
                queryId: hunt.id,
                displayName: hunt.title,
                description: `${hunt.description}\n\n${hunt.reading}`,
                body: huntingQuery(hunt, collected.functionAlias),
                tactics: hunt.tactics,
                techniques: hunt.techniques,
            })),
            tags,
        },
        // Each calls the saved function.
        { provider, dependsOn: [...dependsOn, collection] },
    );

const workbook =
    settings.workbook &&
    new Workbook(
        "workbook",
        {
            resourceGroupName,
            location: workspaceLocation,
            displayName: `Sysmon sensors (${environment})`,
            workspaceId: collection.workspaceId,
            items: sensorWorkbook({
                table: collected.table,
                functionAlias: collected.functionAlias,
                // A fleet's machines are not known here: whichever send a heartbeat are expected.
                machineIds: fleet === undefined ? machines.map(({ id }) => id) : [],
                rules: scheduled.map(({ detection }) => ({
                    ruleName: names.alertRule(detection.name),
                    techniques: detection.techniques,
                })),
            }).map((item) => {
                if (item.kind === "text") return { name: item.name, markdown: item.markdown };
                const { name, title, query, width } = item;
                return { name, title, query, width, chart: charts[item.chart], source: sources[item.source] };
            }),
            tags,
        },
        { provider, dependsOn: [...dependsOn, collection] },
    );

const people = accessGroups.flatMap(groupAccess);
if (people.length > 0) new Access("access", { subscriptionId, groups: people }, { provider, dependsOn });

/** Resource id of the workspace that holds the events. */
export const workspaceId = collection.workspaceId;
/** GUID by which agents and queries know the workspace. */
export const customerId = collection.customerId;
/** Resource ids of the scheduled-query rules, by detection. */
export const ruleIds = alerts?.ruleIds ?? {};
/** Resource ids of the analytics rules of Sentinel, by detection. */
export const sentinelRuleIds = sentinel?.ruleIds ?? {};
/** SHA-256 of the Sysmon configuration that machines get which are in no ring. */
export const sensorConfigSha256 = base.configSha256;
/** What the machines of each ring get: a new content hash means that they are told to install again. */
export const sensorRings = Object.fromEntries(
    [["base", base] as const, ...rings].map(([name, content]) => [
        name,
        {
            contentHash: content.hash,
            configSha256: content.configSha256,
            machines: machines.filter((machine) => contentFor(machine) === content).map(({ id }) => id),
        },
    ]),
);
/** Resource ids of the listed machines that have Sysmon from this stack. */
export const machinesCovered = equipped.then(() =>
    sensor.ensure === "present" ? settings.machines.map((machine) => machineId(machine).id) : [],
);
warnOfLeftMachines(
    "machinesCovered",
    settings.machines.map(({ id }) => id),
);

/** The stack's own machine, equipped as any other; its principal id is known once it exists. */
interface LabMachine extends Omit<Extract<MachineSettings, { kind: "virtualMachine" }>, "identity"> {
    identity: { kind: "system"; principalId: pulumi.Output<string> };
}

/** A machine that the stack equips. */
type EquippedMachine = MachineSettings | LabMachine;

function labMachine({ principalId }: Lab): LabMachine {
    const type = resourceTypes.virtualMachine;
    return {
        kind: "virtualMachine",
        id: formatResourceId({ subscriptionId, resourceGroupName, type, names: [labName] }),
        location,
        identity: { kind: "system", principalId },
        agent: "install",
        delivery: "extension",
        pin: false,
    };
}

/** Puts the sensor on a machine. */
function equip(machine: EquippedMachine, after: readonly pulumi.Resource[] = []): void {
    const { identity, ring } = machine;
    const id = machineId(machine);
    new Sensor(
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
            contentHash: contentFor(machine).hash,
            attempt: sensor.attempt,
            dataCollectionRuleId: collection.dataCollectionRuleId,
            dataCollectionEndpointId: collected.privateLink
                ? collection.endpointIds.apply((ids) => ids[machine.location] ?? "")
                : undefined,
            tags: ring === undefined ? tags : { ...tags, ring },
        },
        {
            provider: providerOf(id),
            dependsOn: [...payload.map((store) => store.neededBy(readerOf(machine)[0]?.[0])), ...after],
        },
    );
}

/** What machines get, in the forms that deliveries need. */
function contentOf({ configXml, source: from }: StackSensor) {
    const { acceptEula, ensure, builtIn, channelMegabytes, proxyUrl } = sensor;
    const install = { acceptEula, ensure, builtIn, channelMegabytes, proxyUrl };
    const source = from.kind === "file" ? fileSource(from.path) : from;
    const files = payloadFiles({ configXml, source });
    const configSha256 = files.find(({ name }) => name === configFileName)?.sha256;
    return { configXml, source, install, files, configSha256, hash: contentHash({ configXml, source, install }) };
}

/** What a machine gets: that of its ring, unless it is pinned. */
function contentFor({ ring, pin }: EquippedMachine): ReturnType<typeof contentOf> {
    return (ring === undefined || pin ? undefined : rings.get(ring)) ?? base;
}

/** The id of a machine taken apart; settings have checked it. */
function machineId({ id }: EquippedMachine): MachineId {
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

/** The principal that fetches the payload for a machine, by a stable key: machines can share an identity. */
function readerOf({ identity, delivery }: EquippedMachine): [string, pulumi.Input<string>][] {
    if (delivery !== "extension" || identity.kind === "none" || identity.principalId === undefined) return [];
    return [[typeof identity.principalId === "string" ? identity.principalId : "lab", identity.principalId]];
}

/** The principal by which all machines of a fleet fetch the payload; policies see to those that sign in as themselves. */
function fleetReader(): [string, string][] {
    const identity = settings.fleet?.identity;
    return identity?.kind === "user" ? [[identity.principalId, identity.principalId]] : [];
}

/** The container that a fleet's policies let machines read. */
function fleetPayload(): FleetPayloadArgs {
    if (artifacts.kind === "own")
        return { subscriptionId, resourceGroupName, accountName: names.storageAccount, containerName };
    const { hostname, pathname } = new URL(artifacts.url);
    return {
        subscriptionId: artifacts.subscriptionId,
        // Settings refuse a fleet without.
        resourceGroupName: artifacts.resourceGroup ?? "",
        accountName: hostname.split(".")[0] ?? "",
        containerName: pathname.slice(1),
    };
}

/** What installs Sysmon on a machine: a short command that fetches the payload, or a script that carries it. */
function installation(machine: EquippedMachine): { command: string } | { script: string } {
    const { configXml, source, install, files } = contentFor(machine);
    if (machine.delivery === "runCommand") {
        if (source.kind === "file") {
            // Settings refuse this: a run command has no store to fetch a local binary from.
            throw new pulumi.RunError(`${machine.id}: a run command cannot carry a local Sysmon binary.`);
        }
        return { script: inlineScript({ configXml, source, install }) };
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

function hasReceivers(receivers: ReceiverSettings<pulumi.Output<string>>): boolean {
    return receiverKinds.some((kind) => receivers[kind].length > 0);
}

/** Receivers as an action group takes them; kinds that nobody has are left out. */
function receiverArgs(receivers: ReceiverSettings<pulumi.Output<string>>) {
    const some = <Item>(items: Item[]): Item[] | undefined => (items.length === 0 ? undefined : items);
    return {
        emailReceivers: some(receivers.emails),
        smsReceivers: some(receivers.sms),
        voiceReceivers: some(receivers.voice),
        appPushReceivers: some(receivers.appPush),
        webhookReceivers: some(receivers.webhooks),
        roleReceivers: some(receivers.roles),
        logicAppReceivers: some(receivers.logicApps),
        functionReceivers: some(receivers.functions),
        runbookReceivers: some(receivers.runbooks),
        eventHubReceivers: some(receivers.eventHubs),
        itsmReceivers: some(receivers.itsm),
    };
}

/** A detection as a rule of one kind. */
interface StackRule extends StackDetection {
    readonly query: string;
}

function rulesOf(kind: RuleKind): StackRule[] {
    return detections.flatMap((detection) => {
        const query = detection.queries.get(kind);
        return query === undefined ? [] : [{ ...detection, query }];
    });
}

/** A detection as a rule of Sentinel, from the same source as its scheduled-query rule. */
function analyticsRule({ detection, severity, frequency, window, suppressFor, ...rule }: StackRule) {
    return {
        key: detection.name,
        // One workspace can hold the rules of several stacks.
        ruleId: deterministicGuid("analytics-rule", detection.id, workload, environment),
        displayName: detection.title,
        description: detection.description,
        severity,
        query: rule.query,
        queryFrequency: frequency,
        queryPeriod: window,
        threshold: rule.threshold,
        tactics: detection.tactics,
        techniques: detection.techniques,
        entities: detection.entities.map(({ type, identifiers }) => ({ entityType: type, identifiers })),
        customDetails: detection.customDetails,
        alertTitle: detection.alert?.title,
        alertDescription: detection.alert?.description,
        grouping: { entityTypes: [...detection.grouping.entities], lookback: detection.grouping.lookback },
        suppressFor,
        enabled: rule.enabled,
    };
}

/** The rule of Sentinel that watches the others. */
function ruleOfFailures() {
    const { name: key, id, title, frequency, window, ...rule } = analyticsRuleFailures;
    return {
        ...rule,
        key,
        ruleId: deterministicGuid("analytics-rule", id, workload, environment),
        displayName: title,
        queryFrequency: frequency,
        queryPeriod: window,
        threshold: 0,
    };
}

/** Resource group of the workspace, which may be another than the stack's. */
function workspaceResourceGroup(): string {
    if (workspace.kind === "create") return resourceGroupName;
    const parsed = parseIdOf("workspace", workspace.id);
    if (parsed.kind === "rejected") throw new pulumi.RunError(parsed.reason);
    return parsed.value.resourceGroupName;
}

/** What a group of people may do in this stack; nothing where the settings name no such group. */
function groupAccess(key: AccessGroup): AccessGroupArgs[] {
    const group = settings.access[key];
    if (group === undefined) return [];
    const features = new Set<RoleFeature>([
        "always",
        settings.sentinel === undefined ? "withoutSentinel" : "sentinel",
        ...(settings.huntingQueries ? ["huntingQueries" as const] : []),
        ...(settings.workbook ? ["workbook" as const] : []),
        ...(settings.fleet === undefined ? [] : ["fleet" as const]),
    ]);
    return [
        {
            key,
            newGroup: group.kind === "create" ? { displayName: group.name, members: group.members } : undefined,
            existingGroupId: group.kind === "existing" ? group.groupId : undefined,
            grants: rolesOfGroup(key, features).map(({ role, scope }) => ({
                key: `${role}-${scope}`.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
                roleId: builtInRoles[role],
                scope: scopeId(scope),
            })),
        },
    ];
}

/** Id of a scope at which people get roles. */
function scopeId(scope: GroupScope): pulumi.Input<string> {
    const inSubscription = `/subscriptions/${subscriptionId}/resourceGroups`;
    switch (scope) {
        case "workspace":
            return collection.workspaceId;
        case "workspaceGroup":
            return `${inSubscription}/${workspaceGroup}`;
        case "resourceGroup":
            return `${inSubscription}/${resourceGroupName}`;
        case "queryPack":
            return huntingQueries ? huntingQueries.queryPackId : "";
        case "workbook":
            return workbook ? workbook.workbookId : "";
        case "fleetScope":
            return settings.fleet?.scope ?? "";
    }
}
