import { Command, Option } from "commander";
import { parsePolicyScope } from "../azure/policy";
import { signedIn } from "../live/connection";
import { machineCoverage, machinesBlock } from "../live/inventory";
import { findMachines } from "../live/machines";
import { BadInput } from "./exit";
import type { Output } from "./output";
import { textTable } from "./textTable";

/** `inventory`: the Windows machines that Azure knows, as settings or with what they carry. */
export function inventoryCommand(output: Output): Command {
    return new Command("inventory")
        .description("Ask Azure for Windows machines: as the machines of a stack file, or with what they carry.")
        .requiredOption("--scope <id>", "a management group, a subscription or a resource group, by its id")
        .addOption(new Option("--format <form>", "what to print").choices(["machines", "table"]).default("machines"))
        .option("--json", "an array of machines with what they carry")
        .action(async (options: { scope: string; format: string; json?: true }) => {
            const scope = parsePolicyScope(options.scope);
            if (scope.kind === "rejected") throw new BadInput(`--scope: ${scope.reason}`);
            const machines = await findMachines(await signedIn(), scope.value);
            const covered = machines.map(machineCoverage);
            if (options.json) output.line(JSON.stringify(covered, null, 2));
            else if (options.format === "machines") output.write(machinesBlock(machines));
            else {
                const columns = ["machine", "kind", "power", "identity", "agent", "sysmon", "rules"];
                const rows = covered.map(({ id, kind, power, identity, agent, sensor, associations }) => [
                    id.split("/").slice(-1)[0] ?? id,
                    kind,
                    power,
                    identity,
                    agent,
                    sensor.state,
                    String(associations),
                ]);
                output.line(textTable({ columns: columns.map((name) => ({ name, type: "string" })), rows }));
            }
            output.note(`${machines.length} Windows machines.`);
        });
}
