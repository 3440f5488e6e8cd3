import { eventById, eventsByElement } from "../schema";

/** A short name of an event id: its element, or the sensor's own heading where several ids share one or have none. */
export function eventName(id: number): string {
    const event = eventById(id);
    if (event === undefined) return `event ${id}`;
    return event.element !== null && eventsByElement(event.element).length === 1 ? event.element : event.heading;
}
