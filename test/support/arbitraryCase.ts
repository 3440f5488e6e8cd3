import fc from "fast-check";
import {
    conditions,
    eventById,
    eventsByElement,
    type Block,
    type FieldType,
    type Filter,
    type FilterableEvent,
    type Rule,
    type RuleGroup,
    type SysmonConfig,
} from "../../sysmon";

/** Elements with everything that can go differently: a series of ids, numbers, flags, GUIDs. */
const elements = [
    "ProcessCreate",
    "ProcessAccess",
    "NetworkConnect",
    "RegistryEvent",
    "PipeEvent",
    "WmiEvent",
    "FileDelete",
    "DnsQuery",
];

/** Few texts and short ones, so that filters and values meet often. */
const texts = fc.oneof(
    fc.constantFrom(
        "",
        "-",
        "a",
        "A",
        "b.exe",
        "C:\\Windows\\b.exe",
        "c:\\windows\\",
        "c:\\windows\\b.exe\\",
        "\\b.exe",
        "B.EXE",
        "ab",
        "é",
        "É",
        "{0a}",
        "true",
        "0x1fff",
        "80",
        "443",
    ),
    fc.string({ unit: fc.constantFrom("a", "B", "\\", ".", "é", " ", "["), maxLength: 4 }),
);

const values = fc.oneof(
    texts,
    fc.array(texts, { minLength: 1, maxLength: 4 }).map((items) => items.join(";")),
);

const names = fc.constantFrom(null, null, "", "n1", "n2");

function filterOn(fields: readonly string[]): fc.Arbitrary<Filter> {
    return fc.record({
        kind: fc.constant("filter" as const),
        field: fc.constantFrom(...fields),
        condition: fc.constantFrom(...conditions),
        value: values,
        name: names,
    });
}

function ruleOn(fields: readonly string[]): fc.Arbitrary<Rule> {
    return fc.record({
        kind: fc.constant("rule" as const),
        relation: fc.constantFrom("and" as const, "or" as const),
        name: names,
        filters: fc.array(filterOn(fields), { minLength: 1, maxLength: 3 }),
    });
}

const groups: fc.Arbitrary<RuleGroup | null> = fc.option(
    fc.record({ relation: fc.constantFrom("and" as const, "or" as const), name: names }),
);

function blockOf(element: string): fc.Arbitrary<Block> {
    // Some blocks keep to one event of the series, so that not all of a series' blocks are dropped.
    return fc.constantFrom(...eventsByElement(element)).chain((event) => {
        const fields = event.fields.map((field) => field.name);
        const item = fc.oneof({ weight: 3, arbitrary: filterOn(fields) }, { weight: 2, arbitrary: ruleOn(fields) });
        return fc.record({
            element: fc.constant(element),
            onmatch: fc.constantFrom("include" as const, "exclude" as const),
            group: groups,
            // Long blocks reach the automaton, which short ones do without.
            items: fc.oneof(fc.array(item, { maxLength: 4 }), fc.array(item, { minLength: 12, maxLength: 30 })),
        });
    });
}

function configOf(chosen: readonly string[]): fc.Arbitrary<SysmonConfig> {
    return fc.record({
        schemaVersion: fc.constantFrom(4, 4.1, 4.11, 4.83, 4.9),
        options: fc.constantFrom([], [{ name: "HashAlgorithms", value: "SHA256" }]),
        blocks: fc.array(fc.constantFrom(...chosen).chain(blockOf), { maxLength: 5 }),
    });
}

/** Any event of one of these ids; numbers, flags and GUIDs as Windows prints them, or absent. */
function eventOf(ids: readonly number[]): fc.Arbitrary<FilterableEvent> {
    return fc.constantFrom(...ids).chain((id) => {
        const fields = (eventById(id)?.fields ?? []).map(({ name, type }) => [name, valueOf(type)] as const);
        // Most fields are there: an absent number makes a block give up, which would hide all else.
        const drawn = fields.map(([name, value]) => [name, fc.option(value, { freq: 12, nil: undefined })] as const);
        return fc.record(Object.fromEntries(drawn)).map((record) => ({ id, fields: withoutAbsent(record) }));
    });
}

function valueOf(type: FieldType): fc.Arbitrary<string> {
    switch (type) {
        case "UnicodeString":
            return texts;
        case "Boolean":
            return fc.constantFrom("true", "false");
        case "GUID":
            return fc.constantFrom("{0a}", "{0B}");
        case "HexInt32":
        case "HexInt64":
            return fc.constantFrom("0x1fff", "0x0");
        case "UInt16":
        case "UInt32":
            return fc.constantFrom("80", "443", "0");
    }
}

function withoutAbsent(record: Readonly<Record<string, string | undefined>>): Record<string, string> {
    return Object.fromEntries(
        Object.entries(record).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])),
    );
}

/** Configurations about one or two kinds of events, with events most of which are of that kind. */
export const arbitraryCase: fc.Arbitrary<{
    readonly config: SysmonConfig;
    readonly events: readonly FilterableEvent[];
}> = fc.uniqueArray(fc.constantFrom(...elements), { minLength: 1, maxLength: 2 }).chain((chosen) => {
    const ids = chosen.flatMap((element) => eventsByElement(element).map((event) => event.id));
    const event = fc.oneof(
        { weight: 9, arbitrary: eventOf(ids) },
        { weight: 1, arbitrary: eventOf([4, 5, 7, 16, 99]) },
    );
    return fc.record({ config: configOf(chosen), events: fc.array(event, { minLength: 1, maxLength: 8 }) });
});
