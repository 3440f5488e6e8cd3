import { z } from "zod";
import { nameProblem, parseIdOf, parseMachineId, resourceTypes, type NamedKind, type ResourceKind } from "../azure";
import { frequencies, severities, windows } from "../detections/schema";
import { eventById, presets } from "../sysmon";
import {
    dictionary,
    guid,
    httpsUrl,
    list,
    mapping,
    region,
    relativePath,
    sha256,
    text,
    wholeNumber,
    word,
    yesNo,
} from "./forms";
import {
    agentChoices,
    builtInChoices,
    collectionTables,
    deliveries,
    orchestrations,
    sensorPresences,
} from "./settings";

// Descriptions are what an editor shows for a stack file.

/** A resource id of one kind, in any case. */
function idOf(kind: ResourceKind, of: string): z.ZodString {
    const accepted = `resource id of ${of}, /subscriptions/GUID/resourceGroups/NAME/providers/${resourceTypes[kind]}/NAME`;
    return z.string({ error: accepted }).refine((id) => parseIdOf(kind, id).kind === "parsed", { error: accepted });
}

/** A name that Azure accepts for a kind of resource. */
function nameOf(kind: NamedKind, accepted: string): z.ZodString {
    return z.string({ error: accepted }).refine((name) => nameProblem(kind, name) === undefined, { error: accepted });
}

const detectionName = text("name of a detection, such as verclsid-shellcode-injection", /^[a-z0-9]+(?:-[a-z0-9]+)*$/);

const resourceGroupName = nameOf(
    "resourceGroup",
    "name of a resource group: 1 to 90 letters, digits, - _ . ( ), no period at the end",
);

const resourceGroup = z
    .union(
        [
            mapping({ create: resourceGroupName.describe("Name of the resource group that the stack creates.") }),
            mapping({ existing: resourceGroupName.describe("Name of a resource group that exists.") }),
        ],
        { error: "{create: NAME} or {existing: NAME}" },
    )
    .describe("Resource group that holds the stack. Default: one is created under the package's own name for it.");

const workspace = z
    .union(
        [
            mapping({
                create: mapping({
                    name: nameOf(
                        "workspace",
                        "name of a workspace: 4 to 63 letters, digits and hyphens, no hyphen at an end",
                    )
                        .describe("Name of the workspace. Default: the package names it.")
                        .optional(),
                    retentionDays: wholeNumber(30, 730)
                        .describe("Days of interactive retention. Default: 30 in dev, else 90.")
                        .optional(),
                    dailyCapGb: z
                        .union(
                            [
                                z.literal("none"),
                                z.number().gt(0, { error: "more than 0" }).max(4000, { error: "at most 4000" }),
                            ],
                            { error: "gigabytes a day above 0, or none" },
                        )
                        .describe(
                            "Gigabytes a day after which collection stops until the next day, security data included; none for no cap. Default: 1 in dev, else none.",
                        )
                        .optional(),
                }),
            }),
            mapping({
                existing: mapping({
                    id: idOf("workspace", "a workspace").describe("Resource id of the workspace."),
                    location: region().describe("Region of the workspace: its id does not say it."),
                    customerId: guid("the workspace id that the portal shows").describe(
                        "Workspace id (customer id) as the portal shows it.",
                    ),
                }),
            }),
        ],
        { error: "{create: {name, retentionDays, dailyCapGb}} or {existing: {id, location, customerId}}" },
    )
    .describe("Where events are stored. Default: a new workspace.");

/** Names of tables, which a function of the same name would shadow. */
const tableNames = ["Event", "SecurityEvent", "SysmonEvent", "WindowsEvent"];

const functionAliasForm =
    "name of a function: a letter, then letters, digits and _, at most 64; not the name of a table";

const collection = mapping({
    table: word(collectionTables)
        .describe(
            "Table that events are collected into. WindowsEvent exists with Microsoft Sentinel only. Default: Event.",
        )
        .optional(),
    eventIds: z
        .union(
            [
                z.literal("all"),
                list(
                    wholeNumber(1, 255).refine((id) => eventById(id) !== undefined, { error: "id of a Sysmon event" }),
                    "ids of Sysmon events",
                ).min(1, { error: "at least one id" }),
            ],
            { error: "all, or a list of ids of Sysmon events" },
        )
        .describe("Ids of the Sysmon events that are collected. Default: all.")
        .optional(),
    legacyDataSource: yesNo()
        .describe(
            "Adds the data source of the retired Log Analytics agent, for those who still migrate. Default: false.",
        )
        .optional(),
    functionAlias: text(functionAliasForm, /^[A-Za-z]\w{0,63}$/)
        .refine((name) => !tableNames.includes(name), { error: functionAliasForm })
        .describe("Name that queries call the parser of Sysmon events by. Default: SysmonParsed.")
        .optional(),
}).describe("Which events are collected, and into which table.");

const presetNames = Object.keys(presets);

