import { completeEvent } from "./event";
import { normalizeTime } from "./eventTime";
import { fieldText } from "./fieldValue";
import { isSysmonChannel, type RecordOutcome } from "./recordOutcome";

/** What one `<Event>` element says, whether it was text or binary XML. */
export interface EventElement {
    /** Text of the elements of `System`, and their attributes as `Element@Attribute`; nothing for what is empty. */
    readonly system: ReadonlyMap<string, string>;
    /** Names and values of the `Data` elements of `EventData`, in order. */
    readonly data: readonly (readonly [name: string, value: string])[];
}

/** The record of an `<Event>` element, or what it lacks to be one. */
export function elementRecord(
    element: EventElement,
): Exclude<RecordOutcome, { kind: "problem" }> | { readonly kind: "lacking"; readonly name: "Channel" | "EventID" } {
    const { system } = element;
    const channel = system.get("Channel");
    const id = wholeNumber(system.get("EventID"));
    if (channel === undefined) return { kind: "lacking", name: "Channel" };
    if (id === undefined) return { kind: "lacking", name: "EventID" };
    if (!isSysmonChannel(channel)) return { kind: "other", channel };
    return {
        kind: "sysmon",
        event: completeEvent({
            id,
            version: wholeNumber(system.get("Version")),
            level: wholeNumber(system.get("Level")),
            computer: system.get("Computer"),
            timeCreated: normalizeTime(system.get("TimeCreated@SystemTime") ?? ""),
            recordId: wholeNumber(system.get("EventRecordID")),
            userSid: system.get("Security@UserID"),
            processId: wholeNumber(system.get("Execution@ProcessID")),
            threadId: wholeNumber(system.get("Execution@ThreadID")),
            fields: elementFields(id, element),
        }),
    };
}

/** The fields of an event of this id. */
export function elementFields(id: number, element: EventElement): Record<string, string> {
    return Object.fromEntries(element.data.map(([name, value]) => [name, fieldText(id, name, value)]));
}

function wholeNumber(text: string | undefined): number | undefined {
    return text !== undefined && /^\s*\d{1,15}\s*$/.test(text) ? Number(text) : undefined;
}
