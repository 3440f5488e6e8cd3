import { packageRoot } from "../package/root";
import { judgePlan } from "../policies/judgePlan";
import { planStack } from "../rehearsal/plan/planStack";
import type { Plan } from "../rehearsal/plan/plan";
import { listedMachines } from "../test/support/listedMachines";
import type { Contender, Race } from "./benchmark";

/** Every policy over the plan of a list of machines, once the pack and the parser are loaded. */
export async function* benchmarks(): AsyncGenerator<Race> {
    const contenders = [await judged(0), await judged(300)];
    // Loads the parser, reads the recordings, and binds the queries that no earlier run did.
    for (const { run } of contenders) await run();
    yield {
        kind: "race",
        title: "policies: every policy over the plan of the stack prod",
        unit: "plans",
        baseline: "of no machine",
        contenders,
    };
}

async function judged(count: number): Promise<Contender> {
    const plan = await planOf(count);
    return {
        name: count === 0 ? "of no machine" : `of ${count} machines, ${plan.resources.length} resources`,
        goal: 1,
        run: async () => {
            await judgePlan(plan);
            return 1;
        },
    };
}

async function planOf(count: number): Promise<Plan> {
    const { plan } = await planStack(packageRoot, "prod", {
        "sysmon-azure:machines": JSON.stringify(listedMachines(count)),
    });
    return plan;
}
