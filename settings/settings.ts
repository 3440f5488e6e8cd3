import type { AccessGroup } from "../azure/featureRoles";
import type { ParameterValue, Severity } from "../detections";
import type { PresetName } from "../sysmon";

/**
 * What a stack sets, checked and completed with defaults: the shape that the stack program builds on.
 *
 * `Secret` is how a secret is held: plain text when a stack file is read for a plan, a secret `pulumi.Output<string>`
 * when Pulumi runs the program.
 */
export interface Settings<Secret = string> {
    /** Name of the environment, part of every resource name: `dev`, `staging`, `prod`. */
    environment: string;
    /** Azure region of everything the stack creates: `westeurope`, whatever its spelling in the stack file. */
    location: string;
    /** Subscription that the stack deploys into, a lower-case GUID. */
    subscriptionId: string;
    /** Resource group that holds the stack. Default: one is created under the package's own name for it. */
    resourceGroup: ResourceGroupSettings;
    /** Tags for every resource that takes tags, beside those of the package; these win. Default: none. */
    tags: Record<string, string>;
    /** Whether resources that hold data are protected from deletion. Default: true in `prod`, else false. */
    protect: boolean;
    /** Where events are stored. Default: a new workspace. */
    workspace: WorkspaceSettings;
    /** Which events are collected, and into which table. */
    collection: CollectionSettings;
    /** What is installed on the machines. */
    sensor: SensorSettings;
    /** Where machines fetch the installer and its configuration from. Default: a store of the stack's own. */
    artifacts: ArtifactSettings;
    /** Machines that the stack equips one by one, in the order of the stack file. Default: none. */
    machines: MachineSettings[];
    /** Which detections run, and how. Default: every detection of the package, unchanged. */
    detections: DetectionSettings;
    /** Who is told. */
    alerts: AlertSettings<Secret>;
    /** Microsoft Sentinel on the workspace; absent: the stack makes no use of it. */
    sentinel?: SentinelSettings;
    /** Machines that Azure Policy equips; absent: only those that are listed. */
    fleet?: FleetSettings;
    /** Whether the stack has a workbook that shows its sensors, events, alerts and cost. Default: true. */
    workbook: boolean;
    /** Whether the stack has a query pack with hunting queries, for people who look for what no rule knows. Default: true. */
    huntingQueries: boolean;
    /** What Azure logs of the workspace and of Microsoft Sentinel themselves. */
    diagnostics: DiagnosticsSettings;
    /** Security groups by what their members do; the stack grants nothing to a group that is absent. */
    access: AccessSettings;
    /** A machine to try things on; absent: none. */
    lab?: LabSettings<Secret>;
}

/** Security groups by what their members do. */
export type AccessSettings = Partial<Record<AccessGroup, GroupSettings>>;

/** A security group: one that the stack creates, or one that exists, by its object id. */
export type GroupSettings =
    { kind: "create"; name: string; members?: string[] } | { kind: "existing"; groupId: string };

/** Microsoft Sentinel on the stack's workspace. */
export interface SentinelSettings {
    /** Whether the stack onboards the workspace; false: it is onboarded already. Default: true. */
    onboard: boolean;
    /** Subscriptions whose alerts of Defender for Cloud come into Sentinel, lower-case GUIDs. Default: none. */
    defenderSubscriptions: string[];
    /** Lists that Sentinel's queries can read. Default: none. */
    watchlists: WatchlistSettings[];
}

/** A list that Sentinel's queries read by `_GetWatchlist("alias")`. */
export interface WatchlistSettings {
    /** Name that queries use, 3 to 64 letters, digits and hyphens. */
    alias: string;
    /** Title that people see. Default: the alias. */
    displayName: string;
    /** What it is for. */
    description?: string;
    /** Column that queries look up. */
    searchKey: string;
    /** Its rows: in the stack file, or in a CSV file by its path from the folder of Pulumi.yaml. */
    content: { kind: "rows"; rows: Record<string, string>[] } | { kind: "file"; path: string };
}

