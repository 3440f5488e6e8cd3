import { Command, Option } from "commander";
import * as fs from "node:fs";
import * as path from "node:path";
import { shippedRecordings } from "../detections";
import { keepBindings } from "../kql";
import { enforcedPolicies, environmentsFile } from "../policies/enforcement";
import { policies } from "../policies/catalog";
import { judgePlan } from "../policies/judgePlan";
import { cover } from "../rehearsal/analysis/coverage";
import { dailyVolume, shippedEveryday } from "../rehearsal/analysis/dailyVolume";
import { diffDetection } from "../rehearsal/analysis/diff";
import { detectionState, type DetectionState } from "../rehearsal/analysis/diffState";
import { plannedChains } from "../rehearsal/plan/chains";
import { planStack } from "../rehearsal/plan/planStack";
import { findProject, stacksOf } from "../rehearsal/plan/project";
import { plannedRules } from "../rehearsal/plan/rules";
import { findRecordings } from "../rehearsal/recordings";
import { diffMarkdown, diffReport } from "../rehearsal/report/diffReport";
import { boundQueryFiles } from "./boundQueries";
import { ExitCode } from "./exit";
import { gitTree, type GitTree } from "./gitTree";
import type { Output } from "./output";

interface DiffOptions {
    base: string;
    stack: string;
    markdown?: true;
    json?: true;
    failOn: "lost" | "never";
}

/** `diff`: what a change means for detection. */
export function diffCommand(output: Output): Command {
    return new Command("diff")
        .description(
            "What a change means for detection: machines, events, detections, techniques, rules, volume, policies. Exit code 1 where something gets lost without a recorded reason.",
        )
        .requiredOption("--base <ref>", "what to compare with: a commit, branch or tag of git, or a folder")
        .option("--stack <name>", "the stack", "dev")
        .addOption(new Option("--markdown", "for a comment on a pull request").conflicts("json"))
        .option("--json", "the whole result as JSON")
        .addOption(
            new Option("--fail-on <what>", "when to end with exit code 1").choices(["lost", "never"]).default("lost"),
        )
        .action(async (options: DiffOptions) => {
            keepBindings(boundQueryFiles());
            const { folder } = findProject(process.cwd());
            const { stack } = options;
            const after = await stateOf(folder, stack);
            const base = baseTree(folder, options.base);
            let before: DetectionState;
            try {
                before = await stateOf(base.folder, stack, "optional");
            } finally {
                base.remove();
            }
            const diff = diffDetection(before, after, reasonsOf(folder, stack));
            if (options.json) output.line(JSON.stringify({ stack, base: options.base, ...diff }, null, 2));
            else output.line(options.markdown ? diffMarkdown(diff, stack) : diffReport(diff));
            if (options.failOn === "lost" && diff.losses.some(({ reason }) => reason === null)) {
                process.exitCode = ExitCode.CheckFailed;
            }
        });
}

/** The project as it was: a folder stands for itself, anything else is a commit. */
function baseTree(folder: string, base: string): GitTree {
    if (fs.statSync(base, { throwIfNoEntry: false })?.isDirectory()) {
        return { folder: findProject(base).folder, remove: () => undefined };
    }
    return gitTree(folder, base);
}

/** What a stack means for detection; nothing where it may be missing, and is. */
async function stateOf(folder: string, stack: string, presence?: "optional"): Promise<DetectionState> {
    if (presence === "optional" && !isThere(folder, stack)) {
        return { machines: new Map(), rules: [], volume: null, policies: [] };
    }
    const planned = await planStack(folder, stack);
    const { plan } = planned;
    const { chains, gaps } = plannedChains(plan, planned.folder);
    const rules = plannedRules(plan);
    const { sources } = findRecordings(shippedRecordings());
    const verdicts = await judgePlan(plan, levelsOf(folder));
    return detectionState({
        chains,
        rules,
        coverage: await cover({ stack, chains, rules, gaps, sources }),
        volume: dailyVolume(chains, await shippedEveryday()),
        policies: verdicts
            .filter(({ kind }) => kind === "violation")
            .map(({ policy, level, message, urn }) => ({
                policy,
                message: urn === undefined ? message : `${urn.split("::").at(-1) ?? urn}: ${message}`,
                mandatory: level === "mandatory",
            })),
    });
}

function isThere(folder: string, stack: string): boolean {
    return fs.existsSync(path.join(folder, "Pulumi.yaml")) && stacksOf(findProject(folder)).includes(stack);
}

/** The levels and reasons of a project: its own file, or the one of the package. */
function levelsOf(folder: string): string {
    const own = path.join(folder, "policies", "environments.yaml");
    return fs.readFileSync(fs.existsSync(own) ? own : environmentsFile, "utf8");
}

/** The recorded reasons of a stack, whichever policy they are exceptions from. */
function reasonsOf(folder: string, stack: string): Record<string, string> {
    const enforced = enforcedPolicies(policies, stack, levelsOf(folder));
    return Object.fromEntries(enforced.flatMap(({ reasons }) => Object.entries(reasons)));
}
