import { z } from "zod";
import {
    accessGroups,
    muteDurations,
    nameProblem,
    parseIdOf,
    parseMachineId,
    parseResourceId,
    resourceTypes,
    transformationProblem,
    type AccessGroup,
    type NamedKind,
    type ResourceKind,
} from "../azure";
import { frequencies, severities, windows } from "../detections/schema";
import { eventById, presets } from "../sysmon";
import {
    dictionary,
    guid,
    httpsUrl,
    list,
    mapping,
    policyScope,
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
    alertTargets,
    builtInChoices,
    collectionTables,
    deliveries,
    fleetEffects,
    orchestrations,
    sensorPresences,
} from "./settings";

// Descriptions are what an editor shows for a stack file.

/** A resource id of one kind, in any case. */
function idOf(kind: ResourceKind, of: string): z.ZodString {
    const accepted = `resource id of ${of}, /subscriptions/GUID/resourceGroups/NAME/providers/${resourceTypes[kind]}/NAME`;
    return z.string({ error: accepted }).refine((id) => parseIdOf(kind, id).kind === "parsed", { error: accepted });
}

/** A resource id of any type in a resource group. */
function anyId(of: string): z.ZodString {
    const accepted = `resource id of ${of}, /subscriptions/GUID/resourceGroups/NAME/providers/TYPE/NAME`;
    return z.string({ error: accepted }).refine((id) => parseResourceId(id).kind === "parsed", { error: accepted });
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

const transformForm =
    "KQL that begins with source and works on single rows, such as source | where EventID != 7, at most 15360 characters";

const collection = mapping({
    table: word(collectionTables)
        .describe(
            "Table that events are collected into. WindowsEvent exists with Microsoft Sentinel only. Default: Event.",
        )
        .optional(),
    eventIds: z
        .union(
            [
                z.enum(["all", "needed"]),
                list(
                    wholeNumber(1, 255).refine((id) => eventById(id) !== undefined, { error: "id of a Sysmon event" }),
                    "ids of Sysmon events",
                ).min(1, { error: "at least one id" }),
            ],
            { error: "all, needed, or a list of ids of Sysmon events" },
        )
        .describe(
            "Ids of the Sysmon events that are collected; needed: those that a configuration of the stack can log and a detection of it reads, with those that tell of the sensor itself. Default: all.",
        )
        .optional(),
    transform: z
        .string({ error: transformForm })
        .refine((kql) => transformationProblem(kql) === undefined, { error: transformForm })
        .describe("Transformation of each row before it is stored, KQL over source. Default: none.")
        .optional(),
    privateLink: yesNo()
        .describe(
            "Machines reach Azure Monitor by private link: a data collection endpoint, closed to public networks, in each region of a machine; add each to your private link scope. Default: false.",
        )
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

const ringName = text("name of a ring: 1 to 20 lower-case letters, digits and hyphens", /^[a-z0-9-]{1,20}$/);

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

/** What a ring gets instead of what the sensor says. */
const ring = mapping({
    config: sensorConfig
        .describe("Sysmon configuration of the ring's machines. Default: that of the sensor.")
        .optional(),
    source: sensorSource
        .describe("Where Sysmon comes from for the ring's machines. Default: as the sensor.")
        .optional(),
});

/** The sensor, without what only shows beside other keys. */
export const sensor = mapping({
    config: sensorConfig
        .describe(
            "Sysmon configuration: one that the package ships, a file, or a list of those, which are merged. Default: balanced.",
        )
        .optional(),
    acceptEula: z
        .literal(true, { error: "true, which accepts the Sysinternals licence for every machine" })
        .describe("Accepts the Sysinternals licence terms for every machine. Nothing is installed without it."),
    source: sensorSource.describe("Where Sysmon comes from. Default: microsoft, its newest release.").optional(),
    builtIn: word(builtInChoices)
        .describe(
            "Use of the Sysmon that is built into Windows: auto where it is enabled, prefer enables it where Windows has it, require takes nothing else. Default: never.",
        )
        .optional(),
    ensure: word(sensorPresences)
        .describe("Whether Sysmon is on the machines; absent removes it, as destroy does not. Default: present.")
        .optional(),
    delivery: word(deliveries).describe("How machines receive the installer. Default: extension.").optional(),
    attempt: wholeNumber(0, 1_000_000).describe("Raise it to run a failed installer again. Default: 0.").optional(),
    channelMegabytes: wholeNumber(1, 16_384)
        .describe("Least size of Sysmon's event channel in megabytes. Default: it stays as it is.")
        .optional(),
    proxy: text(
        "a proxy, http://HOST:PORT, without user name and password",
        /^https?:\/\/[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?:\d{1,5}\/?$/,
    )
        .describe("Proxy for the machines' download of Sysmon. Default: the system's own settings.")
        .optional(),
    rings: dictionary(ringName, ring, "a mapping from names of rings to {config, source}")
        .describe("What the machines of a rollout ring get instead, by the ring's name. Default: no rings.")
        .optional(),
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
                resourceGroup: resourceGroupName
                    .describe("Resource group of its storage account; a fleet needs it.")
                    .optional(),
                subscriptionId: guid("id of a subscription")
                    .describe("Subscription of its storage account. Default: that of the stack.")
                    .optional(),
            }),
        ],
        { error: "own or {container: ADDRESS, resourceGroup: NAME, subscriptionId: GUID}" },
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
    ring: ringName.describe("Rollout ring of the machine, one of sensor.rings.").optional(),
    pin: yesNo()
        .describe("Keeps the machine on what the sensor says, whatever its ring gets. Default: false.")
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
    suppressFor: z
        .enum(["none", ...muteDurations], { error: `none, or one of ${muteDurations.join(", ")}` })
        .describe("Silence after an alert.")
        .optional(),
    target: word(alertTargets).describe("What raises its alerts. Default: detections.target.").optional(),
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
    target: word(alertTargets)
        .describe(
            "What raises alerts: scheduled-query rules of Azure Monitor, analytics rules of Microsoft Sentinel, or both; it holds for the detections that can be so, the others stay what they can be. Default: sentinel in a stack with sentinel, else azureMonitor.",
        )
        .optional(),
}).describe("Which detections run, and how.");

const receiverName = text("name of a receiver, 1 to 128 characters", /^\S(?:.{0,126}\S)?$/);

const receiver = receiverName.describe("Name of the receiver, unique in its action group.");
const mailAddress = text("a mail address", /^[^\s@]+@[^\s@]+\.[^\s@]+$/);
const phone = mapping({
    name: receiver,
    countryCode: text("a country code, 1 to 4 digits as a text", /^\d{1,4}$/).describe(
        "Country code, digits alone, in quotes.",
    ),
    phoneNumber: text("a telephone number, 4 to 15 digits as a text", /^\d{4,15}$/).describe(
        "Number without country code and leading zero, digits alone, in quotes.",
    ),
});
const secretAddress = (what: string): z.ZodString =>
    httpsUrl("an address that begins with https://").describe(`${what} It is kept as a secret.`);

/** Receivers by kind, in the order in which an editor offers them. */
const receivers = {
    emails: list(mapping({ name: receiver, address: mailAddress.describe("Mail address.") }), "{name, address}")
        .describe("Mailboxes. Azure asks the owner of a new address to confirm it.")
        .optional(),
    sms: list(phone, "{name, countryCode, phoneNumber}").describe("Telephones that get a text message.").optional(),
    voice: list(phone, "{name, countryCode, phoneNumber}").describe("Telephones that are called.").optional(),
    appPush: list(
        mapping({ name: receiver, address: mailAddress.describe("Address that the account signs in with.") }),
        "{name, address}",
    )
        .describe("Accounts that are told in the Azure mobile app.")
        .optional(),
    webhooks: list(
        mapping({ name: receiver, uri: secretAddress("Address that takes the common alert schema.") }),
        "{name, uri}",
    )
        .describe("Webhooks.")
        .optional(),
    roles: list(
        mapping({ name: receiver, roleId: guid("id of a built-in role").describe("Id of the built-in role.") }),
        "{name, roleId}",
    )
        .describe("Roles whose holders on the subscription are told by mail.")
        .optional(),
    logicApps: list(
        mapping({
            name: receiver,
            resourceId: anyId("a Logic App").describe("Resource id of the Logic App."),
            callbackUrl: secretAddress("Address of its HTTP trigger."),
        }),
        "{name, resourceId, callbackUrl}",
    )
        .describe("Logic Apps that are started.")
        .optional(),
    functions: list(
        mapping({
            name: receiver,
            functionAppResourceId: anyId("a function app").describe("Resource id of the function app."),
            functionName: text("name of a function").describe("Name of the function."),
            httpTriggerUrl: secretAddress("Address of its HTTP trigger."),
        }),
        "{name, functionAppResourceId, functionName, httpTriggerUrl}",
    )
        .describe("Functions that are called.")
        .optional(),
    runbooks: list(
        mapping({
            name: receiver,
            automationAccountId: anyId("an Automation account").describe("Resource id of the Automation account."),
            runbookName: text("name of a runbook").describe("Name of the runbook."),
            webhookResourceId: anyId("the runbook's webhook").describe("Resource id of the runbook's webhook."),
            serviceUri: secretAddress("Address of the webhook."),
        }),
        "{name, automationAccountId, runbookName, webhookResourceId, serviceUri}",
    )
        .describe("Runbooks that are started.")
        .optional(),
    eventHubs: list(
        mapping({
            name: receiver,
            subscriptionId: guid("id of a subscription").describe("Subscription of the event hub."),
            eventHubNameSpace: text("a namespace of event hubs").describe("Namespace of the event hub."),
            eventHubName: text("name of an event hub").describe("Name of the event hub."),
        }),
        "{name, subscriptionId, eventHubNameSpace, eventHubName}",
    )
        .describe("Event hubs that alerts are sent to.")
        .optional(),
    itsm: list(
        mapping({
            name: receiver,
            connectionId: text("id of a connection, WORKSPACE|CONNECTION", /^\S+\|\S+$/).describe(
                "Id of the connection, two GUIDs with a bar between.",
            ),
            region: region().describe("Region of the connection's workspace."),
            ticketConfiguration: text("what a ticket holds, as JSON text").describe(
                "What a ticket holds, as JSON text.",
            ),
            workspaceId: guid("id of the connection's workspace").describe("Workspace id of the connection."),
        }),
        "{name, connectionId, region, ticketConfiguration, workspaceId}",
    )
        .describe("Ticket systems.")
        .optional(),
};

const shortNameOf = (fallback: string): z.ZodOptional<z.ZodString> =>
    text("a name of 1 to 12 characters", /^\S(?:.{0,10}\S)?$/)
        .describe(`Sender that mails and messages show. ${fallback}`)
        .optional();

const severityList = list(word(severities), "severities").min(1, { error: "at least one severity" });

/** A further action group, without what only shows beside its other keys. */
export const alertGroup = mapping({
    name: text("name of an action group: 1 to 20 lower-case letters, digits and hyphens", /^[a-z0-9-]{1,20}$/).describe(
        "Stable name, part of its resource name.",
    ),
    shortName: shortNameOf("Default: that of alerts."),
    severities: severityList.describe("Severities that it is told of."),
    ...receivers,
});

const actionGroupId = idOf("actionGroup", "an action group");

/** An action group that exists: its id alone, or with the severities that it is told of. */
const existingGroup = z.union(
    [
        actionGroupId,
        mapping({
            id: actionGroupId.describe("Resource id of the action group."),
            severities: severityList.describe("Severities that it is told of. Default: all.").optional(),
        }),
    ],
    { error: "resource id of an action group, or {id, severities}" },
);

/** Who is told, without what only shows beside its other keys. */
export const alerts = mapping({
    ...receivers,
    actionGroups: list(existingGroup, "resource ids of action groups, or {id, severities}")
        .describe("Action groups that exist; a rule takes 5 in all.")
        .optional(),
    groups: list(alertGroup, "{name, severities} with receivers")
        .describe("Further action groups of the stack's own, for some severities.")
        .optional(),
    shortName: shortNameOf("Default: sysmon."),
    ruleHealth: yesNo()
        .describe(
            "All of them are told when a scheduled-query rule stops working, as Azure's Resource Health sees it. Default: true.",
        )
        .optional(),
    identity: yesNo()
        .describe(
            "Rules read the workspace with an identity of their own, which gets Log Analytics Reader; without it with the rights of whoever changed them last. Default: true where the workspace is the stack's own.",
        )
        .optional(),
}).describe("Who is told of what scheduled-query rules find.");

const watchlistForm = "{alias, searchKey} with rows or file";

/** A watchlist, without what only shows beside its other keys. */
export const watchlist = mapping({
    alias: text("name of a watchlist: 3 to 64 letters, digits and hyphens", /^[A-Za-z0-9][A-Za-z0-9-]{2,63}$/).describe(
        "Name that queries use: _GetWatchlist('alias').",
    ),
    displayName: text("a title").describe("Title that people see. Default: the alias.").optional(),
    description: text("a sentence").describe("What it is for.").optional(),
    searchKey: text("name of a column").describe("Column that queries look up."),
    rows: list(
        dictionary(z.string(), z.string({ error: "a text" }), "a mapping from columns to texts"),
        "mappings from columns to texts",
    )
        .min(1, { error: "at least one row" })
        .describe("The rows. Give these, or file.")
        .optional(),
    file: relativePath("a file whose name ends in .csv", /\S\.[Cc][Ss][Vv]$/)
        .describe("A CSV file whose first line names the columns. Give this, or rows.")
        .optional(),
});

/** Sentinel, without what only shows beside its other keys. */
export const sentinel = mapping({
    onboard: yesNo()
        .describe("The stack onboards the workspace; false where it is onboarded already. Default: true.")
        .optional(),
    defenderSubscriptions: list(guid("id of a subscription"), "ids of subscriptions")
        .describe("Subscriptions whose alerts of Defender for Cloud come into Sentinel; its plans cost. Default: none.")
        .optional(),
    watchlists: list(watchlist, watchlistForm).describe("Lists that Sentinel's queries read.").optional(),
}).describe("Microsoft Sentinel on the workspace: detections as analytics rules that open incidents.");

/** What is logged of the workspace itself. */
export const diagnostics = mapping({
    queries: yesNo()
        .describe(
            "Who asked the workspace what, in the table LAQueryLogs. Default: true for a workspace of the stack's own.",
        )
        .optional(),
    sentinelHealth: yesNo()
        .describe(
            "How rules of Sentinel run and who changes them, in SentinelHealth and SentinelAudit; a rule then tells of rules that fail. Default: whether the stack onboards the workspace.",
        )
        .optional(),
}).describe("What Azure logs of the workspace and of Microsoft Sentinel themselves; billed as other data.");

/** Machines by policy, without what only shows beside its other keys. */
export const fleet = mapping({
    scope: policyScope().describe(
        "Management group, subscription or resource group whose Windows machines are equipped.",
    ),
    exclude: list(
        text("id of a subscription, a resource group or a machine", /^\/(?:subscriptions|providers)\/\S+$/i),
        "ids of subscriptions, resource groups or machines",
    )
        .describe("What is left out below the scope.")
        .optional(),
    identity: z
        .union(
            [
                z.literal("system"),
                mapping({
                    user: idOf("userAssignedIdentity", "a user-assigned identity").describe(
                        "Resource id of the identity that all machines of Azure sign in with.",
                    ),
                    principalId: guid("principal id of that identity").describe(
                        "Principal id of that identity; the stack lets it read the installer.",
                    ),
                    attach: yesNo()
                        .describe("Policies put the identity on machines that lack it. Default: false.")
                        .optional(),
                }),
            ],
            { error: "system or {user: RESOURCE-ID, principalId: GUID, attach: true or false}" },
        )
        .describe(
            "How machines of Azure sign in. Default: system, each with its own identity; machines that have none are left out.",
        )
        .optional(),
    effect: word(fleetEffects)
        .describe("Whether policies equip machines, or rest. Default: deployIfNotExists.")
        .optional(),
    remediate: yesNo()
        .describe("Machines that exist are equipped at once, not only new and changed ones. Default: true.")
        .optional(),
}).describe("Machines that Azure Policy equips, any number of them.");

const group = z.union(
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
);

const groupPurposes: Record<AccessGroup, string> = {
    readers: "Those who read events and alerts.",
    responders: "Those who work on alerts and incidents.",
    engineers: "Those who write detections.",
    operators: "Those who see to machines and deployments.",
};

const access = mapping({
    readers: group.describe(groupPurposes.readers).optional(),
    responders: group.describe(groupPurposes.responders).optional(),
    engineers: group.describe(groupPurposes.engineers).optional(),
    operators: group.describe(groupPurposes.operators).optional(),
}).describe(
    `Security groups of people, ${accessGroups.join(", ")}: each gets the narrowest roles that serve it. Default: the stack grants nobody.`,
);

/** A machine to try things on. */
const lab = mapping({
    adminPassword: text(
        "a password of 12 to 123 characters with lower case, upper case and digits",
        /^(?=.*[a-z])(?=.*[A-Z])(?=.*\d).{12,123}$/,
    ).describe("Password of the machine's administrator. It is kept as a secret; set it with --secret."),
    size: text("size of a virtual machine, such as Standard_B2ms", /^[A-Za-z][A-Za-z0-9_-]*$/)
        .describe("Size of the machine. Default: Standard_B2ms.")
        .optional(),
}).describe("One closed Windows machine to try detections on, in dev only.");

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
    fleet: fleet.optional(),
    detections: detections.optional(),
    alerts: alerts.optional(),
    sentinel: sentinel.optional(),
    huntingQueries: yesNo()
        .describe("A query pack with hunting queries, for people who look for what no rule knows. Default: true.")
        .optional(),
    diagnostics: diagnostics.optional(),
    workbook: yesNo().describe("A workbook that shows sensors, events, alerts and cost. Default: true.").optional(),
    access: access.optional(),
    lab: lab.optional(),
});

/** What a stack sets, as its file says it. */
export type StackInput = z.infer<typeof stackSettings>;