/** What Azure logs of the workspace and of Microsoft Sentinel, into the workspace itself; it is billed as other data. */
export interface DiagnosticsSettings {
    /** Who asked the workspace what (table LAQueryLogs). Default: true for a workspace of the stack's own, else false. */
    queries: boolean;
    /** How Sentinel's rules run and who changes them (SentinelHealth, SentinelAudit). Default: whether the stack onboards. */
    sentinelHealth: boolean;
}

/** Machines below a scope, equipped by Azure Policy: those of today and those to come. */
export interface FleetSettings {
    /** Id of a management group, a subscription or a resource group. */
    scope: string;
    /** Ids of what is left out below the scope. Default: none. */
    exclude: string[];
    /** How machines of Azure sign in. Default: each by its system-assigned identity. */
    identity: FleetIdentitySettings;
    /** Whether policies equip machines or rest. Default: `deployIfNotExists`. */
    effect: FleetEffectChoice;
    /** Whether machines that exist are equipped at once. Default: true. */
    remediate: boolean;
}

/** How machines of a fleet sign in: each as itself, or all with one identity, which policies can attach. */
export type FleetIdentitySettings =
    { kind: "system" } | { kind: "user"; resourceId: string; principalId: string; attach: boolean };

/** Words for what the policies of a fleet do. */
export const fleetEffects = ["deployIfNotExists", "disabled"] as const;

/** What the policies of a fleet do. */
export type FleetEffectChoice = (typeof fleetEffects)[number];

/** One closed Windows machine, in `dev` only. */
export interface LabSettings<Secret = string> {
    /** Password of its administrator, a secret. */
    adminPassword: Secret;
    /** Size of the machine. Default: `Standard_B2ms`. */
    size: string;
}

/** `create`: the stack's own resource group (no `name`: the package names it). `existing`: one that is there. */
export type ResourceGroupSettings = { kind: "create"; name?: string } | { kind: "existing"; name: string };

/** A Log Analytics workspace: one that the stack creates, or one that exists. */
export type WorkspaceSettings = NewWorkspaceSettings | ExistingWorkspaceSettings;

/** A workspace of the stack's own. */
export interface NewWorkspaceSettings {
    kind: "create";
    /** Name of the workspace. Default: the package names it. */
    name?: string;
    /** Days of interactive retention, 30 to 730. Default: 30 in `dev`, else 90. */
    retentionDays: number;
    /** Daily ingestion cap in GB; absent: no cap. Default: 1 in `dev`, else none. */
    dailyCapGb?: number;
}

/** A workspace that the stack uses but does not own. A resource id says neither region nor customer id. */
export interface ExistingWorkspaceSettings {
    kind: "existing";
    /** Resource id of the workspace. */
    id: string;
    /** Region of the workspace, which the data collection rule has to share. */
    location: string;
    /** Workspace id (customer id) as the portal shows it, a lower-case GUID. */
    customerId: string;
}

/** Names of the tables that Windows events can be collected into. */
export const collectionTables = ["Event", "WindowsEvent"] as const;

/** Table that Windows events are collected into. */
export type CollectionTable = (typeof collectionTables)[number];

/** Which events are collected, and into which table. */
export interface CollectionSettings {
    /** Target table. `WindowsEvent` exists with Microsoft Sentinel only. Default: `Event`. */
    table: CollectionTable;
    /**
     * Sysmon event ids to collect, ascending; all of them; or those that a configuration of the stack can log and a
     * detection of it reads, with those that tell of the sensor itself. Default: `all`.
     */
    eventIds: "all" | "needed" | number[];
    /** Transformation of each row before it is stored, KQL over `source`; absent: rows are stored as they come. */
    transform?: string;
    /** Whether machines reach Azure Monitor by private link, by a data collection endpoint. Default: false. */
    privateLink: boolean;
    /** Whether the data source of the retired Log Analytics agent is added, for those who still migrate. Default: false. */
    legacyDataSource: boolean;
    /** Name under which the saved function that parses Sysmon events is called. Default: `SysmonParsed`. */
    functionAlias: string;
}

