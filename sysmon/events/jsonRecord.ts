import { eventById } from "../schema";
import { completeEvent, readNormalizedEvent, sysmonChannel } from "./event";
import { normalizeTime } from "./eventTime";
import { fieldText } from "./fieldValue";
import { messageFields } from "./messageText";
import { isSysmonChannel, problemOutcome, type RecordOutcome } from "./recordOutcome";
import type { PlacedText } from "./textPieces";
import { decodeEntities } from "./xmlEscape";
import { dataItemFields } from "./xmlRecord";

type JsonObject = Readonly<Record<string, unknown>>;

/**
 * A record from one JSON value, in the shape of this package (`id` and `fields`), of Winlogbeat (`event_data`, under
 * `winlog` since version 7), of the tables `WindowsEvent` and `Event` (`EventData`), or flat: fields of the event and of
 * its envelope side by side, as NXLog writes them.
 */
export function jsonRecord(part: PlacedText): RecordOutcome {
    const { line } = part;
    const parsed = parse(part.text);
    if (!parsed.ok) return problemOutcome(`no JSON: ${parsed.reason}`, { line });
    const { value } = parsed;
    if (!isObject(value)) return problemOutcome("a JSON value that is no object, so no event", { line });
    if (isObject(value.fields)) return normalizedRecord(value, line);
    if (isObject(value.winlog)) return nestedRecord(value.winlog, value, line);
    if ("event_data" in value || "log_name" in value) return nestedRecord(value, value, line);
    if ("EventData" in value) return tableRecord(value, line);
    if ("EventID" in value) return flatRecord(value, line);
    return problemOutcome(
        'no event in any known form: expected "id" and "fields", "event_data", "EventData" or "EventID"',
        {
            line,
        },
    );
}

type Parsed = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly reason: string };

function parse(text: string): Parsed {
    try {
        return { ok: true, value: JSON.parse(text) };
    } catch (error) {
        return { ok: false, reason: error instanceof Error ? error.message : String(error) };
    }
}

function normalizedRecord(value: JsonObject, line: number): RecordOutcome {
    const result = readNormalizedEvent(value);
    if (!result.ok) return problemOutcome(result.problem, { line });
    const { event } = result;
    if (!isSysmonChannel(event.channel)) return { kind: "other", channel: event.channel };
    return { kind: "sysmon", event: { ...event, channel: sysmonChannel } };
}

/** Winlogbeat: up to version 6 at the top, since version 7 under `winlog`. */
function nestedRecord(record: JsonObject, top: JsonObject, line: number): RecordOutcome {
    const head = readHead(record.log_name ?? record.channel, record.event_id, line);
    if ("kind" in head) return head;
    const user = isObject(record.user) ? record.user : {};
    const process = isObject(record.process) ? record.process : {};
    const thread = isObject(process.thread) ? process.thread : {};
    return {
        kind: "sysmon",
        event: completeEvent({
            id: head.id,
            version: wholeNumber(record.version),
            computer: text(record.computer_name),
            timeCreated: time(top["@timestamp"]),
            recordId: wholeNumber(record.record_number ?? record.record_id),
            userSid: text(user.identifier),
            processId: wholeNumber(record.process_id ?? process.pid),
            threadId: wholeNumber(record.thread_id ?? thread.id),
            fields: allFields(head.id, isObject(record.event_data) ? record.event_data : {}),
        }),
    };
}

/** A row of the table `WindowsEvent` (fields as JSON, often within a text) or `Event` (fields as XML). */
function tableRecord(row: JsonObject, line: number): RecordOutcome {
    const head = readHead(row.Channel ?? row.EventLog, row.EventID, line);
    if ("kind" in head) return head;
    const fields = tableFields(head.id, row.EventData);
    if (fields === undefined) return problemOutcome("EventData is neither an object, nor JSON, nor XML", { line });
    return {
        kind: "sysmon",
        event: completeEvent({
            id: head.id,
            version: wholeNumber(row.Version),
            level: wholeNumber(row.EventLevel),
            computer: text(row.Computer),
            timeCreated: time(row.TimeCreated) ?? time(row.TimeGenerated),
            recordId: wholeNumber(row.EventRecordId),
            userSid: text(row.SystemUserId),
            processId: wholeNumber(row.SystemProcessId),
            threadId: wholeNumber(row.SystemThreadId),
            fields,
        }),
    };
}

