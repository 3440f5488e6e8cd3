import type { FieldType } from "./fields";
import type { KnownVersion, SchemaVersion, VersionsUpTo } from "./version";

/** What the table below says of a field: its type, and the schema that added it where that is later than the event. */
interface FieldRow {
    readonly type: FieldType;
    readonly since?: SchemaVersion;
}

/** What the table below says of an event; its fields stand in the order of the newest layout. */
interface EventRow {
    readonly id: number;
    readonly element: string | null;
    readonly heading: string;
    readonly version: number;
    readonly since: SchemaVersion;
    readonly acceptedSince?: SchemaVersion;
    readonly fields: Readonly<Record<string, FieldRow>>;
}

const text = { type: "UnicodeString" } as const;
const guid = { type: "GUID" } as const;
const port = { type: "UInt16" } as const;
const number = { type: "UInt32" } as const;
const flag = { type: "Boolean" } as const;
const mask = { type: "HexInt32" } as const;
const logon = { type: "HexInt64" } as const;

function textSince<V extends KnownVersion>(since: V): { readonly type: "UnicodeString"; readonly since: V } {
    return { type: "UnicodeString", since };
}

/** Rule names were added to every event at once. */
const ruleName = textSince(4.1);

/** The account behind an event was added to most events at once. */
const account = textSince(4.8);

/**
 * Every event of the sensor in its newest layout (published Sysmon schema; events 27 to 29 from public field lists).
 * `acceptedSince` differs from `since` where the sensor lets an element pass in configurations older than its event.
 */
