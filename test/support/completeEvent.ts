import { eventById, type FilterableEvent } from "../../sysmon";

/** The event with a value for every number, flag and GUID: Windows fills them always. */
export function completeEvent({ id, fields }: FilterableEvent): FilterableEvent {
    const filled = (eventById(id)?.fields ?? []).flatMap(({ name, type }) => {
        if (type === "UnicodeString") return [];
        return [[name, type === "Boolean" ? "true" : type === "GUID" ? "{0a}" : "0"] as const];
    });
    return { id, fields: { ...Object.fromEntries(filled), ...fields } };
}
