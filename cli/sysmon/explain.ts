import { Command } from "commander";
import { compileTracer, explainConfig, sightOfTechniques } from "../../sysmon";
import { recordedEvents } from "../eventSources";
import { BadInput } from "../exit";
import { writeJsonLine } from "../lines";
import type { Output } from "../output";
import { sysmonConfig } from "./config";
import { summaryView, techniqueView } from "./configView";
import { writeDifference } from "./difference";
import { traceView } from "./traceView";

interface ExplainOptions {
    config: string;
    event?: string[];
    against?: string;
    all?: true;
    json?: true;
}

/** `sysmon explain`: what a configuration logs, what it is blind to, and why an event is logged or not. */
export function explainCommand(output: Output): Command {
    return new Command("explain")
        .description(
            "What a configuration logs of each event, its blind spots, and which filters decide about an event.",
        )
        .argument("[recording...]", "with --against: recordings over which to count events gained and lost")
        .requiredOption("--config <config>", "Sysmon configuration: a preset, a file, or a folder of pieces")
        .option("--event <file...>", "recordings: the filters tried on each event, in order, and which decided")
        .option("--against <config>", "an earlier configuration: what changed since, as with sysmon diff")
        .option("--all", "every filter tried, or every changed rule, also where there are many")
        .option("--json", "the result as JSON; with --event a line for each event")
        .action(async (recordings: string[], options: ExplainOptions) => {
            if (options.event !== undefined && options.against !== undefined) {
                throw new BadInput("--event and --against ask two questions: name one of them.");
            }
            if (recordings.length > 0 && options.against === undefined) {
                throw new BadInput(
                    `Recordings go with --against. To see why events are logged or not, name them with --event ${recordings.join(" ")}.`,
                );
            }
            if (options.against !== undefined) {
                const places = { before: options.against, after: options.config };
                await writeDifference(places, recordings, options, output);
            } else if (options.event !== undefined) {
                await writeTraces(options.config, options.event, options, output);
            } else {
                writeSummary(options.config, options, output);
            }
        });
}

function writeSummary(place: string, options: ExplainOptions, output: Output): void {
    const config = sysmonConfig(place);
    const [events, techniques] = [explainConfig(config), sightOfTechniques(config)];
    if (options.json) {
        const { schemaVersion } = config;
        output.line(JSON.stringify({ config: place, schemaVersion, events, techniques }, null, 2));
        return;
    }
    output.line([summaryView(place, config, events, output), "", techniqueView(techniques, output)].join("\n"));
}

async function writeTraces(
    place: string,
    recordings: readonly string[],
    options: ExplainOptions,
    output: Output,
): Promise<void> {
    const trace = compileTracer(sysmonConfig(place));
    let index = 0;
    for await (const event of recordedEvents(recordings, output)) {
        const traced = trace(event);
        if (options.json) {
            const { logged, ruleName, reason, group } = traced.verdict;
            const { why, blocks } = traced;
            await writeJsonLine({ index, id: event.id, logged, ruleName, reason, group, why, blocks });
        } else {
            output.line(`${index === 0 ? "" : "\n"}${traceView(event, traced, { all: options.all === true }, output)}`);
        }
        index++;
    }
}
