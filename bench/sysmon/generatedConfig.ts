import { type Block, type Condition, type Filter, type OnMatch, type Rule, type SysmonConfig } from "../../sysmon";
import { Random } from "./random";
import { vocabulary } from "./vocabulary";

/** How many filters of each condition a block has on each field; `rules`: how many pairs of them are joined by `and`. */
interface BlockShape {
    readonly element: string;
    readonly onmatch: OnMatch;
    readonly rules?: number;
    readonly filters: readonly (readonly [field: string, condition: Condition, count: number])[];
}

/** About 700 filters, one after another: as a careful file for a fleet of workstations. */
const workstation: readonly BlockShape[] = [
    {
        element: "ProcessCreate",
        onmatch: "exclude",
        filters: [
            ["CommandLine", "is", 92],
            ["CommandLine", "begin with", 8],
            ["Image", "is", 26],
            ["ParentImage", "is", 7],
            ["ParentCommandLine", "begin with", 5],
        ],
    },
    {
        element: "NetworkConnect",
        onmatch: "include",
        filters: [
            ["Image", "image", 61],
            ["Image", "begin with", 9],
            ["DestinationPort", "is", 14],
        ],
    },
    { element: "NetworkConnect", onmatch: "exclude", filters: [["DestinationHostname", "end with", 9]] },
    { element: "ProcessTerminate", onmatch: "include", filters: [["Image", "begin with", 2]] },
    { element: "ImageLoad", onmatch: "include", filters: [] },
    {
        element: "CreateRemoteThread",
        onmatch: "exclude",
        filters: [
            ["SourceImage", "is", 7],
            ["TargetImage", "is", 2],
        ],
    },
    { element: "ProcessAccess", onmatch: "include", filters: [] },
    {
        element: "FileCreate",
        onmatch: "include",
        filters: [
            ["TargetFilename", "end with", 34],
            ["TargetFilename", "begin with", 13],
            ["TargetFilename", "contains", 5],
        ],
    },
    {
        element: "FileCreate",
        onmatch: "exclude",
        filters: [
            ["Image", "is", 7],
            ["TargetFilename", "begin with", 4],
        ],
    },
    {
        element: "RegistryEvent",
        onmatch: "include",
        filters: [
            ["TargetObject", "contains", 32],
            ["TargetObject", "begin with", 38],
            ["TargetObject", "end with", 43],
        ],
    },
    {
        element: "RegistryEvent",
        onmatch: "exclude",
        filters: [
            ["TargetObject", "end with", 36],
            ["TargetObject", "begin with", 10],
            ["TargetObject", "contains", 6],
        ],
    },
    { element: "PipeEvent", onmatch: "include", filters: [["PipeName", "contains any", 9]] },
    {
        element: "DnsQuery",
        onmatch: "exclude",
        filters: [
            ["QueryName", "end with", 157],
            ["QueryName", "is", 52],
        ],
    },
];

