import type { KqlErrorCode } from "../errors";

/** What Azure refuses or limits in a rule's query. A code never changes its meaning. */
export const limitCodes = {
    KQ500: "a plugin that scheduled-query rules do not support",
    KQ501: "ago() of something that is no timespan literal",
    KQ502: "AggregatedValue, a reserved word of scheduled-query rules",
    KQ503: "a query that is empty, or longer than its rule may have",
    KQ504: "search or union in a scheduled-query rule",
    KQ505: "search * or union * in a Sentinel rule",
    KQ506: "what a rule that runs every minute may fail on",
    KQ507: "a frequency or look-back that the service does not take",
    KQ508: "ago() beyond the two days that a scheduled-query rule reads",
    KQ509: "ago() without a bound on TimeGenerated",
    KQ510: "a stored function with a time of its own in a scheduled-query rule",
    KQ511: "what Log Analytics does not have",
    KQ512: "adx() in a Sentinel rule",
    KQ513: "a dimension that cannot be one",
    KQ514: "a number of violations without a time column",
    KQ515: "take in a scheduled-query rule",
} as const;

/** What is legal, and most likely not meant. A code never changes its meaning. */
export const lintCodes = {
    KQ600: "a * that is no wildcard",
    KQ601: "and beside or without parentheses",
    KQ602: "a path compared with regard to letter case",
    KQ603: "lowered text compared with capitals",
    KQ604: "a field of EventData taken by its position",
    KQ605: "has with a needle that is no whole term",
    KQ606: "a column that the rule needs and the result lacks",
    KQ607: "a result that always has one row",
    KQ608: "a threshold that a single hit does not pass",
    KQ609: "take without an order",
    KQ610: "what a rule ignores",
    KQ611: "a needless .* in a regular expression",
    KQ612: "a pattern that is no regular expression",
    KQ613: "a number compared with text",
    KQ614: "a let that nothing uses",
} as const;

/** Code of a finding about a query. */
export type KqlIssueCode = KqlErrorCode | keyof typeof limitCodes | keyof typeof lintCodes;
