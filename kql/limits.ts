/** What a run may use before it is stopped with an error. */
export interface Limits {
    /** Most rows that one operator may produce. Default 5,000,000. */
    readonly maxRows: number;
    /** Longest time of a run, in milliseconds. Default 120,000. */
    readonly maxMilliseconds: number;
    /**
     * Most memory, in bytes, that a run may take for what it works out (the tables given to it are not counted):
     * an estimate of 8 bytes a value and one a character. Default 1 GiB.
     */
    readonly maxBytes: number;
}

/** Limits that stop a runaway query, far above what an alert rule needs. */
export const defaultLimits: Limits = { maxRows: 5_000_000, maxMilliseconds: 120_000, maxBytes: 2 ** 30 };

/** A run that exceeds its limits. Whoever knows the place in the query makes a `KqlError` of it. */
export class LimitExceeded extends Error {
    constructor(
        readonly code: "KQ300" | "KQ301" | "KQ303",
        /** What was exceeded, and what to do. */
        readonly reason: string,
    ) {
        super(reason);
    }
}
