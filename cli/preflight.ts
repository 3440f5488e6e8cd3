import { Command } from "commander";
import { signedIn } from "../live/connection";
import { askAzure } from "../live/preflight/ask";
import { judge } from "../live/preflight/judge";
import { planStack } from "../rehearsal/plan/planStack";
import { ExitCode } from "./exit";
import type { Output } from "./output";
import { preflightReport } from "./preflightReport";
import { stackNeeds } from "./stackNeeds";
import { stackSettings } from "./stackSettings";

/** `preflight`: whether Azure has what a stack needs, before `pulumi up`. */
export function preflightCommand(output: Output): Command {
    return new Command("preflight")
        .description("Ask Azure whether a stack's machines, permissions and providers are ready for pulumi up.")
        .option("--stack <name>", "the stack", "dev")
        .option("--json", "everything that was looked at, with what was found")
        .action(async (options: { stack: string; json?: true }) => {
            const { settings } = stackSettings(process.cwd(), options.stack);
            const { plan } = await planStack(process.cwd(), options.stack);
            const needs = stackNeeds(plan, settings);
            const progress = output.interactive ? (text: string): void => output.note(`${text}…`) : undefined;
            const findings = judge(needs, await askAzure(await signedIn(), needs, progress));
            const good = !findings.some(({ severity }) => severity === "error");
            if (options.json) output.line(JSON.stringify({ stack: options.stack, ok: good, findings }, null, 2));
            else output.line(preflightReport(findings, output.colors));
            if (!good) process.exitCode = ExitCode.CheckFailed;
        });
}
