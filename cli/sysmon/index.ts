import { Command } from "commander";
import type { Output } from "../output";
import { checkCommand } from "./check";
import { diffCommand } from "./diff";
import { explainCommand } from "./explain";
import { filterCommand } from "./filter";
import { mergeCommand } from "./merge";

/** `sysmon`: questions to the sensor's own rules. */
export function sysmonCommand(output: Output): Command {
    return new Command("sysmon")
        .description("Ask how Sysmon would take a configuration, and what it would log.")
        .addCommand(checkCommand(output))
        .addCommand(filterCommand(output))
        .addCommand(explainCommand(output))
        .addCommand(mergeCommand(output))
        .addCommand(diffCommand(output));
}
