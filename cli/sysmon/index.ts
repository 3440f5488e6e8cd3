import { Command } from "commander";
import type { Output } from "../output";
import { checkCommand } from "./check";
import { filterCommand } from "./filter";

/** `sysmon`: questions to the sensor's own rules. */
export function sysmonCommand(output: Output): Command {
    return new Command("sysmon")
        .description("Ask how Sysmon would take a configuration, and what it would log.")
        .addCommand(checkCommand(output))
        .addCommand(filterCommand(output));
}
