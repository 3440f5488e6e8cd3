import {
    formatVersion,
    ruleOf,
    type ConfigDifference,
    type ConfigRule,
    type EventComparison,
    type EventExample,
    type RuleChange,
} from "../../sysmon";
import { cut } from "../../rehearsal/report/style";
import { wrapped } from "../../rehearsal/report/wrapped";
import type { Output } from "../output";

/** What differs between two configurations, and what that does to the events of recordings. */
export function differenceView(
    difference: ConfigDifference,
    recorded: readonly EventComparison[] | null,
    options: { readonly all: boolean },
    output: Output,
): string {
    const parts = [
        ...settingLines(difference, output),
        ...eventLines(difference, output),
        ...ruleLines(difference.rules, options.all, output),
        ...(recorded === null ? [] : recordedLines(recorded, output)),
    ];
    return parts.length === 0 ? "No rule, option or default differs." : parts.join("\n");
}

function settingLines({ schemaVersion, options }: ConfigDifference, { colors }: Output): string[] {
    const versions =
        schemaVersion === null
            ? []
            : [`  schema version  ${formatVersion(schemaVersion.before)} → ${formatVersion(schemaVersion.after)}`];
    const changes = options.map(({ name, before, after }) => `  ${name}  ${valueText(before)} → ${valueText(after)}`);
    const lines = [...versions, ...changes];
    return lines.length === 0 ? [] : [colors.bold("Settings"), ...lines];
}

function valueText(value: string | null): string {
    return value === null ? "not set" : value === "" ? "set" : JSON.stringify(value);
}

function eventLines({ events }: ConfigDifference, { colors, width }: Output): string[] {
    const lines = events.flatMap(({ id, before, after }) => {
        const head = `${String(id).padStart(5)}  ${before.name.padEnd(24)}`;
        const indent = " ".repeat(head.length + 2);
        const [old = "", ...moreOld] = wrapped(before.summary, width - indent.length);
        const now = wrapped(`→ ${after.summary}`, width - indent.length);
        return [`${head}  ${old}`, ...[...moreOld, ...now].map((line) => `${indent}${line}`)];
    });
    return lines.length === 0 ? [] : [colors.bold("What is logged"), ...lines];
}

/** As many changed rules of one element are shown; more are counted. */
const shownOfElement = 10;

function ruleLines(changes: readonly RuleChange[], all: boolean, output: Output): string[] {
    if (changes.length === 0) return [];
    const counts = (["added", "removed", "changed", "moved", "renamed"] as const).flatMap((kind) => {
        const count = changes.filter((change) => change.kind === kind).length;
        return count === 0 ? [] : [`${count} ${kind}`];
    });
    const lines = [output.colors.bold(`Rules: ${counts.join(", ")}`)];
    for (const element of new Set(changes.map((change) => ruleOf(change).element))) {
        const own = changes.filter((change) => ruleOf(change).element === element);
        const shown = all ? own : own.slice(0, shownOfElement);
        lines.push(`  ${element}`, ...shown.flatMap((change) => changeLines(change, output)));
        if (own.length > shown.length) lines.push(`      ${own.length - shown.length} more (--all shows them)`);
    }
    return lines;
}

const effects = { more: "logs more", fewer: "logs fewer", other: "logs others", same: "logs the same" } as const;

function changeLines(change: RuleChange, { colors, width }: Output): string[] {
    const mark = { added: "+", removed: "-", changed: "~", moved: "~", renamed: "~" }[change.kind];
    const color = { more: colors.green, fewer: colors.red, other: colors.yellow, same: colors.dim }[change.effect];
    const told = `${ruleText(ruleOf(change))}; ${effects[change.effect]}`;
    const before = "before" in change && "after" in change ? [`before: ${ruleText(change.before)}`] : [];
    const lines = [told, ...before].flatMap((text) => wrapped(text, width - 6));
    return lines.map((line, index) => color(`    ${index === 0 ? mark : " "} ${line}`));
}

function ruleText({ onmatch, text, names, position }: ConfigRule): string {
    const named = names.length === 0 ? "" : ` [${names.join(", ")}]`;
    const place = position === undefined ? "" : ` (line ${position.line})`;
    return `${onmatch} ${cut(text, 160)}${named}${place}`;
}

function recordedLines(recorded: readonly EventComparison[], output: Output): string[] {
    const { colors } = output;
    const read = recorded.reduce((sum, { read: count }) => sum + count, 0);
    const lines = [
        colors.bold(`Over ${read} recorded events`),
        `   id  ${"event".padEnd(24)}  ${["read", "before", "after", "gained", "lost"].map((word) => word.padStart(8)).join("")}`,
    ];
    for (const event of recorded) {
        const numbers = [event.read, event.loggedBefore, event.loggedAfter, event.gained, event.lost];
        const cells = numbers.map((count) => String(count).padStart(8)).join("");
        lines.push(`${String(event.id).padStart(5)}  ${event.name.padEnd(24)}  ${cells}`);
        for (const example of event.gainedExamples) lines.push(...exampleLines("gained", example, output));
        for (const example of event.lostExamples) lines.push(...exampleLines("lost", example, output));
    }
    if (recorded.some(({ gained }) => gained > 0)) {
        lines.push("A recording holds what its own sensor logged: what is gained is a lower bound.");
    }
    return lines;
}

function exampleLines(kind: "gained" | "lost", example: EventExample, { colors, width }: Output): string[] {
    const color = kind === "gained" ? colors.green : colors.red;
    const texts = [
        `${kind.padEnd(6)} ${eventText(example)}`,
        `       before: ${example.before}`,
        `       after: ${example.after}`,
    ];
    return texts.flatMap((text, index) => {
        const indent = index === 0 ? 7 : 14;
        const lines = wrapped(text.trim(), width - indent - 2);
        return lines.map((line) => `${" ".repeat(indent)}${index === 0 ? color(line) : colors.dim(line)}`);
    });
}

/** Fields that tell an event from others of its id, in this order. */
const tellingFields = [
    "SourceImage",
    "Image",
    "TargetImage",
    "GrantedAccess",
    "CommandLine",
    "ImageLoaded",
    "TargetFilename",
    "TargetObject",
    "PipeName",
    "QueryName",
    "DestinationIp",
    "DestinationPort",
    "Device",
    "Name",
];

function eventText({ event }: EventExample): string {
    const told = tellingFields.flatMap((name) => {
        const value = event.fields[name];
        return value === undefined || value === "" ? [] : [`${name}=${cut(value, 80)}`];
    });
    return told.slice(0, 3).join("  ");
}
