/** One way of doing the work. */
export interface Contender {
    readonly name: string;
    /** Does the work once and returns how many units it did, e.g. events. */
    readonly run: () => number | Promise<number>;
    /** Units a second to reach; shown beside what was measured. Default: none. */
    readonly goal?: number;
}

/** The same work done in several ways, measured in turn so that all meet the machine in the same state. */
export interface Race {
    readonly kind: "race";
    readonly title: string;
    /** What is counted, in the plural, e.g. `events`. */
    readonly unit: string;
    /** Name of the contender to which the others are compared. */
    readonly baseline: string;
    readonly contenders: readonly Contender[];
    /** `cpu`: time of this process on all cores. `wall`: for work that other processes do. Default: `cpu`. */
    readonly clock?: Clock;
}

/** What time is measured. */
export type Clock = "cpu" | "wall";

/** One number that was found out. */
export interface Figure {
    readonly name: string;
    readonly value: number;
    /** E.g. `ms`, `MB`. */
    readonly unit: string;
    /** What is wanted, in words, e.g. `under 50`. Default: nothing. */
    readonly goal?: string;
}

/** Numbers that are no race: a first run, memory. */
export interface Measurement {
    readonly kind: "measurement";
    readonly title: string;
    readonly measure: () => readonly Figure[] | Promise<readonly Figure[]>;
}

/** What one part of a benchmark file finds out. */
export type Benchmark = Race | Measurement;

/**
 * What a file `bench/*.bench.ts` exports, under the name `benchmarks`: it prepares its data when called, not before, and
 * yields its benchmarks in the order in which they are to run.
 */
export type BenchmarkFile = () => Iterable<Benchmark> | AsyncIterable<Benchmark> | Promise<readonly Benchmark[]>;
