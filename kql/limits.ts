/** What a run may use before it is stopped with an error. */
export interface Limits {
    /** Most rows that one operator may produce. Default 5,000,000. */
    readonly maxRows: number;
    /** Longest time of a run, in milliseconds. Default 120,000. */
    readonly maxMilliseconds: number;
}

/** Limits that stop a runaway query, far above what an alert rule needs. */
export const defaultLimits: Limits = { maxRows: 5_000_000, maxMilliseconds: 120_000 };