/** About 1,900 filters, many of them joined in rules and named by technique: as a file that hunts. */
const hunting: readonly BlockShape[] = [
    {
        element: "ProcessCreate",
        onmatch: "include",
        rules: 80,
        filters: [
            ["OriginalFileName", "is", 150],
            ["CommandLine", "contains", 60],
            ["CommandLine", "contains any", 26],
            ["CommandLine", "contains all", 33],
            ["Image", "image", 38],
            ["ParentImage", "begin with", 27],
        ],
    },
    {
        element: "ProcessCreate",
        onmatch: "exclude",
        rules: 4,
        filters: [
            ["CommandLine", "is", 72],
            ["Image", "is", 50],
            ["Image", "end with", 26],
            ["ParentImage", "is", 34],
        ],
    },
    {
        element: "NetworkConnect",
        onmatch: "include",
        rules: 25,
        filters: [
            ["Image", "image", 94],
            ["Image", "begin with", 19],
            ["DestinationPort", "is", 24],
            ["Image", "contains", 12],
        ],
    },
    {
        element: "NetworkConnect",
        onmatch: "exclude",
        filters: [
            ["Image", "end with", 15],
            ["Image", "is", 8],
            ["DestinationHostname", "end with", 8],
        ],
    },
    {
        element: "ImageLoad",
        onmatch: "include",
        rules: 24,
        filters: [
            ["OriginalFileName", "is", 25],
            ["ImageLoaded", "end with", 19],
            ["ImageLoaded", "contains all", 11],
            ["ImageLoaded", "begin with", 11],
            ["Image", "excludes", 8],
            ["Image", "begin with", 16],
        ],
    },
    {
        element: "ImageLoad",
        onmatch: "exclude",
        rules: 14,
        filters: [
            ["Image", "is", 14],
            ["ImageLoaded", "contains all", 14],
        ],
    },
    {
        element: "CreateRemoteThread",
        onmatch: "exclude",
        filters: [["SourceImage", "is", 9]],
    },
    { element: "CreateRemoteThread", onmatch: "include", filters: [["SourceImage", "begin with", 2]] },
    {
        element: "ProcessAccess",
        onmatch: "include",
        rules: 14,
        filters: [
            ["CallTrace", "contains", 8],
            ["TargetImage", "is", 10],
            ["GrantedAccess", "is", 16],
            ["SourceImage", "begin with", 19],
            ["SourceImage", "not begin with", 4],
        ],
    },
    {
        element: "ProcessAccess",
        onmatch: "exclude",
        rules: 10,
        filters: [
            ["SourceImage", "is", 46],
            ["SourceImage", "end with", 10],
            ["TargetImage", "contains all", 9],
            ["GrantedAccess", "is", 10],
        ],
    },
    {
        element: "FileCreate",
        onmatch: "include",
        rules: 10,
        filters: [
            ["TargetFilename", "end with", 65],
            ["TargetFilename", "begin with", 22],
            ["TargetFilename", "contains", 18],
            ["Image", "excludes", 9],
        ],
    },
    {
        element: "FileCreate",
        onmatch: "exclude",
        rules: 7,
        filters: [
            ["Image", "is", 19],
            ["TargetFilename", "begin with", 12],
            ["TargetFilename", "contains all", 4],
        ],
    },
    {
        element: "RegistryEvent",
        onmatch: "include",
        rules: 20,
        filters: [
            ["TargetObject", "contains", 80],
            ["TargetObject", "begin with", 98],
            ["TargetObject", "end with", 26],
            ["TargetObject", "contains all", 40],
            ["Details", "contains", 11],
        ],
    },
    {
        element: "RegistryEvent",
        onmatch: "exclude",
        rules: 7,
        filters: [
            ["Image", "is", 40],
            ["TargetObject", "end with", 42],
            ["TargetObject", "begin with", 12],
            ["TargetObject", "contains", 8],
        ],
    },
    { element: "PipeEvent", onmatch: "include", filters: [["PipeName", "begin with", 16]] },
    {
        element: "PipeEvent",
        onmatch: "exclude",
        rules: 17,
        filters: [
            ["Image", "is", 45],
            ["PipeName", "begin with", 38],
        ],
    },
    { element: "WmiEvent", onmatch: "include", filters: [["Operation", "is", 1]] },
    {
        element: "DnsQuery",
        onmatch: "exclude",
        filters: [
            ["QueryName", "end with", 135],
            ["QueryName", "is", 50],
        ],
    },
    { element: "FileDelete", onmatch: "include", filters: [] },
    {
        element: "FileDeleteDetected",
        onmatch: "include",
        rules: 37,
        filters: [["TargetFilename", "contains any", 77]],
    },
    {
        element: "FileExecutableDetected",
        onmatch: "include",
        filters: [
            ["Image", "is", 82],
            ["TargetFilename", "begin with", 26],
        ],
    },
];

/** A configuration of about 700 filters, one after another. */
export function workstationConfig(): SysmonConfig {
    return generate(workstation, 2);
}

/** A configuration of about 1,900 filters, many of them in rules and most of them named; 250 kB as text. */
export function huntingConfig(): SysmonConfig {
    return generate(hunting, 3);
}

