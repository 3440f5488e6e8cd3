import type { Problem } from "./problem";

/** Azure's limits of a data collection rule (source: data collection rules, service limits). */
export const dataCollectionLimits = {
    /** XPath queries in a rule. */
    xPathQueries: 100,
    /** Expressions in one query. */
    xPathExpressions: 20,
    /** Characters of a transformation. */
    transformation: 15_360,
} as const;

/**
 * What Azure or the agent would refuse of a data source's queries `channel!XPath`; each problem's field is the query's
 * position, such as `[2]`. Whether the event log understands the XPath is not read here.
 */
export function xPathQueriesProblems(queries: readonly string[]): Problem[] {
    const problems: Problem[] = [];
    const { xPathQueries: most } = dataCollectionLimits;
    if (queries.length === 0) problems.push({ field: "", reason: "is empty; nothing would be collected" });
    if (queries.length > most)
        problems.push({ field: "", reason: `has ${queries.length} queries, at most ${most} are accepted in a rule` });
    queries.forEach((query, index) => {
        const reason = xPathQueryProblem(query) ?? (queries.indexOf(query) < index ? "is there twice" : undefined);
        if (reason !== undefined) problems.push({ field: `[${index}]`, reason });
    });
    return problems;
}

function xPathQueryProblem(query: string): string | undefined {
    const [, channel = "", xPath = ""] = /^([^!]*)!(.*)$/s.exec(query) ?? [];
    if (channel.trim() === "" || xPath.trim() === "")
        return `"${query}" is no query; accepted is channel!XPath, such as Microsoft-Windows-Sysmon/Operational!*`;
    if (/\/(analytic|debug)$/i.test(channel)) return `the agent cannot read analytic and debug channels: ${channel}`;
    const code = xPath.replace(/'[^']*'|"[^"]*"/g, "''");
    const unknown = /\b(contains|starts-with)\s*\(/.exec(code)?.[1];
    if (unknown !== undefined) return `the event log knows no ${unknown}(); compare whole values`;
    const expressions = code.match(/!=|<=|>=|=|<|>/g)?.length ?? 0;
    if (expressions > dataCollectionLimits.xPathExpressions)
        return `has ${expressions} expressions, at most ${dataCollectionLimits.xPathExpressions} are accepted in one query; split it`;
    return undefined;
}

/** Operators over whole tables, which a transformation of single rows cannot have. */
const tableOperators = /\|\s*(summarize|join|union|mv-expand|sort|order|top|distinct|take|limit|count)\b/;

/** What the service would refuse of a transformation: one sentence; undefined where nothing (source: transformations article). */
export function transformationProblem(kql: string): string | undefined {
    const { transformation: most } = dataCollectionLimits;
    if (kql.length > most) return `has ${kql.length} characters, at most ${most} are accepted`;
    if (!/^\s*source\b/.test(kql)) return "does not begin with source, which stands for the rows that come in";
    const operator = tableOperators.exec(kql)?.[1];
    return operator === undefined ? undefined : `uses ${operator}: a transformation works on single rows`;
}
