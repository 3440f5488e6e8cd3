import { z } from "zod";
import { alertRuleLimits, durationMs, evaluationFrequencies, muteDurations, windowSizes } from "../azure";
import type { RuleKind as QueriedRuleKind } from "../kql";

/** How urgent an alert is, from the most to the least. */
export const severities = ["High", "Medium", "Low", "Informational"] as const;

/** One of {@link severities}. */
export type Severity = (typeof severities)[number];

/**
 * How far a detection has come: `experimental` rings on recordings rebuilt from descriptions, `test` on recorded attacks as
 * well, `stable` ran in production.
 */
export const statuses = ["experimental", "test", "stable"] as const;

/** Kinds of rule that a detection can be deployed as. */
export const ruleKinds = ["scheduled-query", "sentinel"] as const satisfies readonly QueriedRuleKind[];

/** One of {@link ruleKinds}. */
export type RuleKind = (typeof ruleKinds)[number];

/**
 * What a detection is about: `events` what machines do, `silence` what they should send and do not, `health` the workspace
 * that all of it goes through.
 */
export const detectionKinds = ["events", "silence", "health"] as const;

/** One of {@link detectionKinds}. */
export type DetectionKind = (typeof detectionKinds)[number];

/**
 * Tables that a query of the kinds `silence` and `health` may read. `Event` stands for the table that the stack collects
 * Sysmon into, whichever it is: the query reads it as `SysmonParsed`.
 */
export const watchedTables = ["Event", "Heartbeat", "_LogOperation"] as const;

/** One of {@link watchedTables}. */
export type WatchedTable = (typeof watchedTables)[number];

/** ATT&CK tactics by the names that Sentinel's analytics rules take (securityinsights 2024-09-01). */
export const tactics = [
    "Reconnaissance",
    "ResourceDevelopment",
    "InitialAccess",
    "Execution",
    "Persistence",
    "PrivilegeEscalation",
    "DefenseEvasion",
    "CredentialAccess",
    "Discovery",
    "LateralMovement",
    "Collection",
    "Exfiltration",
    "CommandAndControl",
    "Impact",
] as const;

/**
 * How often a detection may run (ISO 8601). One minute is left out: such a rule may not read ingestion times, and every
 * planned query does.
 */
export const frequencies: readonly string[] = evaluationFrequencies.filter((frequency) => frequency !== "PT1M");

/** How far back a detection may look (ISO 8601). */
export const windows: readonly string[] = windowSizes.filter((window) => window !== "PT1M");

/** What each kind of entity can be recognized by in Sentinel (entity types reference). */
export const entityIdentifiers = {
    Account: [
        "Name",
        "FullName",
        "NTDomain",
        "DnsDomain",
        "UPNSuffix",
        "Sid",
        "AadUserId",
        "ObjectGuid",
        "DisplayName",
    ],
    Host: ["HostName", "FullName", "DnsDomain", "NTDomain", "NetBiosName", "AzureID", "OMSAgentID"],
    IP: ["Address"],
    Process: ["ProcessId", "CommandLine", "ElevationToken", "CreationTimeUtc"],
    File: ["Directory", "Name"],
    FileHash: ["Algorithm", "Value"],
    RegistryKey: ["Hive", "Key"],
    RegistryValue: ["Name", "Value", "ValueType"],
    DNS: ["DomainName"],
    URL: ["Url"],
    Malware: ["Name", "Category"],
    AzureResource: ["ResourceId"],
} as const;

/** A kind of entity. */
export type EntityType = keyof typeof entityIdentifiers;

const entityTypes: readonly EntityType[] = [
    "Account",
    "Host",
    "IP",
    "Process",
    "File",
    "FileHash",
    "RegistryKey",
    "RegistryValue",
    "DNS",
    "URL",
    "Malware",
    "AzureResource",
];

const sentence = z.string().trim().min(1);
const identifier = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "a KQL name: letters, digits and underscores");
const technique = z.string().regex(/^T\d{4}(\.\d{3})?$/, "an ATT&CK technique such as T1055 or T1055.012");
const httpsUrl = z.string().regex(/^https:\/\/\S+$/, "a URL that begins with https://");

/** Limits of a Sentinel analytics rule on what an alert says (custom details and alert details articles). */
export const sentinelAlertLimits = {
    customDetails: 20,
    titleLength: 256,
    descriptionLength: 5000,
    placeholders: 3,
} as const;

