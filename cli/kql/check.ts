import { Command } from "commander";
import { sysmonParsed } from "../../detections";
import { checkQuery } from "../../kql";
import { ExitCode } from "../exit";
import type { Output } from "../output";
import { findingLine, readText } from "./text";

/** `kql check`: is a query valid. */
export function checkCommand(output: Output): Command {
    return new Command("check")
        .description("Is a query valid: syntax and names, with line and column.")
        .argument("<file...>", "files with a query each")
        .option("--json", "a list of findings as JSON")
        .action((files: string[], options: { json?: true }) => {
            const functions = [{ name: "SysmonParsed", body: sysmonParsed("Event") }];
            const findings = files.flatMap((file) =>
                checkQuery(readText(file), { functions }).map((issue) => ({ file, ...issue })),
            );
            if (options.json) output.line(JSON.stringify(findings, null, 2));
            else for (const finding of findings) output.line(findingLine(finding.file, finding));
            if (findings.some(({ severity }) => severity === "error")) process.exitCode = ExitCode.CheckFailed;
        });
}
