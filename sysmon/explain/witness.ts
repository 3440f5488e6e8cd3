import type { FilterableEvent } from "../filter";
import { eventById, type FieldFacts } from "../schema";
import type { eventTable } from "../schema/eventTable";

/** A row of the event table with its literal types. */
type Row = (typeof eventTable)[number];

/** Id of an event of the sensor. */
export type EventId = Row["id"];

/** Names of the fields of one event. */
type FieldOfEvent<Id extends EventId> =
    Extract<Row, { readonly id: Id }> extends infer R
        ? R extends { readonly fields: infer F }
            ? Extract<keyof F, string>
            : never
        : never;

/** An event that a technique leaves behind. */
export interface Sign {
    /** What the event shows, in a few words. */
    readonly what: string;
    /** A representative event, every field filled as Windows does. */
    readonly event: FilterableEvent;
}

/** An event as a technique leaves it: the fields that tell it are named, the others are those of an ordinary user. */
export function sign<Id extends EventId>(
    id: Id,
    what: string,
    fields: Readonly<Partial<Record<FieldOfEvent<Id>, string>>>,
): Sign {
    const told: Readonly<Record<string, string | undefined>> = fields;
    const all = (eventById(id)?.fields ?? []).map(
        (field) => [field.name, told[field.name] ?? ordinary(field)] as const,
    );
    return { what, event: { id, fields: Object.fromEntries(all) } };
}

/** A program that a user was made to start. */
export const dropped = "C:\\Users\\alice\\AppData\\Local\\Temp\\update.exe";

const ordinaryTexts: Readonly<Record<string, string>> = {
    UtcTime: "2026-03-02 10:15:42.118",
    CreationUtcTime: "2026-03-02 10:15:42.103",
    Image: dropped,
    SourceImage: dropped,
    ParentImage: "C:\\Windows\\explorer.exe",
    ParentCommandLine: "C:\\Windows\\Explorer.EXE",
    CurrentDirectory: "C:\\Users\\alice\\",
    User: "CORP\\alice",
    ParentUser: "CORP\\alice",
    SourceUser: "CORP\\alice",
    TargetUser: "CORP\\alice",
    IntegrityLevel: "Medium",
    Hashes: "SHA256=9F2C7D0B6A5E4C1380F1B2D3E4A5968778695A4B3C2D1E0F9F2C7D0B6A5E4C13",
    Hash: "SHA256=9F2C7D0B6A5E4C1380F1B2D3E4A5968778695A4B3C2D1E0F9F2C7D0B6A5E4C13",
    Signed: "false",
    SignatureStatus: "Unavailable",
    Protocol: "tcp",
    SourceIp: "10.1.4.27",
    SourceHostname: "PC-0427.corp.example.com",
    EventNamespace: '"root\\\\cimv2"',
    Operation: "Created",
    QueryStatus: "0",
    Archived: "true",
};

/** What stands in a field that a technique says nothing about. */
function ordinary({ name, type }: FieldFacts): string {
    switch (type) {
        case "UnicodeString":
            return ordinaryTexts[name] ?? "-";
        case "GUID":
            return "{b3a1f0c2-5d1e-69a5-7c02-000000001f00}";
        case "Boolean":
            return name.endsWith("IsIpv6") ? "false" : "true";
        case "HexInt32":
            return "0x1fffff";
        case "HexInt64":
            return "0x5b2e1";
        case "UInt16":
            return name === "SourcePort" ? "50412" : "443";
        case "UInt32":
            return "6120";
    }
}
