import type { Filter } from "../config";
import { issueAt, type Issue } from "../issue";
import { fieldApplies } from "../binding";
import { conditionSince, formatVersion, type Condition, type FieldType, type SchemaVersion } from "../schema";
import { positionOf, type BlockReading, type EventReading, type FilterReading } from "./alternatives";
import { truthOf, type Atom, type Truth } from "./atom";
import { printedForm } from "./fieldDomain";
import { filterText, shown } from "./wording";

/** What there is to say about single filters, whatever stands around them. */
export function* filterFindings(reading: EventReading, version: SchemaVersion): Generator<Issue> {
    for (const block of reading.blocks) {
        for (const filter of block.filters) {
            yield* valueFindings(filter);
            yield* versionFinding(filter.filter, version);
            yield* layoutFinding(filter.filter, block, reading);
        }
    }
}

function* valueFindings(reading: FilterReading): Generator<Issue> {
    const { filter, form } = reading;
    const position = positionOf(filter);
    const type = form.atoms[0]?.type ?? "UnicodeString";
    const hasEmptyItem = isList(filter.condition) && filter.value !== "" && filter.value.split(";").includes("");
    const truth = truthOfFilter(reading);
    if (hasEmptyItem) yield issueAt("SM206", position, emptyItemText(filter, truth));
    else if (truth === "never") {
        yield issueAt(
            "SM201",
            position,
            `${filterText(filter)} can never match: ${whyNever(filter, form.atoms, type)}`,
        );
    } else if (truth === "always") {
        yield issueAt(
            "SM202",
            position,
            `${filterText(filter)} matches every event: ${whyAlways(filter, form.atoms, type)}`,
        );
    } else if (form.relation === "any" && form.atoms.length > 1) {
        const dead = form.atoms.find((atom) => !atom.negative && truthOf(atom) === "never");
        if (dead !== undefined) {
            const why = whyNever(filter, [dead], type);
            yield issueAt("SM201", position, `"${shown(dead.text)}" in ${filterText(filter)} can never match: ${why}`);
        }
    }
    if (["less than", "more than"].includes(filter.condition) && isNumber(type)) {
        yield issueAt(
            "SM205",
            position,
            `${filterText(filter)} compares text, not numbers: "80" is more than "443". List the values with "is any", or compare where the events are queried.`,
        );
    }
    if (
        isList(filter.condition) &&
        filter.value.split(";").some((item) => item !== item.trim() && item.trim() !== "")
    ) {
        yield issueAt(
            "SM207",
            position,
            `An item of ${filterText(filter)} begins or ends with a space, which must then stand in the field as well. Write the items without spaces around the semicolons.`,
        );
    }
    if (isBareFileName(filter)) {
        yield issueAt(
            "SM208",
            position,
            `${filterText(filter)} compares the whole path with a file name: no file on disk has such a path. Use condition="image", or write the full path.`,
        );
    }
}

/** Whether a filter holds for every event or for none. */
export function truthOfFilter({ filter, form }: FilterReading): Truth {
    if (filter.value === "" && filter.condition === "more than") return "always";
    if (filter.value === "" && filter.condition === "less than") return "never";
    const truths = form.atoms.map(truthOf);
    const [decisive, other] = form.relation === "any" ? (["always", "never"] as const) : (["never", "always"] as const);
    if (truths.includes(decisive)) return decisive;
    return truths.every((truth) => truth === other) ? other : "open";
}

function whyNever(filter: Filter, atoms: readonly Atom[], type: FieldType): string {
    if (filter.field === "RuleName") return ruleNameText;
    if (filter.value === "" && filter.condition === "less than")
        return "nothing comes before the empty text. Remove it.";
    if (atoms.some((atom) => atom.negative)) {
        return "the text is in every value the field can have. Write the text that is meant, or remove the filter.";
    }
    if (atoms.some((atom) => atom.text === "")) {
        return 'the field is never empty, it is "-" where there is no value. Write "-", or remove the filter.';
    }
    return `the sensor writes ${filter.field} as ${printedForm(type)}.${corrected(atoms, type)}`;
}

