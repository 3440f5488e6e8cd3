import type { PlanObject } from "../rehearsal/analysis";

/** What Pulumi's guard hands out itself by; internal to @pulumi/policy, so a test under the engine holds it. */
const guarded = "__getSpecialProxyTarget";

/**
 * The properties of a policy's resource without the guard that throws where a value is unknown: unknown texts are
 * Pulumi's marks, and the promises in assets can be awaited.
 */
export function unguarded(props: Record<string, unknown>): PlanObject {
    // Policies get what travelled as JSON, with assets as the only other objects.
    return (props[guarded] ?? props) as PlanObject;
}
