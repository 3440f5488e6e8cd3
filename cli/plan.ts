import { Command } from "commander";
import { planStack } from "../rehearsal/plan/planStack";
import { withSecrets } from "../rehearsal/plan/plan";
import { planTree } from "../rehearsal/report/planTree";
import type { Output } from "./output";

/** `plan`: what a stack would create, without a cloud. */
export function planCommand(output: Output): Command {
    return new Command("plan")
        .description("Show what a stack would create: no cloud, no login.")
        .option("--stack <name>", "the stack", "dev")
        .option("--json", "an array of resources with their inputs")
        .option("--show-secrets", "print secrets in the clear")
        .action(async (options: { stack: string; json?: true; showSecrets?: true }) => {
            const { plan } = await planStack(process.cwd(), options.stack);
            for (const warning of plan.warnings) output.note(`warning: ${warning}`);
            if (options.json) {
                const secrets = options.showSecrets ? "shown" : "masked";
                const resources = plan.resources.map((resource) => ({
                    ...resource,
                    inputs: withSecrets(resource.inputs, secrets),
                }));
                output.line(JSON.stringify(resources, null, 2));
                return;
            }
            output.line(planTree(plan, output));
        });
}
