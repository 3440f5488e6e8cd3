import { Command } from "commander";
import { shippedRecordings } from "../detections";
import { keepBindings } from "../kql";
import { everydaySamples, forecastVolume, measureVolume, volumeAssumptions } from "../rehearsal/analysis/volume";
import { openChain } from "../rehearsal/openChain";
import { planStack } from "../rehearsal/plan/planStack";
import { rehearse, type RehearsalArgs } from "../rehearsal/rehearse";
import { plannedChains, withSensorConfig } from "../rehearsal/plan/chains";
import { plannedRules } from "../rehearsal/plan/rules";
import { findRecordings } from "../rehearsal/recordings";
import { costReport, type ChainCost } from "../rehearsal/report/costReport";
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
    cost?: true;
    hosts?: string;
    pricePerGb?: string;
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
        .option("--cost", "also what the recordings of everyday life would cost to store, a chain")
        .option("--hosts <number>", "with --cost: so many machines; default: those that a chain stands for, at least 1")
        .option("--price-per-gb <price>", "with --cost: what a GB of ingestion costs, in any currency")
        .option("--json", "the whole result as JSON")
        .option("--html <file>", "also write the result as a page")
        .action(async (places: string[], options: RehearseOptions) => {
            const latencyMs = latency(options.latency);
            const costOptions = readCostOptions(options);
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
            const costs = costOptions === null ? null : await chainCosts(args, costOptions);
            if (options.json) {
                const told = costs === null ? {} : { costs: { chains: costs, assumptions: volumeAssumptions } };
                output.line(JSON.stringify({ ...rehearsal, ...told }, null, 2));
            } else {
                const told = costs === null ? [] : ["", costReport(costs, output)];
                output.line([planTree(plan, output), "", rehearsalReport(rehearsal, output), ...told].join("\n"));
            }
            for (const { file, message } of rehearsal.problems) output.note(`${file}: ${message}`);
            if (rehearsal.problems.length > 0) process.exitCode = ExitCode.BadInput;
            else if (!rehearsal.ok) process.exitCode = ExitCode.CheckFailed;
        });
}

/** How many machines, and what a GB costs; what is absent was not said. */
interface CostOptions {
    hosts?: number;
    pricePerGb?: number;
}

/** What the options say of cost; null where it is not asked for. */
function readCostOptions({ cost, hosts, pricePerGb }: RehearseOptions): CostOptions | null {
    if (cost === undefined) {
        const [stray] = Object.entries({ "--hosts": hosts, "--price-per-gb": pricePerGb }).flatMap(([name, value]) =>
            value === undefined ? [] : [name],
        );
        if (stray !== undefined) throw new BadInput(`${stray} goes with --cost.`);
        return null;
    }
    const read: CostOptions = {};
    if (hosts !== undefined) {
        read.hosts = Number(hosts);
        if (!Number.isSafeInteger(read.hosts) || read.hosts < 1) {
            throw new BadInput(`--hosts takes a number of machines, 1 or more; found "${hosts}".`);
        }
    }
    if (pricePerGb !== undefined) {
        read.pricePerGb = Number(pricePerGb);
        if (pricePerGb.trim() === "" || !Number.isFinite(read.pricePerGb) || read.pricePerGb < 0) {
            throw new BadInput(`--price-per-gb takes a price, 0 or more; found "${pricePerGb}".`);
        }
    }
    return read;
}

/** What each chain stores of the everyday recordings, and what its machines would send. */
async function chainCosts({ chains, sources }: RehearsalArgs, options: CostOptions): Promise<ChainCost[]> {
    const samples = await everydaySamples(sources);
    return chains.map((chain) => {
        const volume = measureVolume(openChain(chain), samples);
        const hosts = options.hosts ?? Math.max(1, chain.machines.length);
        return { volume, forecast: forecastVolume(volume, { ...options, hosts }) };
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
