/** What a rehearsal found, as plain data: the shape of `rehearse --json`, and what every report is drawn from. */

/** A station of the chain at which an event can be lost. */
export type Station = "recording" | "sensor" | "collection" | "query" | "alert";

/** A chain as a rehearsal reports it. */
export interface ChainSummary {
    /** Number of listed machines that the chain stands for; 0: machines to come. */
    readonly machines: number;
    /** The sensor's side. */
    readonly sensor: { readonly configSha256: string; readonly schemaVersion: string; readonly via: string };
    /** The collector's side. */
    readonly collection: { readonly kind: string; readonly queries: readonly string[]; readonly table: string };
}

/** How many events passed each station. */
export interface EventCounts {
    /** Records read, of whatever channel. */
    readonly read: number;
    /** Sysmon's among them. */
    readonly sysmon: number;
    /** Those that the planned configuration would log. */
    readonly logged: number;
    /** Those that the planned data collection rule would send. */
    readonly collected: number;
}

/** A row of a rule's result by column; values as Kusto prints them in JSON. */
export type AlertRow = Readonly<Record<string, unknown>>;

/** Who or what an alert is about: an entity of Sentinel, with its values in a row. */
export interface AlertEntity {
    /** Kind, such as `Host`. */
    readonly type: string;
    /** Values by identifier, such as `FullName`. */
    readonly identifiers: Readonly<Record<string, string>>;
}

/** An alert that would be raised. */
export interface Alert {
    /** What raises it: a scheduled-query rule of Azure Monitor, or an analytics rule of Sentinel. */
    readonly kind: "scheduled-query" | "sentinel";
    /** Name of the detection. */
    readonly detection: string;
    /** Name of the planned rule. */
    readonly rule: string;
    /** Severity of the detection. */
    readonly severity: string;
    /** Rows behind the alert. */
    readonly count: number;
    /** Whether it rings from every phase of the rule's clock, or from some only. */
    readonly certainty: "always" | "sometimes";
    /** Start of the rule's window, ISO 8601. */
    readonly windowStart: string;
    /** The evaluation, and end of the window, ISO 8601. */
    readonly windowEnd: string;
    /** The rows themselves. */
    readonly rows: readonly AlertRow[];
    /** Entities of all rows, each once; none where the rule maps none. */
    readonly entities: readonly AlertEntity[];
}

/** A detection that did not ring, and why. */
export interface Miss {
    /** Name of the detection. */
    readonly detection: string;
    /** The station that lost the last of the events that count. */
    readonly lostAt: Station;
    /** The filter, XPath, predicate or threshold that did it, in a sentence. */
    readonly why: string;
}

/** One recording through one chain. */
export interface RecordingVerdict {
    /** Name of the recording. */
    readonly name: string;
    /** Its files. */
    readonly files: readonly string[];
    /** Index of the chain. */
    readonly chain: number;
    /** Events at each station. */
    readonly events: EventCounts;
    /** What would ring. */
    readonly alerts: readonly Alert[];
    /** What should ring and does not; without expectations, what saw candidate events and does not ring. */
    readonly missed: readonly Miss[];
    /** Detections that ring against the recording's expectations. */
    readonly unexpected: readonly string[];
}

/** Something that could not be read as it should; the rest was rehearsed. */
export interface RecordingProblem {
    /** The file. */
    readonly file: string;
    /** What is wrong with it. */
    readonly message: string;
}

/** What became of a detection over all recordings. */
export interface DetectionTotal {
    /** Its name. */
    readonly name: string;
    /** Its alerts. */
    readonly alerts: number;
    /** Whether a recording gave all that its rule reads: rules that look for what is missing need to know the machines. */
    readonly exercised: boolean;
}

/** The whole result. */
export interface Rehearsal {
    /** The stack. */
    readonly stack: string;
    /** True where every expectation holds. */
    readonly ok: boolean;
    /** The chains of the plan. */
    readonly chains: readonly ChainSummary[];
    /** Every recording through every chain. */
    readonly recordings: readonly RecordingVerdict[];
    /** Alerts in all, a detection. */
    readonly detections: readonly DetectionTotal[];
    /** What the plan leaves open: sensors without collection, rules that cannot be read. */
    readonly gaps: readonly string[];
    /** Files that could not be read, or not whole. */
    readonly problems: readonly RecordingProblem[];
}
