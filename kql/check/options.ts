import type { StoredFunction } from "../binding";
import type { DeclaredColumns } from "../prepare";

/**
 * Where a query is to run: an Azure Monitor scheduled-query (log search alert) rule, a scheduled analytics rule of
 * Microsoft Sentinel, or a person's hands.
 */
export const ruleKinds = ["scheduled-query", "sentinel", "hunting"] as const;

/** One of {@link ruleKinds}. */
export type RuleKind = (typeof ruleKinds)[number];

/** When a rule rings: its number of results, or what it measures, held against a threshold. */
export interface Trigger {
    readonly operator: "GreaterThan" | "GreaterThanOrEqual" | "LessThan" | "LessThanOrEqual" | "Equal" | "NotEqual";
    readonly threshold: number;
}

/** A column that the rule takes out of the result. */
export interface NeededColumn {
    readonly name: string;
    /** Who takes it and as what, to follow "a column, which": `entity Host needs as its FullName`. */
    readonly use: string;
}

/** What a query is checked against. */
export interface CheckOptions {
    /** Tables by name. Default: the tables of a Log Analytics workspace that this package knows. */
    readonly tables?: Readonly<Record<string, DeclaredColumns>>;
    /** Stored functions. Default: none. */
    readonly functions?: readonly StoredFunction[];
    /** The kind of rule; without it, only what holds for every query is checked. */
    readonly kind?: RuleKind;
    /** Milliseconds from one run of the rule to the next. */
    readonly frequency?: number;
    /** Milliseconds that a run looks back. */
    readonly window?: number;
    /** When the rule rings. */
    readonly trigger?: Trigger;
    /** Columns that entity mappings, custom details and the like take. */
    readonly columns?: readonly NeededColumn[];
    /** Columns that a scheduled-query rule splits its alerts by. */
    readonly dimensions?: readonly string[];
    /** Whether a scheduled-query rule measures a column, instead of counting rows. Default: false. */
    readonly measures?: boolean;
    /** Whether a scheduled-query rule rings only after several violations. Default: false. */
    readonly countsViolations?: boolean;
}
