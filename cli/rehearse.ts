import { Command } from "commander";
import { shippedRecordings } from "../detections";
import { keepBindings } from "../kql";
import { planStack } from "../rehearsal/plan/planStack";
import { rehearse, type RehearsalArgs } from "../rehearsal/rehearse";
import { plannedChains, withSensorConfig } from "../rehearsal/plan/chains";
import { plannedRules } from "../rehearsal/plan/rules";
import { findRecordings } from "../rehearsal/recordings";
import { planTree } from "../rehearsal/report/planTree";
import { rehearsalPage } from "../rehearsal/report/html";
import { rehearsalReport } from "../rehearsal/report/terminal";
import { boundQueryFiles } from "./boundQueries";
import { sysmonConfigText } from "./sysmon/config";
import { BadInput, ExitCode } from "./exit";
import type { Output } from "./output";
import { writeWhole } from "./wholeFile";

interface RehearseOptions {
    stack: string;
    sysmonConfig?: string;
    latency: string;
    json?: true;
    html?: string;
}

/** `rehearse`: recorded attacks through exactly what a stack plans. */
export function rehearseCommand(output: Output): Command {
    return new Command("rehearse")
        .description(
            "Replay recorded attacks through what a stack plans: which alert would ring, and where an event is lost.",
        )
        .argument(
            "[recording...]",
            "an .evtx, .xml, .json or .jsonl file (also .gz), or a folder; default: all we ship",
        )
        .option("--stack <name>", "the stack", "dev")
        .option("--sysmon-config <file>", "another Sysmon configuration (file or preset) in place of the planned one")
        .option("--latency <minutes>", "minutes between an event and its row's visibility", "3")
        .option("--json", "the whole result as JSON")
        .option("--html <file>", "also write the result as a page")
        .action(async (places: string[], options: RehearseOptions) => {
            const latencyMs = latency(options.latency);
            // The rules of a stack seldom change from one rehearsal to the next, and binding them takes longest of all.
            keepBindings(boundQueryFiles());
            const { plan, folder } = await planStack(process.cwd(), options.stack);
            const { chains, gaps } = plannedChains(plan, folder);
            const { sources, problems } = findRecordings(places.length > 0 ? places : shippedRecordings());
            const args: RehearsalArgs = {
                stack: options.stack,
                chains:
                    options.sysmonConfig === undefined
                        ? chains
                        : withSensorConfig(chains, sysmonConfigText(options.sysmonConfig)),
                rules: plannedRules(plan),
                gaps,
                sources,
                latencyMs,
            };
            if (output.interactive && !options.json) args.onProgress = (name) => output.note(`replaying ${name} …`);
            const result = await rehearse(args);
            const rehearsal = { ...result, problems: [...problems, ...result.problems] };
            if (options.html !== undefined) writeWhole(options.html, rehearsalPage(rehearsal));
            if (options.json) output.line(JSON.stringify(rehearsal, null, 2));
            else output.line([planTree(plan, output), "", rehearsalReport(rehearsal, output)].join("\n"));
            for (const { file, message } of rehearsal.problems) output.note(`${file}: ${message}`);
            if (rehearsal.problems.length > 0) process.exitCode = ExitCode.BadInput;
            else if (!rehearsal.ok) process.exitCode = ExitCode.CheckFailed;
        });
}

/** The latency option in milliseconds. */
function latency(minutes: string): number {
    const value = Number(minutes);
    if (minutes.trim() === "" || !Number.isFinite(value) || value < 0) {
        throw new BadInput(`--latency takes minutes, 0 or more; found "${minutes}".`);
    }
    return Math.round(value * 60_000);
}
