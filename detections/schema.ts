import { z } from "zod";
import { alertRuleLimits, evaluationFrequencies, windowSizes } from "../azure";

/** How urgent an alert is, from the most to the least. */
export const severities = ["High", "Medium", "Low", "Informational"] as const;

/** One of {@link severities}. */
export type Severity = (typeof severities)[number];

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

const parameterBase = {
    description: sentence,
    /** Names of the detections whose parameter of the same name must have the same value. */
    sharedWith: z.array(z.string()).optional(),
};

/** A value that a stack may set; it reaches the query as a `let` of the same name. */
const parameterSchema = z.discriminatedUnion("type", [
    z.strictObject({ type: z.literal("long"), default: z.int(), ...parameterBase }),
    z.strictObject({ type: z.literal("real"), default: z.number(), ...parameterBase }),
    z.strictObject({ type: z.literal("bool"), default: z.boolean(), ...parameterBase }),
    z.strictObject({ type: z.literal("string"), default: z.string(), ...parameterBase }),
    z.strictObject({ type: z.literal("stringList"), default: z.array(z.string()), ...parameterBase }),
]);

/** What a detection.yaml holds. */
export const detectionSchema = z.strictObject({
    /** GUID, stable for ever: Sentinel's rule id derives from it. */
    id: z.guid("a GUID in lower case").toLowerCase(),
    /** What an analyst reads first: what happens, in one line. */
    title: sentence.max(200),
    /** What is looked for, why it is an attack, what to do next. */
    description: sentence.max(alertRuleLimits.descriptionLength),
    /** How urgent an alert of it is. */
    severity: z.enum(severities),
    /** ATT&CK tactics. */
    tactics: z.array(z.enum(tactics)).min(1),
    /** ATT&CK techniques, `T1055` or `T1055.012`. */
    techniques: z.array(technique).min(1),
    /** What the query needs to see. */
    data: z.strictObject({
        /** Ids of the Sysmon events it reads. */
        events: z.array(z.int()).min(1),
        /** Columns of `SysmonParsed` that it reads and that are Sysmon fields. */
        fields: z.array(z.string()).min(1),
    }),
    /** How often it runs. */
    frequency: z.enum(frequencies),
    /** How far back it looks; at least as far as its frequency. */
    window: z.enum(windows),
    /** The alert rings where the query gives more rows than this. */
    threshold: z.int().min(0),
    /** What a stack may set, by name. */
    parameters: z.record(identifier, parameterSchema).default({}),
    /** Sentinel takes at most ten entity mappings with one to three identifiers each. */
    entities: z
        .array(
            z.strictObject({
                /** Kind of entity. */
                type: z.enum(entityTypes),
                /** Identifier to column of the query's result. */
                identifiers: z.record(z.string(), identifier),
            }),
        )
        .min(1)
        .max(10),
    /** Where the attack is described. */
    references: z.array(httpsUrl).min(1),
    /** What benign things raise it. */
    falsePositives: z.array(sentence).min(1),
});

/** A value that a stack may set for a detection; the query knows it by the same name. */
export type DetectionParameter = z.output<typeof parameterSchema>;

/** The value of a parameter. */
export type ParameterValue = number | boolean | string | readonly string[];

/** What a detection.yaml holds, with defaults filled in. */
export type DetectionDescription = z.output<typeof detectionSchema>;

/** One detection of the catalog. */
export interface Detection extends DetectionDescription {
    /** Kebab-case name of what happens, stable for ever; the name of its folder. */
    readonly name: string;
    /** Folder it was read from, absolute. */
    readonly folder: string;
    /** Its query over `SysmonParsed`, as written in query.kql. */
    readonly query: string;
}

/** What a recording.yaml holds. */
export const recordingSchema = z.strictObject({
    /** What happens, in one line. */
    title: sentence.max(200),
    /** What was done, and what of it is made up. */
    description: sentence,
    /** Always true: a recording that we ship is rebuilt from published descriptions, never taken from a machine. */
    reconstructed: z.literal(true),
    /** The published descriptions. */
    sources: z.array(httpsUrl),
    /** ATT&CK techniques that happen in it. */
    techniques: z.array(technique),
    /** What a rehearsal of it must raise; a detection in neither list may ring or not. */
    expect: z.strictObject({
        /** Detections that must ring. */
        ring: z.array(z.string()),
        /** Detections that must not ring; `others` stands for all that are not listed under `ring`. */
        quiet: z.union([z.literal("others"), z.array(z.string())]),
    }),
});

/** What a recording.yaml holds. */
export type RecordingManifest = z.output<typeof recordingSchema>;
