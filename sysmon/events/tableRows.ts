import { eventById } from "../schema";
import { sysmonProvider, type SysmonEvent } from "./event";
import { sysmonKeywords } from "./eventDocument";
import { escapeXml } from "./xmlEscape";

/** Types of Log Analytics columns that these tables have. */
export type ColumnType = "string" | "int" | "real" | "datetime" | "dynamic";

/** A column of a table. */
export interface TableColumn {
    readonly name: string;
    readonly type: ColumnType;
}

/**
 * Rows as the service writes them. Values by column type: text, number, a datetime as ISO 8601 text, a dynamic value as
 * plain JSON, null for a number that is not known.
 */
export interface TableRows {
    readonly columns: readonly TableColumn[];
    /** One row an event, in the order of the events; its values in the order of the columns. */
    readonly rows: readonly (readonly unknown[])[];
    /** What `ingestion_time()` gives for each row: ISO 8601, UTC. */
    readonly ingestionTimes: readonly string[];
}

/** What the rows of one machine have in common. */
export interface TableRowsOptions {
    /** Resource id of the machine: `_ResourceId`, which the service writes in lower case. Default: empty. */
    readonly resourceId?: string;
    /** When each row becomes visible: ISO 8601, UTC, one for each event. */
    readonly ingestionTimes: readonly string[];
}

/** The service cuts a value at this many bytes of UTF-8 (64 KB; "Azure Monitor service limits"). */
export const longestValue = 65_536;

/** What a row is made from. */
interface RowSource {
    readonly event: SysmonEvent;
    readonly resourceId: string;
    readonly subscriptionId: string;
}

/** A column and where its value comes from; the size that is billed depends on all others, and is added last. */
interface FilledColumn<Source extends RowSource> extends TableColumn {
    readonly value: (source: Source) => unknown;
}

/** The source of a row of the table `Event`, with the fields in the three forms that it has. */
interface EventRowSource extends RowSource {
    readonly renderings: Renderings;
}

const empty = (): string => "";
const systemColumns: readonly FilledColumn<RowSource>[] = [
    // Identifiers of the workspace and of the agent are known only once it is deployed.
    { name: "TenantId", type: "string", value: empty },
    { name: "SourceSystem", type: "string", value: () => "OpsManager" },
    { name: "TimeGenerated", type: "datetime", value: ({ event }) => event.timeCreated },
    { name: "Computer", type: "string", value: ({ event }) => event.computer },
    { name: "EventID", type: "int", value: ({ event }) => event.id },
    { name: "EventLevel", type: "int", value: ({ event }) => event.level ?? null },
    { name: "EventLevelName", type: "string", value: ({ event }) => levelName(event.level) },
    { name: "ManagementGroupName", type: "string", value: empty },
    { name: "_ResourceId", type: "string", value: ({ resourceId }) => resourceId },
    { name: "_SubscriptionId", type: "string", value: ({ subscriptionId }) => subscriptionId },
    { name: "_IsBillable", type: "string", value: () => "true" },
    { name: "_BilledSize", type: "real", value: () => null },
];

const eventColumns: readonly FilledColumn<EventRowSource>[] = [
    ...systemColumns,
    { name: "Source", type: "string", value: () => sysmonProvider },
    { name: "EventLog", type: "string", value: ({ event }) => event.channel },
    // The category of an event is its task, and every Sysmon event is a task of its own.
    { name: "EventCategory", type: "int", value: ({ event }) => event.id },
    { name: "EventData", type: "string", value: ({ renderings }) => renderings.eventData },
    { name: "ParameterXml", type: "string", value: ({ renderings }) => renderings.parameterXml },
    { name: "RenderedDescription", type: "string", value: ({ renderings }) => renderings.description },
    // The agent does not resolve the account; whom the event is about stands in the field User.
    { name: "UserName", type: "string", value: ({ event }) => event.userSid ?? "" },
    { name: "Message", type: "string", value: empty },
    { name: "AzureDeploymentID", type: "string", value: empty },
    { name: "Role", type: "string", value: empty },
    { name: "Type", type: "string", value: () => "Event" },
];

const windowsEventColumns: readonly FilledColumn<RowSource>[] = [
    ...systemColumns,
    { name: "Provider", type: "string", value: () => sysmonProvider },
    { name: "Channel", type: "string", value: ({ event }) => event.channel },
    { name: "Task", type: "int", value: ({ event }) => event.id },
    { name: "Opcode", type: "string", value: () => "0" },
    { name: "Keywords", type: "string", value: () => sysmonKeywords },
    { name: "Version", type: "int", value: ({ event }) => event.version ?? null },
    { name: "EventData", type: "dynamic", value: ({ event }) => cutFields(event.fields) },
    { name: "RawEventData", type: "string", value: empty },
    { name: "EventOriginId", type: "string", value: empty },
    { name: "EventRecordId", type: "string", value: ({ event }) => event.recordId?.toString() ?? "" },
    { name: "Correlation", type: "string", value: empty },
    { name: "SystemProcessId", type: "int", value: ({ event }) => event.processId ?? null },
    { name: "SystemThreadId", type: "int", value: ({ event }) => event.threadId ?? null },
    { name: "SystemUserId", type: "string", value: ({ event }) => event.userSid ?? "" },
    { name: "Type", type: "string", value: () => "WindowsEvent" },
];

