import { durationMs } from "../../azure";
import { PlanError } from "./planError";
import {
    at,
    listAt,
    readableInputs,
    textAt,
    type Plan,
    type PlannedResource,
    type PlanObject,
    type PlanValue,
} from "./plan";

/** A rule of Azure Monitor as it is planned: what it asks, when, and what makes it ring. */
export interface PlannedRule {
    /** The detection behind it; the rule's own name where it names none. */
    readonly detection: string;
    /** Name of the rule in Azure. */
    readonly rule: string;
    /** Severity as the detection says it, e.g. `High`. */
    readonly severity: string;
    /** Its query. */
    readonly query: string;
    /** How often it is evaluated, in milliseconds. */
    readonly frequencyMs: number;
    /** How far it looks back, in milliseconds. */
    readonly windowMs: number;
    /** Rings when a group has more rows than this. */
    readonly threshold: number;
    /** Columns that make groups of their own: dimensions and the column that names the resource. */
    readonly groupBy: readonly string[];
    /** Rings when `toAlert` of the last `of` evaluations were over the threshold. */
    readonly failingPeriods: { readonly toAlert: number; readonly of: number };
}

const severities = ["Critical", "High", "Medium", "Low", "Informational"] as const;

/**
 * Reads every scheduled-query rule back out of a plan, the disabled ones left out.
 *
 * @throws PlanError where a rule lacks what its evaluation needs.
 */
export function plannedRules(plan: Plan): PlannedRule[] {
    return plan.resources
        .filter(({ type }) => type === "azure-native:monitor:ScheduledQueryRule")
        .filter((resource) => readableInputs(resource).enabled !== false)
        .map(plannedRule);
}

function plannedRule(resource: PlannedResource): PlannedRule {
    const inputs = readableInputs(resource);
    const criterion = at(inputs, "criteria", "allOf", 0);
    const rule = textAt(inputs, "ruleName") ?? resource.name;
    return {
        detection: textAt(inputs, "actions", "customProperties", "detection") ?? rule,
        rule,
        severity: textAt(inputs, "actions", "customProperties", "severity") ?? severityName(inputs),
        query: textAt(criterion, "query") ?? missing(resource, "criteria.allOf[0].query"),
        frequencyMs: durationAt(inputs, "evaluationFrequency") ?? missing(resource, "evaluationFrequency"),
        windowMs: durationAt(inputs, "windowSize") ?? missing(resource, "windowSize"),
        threshold: numberAt(criterion, "threshold") ?? 0,
        groupBy: groupColumns(criterion),
        failingPeriods: {
            toAlert: numberAt(at(criterion, "failingPeriods"), "minFailingPeriodsToAlert") ?? 1,
            of: numberAt(at(criterion, "failingPeriods"), "numberOfEvaluationPeriods") ?? 1,
        },
    };
}

function durationAt(inputs: PlanObject, key: string): number | undefined {
    const text = textAt(inputs, key);
    return text === undefined ? undefined : durationMs(text);
}

function missing(resource: PlannedResource, property: string): never {
    throw new PlanError(`${resource.urn}: \`${property}\` is missing, or not known before the deployment.`);
}

function groupColumns(criterion: PlanValue | undefined): string[] {
    const dimensions = listAt(criterion, "dimensions").flatMap((dimension) => textAt(dimension, "name") ?? []);
    return [...new Set([...dimensions, ...(textAt(criterion, "resourceIdColumn") ?? "").split(" ")])].filter(Boolean);
}

function severityName(inputs: PlanObject): string {
    return severities[numberAt(inputs, "severity") ?? 3] ?? "Low";
}

function numberAt(value: PlanValue | undefined, key: string): number | undefined {
    const found = at(value, key);
    return typeof found === "number" ? found : undefined;
}
