import { durationMs } from "../azure";
import { checkQuery, type CheckOptions, type KqlIssue } from "../kql";
import { listAt, textAt, type PlanValue } from "../rehearsal/analysis";
import { cleanQueries, type CleanQueries } from "./cleanQueries";
import { isAlertRule } from "./alertRules";
import { noSettings, resourcePolicy, type Finding } from "./policy";

let clean: CleanQueries | undefined;

/** The query of a scheduled-query rule parses, binds, and is legal in such a rule. */
export const alertQueryIsValid = resourcePolicy(
    {
        name: "alert-query-is-valid",
        title: "Queries of alert rules are valid",
        description: "The query of a scheduled-query rule parses, its names exist, and Azure takes it in such a rule.",
        severity: "high",
        mend: "Mend the query; `npx sysmon-azure kql check` tells more, and docs/kql-check has a page for each code.",
        settings: noSettings,
    },
    function* (rule): Generator<Finding> {
        if (!isAlertRule(rule)) return;
        const { inputs } = rule;
        const criteria = listAt(inputs, "criteria", "allOf");
        if (criteria.length === 0) yield { kind: "violation", message: "criteria.allOf holds no query." };
        for (const [index, criterion] of criteria.entries()) {
            const place = `criteria.allOf[${index}].query`;
            const query = textAt(criterion, "query");
            if (query === undefined) {
                yield { kind: "unjudged", message: `${place} is known only at the deployment.` };
                continue;
            }
            const against: CheckOptions = {
                kind: "scheduled-query",
                ...duration("frequency", textAt(inputs, "evaluationFrequency")),
                ...duration("window", textAt(inputs, "windowSize")),
                dimensions: listAt(criterion, "dimensions").flatMap((dimension) => textAt(dimension, "name") ?? []),
                columns: resourceColumn(criterion),
                measures: textAt(criterion, "metricMeasureColumn") !== undefined,
            };
            if ((clean ??= cleanQueries()).has(query, against)) continue;
            const issues = checkQuery(query, against).filter(({ severity }) => severity === "error");
            if (issues.length === 0) clean.add(query, against);
            for (const issue of issues) {
                const { line, column, code, message } = issue;
                yield {
                    kind: isForeign(issue) ? "unjudged" : "violation",
                    message: `${place}, line ${line}, column ${column}: ${code} ${message}.`,
                };
            }
        }
    },
);

function duration(key: "frequency" | "window", text: string | undefined): Pick<CheckOptions, typeof key> {
    const ms = text === undefined ? undefined : durationMs(text);
    return ms === undefined ? {} : { [key]: ms };
}

function resourceColumn(criterion: PlanValue): CheckOptions["columns"] {
    const name = textAt(criterion, "resourceIdColumn");
    return name === undefined || name === "" ? [] : [{ name, use: "names the resource of an alert" }];
}

/** Whether a finding tells of a table or function that the workspace may well have, though this package knows none. */
function isForeign({ code, message }: KqlIssue): boolean {
    return code === "KQ101" && /any known (?:table, tabular variable or )?function/.test(message);
}
