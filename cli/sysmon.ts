import { Command } from "commander";
import { checkConfig, compileFilter, type Issue } from "../sysmon";
import { recordedEvents, standardInputEvents } from "./eventSources";
import { ExitCode } from "./exit";
import { writeJsonLine } from "./lines";
import type { Output } from "./output";
import { sysmonConfig, sysmonConfigBytes } from "./sysmonConfig";

/** `sysmon`: questions to the sensor's own rules. */
export function sysmonCommand(output: Output): Command {
    return new Command("sysmon")
        .description("Ask how Sysmon would take a configuration, and what it would log.")
        .addCommand(checkCommand(output))
        .addCommand(filterCommand(output));
}

function checkCommand(output: Output): Command {
    return new Command("check")
        .description("Is a configuration valid for its schema version: what the sensor would reject, warn of, drop.")
        .argument("<file...>", "Sysmon configuration files or presets")
        .option("--json", "a list of findings as JSON")
        .action((files: string[], options: { json?: true }) => {
            const findings = files.flatMap((file) =>
                checkConfig(sysmonConfigBytes(file)).map((issue) => ({ file, ...issue })),
            );
            if (options.json) output.line(JSON.stringify(findings, null, 2));
            else for (const finding of findings) output.line(findingLine(finding, output));
            if (findings.some(({ severity }) => severity === "error")) process.exitCode = ExitCode.CheckFailed;
        });
}

function findingLine(
    { file, line, column, severity, code, message }: Issue & { file: string },
    { colors }: Output,
): string {
    const color = { error: colors.red, warning: colors.yellow, info: colors.cyan }[severity];
    return `${file}:${line}:${column} ${color(severity)} ${code} ${message}`;
}

function filterCommand(output: Output): Command {
    return new Command("filter")
        .description("The sensor's verdict on each Sysmon event, as JSON lines in the order of the input.")
        .argument("[recording...]", "recordings; default: normalized JSON lines on standard input")
        .requiredOption("--config <file>", "Sysmon configuration: a file or a preset")
        .action(async (recordings: string[], options: { config: string }) => {
            const decide = compileFilter(sysmonConfig(options.config));
            let index = 0;
            const events = recordings.length > 0 ? recordedEvents(recordings, output) : standardInputEvents(output);
            for await (const event of events) {
                const { logged, ruleName, reason, group } = decide(event);
                await writeJsonLine({ index, id: event.id, logged, ruleName, reason, group });
                index++;
            }
        });
}