function whyAlways(filter: Filter, atoms: readonly Atom[], type: FieldType): string {
    if (filter.field === "RuleName") return ruleNameText;
    if (filter.value === "" && filter.condition === "is not") {
        return 'the field is never empty, it is "-" where there is no value. Write "-", or remove the filter.';
    }
    if (filter.value === "")
        return "the empty text is in every value. Write the text that is meant, or remove the filter.";
    return `the sensor writes ${filter.field} as ${printedForm(type)}, so the text is in none.${corrected(atoms, type)}`;
}

const ruleNameText =
    'the sensor fills in RuleName only when it has filtered the event, and filters see "-". Filter by what the rule looks for.';

/** The number as the sensor would print it, where it can be told. */
function corrected(atoms: readonly Atom[], type: FieldType): string {
    const text = atoms.find((atom) => truthOf(atom) !== "open")?.text.trim() ?? "";
    const hexadecimal = type === "HexInt32" || type === "HexInt64";
    if (text.length > 20 || !isNumber(type)) return ` Write it so, or remove the filter.`;
    if (hexadecimal && /^(?:0x)?0*[0-9a-f]+$/.test(text)) {
        const asHex = `0x${BigInt(`0x${text.replace("0x", "")}`).toString(16)}`;
        const asDecimal = /^\d+$/.test(text) ? `0x${BigInt(text).toString(16)}` : asHex;
        if (asDecimal === asHex) return ` Write ${asHex}.`;
        return ` Write ${asDecimal} if ${text} is a decimal number, ${asHex} if it is a hexadecimal one.`;
    }
    if (/^(?:\d+|0x[0-9a-f]+)$/.test(text)) return ` Write ${BigInt(text).toString()}, if the field can hold it.`;
    return " Write it so, or remove the filter.";
}

function emptyItemText(filter: Filter, truth: Truth): string {
    const advice = "Remove the needless semicolon.";
    if (filter.condition === "is any") {
        return `The empty item in ${filterText(filter)} matches nothing, as no field is ever empty. ${advice}`;
    }
    if (!filter.value.endsWith(";")) {
        return `The empty item in ${filterText(filter)} stands for the rest of the list taken literally, semicolons included. ${advice}`;
    }
    switch (truth) {
        case "always":
            return `${filterText(filter)} matches every event: its empty last item is in every text. ${advice}`;
        case "never":
            return `${filterText(filter)} can never match: its empty last item is in every text. ${advice}`;
        case "open":
            return `The empty last item of ${filterText(filter)} is in every text, so that it decides nothing. ${advice}`;
    }
}

function* versionFinding(filter: Filter, version: SchemaVersion): Generator<Issue> {
    const since = conditionSince(filter.condition);
    if (since <= version) return;
    yield issueAt(
        "SM220",
        positionOf(filter),
        `The condition "${filter.condition}" came with schema version ${formatVersion(since)}, the file names ${formatVersion(version)}: a sensor of that time rejects the file. Raise the schemaversion.`,
    );
}

function* layoutFinding(filter: Filter, block: BlockReading, reading: EventReading): Generator<Issue> {
    const blind = reading.events.filter(
        (event) =>
            event.fields.some((field) => field.name === filter.field) &&
            !fieldApplies(filter.field, block.bound, event),
    );
    if (blind.length === 0) return;
    const ids = blind.map(({ id }) => id).join(" and ");
    yield issueAt(
        "SM209",
        positionOf(filter),
        `${filterText(filter)} never matches event ${ids}: the block is bound to event ${block.bound.id}, where ${filter.field} has another place. Give the events blocks of their own, each with a field that only one of them has.`,
    );
}

/** Fields that hold the full path of a file on disk. */
const pathFields: ReadonlySet<string> = new Set([
    "Image",
    "ParentImage",
    "SourceImage",
    "TargetImage",
    "ImageLoaded",
    "TargetFilename",
    "StartModule",
]);

function isBareFileName({ field, condition, value }: Filter): boolean {
    if (!pathFields.has(field)) return false;
    const values = condition === "is any" ? value.split(";") : condition === "is" ? [value] : [];
    return values.some((item) => /^[^\\/:%]+\.(?:exe|dll|sys|scr|com|bat|cmd|ps1)$/i.test(item));
}

function isList(condition: Condition): boolean {
    return / (?:any|all)$/.test(condition);
}

function isNumber(type: FieldType): boolean {
    return type !== "UnicodeString" && type !== "Boolean" && type !== "GUID";
}