function tableFields(id: number, data: unknown): Record<string, string> | undefined {
    if (isObject(data)) return allFields(id, data);
    if (typeof data !== "string") return undefined;
    if (data.trimStart().startsWith("<")) return dataItemFields(id, data);
    const parsed = parse(data);
    return parsed.ok && isObject(parsed.value) ? allFields(id, parsed.value) : undefined;
}

/**
 * A flat record. Its envelope has names that Sysmon's fields have as well, and overwrites or drops these; the event's
 * rendered message still has them (OTRF Security-Datasets, seen in NXLog records of 2019 and 2020).
 */
function flatRecord(record: JsonObject, line: number): RecordOutcome {
    const head = readHead(record.Channel ?? record.EventLog, record.EventID, line);
    if ("kind" in head) return head;
    const { id } = head;
    const fields = flatFields(id, record);
    return {
        kind: "sysmon",
        event: completeEvent({
            id,
            version: typeof record.Version === "number" ? wholeNumber(record.Version) : undefined,
            level: wholeNumber(record.Level),
            computer: text(record.Hostname) ?? text(record.Computer),
            // `EventTime` of NXLog is local time without a zone, its `@timestamp` the time of receipt.
            timeCreated:
                time(record.TimeCreated) ??
                time(record.TimeGenerated) ??
                time(fields.UtcTime) ??
                time(record["@timestamp"]),
            recordId: wholeNumber(record.RecordNumber ?? record.EventRecordID),
            userSid: text(record.UserID),
            processId: wholeNumber(record.ExecutionProcessID ?? record.ProcessID),
            threadId: wholeNumber(record.ThreadID),
            fields,
        }),
    };
}

/** What NXLog writes over the field `EventType`: its own severity. */
const severities: ReadonlySet<string> = new Set([
    "INFO",
    "DEBUG",
    "VERBOSE",
    "WARNING",
    "ERROR",
    "CRITICAL",
    "AUDIT_SUCCESS",
    "AUDIT_FAILURE",
]);

function flatFields(id: number, record: JsonObject): Record<string, string> {
    const fields: Record<string, string> = {};
    const facts = eventById(id)?.fields;
    const message = text(record.Message);
    const names = facts === undefined ? undefined : new Set(facts.map((field) => field.name));
    const rendered = once(() => (message === undefined ? new Map<string, string>() : messageFields(message, names)));
    const decode = "SourceModuleName" in record || "EventReceivedTime" in record ? decodeEntities : sameText;
    // A field that this package does not know is told from the envelope by the message, which has fields only.
    for (const name of names ?? rendered().keys()) {
        const own = isOverwritten(name, record[name]) ? undefined : text(record[name]);
        const value = own === undefined ? rendered().get(name) : decode(own);
        if (value !== undefined) fields[name] = fieldText(id, name, value);
    }
    return fields;
}

function isOverwritten(name: string, value: unknown): boolean {
    if (name === "EventType") return typeof value === "string" && severities.has(value);
    // The envelope's version is that of the manifest, a number; Sysmon's own, in event 4, is text.
    return name === "Version" && typeof value === "number";
}

function sameText(value: string): string {
    return value;
}

function once<T>(make: () => T): () => T {
    let made: { readonly value: T } | undefined;
    return () => (made ??= { value: make() }).value;
}

function allFields(id: number, data: JsonObject): Record<string, string> {
    const fields: Record<string, string> = {};
    for (const [name, value] of Object.entries(data)) {
        const own = text(value);
        if (own !== undefined) fields[name] = fieldText(id, name, own);
    }
    return fields;
}

/** Channel and id of a Sysmon event, or the outcome for any other record. */
function readHead(channel: unknown, eventId: unknown, line: number): { readonly id: number } | RecordOutcome {
    if (typeof channel !== "string" || channel === "") return problemOutcome("the record names no channel", { line });
    if (!isSysmonChannel(channel)) return { kind: "other", channel };
    const id = wholeNumber(eventId);
    if (id === undefined) return problemOutcome("the record has no event id", { line });
    return { id };
}

function isObject(value: unknown): value is JsonObject {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}

function text(value: unknown): string | undefined {
    switch (typeof value) {
        case "string":
            return value;
        case "number":
        case "boolean":
            return String(value);
        default:
            return undefined;
    }
}

function time(value: unknown): string | undefined {
    return typeof value === "string" ? normalizeTime(value) : undefined;
}

function wholeNumber(value: unknown): number | undefined {
    if (typeof value === "number") return Number.isSafeInteger(value) && value >= 0 ? value : undefined;
    return typeof value === "string" && /^\d{1,15}$/.test(value) ? Number(value) : undefined;
}
