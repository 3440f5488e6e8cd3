import { durationMs } from "../azure";
import { checkQuery, type CheckOptions, type KqlIssue } from "../kql";
import { listAt, textAt, type PlanValue } from "../rehearsal/analysis";
import { cleanQueries, type CleanQueries } from "./cleanQueries";
import { analyticsRule, isSwitchedOn, scheduledQueryRule } from "./plannedDetections";
import { noSettings, resourcePolicy, type Finding, type JudgedResource } from "./policy";

let clean: CleanQueries | undefined;

/** The query of a rule parses, binds, and is legal in a rule of its kind. */
export const alertQueryIsValid = resourcePolicy(
    {
        name: "alert-query-is-valid",
        title: "Queries of alert rules are valid",
        description:
            "The query of a rule of Azure Monitor or Sentinel parses, its names exist, and Azure takes it there.",
        severity: "high",
        mend: "Mend the query; `npx sysmon-azure kql check` tells more, and docs/kql-check has a page for each code.",
        types: [scheduledQueryRule, analyticsRule],
        settings: noSettings,
    },
    function* (rule): Generator<Finding> {
        if (!isSwitchedOn(rule)) return;
        const asked = rule.type === analyticsRule ? analyticsQueries(rule) : scheduledQueries(rule);
        if (asked.length === 0) yield { kind: "violation", message: "criteria.allOf holds no query." };
        for (const { place, query, against } of asked) {
            if (query === undefined) yield { kind: "unjudged", message: `${place} is known only at the deployment.` };
            else yield* errorsOf(place, query, against);
        }
    },
);

/** A query of a rule, and what it has to fit. */
interface AskedQuery {
    /** Where it stands. */
    readonly place: string;
    /** Undefined where it is known later. */
    readonly query: string | undefined;
    readonly against: CheckOptions;
}

function scheduledQueries({ inputs }: JudgedResource): AskedQuery[] {
    return listAt(inputs, "criteria", "allOf").map((criterion, index) => ({
        place: `criteria.allOf[${index}].query`,
        query: textAt(criterion, "query"),
        against: {
            kind: "scheduled-query",
            ...duration("frequency", textAt(inputs, "evaluationFrequency")),
            ...duration("window", textAt(inputs, "windowSize")),
            dimensions: listAt(criterion, "dimensions").flatMap((dimension) => textAt(dimension, "name") ?? []),
            columns: resourceColumn(criterion),
            measures: textAt(criterion, "metricMeasureColumn") !== undefined,
        },
    }));
}

function analyticsQueries({ inputs }: JudgedResource): AskedQuery[] {
    const columns = listAt(inputs, "entityMappings").flatMap((mapping) =>
        listAt(mapping, "fieldMappings").flatMap((field) => {
            const name = textAt(field, "columnName");
            const use = `entity ${textAt(mapping, "entityType") ?? ""} needs as its ${textAt(field, "identifier") ?? ""}`;
            return name === undefined ? [] : [{ name, use }];
        }),
    );
    const against: CheckOptions = {
        kind: "sentinel",
        ...duration("frequency", textAt(inputs, "queryFrequency")),
        ...duration("window", textAt(inputs, "queryPeriod")),
        columns,
    };
    return [{ place: "query", query: textAt(inputs, "query"), against }];
}

function* errorsOf(place: string, query: string, against: CheckOptions): Generator<Finding> {
    clean ??= cleanQueries();
    if (clean.has(query, against)) return;
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