/** What is installed on the machines. The licence is accepted: settings without `acceptEula: true` do not pass. */
export interface SensorSettings {
    /** Sysmon configuration. Default: the preset `balanced`. */
    config: SensorConfigSettings;
    /** The operator accepted the Sysinternals licence for every machine. */
    acceptEula: true;
    /** Where the Sysmon binary comes from. Default: Microsoft's download. */
    source: SensorSourceSettings;
    /** Use of the Sysmon that is built into Windows. Default: `never`. */
    builtIn: BuiltInSysmon;
    /** Whether Sysmon is on the machines, or is removed from them. Default: `present`. */
    ensure: SensorPresence;
    /** How a machine receives the installer unless it says otherwise. Default: `extension`. */
    delivery: Delivery;
    /** Raise to run the installer again where it failed, with nothing else changed. Default: 0. */
    attempt: number;
    /** Least size of Sysmon's event channel in megabytes; absent: it stays as it is. */
    channelMegabytes?: number;
    /** Proxy for the machines' download of Sysmon, `http://host:port`; absent: the system's own settings. */
    proxyUrl?: string;
    /** What machines of a rollout ring get instead, by the ring's name. Default: no rings. */
    rings: Record<string, RingSettings>;
}

/** What the machines of one rollout ring get. */
export interface RingSettings {
    /** Sysmon configuration. Default: the sensor's. */
    config: SensorConfigSettings;
    /** Where the Sysmon binary comes from. Default: the sensor's. */
    source: SensorSourceSettings;
}

/** A configuration, or several that are merged into one, in the order of the stack file. */
export type SensorConfigSettings = SensorConfigPart | { kind: "merge"; parts: SensorConfigPart[] };

/** A configuration of the package by name, or a file by its path from the folder of Pulumi.yaml. */
export type SensorConfigPart = { kind: "preset"; name: PresetName } | { kind: "file"; path: string };

/** Origin of the Sysmon binary. `file` is a path from the folder of Pulumi.yaml; the stack uploads it to its store. */
export type SensorSourceSettings =
    { kind: "microsoft" } | { kind: "url"; url: string; sha256: string } | { kind: "file"; path: string };

/**
 * Words for the use of the Sysmon that is built into Windows: where it is enabled, also enabled where Windows has it, not
 * at all, or nothing else.
 */
export const builtInChoices = ["auto", "prefer", "never", "require"] as const;

/** Use of the Sysmon that is built into Windows. */
export type BuiltInSysmon = (typeof builtInChoices)[number];

/** Words for whether Sysmon is to be on the machines. */
export const sensorPresences = ["present", "absent"] as const;

/** Whether Sysmon is to be on the machines. */
export type SensorPresence = (typeof sensorPresences)[number];

/** Ways in which a machine receives the installer: the Custom Script Extension, or a managed Run Command. */
export const deliveries = ["extension", "runCommand"] as const;

/** Way in which a machine receives the installer. */
export type Delivery = (typeof deliveries)[number];

/** `own`: a storage account of the stack. `container`: a blob container that exists, by its URL. */
export type ArtifactSettings =
    | { kind: "own" }
    | {
          kind: "container";
          url: string;
          /** Resource group of its storage account; a fleet needs it. */
          resourceGroup?: string;
          /** Subscription of its storage account, a lower-case GUID. Default: the stack's. */
          subscriptionId: string;
      };

/** A machine that the stack equips by its resource id. */
export type MachineSettings = VirtualMachineSettings | ScaleSetSettings | ArcMachineSettings;

/** What every kind of machine has. */
export interface MachineBase {
    /** Resource id in the usual spelling of its keywords and type; names as the stack file has them. */
    id: string;
    /** Region of the machine: a resource id does not say it. */
    location: string;
    /** Identity with which the machine fetches the installer and its agent sends events. */
    identity: MachineIdentity;
    /** Whether the stack installs Azure Monitor Agent. Default: `install`; `present` for a machine without identity. */
    agent: AgentChoice;
    /** How the machine receives the installer. Default: the sensor's `delivery`. */
    delivery: Delivery;
    /** Name of the rollout ring that the machine belongs to. */
    ring?: string;
    /** Whether the machine keeps to the sensor's own configuration and source, whatever its ring gets. Default: false. */
    pin: boolean;
}

