import type { ResourceValidationPolicy } from "@pulumi/policy";
import { listAt, type PlanObject } from "../rehearsal/analysis";

const scheduledQueryRule = "azure-native:monitor:ScheduledQueryRule";

/**
 * What keeps an alert of a scheduled-query rule from reaching a person, one sentence each. A rule that was switched off
 * on purpose tells nobody, and need not.
 */
export function* unheardAlerts(rule: PlanObject): Generator<string> {
    if (rule["enabled"] === false) return;
    // Azure's own default is to resolve: the alert then stays silent until the condition is gone for a while.
    if (rule["autoMitigate"] !== false) {
        yield "autoMitigate is not false: after the first alert the rule is silent until it resolves, and a second attack goes unheard. Set autoMitigate: false.";
    }
    if (listAt(rule, "actions", "actionGroups").length === 0) {
        yield "actions.actionGroups names no action group: alerts would reach nobody. Name the stack's action group or one of your own.";
    }
}

/** A scheduled-query rule tells somebody, each time anew. */
export const alertRuleIsHeard: ResourceValidationPolicy = {
    name: "alert-rule-is-heard",
    displayName: "Alert rules are heard",
    description: "A scheduled-query rule has an action group and does not resolve by itself.",
    enforcementLevel: "mandatory",
    validateResource: ({ type, props }, report) => {
        if (type !== scheduledQueryRule) return;
        for (const problem of unheardAlerts(props)) report(problem);
    },
};
