import { at, listAt, PlanError, plannedRules, type PlanValue } from "../rehearsal/analysis";
import { planOf } from "./judgedStack";
import type { JudgedResource } from "./policy";

/** Type token of a rule of Azure Monitor that runs a query. */
export const scheduledQueryRule = "azure-native:monitor:ScheduledQueryRule";

/** Type token of a scheduled analytics rule of Microsoft Sentinel. */
export const analyticsRule = "azure-native:securityinsights:ScheduledAlertRule";

/** A detection of this package or of a stack's own folders, as a rule deploys it. */
export interface PlannedDetection {
    /** URN of the rule. */
    readonly urn: string;
    /** Name of the detection. */
    readonly name: string;
    /** Severity of the rule, e.g. `High`. */
    readonly severity: string;
}

/** Whether a rule is switched on: one that was switched off on purpose tells nobody, and need not. */
export function isSwitchedOn({ type, inputs }: JudgedResource): boolean {
    return (type === scheduledQueryRule || type === analyticsRule) && inputs.enabled !== false;
}

/**
 * The detections behind rules that are switched on, by what their alerts say, or by what the package's component calls
 * them. Rules that name none are not among them, nor those that are known only at the deployment.
 */
export function plannedDetections(resources: readonly JudgedResource[]): PlannedDetection[] {
    return resources.filter(isSwitchedOn).flatMap((resource) => {
        try {
            const { urn } = resource;
            return plannedRules(planOf([resource])).flatMap(({ detection: name, rule, severity }) =>
                name === rule ? [] : [{ urn, name, severity }],
            );
        } catch (error) {
            if (error instanceof PlanError) return [];
            throw error;
        }
    });
}

/** The queries of a rule that is switched on; texts, or Pulumi's mark where they are known later. */
export function queriesOf(resource: JudgedResource): PlanValue[] {
    if (!isSwitchedOn(resource)) return [];
    const { inputs } = resource;
    if (resource.type === analyticsRule) return [inputs.query ?? null];
    return listAt(inputs, "criteria", "allOf").map((criterion) => at(criterion, "query") ?? null);
}
