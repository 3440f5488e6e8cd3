import { Command } from "commander";
import { checkConfig, type Issue } from "../../sysmon";
import { ExitCode } from "../exit";
import type { Output } from "../output";
import { sysmonConfigBytes } from "./config";

/** `sysmon check`: would the sensor take a configuration. */
export function checkCommand(output: Output): Command {
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
