import { loadCatalog, type Detection } from "../detections";
import { at, listAt, PlanError, plannedRules, textAt, type PlanValue } from "../rehearsal/analysis";
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
    /** Severity that the rule gives it, e.g. `High`; absent where it does not say. */
    readonly severity?: string;
}

let shipped: readonly Detection[] | undefined;

/** The detections that the package ships, read once for all policies. */
export function packageDetections(): readonly Detection[] {
    return (shipped ??= loadCatalog().detections);
}

/** Whether a rule is switched on: one that was switched off on purpose tells nobody, and need not. */
export function isSwitchedOn({ type, inputs }: JudgedResource): boolean {
    return (type === scheduledQueryRule || type === analyticsRule) && inputs.enabled !== false;
}

/**
 * The detections behind rules that are switched on, by what their alerts say, or by what the package's component calls
 * them. Rules that name none are not among them.
 */
export function plannedDetections(resources: readonly JudgedResource[]): PlannedDetection[] {
    return resources.filter(isSwitchedOn).flatMap((resource) => {
        const { urn, type, inputs } = resource;
        if (type === analyticsRule) return analyticsDetection(resource);
        const name = textAt(inputs, "actions", "customProperties", "detection");
        const severity = textAt(inputs, "actions", "customProperties", "severity");
        return name === undefined ? [] : [{ urn, name, ...(severity !== undefined && { severity }) }];
    });
}

function analyticsDetection(resource: JudgedResource): PlannedDetection[] {
    try {
        return plannedRules(planOf([resource])).flatMap(({ detection: name, rule, severity }) =>
            name === rule ? [] : [{ urn: resource.urn, name, severity }],
        );
    } catch (error) {
        // Somebody else's, of a form that the package does not make.
        if (error instanceof PlanError) return [];
        throw error;
    }
}

/** The queries of a rule that is switched on; texts, or Pulumi's mark where they are known later. */
export function queriesOf(resource: JudgedResource): PlanValue[] {
    if (!isSwitchedOn(resource)) return [];
    const { inputs } = resource;
    if (resource.type === analyticsRule) return [inputs.query ?? null];
    return listAt(inputs, "criteria", "allOf").map((criterion) => at(criterion, "query") ?? null);
}
