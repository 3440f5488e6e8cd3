import { durationMs } from "./durations";
import { isGuid } from "./guids";
import type { Problem } from "./problem";

/** Severities of an analytics rule. */
export const analyticsSeverities: readonly string[] = ["High", "Medium", "Low", "Informational"];

/** Tactics that an analytics rule takes (source: securityinsights 2024-09-01). */
export const analyticsTactics: readonly string[] = [
    "Reconnaissance",
    "ResourceDevelopment",
    "InitialAccess",
    "Execution",
    "Persistence",
    "PrivilegeEscalation",
    "DefenseEvasion",
    "CredentialAccess",
    "Discovery",
    "LateralMovement",
    "Collection",
    "Exfiltration",
    "CommandAndControl",
    "Impact",
    "PreAttack",
    "ImpairProcessControl",
    "InhibitResponseFunction",
];

/** Azure's limits of a Sentinel analytics rule (source: scheduled-rules overview, entity mapping, alert details). */
export const analyticsRuleLimits = {
    queryLength: 10_000,
    descriptionLength: 5_000,
    entityMappings: 10,
    identifiers: 3,
    customDetails: 20,
    titleLength: 256,
    placeholders: 3,
    period: { min: durationMs("PT5M") ?? 0, max: durationMs("P14D") ?? 0 },
} as const;

/** An entity that an analytics rule finds in a row. */
export interface AnalyticsEntity {
    /** Kind, such as `Host`. */
    entityType: string;
    /** Identifier of the kind to column of the row. */
    identifiers: { [identifier: string]: string };
}

/** A scheduled analytics rule of Microsoft Sentinel. */
export interface AnalyticsRule {
    /** GUID of the rule in its workspace. */
    ruleId: string;
    displayName: string;
    description: string;
    /** One of {@link analyticsSeverities}. */
    severity: string;
    query: string;
    /** ISO 8601 duration between two runs. */
    queryFrequency: string;
    /** ISO 8601 duration that a run looks back. */
    queryPeriod: string;
    /** It rings for more rows than this. */
    threshold: number;
    tactics: string[];
    /** ATT&CK techniques; the service takes no sub-techniques in this API version, so they stand for their technique. */
    techniques: string[];
    entities: AnalyticsEntity[];
    /** Name to column. */
    customDetails: { [name: string]: string };
    /** Title of an alert; `{{Column}}` is a value. */
    alertTitle?: string;
    /** Description of an alert; `{{Column}}` is a value. */
    alertDescription?: string;
    /** ISO 8601 duration of silence after an alert. */
    suppressFor?: string;
}

/** What Azure would refuse of a rule: `{ field, reason }`, all of it. */
export function analyticsRuleProblems(rule: AnalyticsRule): Problem[] {
    const problems: Problem[] = [];
    const add = (field: string, reason: string): void => void problems.push({ field, reason });
    const limits = analyticsRuleLimits;
    if (!isGuid(rule.ruleId)) add("ruleId", `"${rule.ruleId}" is no GUID`);
    if (rule.displayName.trim() === "") add("displayName", "is empty; people see it");
    if (rule.description.length > limits.descriptionLength)
        add(
            "description",
            `has ${rule.description.length} characters, at most ${limits.descriptionLength} are accepted`,
        );
    if (!analyticsSeverities.includes(rule.severity))
        add("severity", `"${rule.severity}" is no severity; accepted are ${analyticsSeverities.join(", ")}`);
    if (rule.query.trim() === "") add("query", "is empty; a rule needs a query");
    if (rule.query.length > limits.queryLength)
        add("query", `has ${rule.query.length} characters, at most ${limits.queryLength} are accepted`);
    if (/\b(search|union)\s+\*/.test(rule.query))
        add("query", "has search * or union *, which Sentinel refuses in a rule");
    if (!Number.isInteger(rule.threshold) || rule.threshold < 0)
        add("threshold", `${rule.threshold} is no number of rows; accepted are whole numbers from 0`);
    rule.tactics.forEach((tactic, index) => {
        if (!analyticsTactics.includes(tactic))
            add(`tactics[${index}]`, `"${tactic}" is no tactic; accepted are ${analyticsTactics.join(", ")}`);
    });
    rule.techniques.forEach((technique, index) => {
        if (!/^T\d{4}(\.\d{3})?$/.test(technique))
            add(`techniques[${index}]`, `"${technique}" is no technique; accepted are T1055 and T1055.012`);
    });
    checkTimes(rule, add);
    checkEntities(rule, add);
    checkDetails(rule, add);
    return problems;
}

function checkTimes(rule: AnalyticsRule, add: (field: string, reason: string) => void): void {
    const { min, max } = analyticsRuleLimits.period;
    const read = (field: "queryFrequency" | "queryPeriod" | "suppressFor", longest: number): number | undefined => {
        const text = rule[field];
        if (text === undefined) return undefined;
        const ms = durationMs(text);
        if (ms !== undefined && ms >= min && ms <= longest) return ms;
        add(
            field,
            `"${text}" is refused; accepted are ISO 8601 durations from PT5M to ${longest === max ? "P14D" : "P1D"}`,
        );
        return undefined;
    };
    const frequency = read("queryFrequency", max);
    const period = read("queryPeriod", max);
    read("suppressFor", durationMs("P1D") ?? 0);
    if (frequency === undefined || period === undefined) return;
    if (period < frequency)
        add(
            "queryPeriod",
            `${rule.queryPeriod} is shorter than the frequency ${rule.queryFrequency}: events between would never be seen`,
        );
    if (period > (durationMs("P2D") ?? 0) && frequency < (durationMs("PT1H") ?? 0))
        add(
            "queryFrequency",
            `${rule.queryFrequency} is too often for a period over two days; accepted is PT1H and more`,
        );
}

function checkEntities({ entities }: AnalyticsRule, add: (field: string, reason: string) => void): void {
    const { entityMappings, identifiers: most } = analyticsRuleLimits;
    if (entities.length > entityMappings)
        add("entities", `has ${entities.length} entities, at most ${entityMappings} are accepted`);
    entities.forEach(({ entityType, identifiers }, index) => {
        const count = Object.keys(identifiers).length;
        if (count === 0 || count > most)
            add(`entities[${index}]`, `${entityType} has ${count} identifiers; accepted are 1 to ${most}`);
    });
}

function checkDetails(rule: AnalyticsRule, add: (field: string, reason: string) => void): void {
    const { customDetails, titleLength, descriptionLength, placeholders } = analyticsRuleLimits;
    const count = Object.keys(rule.customDetails).length;
    if (count > customDetails) add("customDetails", `has ${count} details, at most ${customDetails} are accepted`);
    const texts = [
        ["alertTitle", rule.alertTitle, titleLength],
        ["alertDescription", rule.alertDescription, descriptionLength],
    ] as const;
    for (const [field, text, longest] of texts) {
        if (text === undefined) continue;
        if (text.length > longest) add(field, `has ${text.length} characters, at most ${longest} are accepted`);
        const used = new Set(text.match(/\{\{\w+\}\}/g)).size;
        if (used > placeholders) add(field, `names ${used} columns, at most ${placeholders} are accepted`);
    }
}
