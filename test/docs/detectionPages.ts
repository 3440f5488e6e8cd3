import * as path from "node:path";
import { format, resolveConfig } from "prettier";
import {
    attackTechniques,
    loadCatalog,
    loadRecordingManifest,
    severities,
    shippedRecordings,
    type Detection,
    type DetectionParameter,
    type RecordingManifest,
} from "../../detections";
import { minutesOf } from "../../detections/kqlText";
import { packagePath } from "../../package/root";
import { compileFeeding, shippedProofs, type Feeding } from "../../rehearsal/analysis";
import { isPresetName, presetConfig, presets } from "../../sysmon";
import { eventName } from "../../sysmon/explain/eventName";

/** Where the pages are. */
export const detectionPagesFolder = packagePath("docs", "detections");

/** What the pages tell beside the detections themselves. */
interface Facts {
    readonly recordings: readonly { readonly name: string; readonly manifest: RecordingManifest }[];
    /** What each preset gives to a detection. */
    readonly feedings: readonly { readonly preset: string; readonly feeding: (detection: Detection) => Feeding }[];
}

/** The page of each detection that we ship, and their index, by file name. */
export async function detectionPages(): Promise<ReadonlyMap<string, string>> {
    const { detections } = loadCatalog();
    const proofs = await shippedProofs();
    const facts: Facts = {
        recordings: shippedRecordings().map((folder) => {
            return { name: path.basename(folder), manifest: loadRecordingManifest(folder) };
        }),
        feedings: Object.keys(presets)
            .filter(isPresetName)
            .map((preset) => {
                const fed = compileFeeding(presetConfig(preset), proofs);
                return { preset, feeding: ({ name, data }) => fed({ name, events: data.events }) };
            }),
    };
    const pages = new Map([["README.md", indexPage(detections, facts)]]);
    for (const detection of detections) pages.set(`${detection.name}.md`, detectionPage(detection, facts));
    const formatted = [...pages].map(async ([name, page]): Promise<[string, string]> => {
        const file = path.join(detectionPagesFolder, name);
        return [name, await format(page, { ...(await resolveConfig(file)), filepath: file })];
    });
    return new Map(await Promise.all(formatted));
}

function indexPage(detections: readonly Detection[], facts: Facts): string {
    const sections = severities.flatMap((severity) => {
        const rows = detections
            .filter((detection) => detection.severity === severity)
            .map((detection) =>
                tableRow([
                    `[${detection.name}](${detection.name}.md)`,
                    cell(detection.title),
                    detection.techniques.map(techniqueLink).join(", "),
                    [...detection.data.events, ...(detection.kind === "events" ? [] : detection.data.tables)].join(
                        ", ",
                    ),
                    provingRecordings(detection, facts).length.toString(),
                ]),
            );
        if (rows.length === 0) return [];
        const head = ["detection", "what happens", "ATT&CK", "reads", "proofs"];
        return [`## ${severity}`, "", tableRow(head), tableRow(head.map(() => "---")), ...rows, ""];
    });
    return [
        "# Detections",
        "",
        generated("detections/rules"),
        "",
        `${detections.length} detections, each proven: a recording that we ship must ring it, and recordings of everyday life must not.`,
        "`npx sysmon-azure coverage` shows which of them a stack's Sysmon configuration and data collection rule keep alive;",
        "`npx sysmon-azure rehearse` replays recordings through them. How to add your own: [write a detection in ten",
        "minutes](../write-a-detection.md).",
        "",
        ...sections,
    ].join("\n");
}

function detectionPage(detection: Detection, facts: Facts): string {
    const { name, title, description, evidence, falsePositives, references, query } = detection;
    return [
        `# ${prose(title)}`,
        "",
        generated(`detections/rules/${name}`),
        "",
        prose(description),
        "",
        ...summaryTable(detection),
        "",
        "## What the events show",
        "",
        prose(evidence),
        "",
        "## Why this severity",
        "",
        prose(detection.severityReason),
        "",
        "## How it is proven",
        "",
        ...proofSection(detection, facts),
        "",
        "## How to tune it",
        "",
        ...tuningSection(detection),
        "",
        "## What benign things raise it",
        "",
        ...falsePositives.map((text) => `- ${prose(text)}`),
        "",
        "## The query",
        "",
        "```kusto",
        query.trimEnd(),
        "```",
        "",
        "## References",
        "",
        ...references.map((url) => `- <${url}>`),
        "",
    ].join("\n");
}

function summaryTable(detection: Detection): string[] {
    const { severity, status, tactics, techniques, data, legalFor } = detection;
    const attack = `${techniques.map(techniqueText).join("; ")} (${tactics.map(spaced).join(", ")})`;
    const rows = [
        ["severity", severity],
        ["status", status],
        ["ATT&CK", techniques.length === 0 ? "" : attack],
        ["events", data.events.map((id) => `${id} ${eventName(id)}`).join(", ")],
        ["fields", data.fields.map((field) => `\`${field}\``).join(", ")],
        ["tables", detection.kind === "events" ? "" : data.tables.map((table) => `\`${table}\``).join(", ")],
        ["runs", schedule(detection)],
        ["as a rule of", legalFor.map((kind) => ruleKindNames[kind]).join(", ")],
    ];
    const filled = rows.filter(([, value]) => value !== "");
    return [tableRow(["", `\`${detection.name}\``]), tableRow(["---", "---"]), ...filled.map(tableRow)];
}

