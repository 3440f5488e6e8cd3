import { scalarType, type ScalarType } from "../../types";
import { day, durationText, minute } from "../durations";
import type { Inspection } from "../inspection";
import { literalSpan, type Trait } from "../traits";
import { checkTiming } from "./timing";
import { judgeUses, type Objection } from "./uses";

/** Plugins that scheduled-query rules do not support. */
const refusedPlugins: ReadonlySet<string> = new Set(["bag_unpack", "pivot", "narrow"]);

/** Bytes that all properties of a rule may have together. */
const ruleBytes = 65_536;

/** Days that a rule reads at most, whatever its query says. */
const longestRange = 2 * day;

const mostDimensions = 6;

/** Types of a column that can be a dimension: text and numbers. */
const dimensionTypes: ReadonlySet<ScalarType | undefined> = new Set(["string", "int", "long", "real", "decimal"]);

/**
 * What Azure Monitor refuses or limits in a scheduled-query (log search alert) rule (articles on creating such a rule, on
 * optimizing its query, and on what goes wrong with it).
 */
export function checkScheduledQuery(inspection: Inspection): void {
    checkLength(inspection);
    judgeUses(inspection, judgeAnyFrequency);
    if (inspection.options.frequency === minute) judgeUses(inspection, judgeEveryMinute(inspection));
    checkTiming(inspection, {
        rule: "a scheduled-query rule",
        frequency: { shortest: minute, longest: day },
        window: { shortest: minute, longest: longestRange },
    });
    checkClock(inspection);
    checkDimensions(inspection);
}

function checkLength({ text, findings }: Inspection): void {
    const { source, root } = text.bound;
    const start = { start: 0, end: 0 };
    if (source.text.trim() === "") findings.add("KQ503", "error", start, "the query is empty: a rule needs one");
    const bytes = Buffer.byteLength(source.text);
    if (bytes <= ruleBytes) return;
    const message = `the query has ${bytes} bytes, all properties of a rule may have ${ruleBytes} together`;
    findings.add("KQ503", "error", { start: 0, end: root.end }, message);
}

function judgeAnyFrequency(trait: Trait): Objection | undefined {
    switch (trait.kind) {
        case "plugin": {
            if (!refusedPlugins.has(trait.name)) return undefined;
            const message = `${trait.name}() is not supported in a scheduled-query rule: take fields by parse, extract or parse_xml`;
            return { code: "KQ500", severity: "error", message };
        }
        case "ago": {
            const { argument } = trait;
            if (argument === undefined) return undefined;
            const span = literalSpan(argument);
            if (span === undefined) {
                const message = `ago() takes timespan literals only in a scheduled-query rule: write ago(1h), not ago(${argument.text})`;
                return { code: "KQ501", severity: "error", message, at: argument, inFunction: "warning" };
            }
            if (span <= longestRange) return undefined;
            const message = `a scheduled-query rule reads two days at most, so that ago(${argument.text}) reaches no further`;
            return { code: "KQ508", severity: "warning", message, at: argument };
        }
        case "reservedWord": {
            const message = "AggregatedValue is a reserved word in a scheduled-query rule: take another name";
            return { code: "KQ502", severity: "error", message, inFunction: "warning" };
        }
        case "search":
        case "union": {
            if (trait.crossResource) return undefined;
            const message = `${trait.kind} is not supported in a scheduled-query rule: start with one table`;
            return { code: "KQ504", severity: "error", message, inFunction: "warning" };
        }
        case "take": {
            const message = "take is discouraged in a scheduled-query rule: it rings by the rows that remain";
            return { code: "KQ515", severity: "warning", message };
        }
        default:
            return undefined;
    }
}

function judgeEveryMinute({ functions }: Inspection): (trait: Trait) => Objection | undefined {
    return (trait) => {
        const what = riskEveryMinute(trait, (name) => functions.traits(name).some(({ kind }) => kind === "table"));
        if (what === undefined) return undefined;
        const message = `a rule that runs every minute may fail on ${what}: let it run every 5 minutes`;
        return { code: "KQ506", severity: "warning", message };
    };
}

function riskEveryMinute(trait: Trait, readsTables: (name: string) => boolean): string | undefined {
    switch (trait.kind) {
        case "search":
        case "union":
        case "take":
            return trait.kind;
        case "ingestionTime":
            return "ingestion_time()";
        case "adx":
            return "adx()";
        case "storedFunction":
            return readsTables(trait.name) ? `a function that reads tables (${trait.name})` : undefined;
        default:
            return undefined;
    }
}

/** What relative times do to the range of data that the rule reads. */
function checkClock({ text, traits, functions, findings }: Inspection): void {
    const calls = traits.filter((trait) => trait.kind === "storedFunction");
    for (const [index, call] of calls.entries()) {
        if (calls.findIndex(({ name }) => name === call.name) !== index) continue;
        const clock = functions.traits(call.name).find((trait) => trait.kind === "clock");
        if (clock === undefined) continue;
        const message = `${call.name} has a time of its own, ${clock.name}(): results can differ between runs, so keep relative times in the query`;
        findings.add("KQ510", "warning", call.node, message);
    }
    const ago = traits.find((trait) => trait.kind === "ago");
    const bounded = text.ofKind("NameReference").some(({ name }) => name === "TimeGenerated");
    if (ago === undefined || bounded) return;
    const message = `ago() makes the service read ${durationText(longestRange)}, whatever the window: bound the rows by TimeGenerated as well`;
    findings.add("KQ509", "warning", ago.node, message);
}

function checkDimensions({ text, options, columns, findings }: Inspection): void {
    const { dimensions = [], countsViolations = false } = options;
    const result = text.pipeline.at(-1) ?? text.bound.root;
    for (const [index, name] of dimensions.entries()) {
        const setting = { kind: "dimension", index } as const;
        if (index >= mostDimensions) {
            const message = `${name} is dimension ${index + 1}: a rule takes ${mostDimensions}`;
            findings.add("KQ513", "error", result, message, setting);
        }
        if (columns === undefined) continue;
        const type = columns.get(name);
        if (type === undefined) {
            const message = `the result has no column ${name}, which is to be a dimension`;
            findings.add("KQ513", "error", result, message, setting);
        } else if (!dimensionTypes.has(scalarType(type))) {
            const message = `${name} is ${type}: a dimension is text or a number, so convert it with tostring()`;
            findings.add("KQ513", "error", result, message, setting);
        }
    }
    if (!countsViolations || columns === undefined || [...columns.values()].includes("datetime")) return;
    const message = "a rule that counts violations needs a datetime column in the result: keep TimeGenerated";
    findings.add("KQ514", "error", result, message);
}