function generate(shapes: readonly BlockShape[], seed: number): SysmonConfig {
    const random = new Random(seed);
    return {
        schemaVersion: 4.9,
        options: [{ name: "HashAlgorithms", value: "SHA256,IMPHASH" }],
        blocks: shapes.map((shape) => blockOf(shape, random)),
    };
}

function blockOf({ element, onmatch, rules = 0, filters }: BlockShape, random: Random): Block {
    const all = filters.flatMap(([field, condition, count]) =>
        Array.from({ length: count }, (): Filter => {
            const name =
                rules === 0
                    ? null
                    : `technique_id=T1${100 + random.below(499)},technique_name=${vocabulary.word(random)}`;
            return { kind: "filter", field, condition, value: valueOf(field, condition, random), name };
        }),
    );
    // Shuffled, so that rules join filters on different fields and no field comes in one piece.
    const shuffled = all
        .map((filter) => ({ filter, at: random.below(1_000_000) }))
        .sort((a, b) => a.at - b.at)
        .map(({ filter }) => filter);
    const items: (Filter | Rule)[] = shuffled.slice(2 * rules);
    for (let at = 0; at < 2 * rules; at += 2) {
        items.push({ kind: "rule", relation: "and", name: null, filters: shuffled.slice(at, at + 2) });
    }
    return { element, onmatch, group: { relation: "or", name: null }, items };
}

function valueOf(field: string, condition: Condition, random: Random): string {
    switch (condition) {
        case "image":
            return vocabulary.program(random);
        case "contains any":
        case "contains all":
            return [partOf(field, random), partOf(field, random)].join(";");
        case "contains":
        case "excludes":
            return partOf(field, random);
        case "begin with":
        case "not begin with":
            return beginningOf(field, random);
        case "end with":
        case "not end with":
            return endOf(field, random);
        default:
            return wholeOf(field, random);
    }
}

function wholeOf(field: string, random: Random): string {
    if (/Port$/.test(field)) return vocabulary.port(random);
    if (/CommandLine$/.test(field)) return vocabulary.commandLine(random);
    switch (field) {
        case "GrantedAccess":
            return vocabulary.mask(random);
        case "OriginalFileName":
            return vocabulary.program(random);
        case "TargetObject":
            return vocabulary.key(random);
        case "TargetFilename":
            return vocabulary.file(random);
        case "ImageLoaded":
            return vocabulary.library(random);
        case "QueryName":
            return vocabulary.host(random);
        case "Operation":
            return "Created";
        default:
            return vocabulary.image(random);
    }
}

function partOf(field: string, random: Random): string {
    if (/CommandLine$/.test(field)) return ` ${vocabulary.switch(random)} ${random.hex(2)}`;
    if (field === "TargetObject") return `\\${vocabulary.word(random)}\\${vocabulary.word(random)}${random.below(300)}`;
    if (field === "CallTrace") return `.dll+${random.hex(3)}`;
    return `\\${vocabulary.word(random)}-${vocabulary.word(random)}`;
}

function beginningOf(field: string, random: Random): string {
    switch (field) {
        case "TargetObject":
            return `${vocabulary.keyFolder(random)}${vocabulary.word(random)}\\${vocabulary.word(random)}${random.below(30)}`;
        case "PipeName":
            return `\\${vocabulary.word(random)}.${vocabulary.word(random)}.${random.below(5)}`;
        default:
            return `${vocabulary.folder(random)}${vocabulary.word(random)}-${vocabulary.word(random)}`;
    }
}

function endOf(field: string, random: Random): string {
    switch (field) {
        case "TargetObject":
            return `\\${vocabulary.word(random)}${random.below(300)}`;
        case "TargetFilename":
        case "ImageLoaded":
            return `${random.below(40)}${vocabulary.extension(random)}`;
        case "QueryName":
        case "DestinationHostname":
            return `${random.below(40)}${vocabulary.domain(random)}`;
        default:
            return `\\${vocabulary.program(random)}`;
    }
}