/** A virtual machine. */
export interface VirtualMachineSettings extends MachineBase {
    kind: "virtualMachine";
}

/** A scale set. */
export interface ScaleSetSettings extends MachineBase {
    kind: "scaleSet";
    /** Orchestration mode of the scale set: a resource id does not say it. */
    orchestration: Orchestration;
}

/** A machine outside Azure that Azure Arc knows. */
export interface ArcMachineSettings extends MachineBase {
    kind: "arcMachine";
}

/** Orchestration modes of a scale set. */
export const orchestrations = ["uniform", "flexible"] as const;

/** Orchestration mode of a scale set. */
export type Orchestration = (typeof orchestrations)[number];

/** Words for Azure Monitor Agent on a machine: the stack installs it, or it is there already. */
export const agentChoices = ["install", "present"] as const;

/** Azure Monitor Agent on a machine. */
export type AgentChoice = (typeof agentChoices)[number];

/** Managed identity of a machine; principal ids are lower-case GUIDs. */
export type MachineIdentity =
    | { kind: "system"; principalId: string }
    | { kind: "user"; resourceId: string; principalId?: string }
    | { kind: "none" };

/** Which detections run, and how. */
export interface DetectionSettings {
    /** Names of the detections that run, or all of them. Default: `all`. */
    include: "all" | string[];
    /** Names of detections that do not run. Default: none. */
    exclude: string[];
    /** Folders of further detections, as paths from the folder of Pulumi.yaml. Default: none. */
    folders: string[];
    /** Changes to single detections, by name. Default: none. */
    overrides: Record<string, DetectionOverride>;
    /** What raises their alerts. Default: `sentinel` in a stack with Sentinel, else `azureMonitor`. */
    target: AlertTarget;
}

/** Words for what raises the alerts of a detection. */
export const alertTargets = ["azureMonitor", "sentinel", "both"] as const;

/** What raises the alerts of a detection: a scheduled-query rule, an analytics rule of Sentinel, or each of them. */
export type AlertTarget = (typeof alertTargets)[number];

/** A change to one detection; what is absent stays as the detection has it. */
export interface DetectionOverride {
    /** Severity of its alerts. */
    severity?: Severity;
    /** How often the rule runs, an ISO 8601 duration: `PT5M`. */
    frequency?: string;
    /** How far back the rule looks, an ISO 8601 duration not shorter than its frequency: `PT30M`. */
    window?: string;
    /** The rule rings on more rows than this. */
    threshold?: number;
    /** Silence after an alert, an ISO 8601 duration: `PT1H`; `none` for no silence. */
    suppressFor?: string;
    /** What raises its alerts. */
    target?: AlertTarget;
    /** False keeps the rule in place but switched off. */
    enabled?: boolean;
    /** Values for the detection's own parameters, allow-lists among them. */
    parameters?: Record<string, ParameterValue>;
}

/** Who is told. Every severity that a scheduled-query rule of the stack has reaches an action group. */
export interface AlertSettings<Secret = string> {
    /** Receivers of all alerts. Default: none. */
    receivers: ReceiverSettings<Secret>;
    /** Name of the stack's own action group in messages, at most 12 characters. Default: `sysmon`. */
    shortName: string;
    /** Further action groups of the stack's own, for some severities. Default: none. */
    groups: AlertGroupSettings<Secret>[];
    /** Action groups that exist. Default: none. */
    actionGroups: ExistingGroupSettings[];
    /** Whether somebody is told when a scheduled-query rule stops working. Default: true. */
    ruleHealth: boolean;
    /** Whether rules read the workspace with an identity of their own. Default: true where the workspace is the stack's. */
    identity: boolean;
}

/** An action group of the stack's own for alerts of some severities. */
export interface AlertGroupSettings<Secret = string> {
    /** Stable name, part of its resource name. */
    name: string;
    /** Name in messages, at most 12 characters. */
    shortName: string;
    /** Severities that it is told of. */
    severities: Severity[];
    /** Who is told. */
    receivers: ReceiverSettings<Secret>;
}

