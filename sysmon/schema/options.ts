import type { SchemaVersion } from "./version";

/** One option of a configuration file: an element beside `EventFiltering`. */
export interface OptionFacts {
    /** Name of its element, e.g. `HashAlgorithms`. */
    readonly name: string;
    /** Whether its element holds a text: one that must be empty, may be empty, or must not be. */
    readonly argument: "none" | "optional" | "required";
    /** First schema version that has it. */
    readonly since: SchemaVersion;
    /** Last schema version that has it; absent where the newest still does. */
    readonly until?: SchemaVersion;
    /**
     * Whether it switches on a kind of event, as rules do as well. Its element is then its name with `Config` behind it,
     * as the name alone is the event's.
     */
    readonly switchesEvent: boolean;
    /** Used by Sysmon itself; not documented for configuration files. */
    readonly internal: boolean;
}

const optionTable = [
    { name: "HashAlgorithms", argument: "required", since: 3.1, switchesEvent: false, internal: false },
    { name: "NetworkConnect", argument: "optional", since: 3.1, switchesEvent: true, internal: false },
    { name: "ImageLoad", argument: "optional", since: 3.1, switchesEvent: true, internal: false },
    { name: "ProcessAccess", argument: "required", since: 3.1, switchesEvent: true, internal: false },
    { name: "PipeMonitoring", argument: "required", since: 3.3, switchesEvent: true, internal: false },
    { name: "DnsQuery", argument: "optional", since: 4.21, switchesEvent: true, internal: false },
    { name: "DnsLookup", argument: "required", since: 4.3, switchesEvent: false, internal: false },
    { name: "DriverName", argument: "required", since: 3.1, switchesEvent: false, internal: false },
    { name: "ArchiveDirectory", argument: "required", since: 3.1, switchesEvent: false, internal: false },
    { name: "CaptureClipboard", argument: "none", since: 3.1, switchesEvent: false, internal: false },
    { name: "CheckRevocation", argument: "optional", since: 3.1, switchesEvent: false, internal: false },
    {
        name: "CopyOnDelete_Processes",
        argument: "required",
        since: 3.1,
        until: 4.23,
        switchesEvent: false,
        internal: false,
    },
    { name: "CopyOnDelete_PE", argument: "none", since: 3.1, until: 4.23, switchesEvent: false, internal: false },
    { name: "CopyOnDelete_SIDs", argument: "required", since: 3.1, until: 4.23, switchesEvent: false, internal: false },
    {
        name: "CopyOnDelete_Extensions",
        argument: "required",
        since: 3.1,
        until: 4.23,
        switchesEvent: false,
        internal: false,
    },
    { name: "FieldSizes", argument: "required", since: 4.81, switchesEvent: false, internal: false },
    { name: "ServiceArchiveDirectory", argument: "required", since: 3.1, switchesEvent: false, internal: true },
    { name: "InternalRepresentation", argument: "required", since: 4.5, switchesEvent: false, internal: true },
    { name: "OutputRules", argument: "required", since: 4.5, switchesEvent: false, internal: true },
    { name: "TraceEvents", argument: "required", since: 4.5, switchesEvent: false, internal: true },
] as const satisfies readonly OptionFacts[];

/** Every option of a configuration file (published Sysmon schema). */
export const options: readonly OptionFacts[] = optionTable;

/** Name of the element of an option, e.g. `"HashAlgorithms"`, or `"DnsQueryConfig"` beside the event `DnsQuery`. */
export type OptionElement =
    | Extract<(typeof optionTable)[number], { readonly switchesEvent: false }>["name"]
    | `${Extract<(typeof optionTable)[number], { readonly switchesEvent: true }>["name"]}Config`;
