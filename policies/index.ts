/** The policy pack: `pulumi preview --policy-pack policies`. */
import { PolicyPack } from "@pulumi/policy";
import { getStack } from "@pulumi/pulumi";
import { policies } from "./catalog";
import { crossGuard } from "./crossGuard";
import { enforcedPolicies } from "./enforcement";

const enforced = enforcedPolicies(policies, getStack());

new PolicyPack(
    "sysmon-azure",
    { policies: crossGuard(policies) },
    Object.fromEntries(
        enforced.map(({ policy, level, settings }) => [policy.name, { enforcementLevel: level, ...settings }]),
    ),
);
