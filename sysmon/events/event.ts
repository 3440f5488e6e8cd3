import { z } from "zod";
import { normalizeTime } from "./eventTime";

/** The event log channel that Sysmon writes to. */
export const sysmonChannel = "Microsoft-Windows-Sysmon/Operational";

/** The provider that writes to it. */
export const sysmonProvider = "Microsoft-Windows-Sysmon";

/** One event that Sysmon logged, whatever kind of recording it came from. */
export interface SysmonEvent {
    /** Event id, e.g. 10 for a process that opened another. */
    readonly id: number;
    /** Version of the event's manifest; absent where the recording does not tell. */
    readonly version?: number;
    /** Level: 4 (Information) for every event but 255, which has 2 (Error). */
    readonly level?: number;
    /** Channel; always {@link sysmonChannel} in what a recording gives. */
    readonly channel: string;
    /** Name of the machine; empty where the recording does not tell. */
    readonly computer: string;
    /** When the event was written: ISO 8601, UTC, up to seven fractional digits. */
    readonly timeCreated: string;
    /** `EventRecordID`; absent where the recording does not tell. */
    readonly recordId?: number;
    /** Security identifier that the sensor runs under, e.g. `S-1-5-18`. */
    readonly userSid?: string;
    /** Process that wrote the event: the sensor's own, not the one that the event tells of. */
    readonly processId?: number;
    /** Thread that wrote the event. */
    readonly threadId?: number;
    /**
     * Fields by their Sysmon names. Values are text as Windows prints them: `0x1fffff`, `{lower-case guid}`, `true`. A
     * field that the sensor left empty may be absent.
     */
    readonly fields: Readonly<Record<string, string>>;
}

/** What a reader found out about an event; whatever is missing gets its default from {@link completeEvent}. */
export interface EventParts {
    readonly id: number;
    readonly version?: number | undefined;
    readonly level?: number | undefined;
    readonly channel?: string | undefined;
    readonly computer?: string | undefined;
    readonly timeCreated?: string | undefined;
    readonly recordId?: number | undefined;
    readonly userSid?: string | undefined;
    readonly processId?: number | undefined;
    readonly threadId?: number | undefined;
    readonly fields: Readonly<Record<string, string>>;
}

/** The time of events that tell none, neither in their envelope nor in `UtcTime`. */
const unknownTime = "1970-01-01T00:00:00Z";

/**
 * An event with its defaults: channel of Sysmon, level 4 (255: 2), no computer, and the time from the field `UtcTime`,
 * else 1970.
 */
export function completeEvent(parts: EventParts): SysmonEvent {
    const { id, version, recordId, userSid, processId, threadId, fields } = parts;
    return {
        id,
        ...(version === undefined ? {} : { version }),
        level: parts.level ?? (id === 255 ? 2 : 4),
        channel: parts.channel ?? sysmonChannel,
        computer: parts.computer ?? "",
        timeCreated: parts.timeCreated ?? normalizeTime(fields.UtcTime ?? "") ?? unknownTime,
        ...(recordId === undefined ? {} : { recordId }),
        ...(userSid === undefined ? {} : { userSid }),
        ...(processId === undefined ? {} : { processId }),
        ...(threadId === undefined ? {} : { threadId }),
        fields,
    };
}

const count = z.int().nonnegative();

/** Shape of a normalized event on input. Only `id` and `fields` are required; unknown keys are passed over. */
const normalizedEvent = z.object({
    id: z.int().min(1).max(65_535),
    version: count.nullish(),
    level: count.nullish(),
    channel: z.string().nullish(),
    computer: z.string().nullish(),
    timeCreated: z
        .string()
        .transform((text, context) => {
            const time = normalizeTime(text);
            if (time !== undefined) return time;
            context.addIssue({ code: "custom", message: "expected a time such as 2026-01-31T12:00:00.000Z" });
            return z.NEVER;
        })
        .nullish(),
    recordId: count.nullish(),
    userSid: z.string().nullish(),
    processId: count.nullish(),
    threadId: count.nullish(),
    fields: z.record(z.string(), z.string({ error: "expected text, as Windows prints the value" })),
});

/** A normalized event that was read, or what is wrong with it. */
export type NormalizedEventResult =
    { readonly ok: true; readonly event: SysmonEvent } | { readonly ok: false; readonly problem: string };

/**
 * Reads one normalized event, the shape that `sysmon-azure events` prints.
 * @param value what `JSON.parse` gave for one line.
 * @returns the event with its defaults, or every problem of the value in one text.
 */
export function readNormalizedEvent(value: unknown): NormalizedEventResult {
    const result = normalizedEvent.safeParse(value);
    if (!result.success) {
        const problems = result.error.issues.map((issue) => `${issue.path.join(".") || "event"}: ${issue.message}`);
        return { ok: false, problem: problems.join("; ") };
    }
    const { id, fields, ...rest } = result.data;
    return {
        ok: true,
        event: completeEvent({
            id,
            fields,
            version: rest.version ?? undefined,
            level: rest.level ?? undefined,
            channel: rest.channel ?? undefined,
            computer: rest.computer ?? undefined,
            timeCreated: rest.timeCreated ?? undefined,
            recordId: rest.recordId ?? undefined,
            userSid: rest.userSid ?? undefined,
            processId: rest.processId ?? undefined,
            threadId: rest.threadId ?? undefined,
        }),
    };
}
