import { isObject, withSecrets, type Plan, type PlannedResource } from "../rehearsal/analysis";
import { policies } from "./catalog";
import { enforcedPolicies, type Level } from "./enforcement";
import type { Finding, JudgedResource } from "./policy";

/** What a policy has to say of a plan. */
export interface PolicyVerdict extends Finding {
    /** Name of the policy. */
    readonly policy: string;
    /** How strictly the stack takes it. */
    readonly level: Exclude<Level, "disabled">;
    /** What to do about it. */
    readonly mend: string;
}

/**
 * What the policies of a stack have to say of its plan, without Pulumi's engine. Where a program marks a value as a secret,
 * its state keeps it as one.
 *
 * @param environments Content of the file of levels. Default: the one beside the pack.
 * @throws EnforcementError where the levels of the environments cannot be read.
 */
export async function judgePlan(plan: Plan, environments?: string): Promise<PolicyVerdict[]> {
    const resources = plan.resources.map(judgedResource);
    const verdicts: PolicyVerdict[] = [];
    for (const { policy, level, settings } of enforcedPolicies(policies, plan.stack, environments)) {
        if (level === "disabled") continue;
        const { name, mend } = policy;
        if (policy.scope === "stack") {
            const findings = await policy.judgeWith(settings)(resources);
            verdicts.push(...findings.map((finding) => ({ ...finding, policy: name, level, mend })));
            continue;
        }
        const judge = policy.judgeWith(settings);
        for (const resource of resources) {
            const findings = judge(resource);
            verdicts.push(...findings.map((finding) => ({ urn: resource.urn, ...finding, policy: name, level, mend })));
        }
    }
    return verdicts;
}

function judgedResource(resource: PlannedResource): JudgedResource {
    const [shown, masked] = (["shown", "masked"] as const).map((secrets) => withSecrets(resource.inputs, secrets));
    const inputs = isObject(shown) ? shown : {};
    const hidden = isObject(masked) ? masked : {};
    const secretOutputs = Object.keys(inputs).filter(
        (key) => JSON.stringify(inputs[key]) !== JSON.stringify(hidden[key]),
    );
    return { ...resource, inputs, secretOutputs };
}