const minute = 60_000;
const lookback = z.string().refine((text) => {
    const ms = durationMs(text);
    return ms !== undefined && ms >= 5 * minute && ms <= 7 * 1440 * minute;
}, "an ISO 8601 duration from PT5M to P7D");

const duration = z.string().refine((text) => {
    const ms = durationMs(text);
    return ms !== undefined && ms >= minute && ms % minute === 0;
}, "an ISO 8601 duration in whole minutes, such as PT30M");

const parameterBase = {
    description: sentence.describe("What it does, and when to change it."),
    sharedWith: z
        .array(z.string())
        .optional()
        .describe("Names of the detections whose parameter of the same name must have the same value."),
};

/** A value that a stack may set; it reaches the query as a `let` of the same name. */
const parameterSchema = z.discriminatedUnion("type", [
    z.strictObject({ type: z.literal("long"), default: z.int(), ...parameterBase }),
    z.strictObject({ type: z.literal("real"), default: z.number(), ...parameterBase }),
    z.strictObject({ type: z.literal("bool"), default: z.boolean(), ...parameterBase }),
    z.strictObject({ type: z.literal("string"), default: z.string(), ...parameterBase }),
    z.strictObject({ type: z.literal("stringList"), default: z.array(z.string()), ...parameterBase }),
    z.strictObject({ type: z.literal("duration"), default: duration, ...parameterBase }),
]);

/** What the detections of every kind say. */
const commonShape = {
    id: z
        .guid("a GUID in lower case")
        .toLowerCase()
        .describe("GUID, stable for ever: Sentinel's rule id derives from it."),
    title: sentence.max(200).describe("What an analyst reads first: what happens, in one line."),
    status: z
        .enum(statuses)
        .describe(
            "How far it has come: experimental rings on recordings rebuilt from descriptions, test on recorded attacks as well, stable ran in production.",
        ),
    description: sentence
        .max(alertRuleLimits.descriptionLength)
        .describe("The attack: what happens, why it is one, what to do next."),
    evidence: sentence.describe("What the events show of it, and what they cannot show."),
    severity: z.enum(severities).describe("How urgent an alert of it is."),
    severityReason: sentence.describe("Why it is that urgent and not more or less."),
    frequency: z.enum(frequencies).describe("How often it runs (ISO 8601)."),
    window: z.enum(windows).describe("How far back it looks (ISO 8601); at least as far as its frequency."),
    delay: z
        .enum(windows)
        .optional()
        .describe(
            "How long an event waits before it is new (ISO 8601), where a query rings on what does not follow it. Absent: not at all.",
        ),
    threshold: z.int().min(0).describe("The alert rings where the query gives more rows than this."),
    failingPeriods: z
        .strictObject({
            of: z.int().min(1).max(alertRuleLimits.periods).describe("Runs that are looked at, 1 to 6."),
            minimum: z.int().min(1).describe("How many of them must ring; at most as many as are looked at."),
        })
        .optional()
        .describe(
            "How many of the last runs must ring before an alert is raised. Sentinel's rules have no such setting: there one run is enough. Absent: the last one alone.",
        ),
    suppressFor: z
        .enum(muteDurations)
        .optional()
        .describe("How long the rule is silent after an alert (ISO 8601). Absent: it never is."),
    legalFor: z
        .array(z.enum(ruleKinds))
        .min(1)
        .default([...ruleKinds])
        .describe("Kinds of rule that may hold the query. Default: all."),
    parameters: z
        .record(identifier, parameterSchema)
        .default({})
        .describe("What a stack may set, by name; the query knows each by the same name."),
    entities: z
        .array(
            z.strictObject({
                type: z.enum(entityTypes).describe("Kind of entity."),
                identifiers: z
                    .record(z.string(), identifier)
                    .describe("Identifier to column of the query's result; one to three."),
            }),
        )
        .min(1)
        .max(10)
        .describe("Who and what an alert is about; Sentinel takes at most ten."),
    grouping: z
        .strictObject({
            entities: z
                .array(z.enum(entityTypes))
                .min(1)
                .describe("Kinds of entity that two alerts must share; each is one of entities."),
            lookback: lookback.describe("How long an incident stays open for further alerts (ISO 8601, PT5M to P7D)."),
        })
        .optional()
        .describe(
            "What joins alerts into one Sentinel incident. Default: the host, or else the first entity, within five hours.",
        ),
    customDetails: z
        .record(identifier, identifier)
        .default({})
        .describe("What stands beside a Sentinel alert: name to column of the query's result; at most 20."),
    alert: z
        .strictObject({
            title: sentence.max(sentinelAlertLimits.titleLength).describe("Title; at most 256 characters."),
            description: sentence
                .max(sentinelAlertLimits.descriptionLength)
                .optional()
                .describe("Description; at most 5,000 characters. Default: the detection's own."),
        })
        .optional()
        .describe(
            "What a Sentinel alert says; {{Column}} stands for a value, at most three in each. Default: the title.",
        ),
    references: z.array(httpsUrl).min(1).describe("Where the attack is described."),
    falsePositives: z.array(sentence).min(1).describe("What benign things raise it."),
};

