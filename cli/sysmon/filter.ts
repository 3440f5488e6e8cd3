import { Command } from "commander";
import { compileFilter } from "../../sysmon";
import { recordedEvents, standardInputEvents } from "../eventSources";
import { writeJsonLine } from "../lines";
import type { Output } from "../output";
import { sysmonConfig } from "./config";

/** `sysmon filter`: what the sensor would log. */
export function filterCommand(output: Output): Command {
    return new Command("filter")
        .description("The sensor's verdict on each Sysmon event, as JSON lines in the order of the input.")
        .argument("[recording...]", "recordings; default: normalized JSON lines on standard input")
        .requiredOption("--config <config>", "Sysmon configuration: a preset, a file, or a folder of pieces")
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
