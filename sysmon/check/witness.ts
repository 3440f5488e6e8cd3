import { foldCase } from "../foldCase";
import { fieldText, type EventFields } from "../fieldText";
import type { EventFacts, FieldType } from "../schema";
import type { Alternative, Clause } from "./alternatives";
import { holdsFor, truthOf, type Atom } from "./atom";

/**
 * Fields with which an alternative is likely to hold: an attempt, for the filter engine to judge. Other fields hold what
 * is usual for their type, `filler` in text fields.
 */
export function witnessOf(alternative: Alternative, event: EventFacts, filler: string): EventFields {
    const fields: Record<string, string> = {};
    for (const { name, type } of event.fields) {
        const clauses = alternative.clauses.filter((clause) => clause.some((atom) => atom.field === name));
        const value = clauses.length === 0 ? usualValue(type, filler) : valueFor(clauses, name, type, filler);
        if (value !== "") fields[name] = value;
    }
    return fields;
}

/** Texts for the fields that nothing is asked of. */
export const fillers: readonly string[] = ["C:\\Windows\\System32\\q.exe", "-", "zzz"];

/** What is usual for a type. */
export function usualValue(type: FieldType, filler: string): string {
    switch (type) {
        case "UnicodeString":
            return filler;
        case "UInt16":
        case "UInt32":
            return "1";
        case "HexInt32":
        case "HexInt64":
            return "0x1";
        case "Boolean":
            return "true";
        case "GUID":
            return "{00000000-0000-0000-0000-000000000001}";
    }
}

/** A value for which the clauses on a field hold, where one is found easily. */
function valueFor(clauses: readonly Clause[], field: string, type: FieldType, filler: string): string {
    const holds = (value: string): boolean => {
        const text = foldCase(fieldText({ [field]: value }, { name: field, type, since: 0 }) ?? "");
        return clauses.every((clause) => clause.some((atom) => atom.field !== field || holdsFor(atom, text)));
    };
    const asked = clauses.map((clause) => clause.filter((atom) => atom.field === field && truthOf(atom) !== "never"));
    const candidates = [usualValue(type, filler), ...fillers];
    // One atom of each clause is enough; the first that goes with the others is taken.
    const positive = asked.map((atoms) => atoms.find((atom) => !atom.negative && atom.anchor !== "opaque") ?? null);
    candidates.push(composed(positive.filter((atom) => atom !== null)));
    for (const atom of asked.flat().slice(0, mostTried)) {
        if (atom.anchor !== "opaque") candidates.push(atom.text, composed([atom]));
        // "less than" and "more than": the value itself, a little less, a little more.
        else candidates.push(...around(atom.text.slice(atom.text.indexOf(":") + 1)));
    }
    return candidates.find(holds) ?? candidates.find((value) => value !== "") ?? "";
}

const mostTried = 40;

function around(text: string): string[] {
    return [text, ` ${text}`, `${text}z`, "!", "z"];
}

/** A text in which all of these stand. */
function composed(atoms: readonly Atom[]): string {
    const of = (anchor: Atom["anchor"]): string[] =>
        atoms.filter((atom) => atom.anchor === anchor).map(({ text }) => text);
    const longest = (texts: readonly string[]): string =>
        texts.reduce((best, text) => (text.length > best.length ? text : best), "");
    const [whole] = of("whole");
    if (whole !== undefined) return whole;
    const [file] = of("file");
    const end = longest(of("end"));
    const tail = file === undefined || end.endsWith(`\\${file}`) ? end : `\\${file}`;
    return longest(of("start")) + of("anywhere").join("") + tail;
}