function schedule({ frequency, window, delay, threshold, failingPeriods, suppressFor }: Detection): string {
    const waits = delay === undefined ? "" : `, ${span(delay)} after the event`;
    const rings = threshold === 0 ? "for any row" : `for more than ${threshold} rows`;
    const runs = failingPeriods === undefined ? "" : ` in ${failingPeriods.minimum} of ${failingPeriods.of} runs`;
    const silent = suppressFor === undefined ? "" : `; silent for ${span(suppressFor)} after an alert`;
    return `every ${span(frequency)} over ${span(window)}${waits}; rings ${rings}${runs}${silent}`;
}

const ruleKindNames: Readonly<Record<Detection["legalFor"][number], string>> = {
    "scheduled-query": "Azure Monitor (scheduled query)",
    sentinel: "Microsoft Sentinel (analytics)",
};

function provingRecordings({ name }: Detection, { recordings }: Facts): Facts["recordings"] {
    return recordings.filter(({ manifest }) => manifest.expect.ring.includes(name));
}

function proofSection(detection: Detection, facts: Facts): string[] {
    const proving = provingRecordings(detection, facts);
    const quiet = facts.recordings.filter(({ manifest }) => {
        const { expect, fleet, rows } = manifest;
        // What looks for something missing is asked only where a recording says what machines send beside events.
        if (detection.kind !== "events" && fleet === undefined && rows === undefined) return false;
        const others = expect.quiet === "others" && detection.severity !== "Informational";
        return (others && !expect.ring.includes(detection.name)) || expect.quiet.includes(detection.name);
    });
    const everyday = quiet.filter(({ manifest }) => manifest.expect.ring.length === 0);
    const attacks = quiet.length - everyday.length;
    const further =
        attacks === 0 ? "" : `, and in ${attacks} ${attacks === 1 ? "recording" : "recordings"} of other attacks`;
    const feeding = facts.feedings.filter(({ feeding: fed }) => fed(detection).kind === "fed");
    return [
        proving.length === 0 ? "No recording of this package rings it." : "It must ring in",
        "",
        ...proving.map(
            ({ name, manifest }) =>
                `- [${name}](../../detections/recordings/${name}/recording.yaml): ${prose(manifest.title)}`,
        ),
        "",
        ...(everyday.length > 0
            ? [
                  `${proving.length === 0 ? "It must" : "and"} stay quiet in everyday life (${everyday.map(({ name }) => name).join(", ")})${further}.`,
                  "",
              ]
            : []),
        ...(feeding.length > 0
            ? [`Presets that log what it rings on: ${feeding.map(({ preset }) => `\`${preset}\``).join(", ")}.`]
            : []),
    ];
}

function tuningSection({ name, parameters }: Detection): string[] {
    const entries = Object.entries(parameters);
    if (entries.length === 0) {
        return [
            "It has no parameters. A stack can change its severity, frequency, window and threshold, or switch it off.",
        ];
    }
    const rows = entries.map(([key, parameter]) =>
        tableRow([
            `\`${key}\``,
            typeNames[parameter.type],
            `\`${JSON.stringify(parameter.default).replaceAll("|", "\\|")}\``,
            note(parameter),
        ]),
    );
    const [[first = "", firstParameter] = []] = entries;
    return [
        tableRow(["parameter", "type", "default", "what it does"]),
        tableRow(["---", "---", "---", "---"]),
        ...rows,
        "",
        "```yaml",
        "sysmon-azure:detections:",
        "  overrides:",
        `    ${name}:`,
        "      parameters:",
        `        ${first}: ${JSON.stringify(firstParameter?.default)}`,
        "```",
    ];
}

const typeNames: Readonly<Record<DetectionParameter["type"], string>> = {
    long: "whole number",
    real: "number",
    bool: "true or false",
    string: "text",
    stringList: "list of texts",
    duration: "duration (ISO 8601)",
};

function note({ description, sharedWith = [] }: DetectionParameter): string {
    const shared = sharedWith.length === 0 ? "" : ` Must be the same in ${sharedWith.join(", ")}.`;
    return cell(`${description}${shared}`);
}

function techniqueLink(id: string): string {
    return `[${id}](https://attack.mitre.org/techniques/${id.replace(".", "/")}/)`;
}

function techniqueText(id: string): string {
    return `${techniqueLink(id)} ${attackTechniques[id]?.name ?? ""}`.trim();
}

/** `Defense Evasion` of `DefenseEvasion`. */
function spaced(tactic: string): string {
    return tactic.replace(/(?<=[a-z])(?=[A-Z])/g, " ");
}

/** An ISO 8601 duration in words. */
function span(duration: string): string {
    const minutes = minutesOf(duration);
    const [number, unit] =
        minutes % 1440 === 0
            ? [minutes / 1440, "day"]
            : minutes % 60 === 0
              ? [minutes / 60, "hour"]
              : [minutes, "minute"];
    return number === 1 ? `1 ${unit}` : `${number} ${unit}s`;
}

function generated(source: string): string {
    return `<!-- Written by test/docs/writeDetectionPages.ts from ${source}. Change that, not this page. -->`;
}

/** A plain text that Markdown shows as it is. */
function prose(text: string): string {
    return text.trim().replace(/[*<[\]]/g, "\\$&");
}

function cell(text: string): string {
    return prose(text).replace(/\s+/g, " ").replaceAll("|", "\\|");
}

function tableRow(cells: readonly string[]): string {
    return `| ${cells.join(" | ")} |`;
}
