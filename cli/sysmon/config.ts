import * as fs from "node:fs";
import * as path from "node:path";
import {
    isPresetName,
    mergeConfigs,
    presetConfig,
    presets,
    presetXml,
    readConfig,
    type Issue,
    type MergeSource,
    type SysmonConfig,
} from "../../sysmon";
import { BadInput } from "../exit";

/**
 * The bytes behind `--config` and `--sysmon-config`: a preset by name, a file, or a folder, whose files are merged as
 * the pieces of one configuration.
 *
 * @throws BadInput where there is no such thing, or the files of a folder are no configuration together.
 */
export function sysmonConfigBytes(place: string): Uint8Array {
    if (!isFolder(place)) return fileBytes(place);
    const merged = mergeConfigs(mergeSources([place], []));
    if (!merged.ok) throw new BadInput(merged.conflicts.map(({ message }) => message).join("\n"));
    return Buffer.from(merged.xml, "utf8");
}

/** The same as text. */
export function sysmonConfigText(place: string): string {
    return Buffer.from(sysmonConfigBytes(place)).toString("utf8");
}

/**
 * The configuration behind `--config`.
 *
 * @throws BadInput with every reason for which the sensor would reject it.
 */
export function sysmonConfig(place: string): SysmonConfig {
    const report: Report = { reasons: [], warnings: [] };
    const config = acceptedConfig(place, sysmonConfigBytes(place), report);
    if (config === null) throw new BadInput(report.reasons.join("\n"));
    return config;
}

/**
 * What is to be merged: presets, files, and folders, whose files are the pieces of one configuration each.
 *
 * @param warnings Takes what the sensor would warn of, a line each: it is not part of the merge.
 * @throws BadInput with everything that is wrong with any of them.
 */
export function mergeSources(places: readonly string[], warnings: string[]): MergeSource[] {
    const report: Report = { reasons: [], warnings };
    const sources = places.map((place) => mergeSource(place, report));
    if (report.reasons.length > 0) throw new BadInput(report.reasons.join("\n"));
    return sources;
}

/** What is wrong with configurations, a line each. */
interface Report {
    /** Why the sensor would reject them, or why they cannot be read. */
    readonly reasons: string[];
    /** What it would warn of. */
    readonly warnings: string[];
}

function mergeSource(place: string, report: Report): MergeSource {
    if (isPresetName(place)) return { files: [{ name: place, config: presetConfig(place) }] };
    const files = isFolder(place) ? xmlFiles(place) : [place];
    if (files.length === 0) report.reasons.push(`The folder "${place}" holds no .xml file.`);
    return {
        files: files.flatMap((name) => {
            const config = readable(name, report);
            return config === null ? [] : [{ name, config }];
        }),
    };
}

function readable(file: string, report: Report): SysmonConfig | null {
    try {
        return acceptedConfig(file, fileBytes(file), report);
    } catch (error) {
        if (!(error instanceof BadInput)) throw error;
        report.reasons.push(error.message);
        return null;
    }
}

function fileBytes(presetOrFile: string): Uint8Array {
    if (isPresetName(presetOrFile)) return Buffer.from(presetXml(presetOrFile), "utf8");
    try {
        return fs.readFileSync(presetOrFile);
    } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        throw new BadInput(
            `"${presetOrFile}" is neither a preset (${Object.keys(presets).join(", ")}) nor a readable file: ${why}`,
        );
    }
}

/** The configuration; null where the sensor would reject it, and every reason is in the report. */
function acceptedConfig(name: string, bytes: Uint8Array, report: Report): SysmonConfig | null {
    const { config, issues } = readConfig(bytes);
    for (const issue of issues) {
        if (issue.severity === "error") report.reasons.push(issueLine(name, issue));
        if (issue.severity === "warning") report.warnings.push(issueLine(name, issue));
    }
    return config ?? null;
}

function issueLine(name: string, { line, column, code, message }: Issue): string {
    return `${name}:${line}:${column} ${code} ${message}`;
}

function isFolder(place: string): boolean {
    return !isPresetName(place) && fs.statSync(place, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** The XML files of a folder and those in it, in one order on every machine. */
function xmlFiles(folder: string): string[] {
    const files = fs
        .readdirSync(folder, { recursive: true, encoding: "utf8" })
        .map((file) => file.split(path.sep).join("/"))
        .filter((file) => /\.xml$/i.test(file))
        .sort();
    const base = folder.replace(/[\\/]+$/, "");
    return files.map((file) => `${base}/${file}`);
}
