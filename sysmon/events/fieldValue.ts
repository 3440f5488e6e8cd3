import { eventById, type FieldType } from "../schema";

const guidPattern = /^\{?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\}?$/i;

const typesById = new Map<number, ReadonlyMap<string, FieldType>>();

function fieldTypes(id: number): ReadonlyMap<string, FieldType> {
    let types = typesById.get(id);
    if (types === undefined) {
        types = new Map((eventById(id)?.fields ?? []).map((field) => [field.name, field.type]));
        typesById.set(id, types);
    }
    return types;
}

/**
 * Text of a field as current Windows prints it: a GUID in braces and lower case (older Windows and some exporters print
 * upper case or leave the braces out). Everything else stays as it is.
 */
export function fieldText(id: number, name: string, text: string): string {
    // Fields of events newer than the schema are GUIDs by their name.
    const type = fieldTypes(id).get(name) ?? (/Guid$/i.test(name) ? "GUID" : undefined);
    if (type !== "GUID") return text;
    const guid = guidPattern.exec(text)?.[1];
    return guid === undefined ? text : `{${guid.toLowerCase()}}`;
}