const tacticList = z.array(z.enum(tactics)).describe("ATT&CK tactics; each is served by one of the techniques.");
const techniqueList = z.array(technique).describe("ATT&CK techniques, T1055 or T1055.012.");
const attackShape = { tactics: tacticList.min(1), techniques: techniqueList.min(1) };

const eventData = z
    .strictObject({
        events: z.array(z.int()).min(1).describe("Ids of the Sysmon events that the query reads."),
        fields: z
            .array(z.string())
            .min(1)
            .describe("Columns of SysmonParsed that the query reads and that are Sysmon fields."),
    })
    .describe("What the query needs to see.");

const watchedData = z
    .strictObject({
        tables: z
            .array(z.enum(watchedTables))
            .min(1)
            .describe("Tables that the query reads; Event stands for the one that the stack collects Sysmon into."),
    })
    .describe("What the query needs to see.");

/** What a detection.yaml holds. */
export const detectionSchema = z.discriminatedUnion("kind", [
    z.strictObject({
        kind: z
            .literal("events")
            .optional()
            .describe("What it is about: what machines do. Default; silence and health are the others."),
        ...commonShape,
        ...attackShape,
        data: eventData,
    }),
    z.strictObject({
        kind: z.literal("silence").describe("What it is about: what machines should send, and do not."),
        ...commonShape,
        ...attackShape,
        data: watchedData,
    }),
    z.strictObject({
        kind: z.literal("health").describe("What it is about: the workspace that all events go through."),
        ...commonShape,
        // A workspace that is full or late is no attack.
        tactics: tacticList.default([]),
        techniques: techniqueList.default([]),
        data: watchedData,
    }),
]);

/** A value that a stack may set for a detection; the query knows it by the same name. */
export type DetectionParameter = z.output<typeof parameterSchema>;

/** The value of a parameter. */
export type ParameterValue = number | boolean | string | readonly string[];

/** What a detection.yaml holds, with defaults filled in. */
export type DetectionDescription = z.output<typeof detectionSchema>;

/** What joins alerts into one Sentinel incident. */
export interface Grouping {
    /** Kinds of entity that two alerts must share. */
    readonly entities: readonly EntityType[];
    /** How long an incident stays open for further alerts (ISO 8601). */
    readonly lookback: string;
}

/** What a query needs to see. */
export interface DetectionData {
    /** Ids of the Sysmon events that it reads; none where it reads no single events. */
    readonly events: readonly number[];
    /** Columns of SysmonParsed that it reads and that are Sysmon fields. */
    readonly fields: readonly string[];
    /** Tables that it reads; `Event` stands for the one that the stack collects Sysmon into. */
    readonly tables: readonly WatchedTable[];
}

/** One detection of the catalog. */
export interface Detection extends Omit<DetectionDescription, "grouping" | "kind" | "data"> {
    /** What it is about. */
    readonly kind: DetectionKind;
    /** What its query needs to see. */
    readonly data: DetectionData;
    /** What joins its alerts into one Sentinel incident. */
    readonly grouping: Grouping;
    /** Kebab-case name of what happens, stable for ever; the name of its folder. */
    readonly name: string;
    /** Folder it was read from, absolute. */
    readonly folder: string;
    /** Its query over `SysmonParsed`, as written in query.kql. */
    readonly query: string;
}

const instant = z
    .string()
    .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,7})?Z$/, "an ISO 8601 time in UTC, such as 2026-03-05T22:40:00Z")
    .refine((text) => !Number.isNaN(Date.parse(text)), "a time that exists");

