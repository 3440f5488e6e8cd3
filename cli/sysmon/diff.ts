import { Command } from "commander";
import type { Output } from "../output";
import { writeDifference } from "./difference";

/** `sysmon diff`: what changes from one configuration to another. */
export function diffCommand(output: Output): Command {
    return new Command("diff")
        .description("What changes from one configuration to another: rules, and events gained and lost.")
        .argument("<before>", "preset, file, or folder of pieces")
        .argument("<after>", "preset, file, or folder of pieces")
        .argument("[recording...]", "recordings over which to count events gained and lost")
        .option("--all", "every changed rule, also where an event has many")
        .option("--json", "the whole result as JSON")
        .action(async (before: string, after: string, recordings: string[], options: { json?: true; all?: true }) => {
            await writeDifference({ before, after }, recordings, options, output);
        });
}