const sensorConfigForm = `${presetNames.join(", ")}, or a file whose name ends in .xml, by its path from the folder of Pulumi.yaml`;

const sensorConfigPart = z.union(
    [z.enum(presetNames), relativePath("a Sysmon configuration, a file whose name ends in .xml", /\S\.[Xx][Mm][Ll]$/)],
    { error: sensorConfigForm },
);

const sensorConfig = z.union(
    [
        ...sensorConfigPart.options,
        list(sensorConfigPart, "configurations to merge").min(1, { error: "at least one configuration" }),
    ],
    { error: `${sensorConfigForm}; or a list of those, which are merged` },
);

const sensorSource = z.union(
    [
        z.literal("microsoft"),
        mapping({
            url: httpsUrl("address of Sysmon's archive or program, https://…").describe("Your own copy of Sysmon."),
            sha256: sha256().describe("SHA-256 of what the address gives; machines refuse anything else."),
        }),
        mapping({
            file: relativePath(
                "Sysmon's archive or program, a file whose name ends in .zip or .exe",
                /\S\.(?:[Zz][Ii][Pp]|[Ee][Xx][Ee])$/,
            ).describe("A copy on this computer, uploaded to the stack's private store."),
        }),
    ],
    { error: "microsoft, {url: ADDRESS, sha256: HASH} or {file: PATH}" },
);

/** The sensor, without what only shows beside other keys. */
export const sensor = mapping({
    config: sensorConfig
        .describe(
            "Sysmon configuration: one that the package ships, a file, or a list of those, which are merged. Default: injection-context.",
        )
        .optional(),
    acceptEula: z
        .literal(true, { error: "true, which accepts the Sysinternals licence for every machine" })
        .describe("Accepts the Sysinternals licence terms for every machine. Nothing is installed without it."),
    source: sensorSource.describe("Where Sysmon comes from. Default: microsoft, its newest release.").optional(),
    builtIn: word(builtInChoices).describe("Use of the Sysmon that is built into Windows. Default: never.").optional(),
    ensure: word(sensorPresences)
        .describe("Whether Sysmon is on the machines; absent removes it, as destroy does not. Default: present.")
        .optional(),
    delivery: word(deliveries).describe("How machines receive the installer. Default: extension.").optional(),
    attempt: wholeNumber(0, 1_000_000).describe("Raise it to run a failed installer again. Default: 0.").optional(),
}).describe("What is installed on the machines.");

const artifacts = z
    .union(
        [
            z.literal("own"),
            mapping({
                container: text(
                    "address of a blob container, https://ACCOUNT.blob.core.windows.net/CONTAINER",
                    /^https:\/\/[a-z0-9]{3,24}\.blob\.[a-z0-9.-]+\/(?=.{3,63}\/?$)[a-z0-9]+(?:-[a-z0-9]+)*\/?$/,
                ).describe("A private blob container that exists, filled by a separate push."),
            }),
        ],
        { error: "own or {container: ADDRESS}" },
    )
    .describe("Where machines fetch the installer from. Default: own, a private store of the stack.");

const identity = z
    .union(
        [
            z.literal("none"),
            mapping({
                system: guid("principal id of the machine's system-assigned identity").describe(
                    "Principal id of the machine's system-assigned identity.",
                ),
            }),
            mapping({
                user: idOf("userAssignedIdentity", "a user-assigned identity").describe(
                    "Resource id of a user-assigned identity that the machine has.",
                ),
                principalId: guid("principal id of that identity")
                    .describe("Principal id of that identity; with it the stack lets it read the installer.")
                    .optional(),
            }),
        ],
        { error: "{system: PRINCIPAL-ID}, {user: RESOURCE-ID} or none" },
    )
    .describe("Identity that the machine has: the stack cannot see it, and cannot give it one.");

const machineIdForm = `resource id of a virtual machine, a scale set or an Arc machine, /subscriptions/GUID/resourceGroups/NAME/providers/ and one of ${[
    resourceTypes.virtualMachine,
    resourceTypes.scaleSet,
    resourceTypes.arcMachine,
].join("/NAME, ")}/NAME`;

/** One machine, without what only shows beside its other keys. */
export const machine = mapping({
    id: z
        .string({ error: machineIdForm })
        .refine((id) => parseMachineId(id).kind === "parsed", { error: machineIdForm })
        .describe("Resource id of a virtual machine, a scale set or an Arc machine."),
    location: region().describe("Region of the machine: its id does not say it."),
    identity,
    orchestration: word(orchestrations)
        .describe("Orchestration mode of a scale set: its id does not say it.")
        .optional(),
    agent: word(agentChoices)
        .describe("Whether the stack installs Azure Monitor Agent, or it is there already. Default: install.")
        .optional(),
    delivery: word(deliveries)
        .describe("How this machine receives the installer. Default: that of the sensor.")
        .optional(),
    ring: text("name of a ring: 1 to 20 lower-case letters, digits and hyphens", /^[a-z0-9-]{1,20}$/)
        .describe("Rollout ring of the machine.")
        .optional(),
});

