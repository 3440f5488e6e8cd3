import { eventById, type EventFacts, type FieldFacts, type FilterableEvent } from "../../sysmon";
import { Random } from "./random";
import { vocabulary } from "./vocabulary";

/** How many events of each id there are among the sum of all. */
export type Shares = readonly (readonly [id: number, share: number])[];

/** How many of a hundred events a workstation with much switched on gives of each id. */
const workstation: Shares = [
    [1, 6],
    [3, 8],
    [5, 5],
    [7, 24],
    [8, 1],
    [10, 22],
    [11, 9],
    [12, 9],
    [13, 9],
    [17, 1],
    [18, 1],
    [22, 4],
    [23, 1],
];

/** Events as a workstation gives them: programs, users and files come again and again. */
export function eventMix(count: number, shares: Shares = workstation): FilterableEvent[] {
    const random = new Random(1);
    const drawn = shares.flatMap(([id, share]) => new Array<EventFacts | undefined>(share).fill(eventById(id)));
    return Array.from({ length: count }, () => {
        const facts = drawn[random.below(drawn.length)];
        if (facts === undefined) throw new Error("the mix names an event that does not exist");
        const fields = facts.fields.map((field): [string, string] => [field.name, valueOf(field, random)]);
        return { id: facts.id, fields: Object.fromEntries(fields) };
    });
}

/** The same events with a text in every text field that no other event has, of the same length and kind. */
export function withFreshTexts(events: readonly FilterableEvent[], start = 0): FilterableEvent[] {
    return events.map(({ id, fields }, index) => {
        const text = (start + index).toString(36).padStart(6, "0");
        const facts = eventById(id)?.fields ?? [];
        const isText = (name: string): boolean =>
            facts.some((field) => field.name === name && field.type === "UnicodeString");
        const fresh = Object.entries(fields).map(([name, value]): [string, string] => [
            name,
            isText(name) ? stamped(value, text) : value,
        ]);
        return { id, fields: Object.fromEntries(fresh) };
    });
}

/** Puts a text into the middle of another, so that it begins and ends as before. */
function stamped(value: string, text: string): string {
    const middle = value.length >> 1;
    return value.slice(0, middle) + text + value.slice(middle + text.length);
}

function valueOf({ name, type }: FieldFacts, random: Random): string {
    switch (type) {
        case "GUID":
            return `{${random.hex(8)}-${random.hex(4)}-${random.hex(4)}-${random.hex(4)}-${random.hex(12)}}`;
        case "HexInt32":
            return vocabulary.mask(random);
        case "HexInt64":
            return `0x${(0x3e7 + random.below(9)).toString(16)}`;
        case "Boolean":
            return random.pick(["true", "false"]);
        case "UInt16":
            return random.below(2) === 0 ? vocabulary.port(random) : String(49152 + random.below(16384));
        case "UInt32":
            return String(4 * (1 + random.below(3000)));
        case "UnicodeString":
            return textOf(name, random);
    }
}

function textOf(name: string, random: Random): string {
    if (/Time$/.test(name))
        return `2024-05-17 09:${10 + random.below(50)}:${10 + random.below(50)}.${100 + random.below(900)}`;
    if (name === "ImageLoaded") return random.below(3) === 0 ? vocabulary.file(random) : vocabulary.library(random);
    if (/Image$/.test(name)) return vocabulary.image(random);
    if (/CommandLine$/.test(name)) return vocabulary.commandLine(random);
    if (/User$/.test(name)) return vocabulary.user(random);
    switch (name) {
        case "RuleName":
            return "-";
        case "Hashes":
            return `SHA256=${random.hex(64)},IMPHASH=${random.hex(32)}`;
        case "CallTrace":
            return vocabulary.callTrace(random);
        case "TargetObject":
            return vocabulary.key(random);
        case "TargetFilename":
            return vocabulary.file(random);
        case "QueryName":
        case "SourceHostname":
        case "DestinationHostname":
            return vocabulary.host(random);
        case "PipeName":
            return vocabulary.pipe(random);
        case "OriginalFileName":
            return vocabulary.program(random);
        default:
            return `${vocabulary.word(random)} ${vocabulary.word(random)}`;
    }
}
