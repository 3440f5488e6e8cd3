import { SaxesParser } from "saxes";
import { elementFields, elementRecord, type EventElement } from "./eventElement";
import { problemOutcome, type RecordOutcome } from "./recordOutcome";
import type { PlacedText } from "./textPieces";

/** A record from one `<Event>` element as the event log renders it. */
export function xmlRecord(part: PlacedText): RecordOutcome {
    const { line } = part;
    const element = readElement(part.text);
    if (typeof element === "string") return problemOutcome(`the event is no well-formed XML: ${element}`, { line });
    const record = elementRecord(element);
    if (record.kind !== "lacking") return record;
    return problemOutcome(`the event has no ${record.name} in its System part`, { line });
}

/**
 * Fields in the `EventData` text of a row of the table `Event`.
 * @returns `undefined` where the text is no well-formed XML.
 */
export function dataItemFields(id: number, xml: string): Record<string, string> | undefined {
    const element = readElement(xml);
    return typeof element === "string" ? undefined : elementFields(id, element);
}

/** Reads an element, or says what is wrong with it, with line and column within it. */
function readElement(xml: string): EventElement | string {
    const system = new Map<string, string>();
    const data: [string, string][] = [];
    const path: string[] = [];
    let text = "";
    let dataName: string | undefined;
    let failure: string | undefined;
    const parser = new SaxesParser({ xmlns: false, position: true });
    parser.on("error", (error) => {
        // The event log writes control characters of a value as they are, which XML forbids and Windows reads back.
        if (!/: disallowed character\.$/.test(error.message)) failure ??= error.message;
    });
    parser.on("opentag", (tag) => {
        if (path.at(-1) === "System") {
            for (const [name, value] of Object.entries(tag.attributes)) system.set(`${tag.name}@${name}`, value);
        }
        if (tag.name === "Data") dataName = tag.attributes.Name;
        path.push(tag.name);
        text = "";
    });
    const addText = (piece: string): void => {
        text += piece;
    };
    parser.on("text", addText);
    parser.on("cdata", addText);
    parser.on("closetag", (tag) => {
        path.pop();
        const parent = path.at(-1);
        if (parent === "System") {
            if (text !== "") system.set(tag.name, text);
        } else if (tag.name === "Data" && parent === "EventData" && dataName !== undefined) data.push([dataName, text]);
        text = "";
    });
    parser.write(xml).close();
    return failure ?? { system, data };
}
