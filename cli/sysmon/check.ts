import { Command } from "commander";
import * as fs from "node:fs";
import { createRequire } from "node:module";
import * as path from "node:path";
import { checkConfig, isPresetName, issueCodes, type Issue, type Need, type Severity } from "../../sysmon";
import { BadInput, ExitCode } from "../exit";
import type { Output } from "../output";
import { sysmonConfigBytes } from "./config";
import type * as DetectionNeeds from "./detectionNeeds";

const load = createRequire(__filename);

interface CheckFlags {
    readonly json?: true;
    readonly all?: true;
    readonly ignore: readonly string[];
    readonly detections?: true | string;
}

type Finding = { readonly file: string } & Issue;

/** `sysmon check`: would the sensor take a configuration, and does it do what it seems to. */
export function checkCommand(output: Output): Command {
    return new Command("check")
        .description(
            "Is a configuration valid for its schema version: what the sensor would reject, warn of, drop; then what does not do what it seems to.",
        )
        .argument("<file...>", "Sysmon configuration files, folders of them, or presets")
        .option("--json", "a list of all findings as JSON")
        .option("--all", `every finding, also where there are more than ${shownOfOneCode} of a code`)
        .option("--ignore <code...>", "codes of findings to leave out, SM200 and later", [])
        .option("--detections [folder]", "check what our detections need of the sensor, and those of a folder of yours")
        .addHelpText("after", "\nEvery code has a page in docs/sysmon-check.")
        .action((names: string[], flags: CheckFlags) => {
            const ignored = ignoredCodes(flags.ignore);
            const needs = needsOf(flags.detections);
            const unreadable: string[] = [];
            const findings: Finding[] = [];
            for (const file of filesOf(names, unreadable)) {
                const bytes = bytesOf(file, unreadable);
                if (bytes === null) continue;
                const issues = checkConfig(bytes, { needs }).filter(({ code }) => !ignored.has(code));
                for (const issue of issues) findings.push({ file, ...issue });
            }
            if (flags.json) writeJson(findings, output);
            else writeText(findings, flags.all === true, output);
            if (findings.some(({ severity }) => severity === "error")) process.exitCode = ExitCode.CheckFailed;
            for (const reason of unreadable) output.note(reason);
            if (unreadable.length > 0) process.exitCode = ExitCode.BadInput;
        });
}

/** Codes that a user may leave out: what the sensor itself says is not for us to hide. */
function ignoredCodes(codes: readonly string[]): ReadonlySet<string> {
    const wrong = codes.filter((code) => !Object.hasOwn(issueCodes, code) || code < "SM200");
    if (wrong.length > 0) {
        const known = Object.keys(issueCodes).filter((code) => code >= "SM200");
        throw new BadInput(
            `--ignore takes codes of ${known[0] ?? ""} to ${known.at(-1) ?? ""}, not ${wrong.join(", ")}`,
        );
    }
    return new Set(codes);
}

function needsOf(flag: CheckFlags["detections"]): Need[] {
    if (flag === undefined) return [];
    // What reads detections is loaded only where they are asked for.
    const { detectionNeeds } = load("./detectionNeeds") as typeof DetectionNeeds;
    return detectionNeeds(flag === true ? null : flag);
}

/** The files behind the arguments: a folder stands for every XML file in it. */
function filesOf(names: readonly string[], unreadable: string[]): string[] {
    return names.flatMap((name) => {
        if (isPresetName(name) || !fs.statSync(name, { throwIfNoEntry: false })?.isDirectory()) return [name];
        const files = fs
            .readdirSync(name, { recursive: true, encoding: "utf8" })
            .filter((file) => /\.xml$/i.test(file))
            .sort()
            .map((file) => path.join(name, file));
        if (files.length === 0) unreadable.push(`"${name}" holds no .xml file`);
        return files;
    });
}

function bytesOf(file: string, unreadable: string[]): Uint8Array | null {
    try {
        return sysmonConfigBytes(file);
    } catch (error) {
        if (!(error instanceof BadInput)) throw error;
        unreadable.push(error.message);
        return null;
    }
}

/** One finding a line, so that a hundred thousand need no text of their own. */
function writeJson(findings: readonly Finding[], output: Output): void {
    const lines = findings.map(({ file, line, column, severity, code, message }) =>
        JSON.stringify({ file, line, column, severity, code, message }),
    );
    output.write(lines.length === 0 ? "[]\n" : `[\n  ${lines.join(",\n  ")}\n]\n`);
}

/** Lines of one code in one file: more of them say nothing new. */
const shownOfOneCode = 5;

const severities: readonly Severity[] = ["error", "warning", "info"];

/** File by file, the gravest first, each code together. */
function writeText(findings: readonly Finding[], all: boolean, output: Output): void {
    const byFile = groupBy(findings, ({ file }) => file);
    for (const [file, ofFile] of byFile) {
        for (const severity of severities) {
            const byCode = groupBy(
                ofFile.filter((finding) => finding.severity === severity),
                ({ code }) => code,
            );
            for (const [code, ofCode] of byCode) {
                const shown = all ? ofCode : ofCode.slice(0, shownOfOneCode);
                for (const finding of shown) output.line(findingLine(finding, output));
                const more = ofCode.length - shown.length;
                if (more > 0) output.line(`${file}: ${more} more ${code} (--all shows them)`);
            }
        }
    }
    if (findings.length > 0) output.line(summary(findings));
}

function groupBy(findings: readonly Finding[], keyOf: (finding: Finding) => string): Map<string, Finding[]> {
    const groups = new Map<string, Finding[]>();
    for (const finding of findings) {
        const known = groups.get(keyOf(finding));
        if (known === undefined) groups.set(keyOf(finding), [finding]);
        else known.push(finding);
    }
    return groups;
}

function findingLine({ file, line, column, severity, code, message }: Finding, { colors }: Output): string {
    const color = { error: colors.red, warning: colors.yellow, info: colors.cyan }[severity];
    return `${file}:${line}:${column} ${color(severity)} ${code} ${message}`;
}

function summary(findings: readonly Finding[]): string {
    const counts = severities.flatMap((severity) => {
        const count = findings.filter((finding) => finding.severity === severity).length;
        return count === 0 ? [] : [`${count} ${severity}${count === 1 || severity === "info" ? "" : "s"}`];
    });
    const [gravest] = severities.flatMap((severity) => findings.filter((finding) => finding.severity === severity));
    return `${counts.join(", ")}; see docs/sysmon-check/${gravest?.code ?? "README"}.md`;
}
