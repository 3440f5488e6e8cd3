import {
    allowedDuration,
    durationMs,
    evaluationFrequencies,
    muteDurations,
    queryTimeRanges,
    windowSizes,
} from "./durations";
import { nameProblem } from "./names";
import type { Problem } from "./problem";

/** A scheduled-query rule of kind LogAlert that counts the rows of its query and keeps no state. */
export interface AlertRule {
    /** Name in Azure. */
    ruleName: string;
    /** Title that people see. */
    displayName: string;
    /** What the rule detects. */
    description: string;
    /** 0 (critical) to 4 (verbose). */
    severity: number;
    /** KQL text. */
    query: string;
    /** ISO 8601 duration from one run to the next. */
    evaluationFrequency: string;
    /** ISO 8601 duration that a run looks back. */
    windowSize: string;
    /** The rule rings for more rows than this. */
    threshold: number;
    /** ISO 8601 duration of the data that the query is given instead of the window. */
    overrideQueryTimeRange?: string;
    /** ISO 8601 duration of silence after an alert. */
    muteActionsDuration?: string;
    /** Further properties of the alert's payload. */
    customProperties?: Record<string, string>;
}

/** Azure's limits of a scheduled-query rule (sources: create-log-alert-rule article, Azure Monitor service limits). */
export const alertRuleLimits = {
    /** Bytes of all properties together. */
    bytes: 65_536,
    /** Characters of the description. */
    descriptionLength: 4_096,
    /** Action groups that a rule calls. */
    actionGroups: 5,
    /** Columns that split a rule's rows. */
    dimensions: 6,
    /** Runs that a rule can look at before it rings. */
    periods: 6,
    /** Characters of an action group's short name. */
    groupShortNameLength: 12,
} as const;

/** Names of the five severities, from 0 to 4, as the portal shows them. */
export const severityNames: readonly string[] = ["Critical", "Error", "Warning", "Informational", "Verbose"];

/** What Azure would refuse of a rule, all problems at once; the query itself is not read. */
export function alertRuleProblems(rule: AlertRule): Problem[] {
    const problems: Problem[] = [];
    const add = (field: keyof AlertRule | "", reason: string): void => void problems.push({ field, reason });

    const badName = nameProblem("alertRule", rule.ruleName);
    if (badName !== undefined) add("ruleName", badName);
    if (rule.displayName.trim() === "") add("displayName", "is empty; a rule needs a title");
    if (rule.description.length > alertRuleLimits.descriptionLength)
        add(
            "description",
            `has ${rule.description.length} characters, at most ${alertRuleLimits.descriptionLength} are accepted`,
        );
    if (!Number.isInteger(rule.severity) || rule.severity < 0 || rule.severity >= severityNames.length)
        add("severity", `${rule.severity} is no severity; accepted are 0 (critical) to 4 (verbose)`);
    if (rule.query.trim() === "") add("query", "is empty; a rule needs a query");
    if (!Number.isInteger(rule.threshold) || rule.threshold < 0)
        add("threshold", `${rule.threshold} is no number of rows; accepted are whole numbers from 0`);

    const checkDuration = (field: DurationField, allowed: readonly string[]): number | undefined => {
        const text = rule[field];
        if (text === undefined) return undefined;
        const accepted = allowedDuration(text, allowed);
        if (accepted !== undefined) return durationMs(accepted);
        add(field, `"${text}" is refused by Azure; accepted are ${allowed.join(", ")}`);
        return undefined;
    };
    const frequency = checkDuration("evaluationFrequency", evaluationFrequencies);
    const window = checkDuration("windowSize", windowSizes);
    const range = checkDuration("overrideQueryTimeRange", queryTimeRanges);
    checkDuration("muteActionsDuration", muteDurations);
    if (frequency !== undefined && window !== undefined && window < frequency)
        add(
            "windowSize",
            `${rule.windowSize} is shorter than the frequency ${rule.evaluationFrequency}: events between would never be seen`,
        );
    if (range !== undefined && window !== undefined && range < window)
        add("overrideQueryTimeRange", `${rule.overrideQueryTimeRange} is shorter than the window ${rule.windowSize}`);

    const bytes = Buffer.byteLength(JSON.stringify(rule), "utf8");
    if (bytes > alertRuleLimits.bytes)
        add(
            "",
            `has ${bytes} bytes, at most ${alertRuleLimits.bytes} are accepted for all properties together; shorten the query`,
        );
    return problems;
}

type DurationField = "evaluationFrequency" | "windowSize" | "overrideQueryTimeRange" | "muteActionsDuration";
