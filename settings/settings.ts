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
    /** Security group of those who may read the workspace; absent: the stack grants nobody. */
    access?: AccessSettings;
}

/** A security group: one that the stack creates, or one that exists, by its object id. */
export type AccessSettings =
    { kind: "create"; name: string; members?: string[] } | { kind: "existing"; groupId: string };

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
    /** Sysmon event ids to collect, ascending, or all of them. Default: `all`. */
    eventIds: "all" | number[];
    /** Whether the data source of the retired Log Analytics agent is added, for those who still migrate. Default: false. */
    legacyDataSource: boolean;
    /** Name under which the saved function that parses Sysmon events is called. Default: `SysmonParsed`. */
    functionAlias: string;
}

/** What is installed on the machines. The licence is accepted: settings without `acceptEula: true` do not pass. */
export interface SensorSettings {
    /** Sysmon configuration. Default: the preset `injection-context`. */
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
}

/** A configuration, or several that are merged into one, in the order of the stack file. */
export type SensorConfigSettings = SensorConfigPart | { kind: "merge"; parts: SensorConfigPart[] };

/** A configuration of the package by name, or a file by its path from the folder of Pulumi.yaml. */
export type SensorConfigPart = { kind: "preset"; name: PresetName } | { kind: "file"; path: string };

/** Origin of the Sysmon binary. `file` is a path from the folder of Pulumi.yaml; the stack uploads it to its store. */
export type SensorSourceSettings =
    { kind: "microsoft" } | { kind: "url"; url: string; sha256: string } | { kind: "file"; path: string };

/** Words for the use of the Sysmon that is built into Windows: where Windows has it, not at all, or nothing else. */
export const builtInChoices = ["auto", "never", "require"] as const;

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
export type ArtifactSettings = { kind: "own" } | { kind: "container"; url: string };

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
}

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
    /** False keeps the rule in place but switched off. */
    enabled?: boolean;
    /** Values for the detection's own parameters, allow-lists among them. */
    parameters?: Record<string, ParameterValue>;
}

/** Who is told. At least one receiver or action group is named. */
export interface AlertSettings<Secret = string> {
    /** Mailboxes. Default: none. */
    emails: EmailReceiver[];
    /** Webhooks. Default: none. */
    webhooks: WebhookReceiver<Secret>[];
    /** Resource ids of action groups that exist. Default: none. */
    actionGroups: string[];
    /** Name of the stack's action group in messages, at most 12 characters. Default: `sysmon`. */
    shortName: string;
}

/** A mailbox. Azure asks its owner to confirm it once. */
export interface EmailReceiver {
    /** Name of the receiver, unique in the stack. */
    name: string;
    /** Address. */
    address: string;
}

/** A webhook that takes Azure Monitor's common alert schema. */
export interface WebhookReceiver<Secret = string> {
    /** Name of the receiver, unique in the stack. */
    name: string;
    /** Address, `https`. A secret: such addresses often carry their own key. */
    uri: Secret;
}
