import type { SysmonEvent } from "./event";
import { documentNames, eventDocument, type EventNode } from "./eventDocument";
import { escapeXml } from "./xmlEscape";

/**
 * XML of an event as `wevtutil qe` prints it, on one line. Elements of the System part that the event does not tell are
 * left out.
 */
export function eventXml(event: SysmonEvent): string {
    const [system, data] = eventDocument(event).children("*");
    const namespace = "http://schemas.microsoft.com/win/2004/08/events/event";
    const told = (system?.children("*") ?? []).map(elementXml).join("");
    const fields = (data?.children("*") ?? []).map(elementXml).join("");
    return `<Event xmlns="${namespace}"><System>${told}</System><EventData>${fields}</EventData></Event>`;
}

function elementXml(node: EventNode): string {
    const attributes = (documentNames[node.name]?.attributes ?? []).flatMap((name) => {
        const value = node.attribute(name);
        return value === undefined ? [] : [` ${name}="${escapeXml(value)}"`];
    });
    if (node.name === "Data") return `<Data${attributes.join("")}>${escapeXml(node.text)}</Data>`;
    if (node.text !== "") return `<${node.name}>${escapeXml(node.text)}</${node.name}>`;
    return attributes.length === 0 ? "" : `<${node.name}${attributes.join("")}/>`;
}
