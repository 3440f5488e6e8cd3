import type { Alert, ChainSummary, RecordingVerdict, Rehearsal } from "../verdict";
import { count, cut, type Style } from "./style";
import { wrapped } from "./wrapped";

/** The result of a rehearsal for a terminal. */
export function rehearsalReport(rehearsal: Rehearsal, style: Style): string {
    const blocks = [
        ...rehearsal.chains.map((chain, index) => chainBlock(chain, index, rehearsal, style)),
        ...rehearsal.recordings.map((recording) => recordingBlock(recording, rehearsal.chains.length, style)),
        summary(rehearsal, style),
    ];
    return blocks.join("\n\n");
}

function chainBlock(chain: ChainSummary, index: number, { chains, gaps }: Rehearsal, { colors, width }: Style): string {
    const machines = chain.machines === 0 ? "machines to come" : count(chain.machines, "machine");
    const title = chains.length > 1 ? `Chain ${index + 1}` : "Chain";
    const lines = [
        `  sensor      Sysmon configuration ${chain.sensor.configSha256.slice(0, 12)}, schema ${chain.sensor.schemaVersion}, by ${viaText(chain.sensor.via)}`,
        ...chain.collection.queries.map(
            (query, position) => `  ${position === 0 ? "collection" : "          "}  ${query}`,
        ),
        `  table       ${chain.collection.table}`,
    ];
    const shown = lines.map((line) => cut(line, width));
    if (index === 0) shown.push(...gaps.flatMap((gap) => gapLines(gap, width).map(colors.yellow)));
    return [colors.bold(cut(`${title}, for ${machines}`, width)), ...shown].join("\n");
}

function gapLines(gap: string, width: number): string[] {
    return wrapped(gap, width - 14).map((line, index) => `  ${index === 0 ? "gap" : "   "}         ${line}`);
}

function viaText(via: string): string {
    const texts: Record<string, string> = {
        extension: "VM extension",
        runCommand: "managed Run Command",
        policy: "Azure Policy",
        payload: "the stack's payload",
    };
    return texts[via] ?? via;
}

function recordingBlock(recording: RecordingVerdict, chains: number, style: Style): string {
    const { colors } = style;
    const failed = recording.unexpected.length > 0;
    const chain = chains > 1 ? colors.dim(`  chain ${recording.chain + 1}`) : "";
    const { read, sysmon, logged, collected } = recording.events;
    const alerts = recording.alerts.length;
    const stations = [
        `${count(read, "record")} read`,
        `${sysmon.toLocaleString("en-US")} of Sysmon`,
        `${logged.toLocaleString("en-US")} logged`,
        `${collected.toLocaleString("en-US")} collected`,
        alerts === 0 ? "no alert" : count(alerts, "alert"),
    ];
    return [
        `${colors.bold(recording.name)}${chain}`,
        colors.dim(`  ${stations.join(" → ")}`),
        ...recording.alerts.flatMap((alert) => alertLines(alert, recording, style)),
        ...recording.missed.flatMap(({ detection, lostAt, why }) => [
            `  ${colors.red("did not ring")}  ${detection}, lost at the ${colors.bold(lostAt)}`,
            ...wrapped(why, style.width - 16).map((line) => `                ${line}`),
        ]),
        ...(failed ? [colors.red(`  unexpected    ${recording.unexpected.join(", ")}`)] : []),
    ].join("\n");
}

/** Rows of one alert that are drawn; more are counted. */
const drawnRows = 3;

function alertLines(alert: Alert, { unexpected }: RecordingVerdict, style: Style): string[] {
    const { colors, width } = style;
    const severity = severityColor(alert.severity, style)(alert.severity.padEnd(13));
    const time = alert.windowEnd.slice(0, 19).replace("T", " ");
    const certainty = alert.certainty === "always" ? "" : colors.yellow("  sometimes");
    const rule = alert.kind === "sentinel" ? colors.dim("  Sentinel") : "";
    const surprise = unexpected.includes(alert.detection) ? colors.red("  unexpected") : "";
    const rows = alert.rows.slice(0, drawnRows).map((row) => {
        const times = [timesOf(row), text(row.Computer)].filter(Boolean).join("  ");
        return cut(`                ${evidence(row)}${times ? `   ${times}` : ""}`, width);
    });
    const more = alert.count - rows.length;
    return [
        `  ${severity} ${time}  ${alert.detection}${rule}${certainty}${surprise}`,
        ...rows,
        ...(more > 0 ? [colors.dim(`                and ${count(more, "more row")}`)] : []),
        ...entityLines(alert, style),
    ];
}

