import type { Findings } from "./issue";
import type { CheckOptions } from "./options";
import type { QueryText } from "./queryText";
import type { StoredFunctions, Trait } from "./traits";

/** A query under inspection: its text, what it uses, the rule around it, and the findings so far. */
export interface Inspection {
    readonly text: QueryText;
    readonly traits: readonly Trait[];
    readonly functions: StoredFunctions;
    readonly options: CheckOptions;
    readonly findings: Findings;
    /** Names of the result's columns; undefined where they cannot be known before the query runs. */
    readonly columns: ReadonlyMap<string, string> | undefined;
}
