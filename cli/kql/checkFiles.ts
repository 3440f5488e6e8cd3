import * as path from "node:path";
import { sysmonParsed } from "../../detections";
import { readStoredFunction, type CheckOptions, type RuleKind, type StoredFunction } from "../../kql";
import { durationMilliseconds } from "../../kql/check/durations";
import { BadInput, ExitCode } from "../exit";
import type { Output } from "../output";
import { checkFile } from "./checkFile";
import { declaredTables } from "./declaredTables";
import { DetectionQueries } from "./detectionQueries";
import type { Finding } from "./fileReport";
import { filesOf } from "./ruleFiles";
import { readText } from "./text";

/** The flags of `kql check`. */
export interface CheckFlags {
    readonly for?: RuleKind;
    readonly frequency?: string;
    readonly window?: string;
    readonly table: readonly string[];
    readonly function: readonly string[];
    readonly json?: true;
}

/**
 * Checks files and prints what was found. What cannot be read is told on standard error, and the rest is checked all the
 * same.
 *
 * @throws BadInput where a flag cannot be read.
 */
export async function checkFiles(paths: readonly string[], flags: CheckFlags, output: Output): Promise<void> {
    const options: CheckOptions = {
        tables: await declaredTables(flags.table),
        functions: [{ name: "SysmonParsed", body: sysmonParsed("Event") }, ...flags.function.map(functionOf)],
        ...(flags.for === undefined ? {} : { kind: flags.for }),
        ...(flags.frequency === undefined ? {} : { frequency: duration("--frequency", flags.frequency) }),
        ...(flags.window === undefined ? {} : { window: duration("--window", flags.window) }),
    };
    const detections = new DetectionQueries();
    const unread: string[] = [];
    const findings: Finding[] = [];
    for (const { file, asked } of filesOf(paths, unread)) {
        const report = checkFile(file, options, detections);
        findings.push(...report.findings);
        unread.push(...report.problems);
        if (asked && report.queries === 0 && report.problems.length === 0)
            unread.push(`${file}: no query in it; a rule has one under the key query.`);
    }
    for (const problem of unread) output.note(problem);
    if (flags.json) output.line(JSON.stringify(findings, null, 2));
    else for (const finding of findings) output.line(coloredLine(finding, output));
    if (unread.length > 0) process.exitCode = ExitCode.BadInput;
    else if (findings.some(({ severity }) => severity === "error")) process.exitCode = ExitCode.CheckFailed;
}

function functionOf(file: string): StoredFunction {
    return readStoredFunction(path.basename(file).replace(/\..*$/, ""), readText(file));
}

function duration(flag: string, text: string): number {
    const milliseconds = durationMilliseconds(text);
    if (milliseconds === undefined)
        throw new BadInput(`${flag} takes a duration such as 5m, 1h, 14d or PT5M; found "${text}".`);
    return milliseconds;
}

function coloredLine({ file, line, column, severity, code, message }: Finding, { colors }: Output): string {
    const color = { error: colors.red, warning: colors.yellow, info: colors.cyan }[severity];
    return `${file}:${line}:${column} ${color(severity)} ${code} ${message}`;
}
