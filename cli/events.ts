import { Command } from "commander";
import { recordedEvents } from "./eventSources";
import { writeJsonLine } from "./lines";
import type { Output } from "./output";

/** `events`: recordings of any kind as normalized JSON lines. */
export function eventsCommand(output: Output): Command {
    return new Command("events")
        .description("The Sysmon events of recordings as normalized JSON lines.")
        .argument("<recording...>", ".evtx, .xml, .json or .jsonl, also .gz")
        .option("--json", "JSON lines, the only form there is")
        .action(async (recordings: string[]) => {
            for await (const event of recordedEvents(recordings, output)) await writeJsonLine(event);
        });
}
