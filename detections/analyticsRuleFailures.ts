/**
 * The rule of Microsoft Sentinel that watches its other rules: each run of a rule is a row of SentinelHealth, with its
 * status and, where it failed, why (source: monitor-analytics-rule-integrity article). It is no detection of the catalog,
 * since it is about Sentinel alone and Azure Monitor has no such table.
 */
export const analyticsRuleFailures = {
    name: "analytics-rule-failing",
    id: "da4c0c6f-ba76-4103-a78d-3ca8fd8c46d8",
    title: "An analytics rule fails",
    description:
        "A rule of Microsoft Sentinel could not run or was disabled by the service; until it is mended, its detection is blind. The reason says what to do: most often a query that no longer fits its table, a function that is gone, or a permission that was lost.",
    severity: "Medium",
    frequency: "PT1H",
    window: "PT1H",
    /** The table comes with its first row: until then the list without rows stands in, so that the rule can be created. */
    query: `union isfuzzy=true
    (datatable(TimeGenerated: datetime, SentinelResourceType: string, SentinelResourceName: string, SentinelResourceId: string, Status: string, Reason: string, Description: string) []),
    SentinelHealth
| where SentinelResourceType == "Analytics Rule" and Status == "Failure"
| summarize arg_max(TimeGenerated, Reason, Description), Failures = count() by SentinelResourceName, SentinelResourceId
| project TimeGenerated, Rule = SentinelResourceName, RuleId = SentinelResourceId, Failures, Reason, Description`,
    entities: [{ entityType: "AzureResource", identifiers: { ResourceId: "RuleId" } }],
    customDetails: { Rule: "Rule", Reason: "Reason" },
    alertTitle: "The analytics rule {{Rule}} fails",
    grouping: { entityTypes: ["AzureResource"], lookback: "P1D" },
};