const parameterValue = z.union([z.string(), z.number(), z.boolean(), z.array(z.string())], {
    error: "a text, a number, true, false or a list of texts",
});

/** Change to one detection, without what only shows beside its other keys. */
export const override = mapping({
    severity: word(severities).describe("Severity of its alerts.").optional(),
    frequency: word(frequencies).describe("How often the rule runs.").optional(),
    window: word(windows).describe("How far back the rule looks; not less than its frequency.").optional(),
    threshold: wholeNumber(0, 1_000_000).describe("The rule rings on more rows than this.").optional(),
    enabled: yesNo().describe("False keeps the rule in place but switched off.").optional(),
    parameters: dictionary(
        text("name of a parameter of the detection", /^[A-Za-z_]\w*$/),
        parameterValue,
        "a mapping from parameters to their values",
    )
        .describe("Values for the detection's parameters, allow-lists among them.")
        .optional(),
});

/** Choice of detections, without what only shows beside its other keys. */
export const detections = mapping({
    include: z
        .union([z.literal("all"), list(detectionName, "names of detections")], {
            error: "all, or a list of names of detections",
        })
        .describe("Detections that run. Default: all.")
        .optional(),
    exclude: list(detectionName, "names of detections").describe("Detections that do not run.").optional(),
    folders: list(relativePath("a folder of detections"), "folders of detections")
        .describe("Folders of further detections of your own.")
        .optional(),
    overrides: dictionary(detectionName, override, "a mapping from names of detections to changes")
        .describe("Changes to single detections, by name.")
        .optional(),
}).describe("Which detections run, and how.");

const receiverName = text("name of a receiver, 1 to 128 characters", /^\S(?:.{0,126}\S)?$/);

/** Who is told, without what only shows beside its other keys. */
export const alerts = mapping({
    emails: list(
        mapping({
            name: receiverName.describe("Name of the receiver, unique in the stack."),
            address: text("a mail address", /^[^\s@]+@[^\s@]+\.[^\s@]+$/).describe("Mail address."),
        }),
        "{name, address}",
    )
        .describe("Mailboxes. Azure asks the owner of a new address to confirm it.")
        .optional(),
    webhooks: list(
        mapping({
            name: receiverName.describe("Name of the receiver, unique in the stack."),
            uri: httpsUrl("an address that begins with https://").describe(
                "Address that takes the common alert schema. It is kept as a secret.",
            ),
        }),
        "{name, uri}",
    )
        .describe("Webhooks.")
        .optional(),
    actionGroups: list(idOf("actionGroup", "an action group"), "resource ids of action groups")
        .describe("Action groups that exist; a rule takes 5 in all.")
        .optional(),
    shortName: text("a name of 1 to 12 characters", /^\S(?:.{0,10}\S)?$/)
        .describe("Sender that mails and messages show. Default: sysmon.")
        .optional(),
}).describe("Who is told.");

const access = z
    .union(
        [
            mapping({
                create: mapping({
                    name: text("name of a group, 1 to 256 characters", /^\S(?:.{0,254}\S)?$/).describe(
                        "Name of the group that the stack creates.",
                    ),
                    members: list(guid("object id of a member"), "object ids of members")
                        .describe("Object ids of members; then no others. Default: members are managed elsewhere.")
                        .optional(),
                }),
            }),
            mapping({
                existing: guid("object id of a security group").describe("Object id of a security group that exists."),
            }),
        ],
        { error: "{create: {name, members}} or {existing: OBJECT ID}" },
    )
    .describe(
        "Security group of those who may read the workspace (Log Analytics Reader). Default: the stack grants nobody.",
    );

/** All that a stack may set, by key without the namespace. What shows only between keys is judged by `crossRules`. */
export const stackSettings = mapping({
    environment: text(
        "name of an environment: a lower-case letter, then up to 11 lower-case letters and digits",
        /^[a-z][a-z0-9]{0,11}$/,
    ).describe("Name of the environment, part of every resource name."),
    location: region().describe("Azure region of everything the stack creates."),
    subscriptionId: guid("id of a subscription").describe("Subscription that the stack deploys into."),
    resourceGroup: resourceGroup.optional(),
    tags: dictionary(z.string(), z.string({ error: "a text" }), "a mapping from names of tags to texts")
        .describe("Tags of every resource that takes tags.")
        .optional(),
    protect: yesNo()
        .describe("Protects resources that hold data from deletion. Default: true in prod, else false.")
        .optional(),
    workspace: workspace.optional(),
    collection: collection.optional(),
    sensor,
    artifacts: artifacts.optional(),
    machines: list(machine, "machines")
        .describe("Machines that the stack equips one by one, a few hundred at most.")
        .optional(),
    detections: detections.optional(),
    alerts,
    access: access.optional(),
});

/** What a stack sets, as its file says it. */
export type StackInput = z.infer<typeof stackSettings>;
