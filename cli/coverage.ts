import { Command } from "commander";
import { shippedRecordings } from "../detections";
import { keepBindings } from "../kql";
import { cover } from "../rehearsal/analysis/coverage";
import { navigatorLayer } from "../rehearsal/analysis/navigatorLayer";
import { plannedChains, withSensorConfig } from "../rehearsal/plan/chains";
import { planStack } from "../rehearsal/plan/planStack";
import { plannedRules } from "../rehearsal/plan/rules";
import { findRecordings } from "../rehearsal/recordings";
import { coverageReport } from "../rehearsal/report/coverageReport";
import { boundQueryFiles } from "./boundQueries";
import { ExitCode } from "./exit";
import type { Output } from "./output";
import { sysmonConfigText } from "./sysmon/config";
import { writeWhole } from "./wholeFile";

interface CoverageOptions {
    stack: string;
    sysmonConfig?: string;
    recordings: string[];
    json?: true;
    navigator?: string;
}

/** `coverage`: which rules of a stack can ring at all. */
export function coverageCommand(output: Output): Command {
    return new Command("coverage")
        .description(
            "Which planned rules can ring: the events each needs, logged and collected or not, and the recordings that prove it. Exit code 1 where a rule is dead.",
        )
        .option("--stack <name>", "the stack", "dev")
        .option("--sysmon-config <file>", "another Sysmon configuration (file or preset) in place of the planned one")
        .option("--recordings <place...>", "recordings of your own that prove rules, beside those we ship", [])
        .option("--json", "the whole result as JSON")
        .option("--navigator <file>", "also write a layer for the ATT&CK Navigator")
        .action(async (options: CoverageOptions) => {
            keepBindings(boundQueryFiles());
            const { plan, folder } = await planStack(process.cwd(), options.stack);
            const { chains, gaps } = plannedChains(plan, folder);
            const { sources, problems } = findRecordings([...shippedRecordings(), ...options.recordings]);
            const { sysmonConfig } = options;
            const covered = await cover({
                stack: options.stack,
                chains: sysmonConfig === undefined ? chains : withSensorConfig(chains, sysmonConfigText(sysmonConfig)),
                rules: plannedRules(plan),
                gaps,
                sources,
            });
            const coverage = { ...covered, problems: [...problems, ...covered.problems] };
            if (options.navigator !== undefined) {
                writeWhole(options.navigator, `${JSON.stringify(navigatorLayer(coverage), null, 4)}\n`);
            }
            output.line(options.json ? JSON.stringify(coverage, null, 2) : coverageReport(coverage, output));
            for (const { file, message } of coverage.problems) output.note(`${file}: ${message}`);
            if (coverage.problems.length > 0) process.exitCode = ExitCode.BadInput;
            else if (!coverage.ok) process.exitCode = ExitCode.CheckFailed;
        });
}
