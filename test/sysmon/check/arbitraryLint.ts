import fc from "fast-check";
import {
    conditions,
    eventsByElement,
    type Block,
    type FieldFacts,
    type FieldType,
    type Filter,
    type FilterableEvent,
    type Rule,
    type SysmonConfig,
} from "../../../sysmon";

/** Two texts, a number, a mask, a flag; a series of ids whose layouts differ. */
const fieldsOf: Readonly<Record<string, readonly string[]>> = {
    ProcessAccess: ["SourceImage", "TargetImage", "GrantedAccess"],
    NetworkConnect: ["Image", "DestinationPort", "Initiated"],
    RegistryEvent: ["TargetObject", "Details", "User", "Image"],
};

const parts = ["a", "b", "a.exe", "b.exe", "\\", "c:\\", "C:\\w\\", "ab"];

/** Few texts and short ones, so that filters and values meet, imply and contradict one another often. */
const texts = fc.array(fc.constantFrom(...parts), { minLength: 1, maxLength: 3 }).map((chosen) => chosen.join(""));

function valuesFor(type: FieldType): fc.Arbitrary<string> {
    const odd = fc.constantFrom("", "-", "0x", "1");
    switch (type) {
        case "HexInt32":
            return fc.oneof(fc.constantFrom("0x1FFFFF", "0x1fffff", "0x001fff", "2097151", "0x1f", "ff", "x0"), odd);
        case "UInt16":
            return fc.oneof(fc.constantFrom("80", "443", "080", "70000", "4"), odd);
        case "Boolean":
            return fc.oneof(fc.constantFrom("true", "FALSE", "yes", "e"), odd);
        default:
            return fc.oneof({ weight: 9, arbitrary: texts }, { weight: 1, arbitrary: odd });
    }
}

function filterOn(field: FieldFacts): fc.Arbitrary<Filter> {
    const value = valuesFor(field.type);
    const list = fc.array(value, { minLength: 1, maxLength: 3 }).map((items) => items.join(";"));
    return fc.record({
        kind: fc.constant("filter" as const),
        field: fc.constant(field.name),
        condition: fc.constantFrom(...conditions),
        value: fc.oneof(value, list),
        name: fc.constant(null),
    });
}

function itemOn(fields: readonly FieldFacts[]): fc.Arbitrary<Filter | Rule> {
    const filter = fc.constantFrom(...fields).chain(filterOn);
    const rule: fc.Arbitrary<Rule> = fc.record({
        kind: fc.constant("rule" as const),
        relation: fc.constantFrom("and" as const, "or" as const),
        name: fc.constant(null),
        filters: fc.array(filter, { minLength: 1, maxLength: 3 }),
    });
    return fc.oneof({ weight: 2, arbitrary: filter }, { weight: 1, arbitrary: rule });
}

function blockOf(element: string): fc.Arbitrary<Block> {
    return fc.constantFrom(...eventsByElement(element)).chain((event) => {
        const fields = event.fields.filter(({ name }) => fieldsOf[element]?.includes(name));
        return fc.record({
            element: fc.constant(element),
            onmatch: fc.constantFrom("include" as const, "exclude" as const),
            group: fc.constantFrom({ relation: "or", name: null } as const, { relation: "and", name: null } as const),
            items: fc.array(itemOn(fields), { maxLength: 5 }),
        });
    });
}

function eventOf(element: string): fc.Arbitrary<FilterableEvent> {
    return fc.constantFrom(...eventsByElement(element)).chain((event) => {
        const values = event.fields.map(({ name, type }) => [name, eventValue(type)] as const);
        return fc.record(Object.fromEntries(values)).map((fields) => ({ id: event.id, fields }));
    });
}

/** Values as the sensor writes them. */
function eventValue(type: FieldType): fc.Arbitrary<string> {
    switch (type) {
        case "UnicodeString":
            return fc.oneof({ weight: 9, arbitrary: texts }, { weight: 1, arbitrary: fc.constantFrom("", "-") });
        case "UInt16":
        case "UInt32":
            return fc.constantFrom("0", "80", "443", "4", "65535");
        case "HexInt32":
        case "HexInt64":
            return fc.constantFrom("0x0", "0x1fffff", "0x1f", "0x1fff", "0xff");
        case "Boolean":
            return fc.constantFrom("true", "false");
        case "GUID":
            return fc.constantFrom("{00000000-0000-0000-0000-00000000000a}", "{00000000-0000-0000-0000-0000000000ff}");
    }
}

/** A configuration of one element with two or three blocks, and events of it. */
export const arbitraryLint: fc.Arbitrary<{
    readonly config: SysmonConfig;
    readonly events: readonly FilterableEvent[];
}> = fc.constantFrom(...Object.keys(fieldsOf)).chain((element) =>
    fc.record({
        config: fc.record({
            schemaVersion: fc.constant(4.9),
            options: fc.constant([]),
            blocks: fc.array(blockOf(element), { minLength: 1, maxLength: 3 }),
        }),
        events: fc.array(eventOf(element), { minLength: 40, maxLength: 40 }),
    }),
);
