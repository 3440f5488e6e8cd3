import { presetXml } from "../../sysmon";
import { textAsset, type PlanObject } from "../../rehearsal/analysis";

/** A way to make a good stack bad: one thing of it, and the policy that must stop it. */
export interface BadVariant {
    /** What is wrong. */
    readonly title: string;
    /** Name of the policy. */
    readonly policy: string;
    readonly change: BadSettings | BadResource;
}

/** Settings of the stack file that a bad variant has, by key. */
export interface BadSettings {
    readonly kind: "settings";
    readonly settings: Readonly<Record<string, unknown>>;
}

/** A resource of the program that a bad variant has otherwise. */
export interface BadResource {
    readonly kind: "resource";
    /** End of its type. */
    readonly type: string;
    /** End of its logical name. */
    readonly name: string;
    /** Inputs that are set. */
    readonly inputs: PlanObject;
}

/** The stack that is made bad; as it ships, its policies have nothing but advice. */
export const variedStack = "prod";

const detection = "verclsid-shellcode-injection";

const settings = (change: BadSettings["settings"]): BadSettings => ({ kind: "settings", settings: change });
const resource = (type: string, name: string, inputs: PlanObject): BadResource => ({
    kind: "resource",
    type: `:${type}`,
    name,
    inputs,
});
const rule = (inputs: PlanObject): BadResource => resource("ScheduledQueryRule", detection, inputs);
const collected = (...xPathQueries: string[]): BadResource =>
    resource("DataCollectionRule", "collection-rule", {
        dataSources: { windowsEventLogs: [{ name: "sysmon", streams: ["Microsoft-Event"], xPathQueries }] },
    });
const query = (text: string): PlanObject => ({
    criteria: { allOf: [{ query: text, operator: "GreaterThan", threshold: 0, timeAggregation: "Count" }] },
});
/** A command in Pulumi's envelope of a secret. */
const secretCommand = (commandToExecute: string): PlanObject => ({
    "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
    value: { commandToExecute },
});

/** One broken property each. */
export const badVariants: readonly BadVariant[] = [
    {
        title: "a configuration that logs what few detections need",
        policy: "sysmon-config-feeds-detections",
        change: settings({ sensor: { config: "injection", acceptEula: true } }),
    },
    {
        title: "a detection of high severity left out",
        policy: "high-detections-are-kept",
        change: settings({ detections: { exclude: [detection] } }),
    },
    {
        title: "data kept for a month",
        policy: "workspace-keeps-data",
        change: settings({ workspace: { create: { retentionDays: 30, dailyCapGb: "none" } } }),
    },
    {
        title: "a workspace that can be deleted",
        policy: "stateful-is-protected",
        change: settings({ protect: false }),
    },
    {
        title: "Sysmon from a mirror, run unseen",
        policy: "sensor-binary-is-trusted",
        change: resource("VirtualMachineExtension", "vm-002-0f2835d1-sysmon", {
            protectedSettings: secretCommand("powershell iwr http://mirror/Sysmon64.exe -o s.exe; ./s.exe -i"),
        }),
    },
    {
        title: "a key in settings that all can read",
        policy: "sensor-secrets-protected",
        change: resource("VirtualMachineExtension", "-sysmon", { settings: { storageAccountKey: "c2VjcmV0" } }),
    },
    {
        title: "a configuration that the sensor rejects",
        policy: "sysmon-config-is-accepted",
        change: resource("Blob", "-sysmon.xml", { source: textAsset(rejected()) }),
    },
    {
        title: "a machine without an agent",
        policy: "sensor-is-collected",
        change: resource("VirtualMachineExtension", "-agent", { type: "DependencyAgentWindows" }),
    },
    {
        title: "a store that can be opened to everybody",
        policy: "store-is-private",
        change: resource("StorageAccount", "payload", { allowBlobPublicAccess: true }),
    },
    {
        title: "a container that everybody reads",
        policy: "store-is-private",
        change: resource("BlobContainer", "payload-container", { publicAccess: "Blob" }),
    },
    {
        title: "a channel that is not collected",
        policy: "sysmon-channel-is-collected",
        change: collected("Security!*"),
    },
    {
        title: "an XPath that Azure refuses",
        policy: "collection-query-is-valid",
        change: collected("Microsoft-Windows-Sysmon/Operational!*[System[(EventID=1]]"),
    },
    {
        title: "a rule of collection far from its workspace",
        policy: "collection-is-in-region",
        change: resource("DataCollectionRule", "collection-rule", { location: "eastus" }),
    },
    {
        title: "a workspace that takes its key",
        policy: "workspace-takes-no-keys",
        change: resource("Workspace", "collection", { features: { disableLocalAuth: false } }),
    },
    {
        title: "a query that binds to nothing",
        policy: "alert-query-is-valid",
        change: rule(query("Event | where NoSuchColumn == 1")),
    },
    {
        title: "a rule that runs too seldom",
        policy: "alert-schedule-is-legal",
        change: rule({ evaluationFrequency: "PT6H", windowSize: "PT6H" }),
    },
    {
        title: "a rule that resolves by itself",
        policy: "alert-rule-is-heard",
        change: rule({ autoMitigate: true }),
    },
    {
        title: "a rule that tells nobody",
        policy: "alert-rule-is-heard",
        change: rule({ actions: { customProperties: { detection, severity: "High" } } }),
    },
    {
        title: "an identity that owns",
        policy: "roles-are-narrow",
        change: resource("RoleAssignment", "alerts-reads-workspace", {
            roleDefinitionId:
                "/subscriptions/00000000-0000-0000-0000-000000000000/providers/Microsoft.Authorization/roleDefinitions/8e3af657-a8ff-443c-a75c-2fe8c4bcb635",
        }),
    },
    {
        title: "a resource that nobody has tagged",
        policy: "resource-is-named-and-tagged",
        change: resource("Workspace", "collection", { tags: {} }),
    },
];

/** Ours, with an event that no sensor knows. */
function rejected(): string {
    return presetXml("balanced").replace("</EventFiltering>", '<NoSuchEvent onmatch="include" /></EventFiltering>');
}
