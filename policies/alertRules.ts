import { z } from "zod";
import { alertRuleProblems, durationMs, severityNames } from "../azure";
import { at, listAt, textAt, unknownValue, type PlannedResource } from "../rehearsal/analysis";
import { isSwitchedOn, scheduledQueryRule } from "./plannedDetections";
import { resourcePolicy, type Finding } from "./policy";

/** A scheduled-query rule tells somebody, each time anew. */
export const alertRuleIsHeard = resourcePolicy(
    {
        name: "alert-rule-is-heard",
        title: "Alert rules are heard",
        description: "A scheduled-query rule has an action group, a severity, and does not resolve by itself.",
        severity: "high",
        mend: "Set autoMitigate: false and severity, and name the stack's action group or one of your own.",
        types: [scheduledQueryRule],
        settings: z.object({
            leastSeverity: z
                .int()
                .min(0)
                .max(4)
                .default(4)
                .describe("The mildest severity that a rule may have, from 0 (critical) to 4 (verbose)."),
        }),
    },
    function* (rule, { leastSeverity }): Generator<Finding> {
        if (!isSwitchedOn(rule)) return;
        const { inputs } = rule;
        // Azure's own default is to resolve: the alert then stays silent until the condition is gone for a while.
        if (inputs.autoMitigate !== false) {
            const message =
                "autoMitigate is not false: after the first alert the rule is silent until it resolves, and a second attack goes unheard.";
            yield { kind: "violation", message };
        }
        if (at(inputs, "actions") === unknownValue || at(inputs, "actions", "actionGroups") === unknownValue) {
            yield { kind: "unjudged", message: "Whom the rule tells is known only at the deployment." };
        } else if (listAt(inputs, "actions", "actionGroups").length === 0) {
            const message = "actions.actionGroups names no action group: alerts would reach nobody.";
            yield { kind: "violation", message };
        }
        const { severity } = inputs;
        if (typeof severity !== "number" || severityNames[severity] === undefined) {
            const message = `severity is ${JSON.stringify(severity ?? null)}: without one from 0 to 4 nobody knows how urgent the alert is.`;
            yield { kind: "violation", message };
        } else if (severity > leastSeverity) {
            yield { kind: "violation", message: `severity is ${severity}, milder than ${leastSeverity}.` };
        }
    },
);

/** A scheduled-query rule is one that Azure takes, and misses no event between two runs. */
export const alertScheduleIsLegal = resourcePolicy(
    {
        name: "alert-schedule-is-legal",
        title: "Alert rules have a schedule that Azure takes",
        description:
            "Frequency, window and threshold of a scheduled-query rule are legal, and no event falls between two runs.",
        severity: "high",
        mend: "Take one of the accepted values, and a window at least as long as the frequency.",
        types: [scheduledQueryRule],
        settings: z.object({
            slowestFrequency: z
                .string()
                .default("PT1H")
                .describe("The longest time from one run of a rule to the next, an ISO 8601 duration."),
        }),
    },
    function* (rule, { slowestFrequency }): Generator<Finding> {
        if (!isSwitchedOn(rule)) return;
        const { inputs } = rule;
        const frequency = textAt(inputs, "evaluationFrequency");
        const window = textAt(inputs, "windowSize");
        if (frequency === undefined || window === undefined) {
            const unknown = [inputs.evaluationFrequency, inputs.windowSize].includes(unknownValue);
            yield unknown
                ? { kind: "unjudged", message: "Its frequency and window are known only at the deployment." }
                : { kind: "violation", message: "evaluationFrequency and windowSize are not both given." };
            return;
        }
        // Only the schedule is asked about here: name, severity and query are what they should be.
        const problems = alertRuleProblems({
            ruleName: "rule",
            displayName: "rule",
            description: "",
            severity: 0,
            query: "Event",
            evaluationFrequency: frequency,
            windowSize: window,
            threshold: thresholdOf(rule),
            ...optional("overrideQueryTimeRange", textAt(inputs, "overrideQueryTimeRange")),
            ...optional("muteActionsDuration", textAt(inputs, "muteActionsDuration")),
        });
        for (const { field, reason } of problems) yield { kind: "violation", message: `${field}: ${reason}.` };
        if (problems.length === 0 && (durationMs(frequency) ?? 0) > (durationMs(slowestFrequency) ?? Infinity)) {
            const message = `evaluationFrequency ${frequency} is slower than ${slowestFrequency}: an attacker has that long.`;
            yield { kind: "violation", message };
        }
    },
);

/** The number that a rule compares with; 0 where it is given later or not at all. */
function thresholdOf({ inputs }: PlannedResource): number {
    const threshold = at(inputs, "criteria", "allOf", 0, "threshold");
    return typeof threshold === "number" ? threshold : 0;
}

function optional<Key extends string>(key: Key, value: string | undefined): Partial<Record<Key, string>> {
    const entry: Partial<Record<Key, string>> = {};
    if (value !== undefined) entry[key] = value;
    return entry;
}
