import { Command } from "commander";
import { mergeConfigs } from "../../sysmon";
import { ExitCode } from "../exit";
import type { Output } from "../output";
import { writeWhole } from "../wholeFile";
import { mergeSources } from "./config";

/** `sysmon merge`: one configuration out of several. */
export function mergeCommand(output: Output): Command {
    return new Command("merge")
        .description("Merge configurations into one, with the origin of every rule; conflicts are told, not guessed.")
        .argument("<config...>", "presets, files, or folders; a folder's files are pieces of one configuration")
        .option("--out <file>", "where to write it; default: standard output")
        .option("--json", "conflicts, warnings and the text as JSON")
        .action((places: string[], options: { out?: string; json?: true }) => {
            const dropped: string[] = [];
            const merged = mergeConfigs(mergeSources(places, dropped));
            for (const line of dropped) output.note(line);
            if (!options.json) {
                for (const { message } of merged.warnings) output.note(`warning: ${message}`);
                for (const { message } of merged.ok ? [] : merged.conflicts) output.note(`conflict: ${message}`);
            }
            if (merged.ok && options.out !== undefined) writeWhole(options.out, merged.xml);
            if (options.json) {
                const { warnings } = merged;
                const found = merged.ok
                    ? { conflicts: [], warnings, xml: merged.xml }
                    : { conflicts: merged.conflicts, warnings, xml: null };
                output.line(JSON.stringify(found, null, 2));
            } else if (merged.ok && options.out === undefined) output.write(merged.xml);
            if (!merged.ok) process.exitCode = ExitCode.CheckFailed;
        });
}
