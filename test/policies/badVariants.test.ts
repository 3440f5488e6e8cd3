import assert from "node:assert/strict";
import { packageRoot } from "../../package/root";
import { judgePlan } from "../../policies/judgePlan";
import { planStack } from "../../rehearsal/plan/planStack";
import type { Plan } from "../../rehearsal/plan/plan";
import { listedMachines } from "../support/listedMachines";
import { badVariants, variedStack, type BadResource, type BadSettings } from "./badVariants";

describe("the policies of a stack", () => {
    let good: Plan;
    before(async () => {
        good = await planned({});
    });

    it("let it pass as it ships", async () => {
        assert.deepEqual(await stoppedBy(good), []);
    });

    for (const { title, policy, change } of badVariants) {
        it(`stop ${title}`, async () => {
            const bad = change.kind === "settings" ? await planned(change.settings) : changed(good, change);
            assert.deepEqual(await stoppedBy(bad), [policy]);
        });
    }
});

/** The plan of the stack with two machines and with these settings. */
async function planned(settings: BadSettings["settings"]): Promise<Plan> {
    const values = Object.entries({ machines: listedMachines(2), ...settings });
    const changes = values.map(([key, value]): [string, string] => [`sysmon-azure:${key}`, JSON.stringify(value)]);
    const { plan } = await planStack(packageRoot, variedStack, Object.fromEntries(changes));
    return plan;
}

function changed(plan: Plan, { type, name, inputs }: BadResource): Plan {
    const resources = plan.resources.map((resource) =>
        resource.type.endsWith(type) && resource.name.endsWith(name)
            ? { ...resource, inputs: { ...resource.inputs, ...inputs } }
            : resource,
    );
    return { ...plan, resources };
}

/** Names of the policies that stop a deployment of the plan. */
async function stoppedBy(plan: Plan): Promise<string[]> {
    const verdicts = await judgePlan(plan);
    const stopped = verdicts.filter(({ kind, level }) => kind === "violation" && level === "mandatory");
    return [...new Set(stopped.map(({ policy }) => policy))];
}
