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

/** An entity that a rule of Sentinel finds in each row: identifier of its kind to column. */
export interface PlannedEntity {
    /** Kind, such as `Host`. */
    readonly type: string;
    /** Column of the row by identifier, such as `FullName`. */
    readonly identifiers: Readonly<Record<string, string>>;
}

/** A rule as it is planned: what it asks, when, and what makes it ring. */
export interface PlannedRule {
    /** A scheduled-query rule of Azure Monitor, or a scheduled analytics rule of Microsoft Sentinel. */
    readonly kind: "scheduled-query" | "sentinel";
    /** The detection behind it; the rule's own name where it names none. */
    readonly detection: string;
    /** Name of the rule in Azure; the title of an analytics rule, whose name is a GUID. */
    readonly rule: string;
    /** Severity as the detection says it, e.g. `High`. */
    readonly severity: string;
    /** ATT&CK techniques that it is about; empty where the rule names none. */
    readonly techniques: readonly string[];
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
    /** Who and what an alert is about; none of a scheduled-query rule. */
    readonly entities: readonly PlannedEntity[];
    /** Rings when `toAlert` of the last `of` evaluations were over the threshold. */
    readonly failingPeriods: { readonly toAlert: number; readonly of: number };
    /** Silence of a group after it rang, in milliseconds; absent: none. */
    readonly muteMs?: number;
}

const severities = ["Critical", "High", "Medium", "Low", "Informational"] as const;

/** What reads a rule of each type. */
const readers: Readonly<Record<string, (resource: PlannedResource, inputs: PlanObject) => PlannedRule>> = {
    "azure-native:monitor:ScheduledQueryRule": scheduledQueryRule,
    "azure-native:securityinsights:ScheduledAlertRule": analyticsRule,
};

/**
 * Reads every scheduled-query rule and every scheduled analytics rule of Sentinel back out of a plan, the disabled ones
 * left out.
 *
 * @throws PlanError where a rule lacks what its evaluation needs.
 */
export function plannedRules(plan: Plan): PlannedRule[] {
    return plan.resources.flatMap((resource) => {
        const read = readers[resource.type];
        if (read === undefined) return [];
        const inputs = readableInputs(resource);
        return inputs.enabled === false ? [] : [read(resource, inputs)];
    });
}

function scheduledQueryRule(resource: PlannedResource, inputs: PlanObject): PlannedRule {
    const criterion = at(inputs, "criteria", "allOf", 0);
    const rule = textAt(inputs, "ruleName") ?? resource.name;
    return {
        kind: "scheduled-query",
        detection: textAt(inputs, "actions", "customProperties", "detection") ?? rule,
        rule,
        severity: textAt(inputs, "actions", "customProperties", "severity") ?? severityName(inputs),
        techniques:
            (textAt(inputs, "actions", "customProperties", "techniques") ?? "").match(/T\d{4}(\.\d{3})?/g) ?? [],
        query: textAt(criterion, "query") ?? missing(resource, "criteria.allOf[0].query"),
        frequencyMs: durationAt(inputs, "evaluationFrequency") ?? missing(resource, "evaluationFrequency"),
        windowMs: durationAt(inputs, "windowSize") ?? missing(resource, "windowSize"),
        threshold: numberAt(criterion, "threshold") ?? 0,
        groupBy: groupColumns(criterion),
        entities: [],
        failingPeriods: {
            toAlert: numberAt(at(criterion, "failingPeriods"), "minFailingPeriodsToAlert") ?? 1,
            of: numberAt(at(criterion, "failingPeriods"), "numberOfEvaluationPeriods") ?? 1,
        },
        ...silence(durationAt(inputs, "muteActionsDuration")),
    };
}

/** An analytics rule as the package makes them: it rings for more rows than its threshold, each row an alert. */
function analyticsRule(resource: PlannedResource, inputs: PlanObject): PlannedRule {
    const operator = textAt(inputs, "triggerOperator");
    if (operator !== "GreaterThan")
        throw new PlanError(`${resource.urn}: \`triggerOperator\` is ${operator}; only GreaterThan can be rehearsed.`);
    const title = textAt(inputs, "displayName") ?? resource.name;
    return {
        kind: "sentinel",
        detection: keyInComponent(resource) ?? title,
        rule: title,
        severity: textAt(inputs, "severity") ?? "Low",
        techniques: listAt(inputs, "techniques").filter((technique) => typeof technique === "string"),
        query: textAt(inputs, "query") ?? missing(resource, "query"),
        frequencyMs: durationAt(inputs, "queryFrequency") ?? missing(resource, "queryFrequency"),
        windowMs: durationAt(inputs, "queryPeriod") ?? missing(resource, "queryPeriod"),
        threshold: numberAt(inputs, "triggerThreshold") ?? 0,
        groupBy: [],
        entities: listAt(inputs, "entityMappings").map((mapping) => ({
            type: textAt(mapping, "entityType") ?? "",
            identifiers: Object.fromEntries(
                listAt(mapping, "fieldMappings").map((field) => [
                    textAt(field, "identifier") ?? "",
                    textAt(field, "columnName") ?? "",
                ]),
            ),
        })),
        ...silence(inputs.suppressionEnabled === true ? durationAt(inputs, "suppressionDuration") : undefined),
        failingPeriods: { toAlert: 1, of: 1 },
    };
}

function silence(muteMs: number | undefined): Pick<PlannedRule, "muteMs"> {
    return muteMs === undefined ? {} : { muteMs };
}

/** The detection's name, which the component makes the rule's logical name of; undefined outside of the component. */
function keyInComponent({ name, parent }: PlannedResource): string | undefined {
    const component = /[:$]sysmon-azure:index:Sentinel::(.+)$/.exec(parent ?? "")?.[1];
    return component !== undefined && name.startsWith(`${component}-`) ? name.slice(component.length + 1) : undefined;
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