/** Columns of the table `Event` ("Azure Monitor Logs reference - Event"), with `TenantId`, which every row has. */
export const eventTableColumns: readonly TableColumn[] = eventColumns.map(({ name, type }) => ({ name, type }));

/** Columns of the table `WindowsEvent` ("Azure Monitor Logs reference - WindowsEvent"). */
export const windowsEventTableColumns: readonly TableColumn[] = windowsEventColumns.map(({ name, type }) => ({
    name,
    type,
}));

/**
 * Rows of the table `Event`, which a data collection rule fills by the stream `Microsoft-Event`.
 * @throws RangeError where there is not one ingestion time for each event.
 */
export function eventTable(events: readonly SysmonEvent[], options: TableRowsOptions): TableRows {
    const rows = rowSources(events, options).map((source) =>
        filledRow(eventColumns, { ...source, renderings: renderingsOf(source.event) }),
    );
    return { columns: eventTableColumns, rows, ingestionTimes: options.ingestionTimes };
}

/**
 * Rows of the table `WindowsEvent`, which a data collection rule fills by the stream `Microsoft-WindowsEvent`.
 * @throws RangeError where there is not one ingestion time for each event.
 */
export function windowsEventTable(events: readonly SysmonEvent[], options: TableRowsOptions): TableRows {
    const rows = rowSources(events, options).map((source) => filledRow(windowsEventColumns, source));
    return { columns: windowsEventTableColumns, rows, ingestionTimes: options.ingestionTimes };
}

function rowSources(events: readonly SysmonEvent[], options: TableRowsOptions): RowSource[] {
    const { resourceId = "", ingestionTimes } = options;
    if (ingestionTimes.length !== events.length) {
        throw new RangeError(`${events.length} events need as many ingestion times, not ${ingestionTimes.length}`);
    }
    const subscriptionId = /^\/subscriptions\/([^/]+)/i.exec(resourceId)?.[1]?.toLowerCase() ?? "";
    return events.map((event) => ({ event, resourceId: resourceId.toLowerCase(), subscriptionId }));
}

function filledRow<Source extends RowSource>(columns: readonly FilledColumn<Source>[], source: Source): unknown[] {
    const row: unknown[] = [];
    let size = 0;
    for (const { name, value } of columns) {
        const full = value(source);
        const kept = typeof full === "string" ? cut(full) : full;
        row.push(kept);
        if (isBilled(name)) size += valueSize(kept);
    }
    row[billedSizeIndex] = size;
    return row;
}

/** Place of `_BilledSize`, the same in both tables. */
const billedSizeIndex = systemColumns.findIndex(({ name }) => name === "_BilledSize");

/** Whether a column counts for the bill: all but the system columns ("Azure Monitor Logs cost calculations"). */
function isBilled(column: string): boolean {
    return !column.startsWith("_") && column !== "TenantId" && column !== "Type";
}

/** Bytes of a value as the service counts them: its text in UTF-8. */
function valueSize(value: unknown): number {
    if (value === null) return 0;
    return Buffer.byteLength(typeof value === "string" ? value : JSON.stringify(value));
}

function levelName(level: number | undefined): string {
    switch (level) {
        case 1:
            return "Critical";
        case 2:
            return "Error";
        case 3:
            return "Warning";
        case 4:
            return "Information";
        case 5:
            return "Verbose";
        default:
            return "";
    }
}

/** The fields of an event in the columns of the table `Event` that hold them. */
interface Renderings {
    /** As the agent writes them: XML in a text, values escaped. */
    readonly eventData: string;
    readonly parameterXml: string;
    /** As Windows renders the event in English: heading, then a line for each field. */
    readonly description: string;
}

function renderingsOf(event: SysmonEvent): Renderings {
    let data = "";
    let parameterXml = "";
    let description = `${eventById(event.id)?.heading ?? `Event ${event.id}`}:`;
    for (const [name, value] of Object.entries(event.fields)) {
        const escaped = escapeXml(value);
        data += `<Data Name="${escapeXml(name)}">${escaped}</Data>`;
        parameterXml += `<Param>${escaped}</Param>`;
        description += `\r\n${name}: ${value}`;
    }
    const source = "00000000-0000-0000-0000-000000000000";
    const eventData =
        `<DataItem Type="System.XmlData" time="${agentTime(event.timeCreated)}" sourceHealthServiceId="${source}">` +
        `<EventData xmlns="http://schemas.microsoft.com/win/2004/08/events/event">${data}</EventData></DataItem>`;
    return { eventData, parameterXml, description };
}

/** A time with seven digits and an offset, as the agent writes it. */
function agentTime(time: string): string {
    const [seconds = "", digits = ""] = time.slice(0, -1).split(".");
    return `${seconds}.${digits.padEnd(7, "0")}+00:00`;
}

function cutFields(fields: Readonly<Record<string, string>>): Record<string, string> {
    return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, cut(value)]));
}

/** A value as long as the service keeps it, never ending within a character. */
function cut(value: string): string {
    // A UTF-16 unit is at most three bytes of UTF-8, so most values need no measuring.
    if (value.length * 3 <= longestValue || Buffer.byteLength(value) <= longestValue) return value;
    const bytes = Buffer.from(value).subarray(0, longestValue);
    return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes, { stream: true });
}
