import type { SchemaVersion } from "./version";

/** The first schema version that documents each condition (published Sysmon schema). */
const documentedSince = {
    is: 3.1,
    "is not": 3.1,
    contains: 3.1,
    "contains any": 4.22,
    "is any": 4.31,
    "contains all": 4.22,
    excludes: 3.1,
    "excludes any": 4.23,
    "excludes all": 4.23,
    "begin with": 3.1,
    "not begin with": 4.7,
    "end with": 3.1,
    "not end with": 4.7,
    "less than": 3.1,
    "more than": 3.1,
    image: 3.1,
} as const satisfies Readonly<Record<string, SchemaVersion>>;

/** How a filter compares a field with its value. The sensor accepts each of them in every schema version. */
export type Condition = keyof typeof documentedSince;

const names = new Set<string>(Object.keys(documentedSince));

/** Every condition, in the order in which the sensor lists them. */
export const conditions: readonly Condition[] = Object.keys(documentedSince).filter(isCondition);

function isCondition(text: string): text is Condition {
    return names.has(text);
}

/** The condition a text means: its case is ignored, its spaces are not; empty means `is`. `undefined` if unknown. */
export function parseCondition(text: string): Condition | undefined {
    if (text === "") return "is";
    const lower = text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
    return isCondition(lower) ? lower : undefined;
}

/** First schema version whose documentation names the condition; the sensor accepts it in older ones as well. */
export function conditionSince(condition: Condition): SchemaVersion {
    return documentedSince[condition];
}