/** An action group that exists. */
export interface ExistingGroupSettings {
    /** Resource id. */
    id: string;
    /** Severities that it is told of; absent: all. */
    severities?: Severity[];
}

/** Receivers of alerts by kind. Names are unique within one action group. */
export interface ReceiverSettings<Secret = string> {
    /** Mailboxes. */
    emails: EmailReceiver[];
    /** Telephones that get a text message. */
    sms: PhoneReceiver[];
    /** Telephones that are called. */
    voice: PhoneReceiver[];
    /** Accounts that are told in the Azure mobile app. */
    appPush: EmailReceiver[];
    /** Webhooks. */
    webhooks: WebhookReceiver<Secret>[];
    /** Roles whose holders are told by mail. */
    roles: RoleReceiver[];
    /** Logic Apps that are started. */
    logicApps: LogicAppReceiver<Secret>[];
    /** Functions that are called. */
    functions: FunctionReceiver<Secret>[];
    /** Runbooks that are started. */
    runbooks: RunbookReceiver<Secret>[];
    /** Event hubs that alerts are sent to. */
    eventHubs: EventHubReceiver[];
    /** Ticket systems. */
    itsm: ItsmReceiver[];
}

/** A mailbox, or the account of a mobile app. Azure asks the owner of a mailbox to confirm it once. */
export interface EmailReceiver {
    /** Name of the receiver. */
    name: string;
    /** Address. */
    address: string;
}

/** A telephone. */
export interface PhoneReceiver {
    /** Name of the receiver. */
    name: string;
    /** Country code, digits alone. */
    countryCode: string;
    /** Number, digits alone. */
    phoneNumber: string;
}

/** A webhook that takes Azure Monitor's common alert schema. */
export interface WebhookReceiver<Secret = string> {
    /** Name of the receiver. */
    name: string;
    /** Address, `https`. A secret: such addresses often carry their own key. */
    uri: Secret;
}

/** Everybody who has a role on the subscription. */
export interface RoleReceiver {
    /** Name of the receiver. */
    name: string;
    /** GUID of the built-in role. */
    roleId: string;
}

/** A Logic App. */
export interface LogicAppReceiver<Secret = string> {
    /** Name of the receiver. */
    name: string;
    /** Resource id of the Logic App. */
    resourceId: string;
    /** Address of its trigger, a secret. */
    callbackUrl: Secret;
}

/** A function. */
export interface FunctionReceiver<Secret = string> {
    /** Name of the receiver. */
    name: string;
    /** Resource id of the function app. */
    functionAppResourceId: string;
    /** Name of the function. */
    functionName: string;
    /** Address of its trigger, a secret. */
    httpTriggerUrl: Secret;
}

/** A runbook. */
export interface RunbookReceiver<Secret = string> {
    /** Name of the receiver. */
    name: string;
    /** Resource id of the Automation account. */
    automationAccountId: string;
    /** Name of the runbook. */
    runbookName: string;
    /** Resource id of its webhook. */
    webhookResourceId: string;
    /** Address of its webhook, a secret. */
    serviceUri: Secret;
}

/** An event hub. */
export interface EventHubReceiver {
    /** Name of the receiver. */
    name: string;
    /** GUID of its subscription. */
    subscriptionId: string;
    /** Its namespace. */
    eventHubNameSpace: string;
    /** Its name. */
    eventHubName: string;
}

/** A ticket system. */
export interface ItsmReceiver {
    /** Name of the receiver. */
    name: string;
    /** Id of the connection. */
    connectionId: string;
    /** Region of the connection's workspace. */
    region: string;
    /** What a ticket holds, as JSON text. */
    ticketConfiguration: string;
    /** GUID of the connection's workspace. */
    workspaceId: string;
}

/** Kinds of receivers, by their keys in the settings. */
export const receiverKinds = [
    "emails",
    "sms",
    "voice",
    "appPush",
    "webhooks",
    "roles",
    "logicApps",
    "functions",
    "runbooks",
    "eventHubs",
    "itsm",
] as const satisfies readonly (keyof ReceiverSettings)[];