export const eventTable = [
    {
        id: 1,
        element: "ProcessCreate",
        heading: "Process Create",
        version: 5,
        since: 3.1,
        fields: {
            RuleName: ruleName,
            UtcTime: text,
            ProcessGuid: guid,
            ProcessId: number,
            Image: text,
            FileVersion: textSince(4.0),
            Description: textSince(4.0),
            Product: textSince(4.0),
            Company: textSince(4.0),
            OriginalFileName: textSince(4.21),
            CommandLine: text,
            CurrentDirectory: text,
            User: text,
            LogonGuid: guid,
            LogonId: logon,
            TerminalSessionId: number,
            IntegrityLevel: text,
            Hashes: text,
            ParentProcessGuid: guid,
            ParentProcessId: number,
            ParentImage: text,
            ParentCommandLine: text,
            ParentUser: account,
        },
    },
    {
        id: 2,
        element: "FileCreateTime",
        heading: "File creation time changed",
        version: 5,
        since: 3.1,
        fields: {
            RuleName: ruleName,
            UtcTime: text,
            ProcessGuid: guid,
            ProcessId: number,
            Image: text,
            TargetFilename: text,
            CreationUtcTime: text,
            PreviousCreationUtcTime: text,
            User: account,
        },
    },
    {
        id: 3,
        element: "NetworkConnect",
        heading: "Network connection detected",
        version: 5,
        since: 3.1,
        fields: {
            RuleName: ruleName,
            UtcTime: text,
            ProcessGuid: guid,
            ProcessId: number,
            Image: text,
            User: text,
            Protocol: text,
            Initiated: flag,
            SourceIsIpv6: flag,
            SourceIp: text,
            SourceHostname: text,
            SourcePort: port,
            SourcePortName: text,
            DestinationIsIpv6: flag,
            DestinationIp: text,
            DestinationHostname: text,
            DestinationPort: port,
            DestinationPortName: text,
        },
    },
    {
        id: 4,
        element: null,
        heading: "Sysmon service state changed",
        version: 3,
        since: 3.1,
        fields: { UtcTime: text, State: text, Version: textSince(3.2), SchemaVersion: textSince(3.2) },
    },
    {
        id: 5,
        element: "ProcessTerminate",
        heading: "Process terminated",
        version: 3,
        since: 3.1,
        fields: {
            RuleName: ruleName,
            UtcTime: text,
            ProcessGuid: guid,
            ProcessId: number,
            Image: text,
            User: account,
        },
    },
    {
        id: 6,
        element: "DriverLoad",
        heading: "Driver loaded",
        version: 4,
        since: 3.1,
        fields: {
            RuleName: ruleName,
            UtcTime: text,
            ImageLoaded: text,
            Hashes: text,
            Signed: text,
            Signature: text,
            SignatureStatus: textSince(3.2),
        },
    },
    {
        id: 7,
        element: "ImageLoad",
        heading: "Image loaded",
        version: 3,
        since: 3.1,
        fields: {
            RuleName: ruleName,
            UtcTime: text,
            ProcessGuid: guid,
            ProcessId: number,
            Image: text,
            ImageLoaded: text,
            FileVersion: textSince(4.0),
            Description: textSince(4.0),
            Product: textSince(4.0),
            Company: textSince(4.0),
            OriginalFileName: textSince(4.21),
            Hashes: text,
            Signed: text,
            Signature: text,
            SignatureStatus: textSince(3.2),
            User: account,
        },
    },
    {
        id: 8,
        element: "CreateRemoteThread",
        heading: "CreateRemoteThread detected",
        version: 2,
        since: 3.1,
        fields: {
            RuleName: ruleName,
            UtcTime: text,
            SourceProcessGuid: guid,
            SourceProcessId: number,
            SourceImage: text,
            TargetProcessGuid: guid,
            TargetProcessId: number,
            TargetImage: text,
            NewThreadId: number,
            StartAddress: text,
            StartModule: text,
            StartFunction: text,
            SourceUser: account,
            TargetUser: account,
        },
    },
    {
        id: 9,
        element: "RawAccessRead",
        heading: "RawAccessRead detected",
        version: 2,
        since: 3.1,
        fields: {
            RuleName: ruleName,
            UtcTime: text,
            ProcessGuid: guid,
            ProcessId: number,
            Image: text,
            Device: text,
            User: account,
        },
    },
    {
        id: 10,
        element: "ProcessAccess",
        heading: "Process accessed",
        version: 3,
        since: 3.1,
        fields: {
            RuleName: ruleName,
            UtcTime: text,
            SourceProcessGUID: guid,
            SourceProcessId: number,
            SourceThreadId: number,
            SourceImage: text,
            TargetProcessGUID: guid,
            TargetProcessId: number,
            TargetImage: text,
            GrantedAccess: mask,
            CallTrace: text,
            SourceUser: account,
            TargetUser: account,
        },
    },
    {
        id: 11,
        element: "FileCreate",
        heading: "File created",
        version: 2,
        since: 3.2,
        fields: {
            RuleName: ruleName,
            UtcTime: text,
            ProcessGuid: guid,
            ProcessId: number,
            Image: text,
            TargetFilename: text,
            CreationUtcTime: text,
            User: account,
        },
    },
    {
        id: 12,
        element: "RegistryEvent",
        heading: "Registry object added or deleted",
        version: 2,
        since: 3.2,
        fields: {
            RuleName: ruleName,
            EventType: text,
            UtcTime: text,
            ProcessGuid: guid,
            ProcessId: number,
            Image: text,
            TargetObject: text,
            User: account,
        },
    },
    {
        id: 13,
        element: "RegistryEvent",
        heading: "Registry value set",
        version: 2,
        since: 3.2,
        fields: {
            RuleName: ruleName,
            EventType: text,
            UtcTime: text,
            ProcessGuid: guid,
            ProcessId: number,
            Image: text,
            TargetObject: text,
            Details: text,
            User: account,
        },
    },
    {
        id: 14,
        element: "RegistryEvent",
        heading: "Registry object renamed",
        version: 2,
        since: 3.2,
        fields: {
            RuleName: ruleName,
            EventType: text,
            UtcTime: text,
            ProcessGuid: guid,
            ProcessId: number,
            Image: text,
            TargetObject: text,
            NewName: text,
            User: account,
        },
    },
    {
        id: 15,
        element: "FileCreateStreamHash",
        heading: "File stream created",
        version: 2,
        since: 3.2,
        fields: {
            RuleName: ruleName,
            UtcTime: text,
            ProcessGuid: guid,
            ProcessId: number,
            Image: text,
            TargetFilename: text,
            CreationUtcTime: text,
            Hash: text,
            Contents: textSince(4.31),
            User: account,
        },
    },
    {
        id: 16,
        element: null,
        heading: "Sysmon config state changed",
        version: 3,
        since: 3.2,
        fields: { UtcTime: text, Configuration: text, ConfigurationFileHash: text },
    },
    {
        id: 17,
        element: "PipeEvent",
        heading: "Pipe Created",
        version: 1,
        since: 3.3,
        fields: {
            RuleName: ruleName,
            EventType: textSince(4.21),
            UtcTime: text,
            ProcessGuid: guid,
            ProcessId: number,
            PipeName: text,
            Image: text,
            User: account,
        },
    },
    {
        id: 18,
        element: "PipeEvent",
        heading: "Pipe Connected",
        version: 1,
        since: 3.3,
        fields: {
            RuleName: ruleName,
            EventType: textSince(4.21),
            UtcTime: text,
            ProcessGuid: guid,
            ProcessId: number,
            PipeName: text,
            Image: text,
            User: account,
        },
    },
    {
        id: 19,
        element: "WmiEvent",
        heading: "WmiEventFilter activity detected",
        version: 3,
        since: 3.4,
        fields: {
            RuleName: ruleName,
            EventType: text,
            UtcTime: text,
            Operation: text,
            User: text,
            EventNamespace: text,
            Name: text,
            Query: text,
        },
    },
    {
        id: 20,
        element: "WmiEvent",
        heading: "WmiEventConsumer activity detected",
        version: 3,
        since: 3.4,
        fields: {
            RuleName: ruleName,
            EventType: text,
            UtcTime: text,
            Operation: text,
            User: text,
            Name: text,
            Type: text,
            Destination: text,
        },
    },
    {
        id: 21,
        element: "WmiEvent",
        heading: "WmiEventConsumerToFilter activity detected",
        version: 3,
        since: 3.4,
        fields: {
            RuleName: ruleName,
            EventType: text,
            UtcTime: text,
            Operation: text,
            User: text,
            Consumer: text,
            Filter: text,
        },
    },
    {
        id: 22,
        element: "DnsQuery",
        heading: "Dns query",
        version: 5,
        since: 4.21,
        fields: {
            RuleName: ruleName,
            UtcTime: text,
            ProcessGuid: guid,
            ProcessId: number,
            QueryName: text,
            QueryStatus: text,
            QueryResults: text,
            Image: text,
            User: account,
        },
    },
    {
        id: 23,
        element: "FileDelete",
        heading: "File Delete archived",
        version: 5,
        since: 4.3,
        acceptedSince: 4.0,
        fields: {
            RuleName: ruleName,
            UtcTime: text,
            ProcessGuid: guid,
            ProcessId: number,
            User: text,
            Image: text,
            TargetFilename: text,
            Hashes: text,
            IsExecutable: flag,
            Archived: text,
        },
    },
    {
        id: 24,
        element: "ClipboardChange",
        heading: "Clipboard changed",
        version: 5,
        since: 4.4,
        acceptedSince: 4.0,
        fields: {
            RuleName: ruleName,
            UtcTime: text,
            ProcessGuid: guid,
            ProcessId: number,
            Image: text,
            Session: number,
            ClientInfo: text,
            Hashes: text,
            Archived: text,
            User: account,
        },
    },
    {
        id: 25,
        element: "ProcessTampering",
        heading: "Process Tampering",
        version: 5,
        since: 4.5,
        fields: {
            RuleName: ruleName,
            UtcTime: text,
            ProcessGuid: guid,
            ProcessId: number,
            Image: text,
            Type: text,
            User: account,
        },
    },
    {
        id: 26,
        element: "FileDeleteDetected",
        heading: "File Delete logged",
        version: 5,
        since: 4.6,
        fields: {
            RuleName: ruleName,
            UtcTime: text,
            ProcessGuid: guid,
            ProcessId: number,
            User: text,
            Image: text,
            TargetFilename: text,
            Hashes: text,
            IsExecutable: flag,
        },
    },
    {
        id: 27,
        element: "FileBlockExecutable",
        heading: "File Block Executable",
        version: 5,
        since: 4.82,
        fields: {
            RuleName: ruleName,
            UtcTime: text,
            ProcessGuid: guid,
            ProcessId: number,
            User: text,
            Image: text,
            TargetFilename: text,
            Hashes: text,
        },
    },
    {
        id: 28,
        element: "FileBlockShredding",
        heading: "File Block Shredding",
        version: 5,
        since: 4.83,
        fields: {
            RuleName: ruleName,
            UtcTime: text,
            ProcessGuid: guid,
            ProcessId: number,
            User: text,
            Image: text,
            TargetFilename: text,
            Hashes: text,
            IsExecutable: flag,
        },
    },
    {
        id: 29,
        element: "FileExecutableDetected",
        heading: "File Executable Detected",
        version: 5,
        since: 4.9,
        fields: {
            RuleName: ruleName,
            UtcTime: text,
            ProcessGuid: guid,
            ProcessId: number,
            User: text,
            Image: text,
            TargetFilename: text,
            Hashes: text,
        },
    },
    {
        id: 255,
        element: null,
        heading: "Error report",
        version: 3,
        since: 3.1,
        fields: { UtcTime: text, ID: text, Description: text },
    },
] as const satisfies readonly EventRow[];

/** A row of the table with its literal types. */
type Row = (typeof eventTable)[number];

/** Name of an element that filters events, e.g. `"ProcessAccess"`. */
export type EventElement = Extract<Row["element"], string>;

/** Names of the elements that a configuration of a schema version may hold. */
export type EventElementAt<V extends KnownVersion> = Row extends infer R
    ? R extends { readonly element: infer E extends string; readonly since: infer Since }
        ? (R extends { readonly acceptedSince: infer Accepted } ? Accepted : Since) extends VersionsUpTo<V>
            ? E
            : never
        : never
    : never;

/** Names of the fields that a filter of this element may test at a schema version, over all ids of a series. */
export type FieldOf<E extends EventElement, V extends KnownVersion = 4.9> =
    Extract<Row, { readonly element: E }> extends infer R
        ? R extends { readonly fields: infer Fields }
            ? {
                  [F in keyof Fields]: Fields[F] extends { readonly since: infer Since }
                      ? Since extends VersionsUpTo<V>
                          ? F
                          : never
                      : F;
              }[keyof Fields]
            : never
        : never;