/** Entities of one alert that are drawn; more are counted. */
const drawnEntities = 6;

/** Who and what an alert of Sentinel is about. */
function entityLines({ entities }: Alert, { colors, width }: Style): string[] {
    if (entities.length === 0) return [];
    const drawn = entities
        .slice(0, drawnEntities)
        .map(({ type, identifiers }) => `${type} ${Object.values(identifiers).map(fileName).join(" ")}`);
    const more = entities.length - drawn.length;
    const text = [...drawn, ...(more > 0 ? [`and ${more} more`] : [])].join(", ");
    return wrapped(text, width - 26).map((line, index) =>
        colors.dim(`                ${index === 0 ? "entities  " : "          "}${line}`),
    );
}

/** Columns that say who acted, the most telling first. */
const actors = ["SourceImage", "Image", "User"];

/** Columns that say what it was done to or with, the most telling first. Paths of programs are cut to their names. */
const objects: readonly { readonly column: string; readonly programs: boolean }[] = [
    { column: "TargetImages", programs: true },
    { column: "TargetImage", programs: true },
    { column: "CommandLine", programs: false },
    { column: "Commands", programs: false },
    { column: "ImageLoaded", programs: false },
    { column: "Modules", programs: false },
    { column: "TargetFilename", programs: false },
    { column: "Names", programs: false },
    { column: "TargetObject", programs: false },
    { column: "PipeName", programs: false },
    { column: "Pipes", programs: false },
    { column: "Devices", programs: false },
    { column: "Consumers", programs: false },
    { column: "Configuration", programs: false },
    { column: "Description", programs: false },
    { column: "SysmonType", programs: false },
    { column: "State", programs: false },
    { column: "ParentImage", programs: true },
];

/** What a row shows, in a few words: who did what to whom; a row of none of these columns as it is. */
function evidence(row: Readonly<Record<string, unknown>>): string {
    const actor = actors.map((column) => fileName(text(row[column]))).find((name) => name !== "");
    const object = objects.map(({ column, programs }) => listed(row[column], programs)).find((shown) => shown !== "");
    const found = [actor, object].filter(Boolean).join(" → ");
    return found || Object.values(row).map(text).join("  ");
}

/** One value as it is, several by number; each once. */
function listed(value: unknown, programs: boolean): string {
    const list = (Array.isArray(value) ? value.map(text) : [text(value)]).map((item) =>
        programs ? fileName(item) : item,
    );
    const names = [...new Set(list.filter(Boolean))];
    return names.length > 2 ? `${names.slice(0, 2).join(", ")} and ${names.length - 2} more` : names.join(", ");
}

/** How often a row saw it, where it counts. */
function timesOf(row: Readonly<Record<string, unknown>>): string {
    const times = [row.Accesses, row.Threads, row.Reads, row.Errors].map(text).find((number) => number !== "");
    return times === undefined ? "" : `${times}×`;
}

function severityColor(severity: string, { colors }: Style): (value: string) => string {
    if (severity === "Critical" || severity === "High") return colors.red;
    if (severity === "Medium" || severity === "Low") return colors.yellow;
    return colors.cyan;
}

function summary({ ok, recordings, detections, problems }: Rehearsal, { colors, width }: Style): string {
    const alerts = detections.reduce((sum, detection) => sum + detection.alerts, 0);
    const ran = `${count(recordings.length, "replay")}, ${count(alerts, "alert")}`;
    const unread = problems.length > 0 ? `, ${count(problems.length, "problem")} with recordings` : "";
    const verdict = ok ? colors.green("every expectation holds") : colors.red("not as expected");
    const unasked = detections.filter(({ exercised }) => !exercised).map(({ name }) => name);
    const note = colors.dim(
        wrapped(`not exercised, for no recording gives what they read: ${unasked.join(", ")}`, width).join("\n"),
    );
    return `${recordings.length > 0 && unasked.length > 0 ? `${note}\n\n` : ""}${ran}${unread}: ${verdict}`;
}

function fileName(path: string): string {
    return path.slice(path.lastIndexOf("\\") + 1);
}

function text(value: unknown): string {
    if (typeof value === "string") return value;
    return typeof value === "number" || typeof value === "boolean" ? String(value) : "";
}