const fleetSchema = z
    .strictObject({
        from: instant
            .optional()
            .describe("When the first heartbeats are sent. Default: the first event of the recording."),
        until: instant.describe("When the recording ends: no heartbeat comes later, and no rule is asked later."),
        heartbeat: duration
            .default("PT1M")
            .describe("Time between two heartbeats of a machine (ISO 8601). Default: PT1M."),
        machines: z
            .array(
                z.strictObject({
                    host: sentence.describe("Name of the machine as its events say it; case does not matter."),
                    machine: z
                        .string()
                        .regex(/^\/subscriptions\/\S+$/i, "a resource id of a machine")
                        .optional()
                        .describe(
                            "Resource id of the planned machine that it stands for. Default: the first is the plan's first machine, the others are made up.",
                        ),
                    heartbeatUntil: instant
                        .optional()
                        .describe("When its last heartbeat is sent. Default: the end of the recording."),
                    silentFrom: instant
                        .optional()
                        .describe("From when on none of its events reaches the workspace. Default: never."),
                    latency: duration
                        .optional()
                        .describe("Time from what it sends to its row (ISO 8601). Default: that of the rehearsal."),
                    osType: z.enum(["Windows", "Linux"]).default("Windows").describe("Its system. Default: Windows."),
                }),
            )
            .min(1)
            .describe("Every machine of the recording."),
    })
    .describe(
        "What the machines of the recording send beside their events. Without it, rules that look for what is missing are not exercised.",
    );

/** Limits of a query of a query pack are not published; these keep titles and descriptions readable in its list. */
const huntTexts = { title: 200, description: 4096 } as const;

/** What a hunt.yaml holds. */
export const huntSchema = z.strictObject({
    id: z.guid("a GUID in lower case").toLowerCase().describe("GUID, stable for ever: the query is known by it."),
    title: sentence.max(huntTexts.title).describe("What the rows are, in one line."),
    description: sentence
        .max(huntTexts.description)
        .describe("What the hunt goes by: what is usual, and why the rest is worth a look."),
    reading: sentence.describe("How to read the rows: what to look at first, and what is there in good faith."),
    ...attackShape,
    data: eventData,
    references: z.array(httpsUrl).min(1).describe("Where the technique is described."),
});

/** What a hunt.yaml holds. */
type HuntDescription = z.output<typeof huntSchema>;

/** A query for people who look for what no rule knows. */
export interface Hunt extends HuntDescription {
    /** Name of its folder, kebab case, stable for ever. */
    readonly name: string;
    /** Folder that it was read from. */
    readonly folder: string;
    /** The text of its query.kql, on `SysmonParsed`. The reader's time range bounds it. */
    readonly query: string;
}

/** A row of a table, by column. */
const rowSchema = z.object({ TimeGenerated: instant.describe("When it was written.") }).catchall(z.string());

/** What a recording.yaml holds. */
export const recordingSchema = z.strictObject({
    title: sentence.max(200).describe("What happens, in one line."),
    description: sentence.describe("What was done, and what of it is made up."),
    reconstructed: z
        .literal(true)
        .describe(
            "Always true: a recording that we ship is rebuilt from published descriptions, never taken from a machine.",
        ),
    sources: z.array(httpsUrl).describe("The published descriptions."),
    techniques: z.array(technique).describe("ATT&CK techniques that happen in it."),
    expect: z
        .strictObject({
            ring: z.array(z.string()).describe("Detections that must ring."),
            quiet: z
                .union([z.literal("others"), z.array(z.string())])
                .describe(
                    "Detections that must not ring; others stands for all that are not listed under ring, but those of severity Informational.",
                ),
        })
        .describe("What a rehearsal of it must raise; a detection in neither list may ring or not."),
    fleet: fleetSchema.optional(),
    rows: z
        .strictObject({ _LogOperation: z.array(rowSchema).min(1).optional() })
        .optional()
        .describe("Rows of tables that the workspace itself writes, by table; each names its TimeGenerated."),
});

/** What the machines of a recording send beside their events. */
export type RecordedFleet = z.output<typeof fleetSchema>;

/** What a recording.yaml holds. */
export type RecordingManifest = z.output<typeof recordingSchema>;

/** What an evidence.yaml holds: by detection, the record numbers of the events that it rings on. */
export const evidenceSchema = z.record(z.string(), z.array(z.int()).min(1));
