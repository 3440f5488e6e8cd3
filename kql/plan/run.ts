import { LimitExceeded, type Limits } from "../limits";
import type { Table } from "../table";
import type { Value } from "../types";
import type { Int64 } from "../values/int64";

/** Most units of work between two looks at the clock; a row is one. There are fewer where rows take long. */
const longestStride = 8192;

/** Milliseconds between two looks at the clock that are too many, and too few. */
const seldom = 20;
const often = 5;

/** Characters or elements of a large value that are worked through in the time of a row, about. */
const sizePerUnit = 64;

/** Values smaller than this are not counted while a row is worked out: an expression has only so many of them. */
const smallValue = 256;

/** What a query and all its parts have used so far. */
class Usage {
    private readonly deadline: number;
    private stride = 64;
    private untilLook = this.stride;
    private lastLook = performance.now();
    /** Bytes of the rows that are kept until the run ends. */
    private held = 0;
    /** Bytes of the values that were made for the current row. */
    private scratch = 0;

    constructor(private readonly limits: Limits) {
        this.deadline = performance.now() + limits.maxMilliseconds;
    }

    work(units: number): void {
        this.untilLook -= units;
        if (this.untilLook > 0) return;
        const now = performance.now();
        if (now - this.lastLook > seldom) this.stride = Math.max(1, this.stride >> 2);
        else if (now - this.lastLook < often) this.stride = Math.min(longestStride, this.stride * 2);
        this.lastLook = now;
        this.untilLook = this.stride;
        if (now > this.deadline) {
            throw new LimitExceeded(
                "KQ301",
                `the query ran longer than ${this.limits.maxMilliseconds} ms; filter earlier, or raise limits.maxMilliseconds`,
            );
        }
    }

    beginRow(): void {
        this.scratch = 0;
        this.work(1);
    }

    make(size: number): void {
        this.scratch += size;
        this.check();
        this.work(size / sizePerUnit);
    }

    hold(bytes: number): void {
        this.held += bytes;
        this.check();
    }

    /** Runs a step, and gives back what it held. */
    passing<T>(step: () => T): T {
        const before = this.held;
        const result = step();
        this.held = before;
        return result;
    }

    private check(): void {
        if (this.held + this.scratch <= this.limits.maxBytes) return;
        throw new LimitExceeded(
            "KQ303",
            `the query took more than ${this.limits.maxBytes} bytes; filter earlier, or raise limits.maxBytes`,
        );
    }
}

/** One execution of a query: its data, its clock, what it has used so far. */
export class Run {
    private constructor(
        readonly tables: ReadonlyMap<string, Table>,
        /** The instant that `now()` gives. */
        readonly now: Int64,
        readonly limits: Limits,
        private readonly usage: Usage,
        private readonly reading: { depth: number },
        /** The run that this one is a part of; absent for a whole one. */
        private readonly origin?: Run,
        private readonly depth = 0,
    ) {}

    /** A run of a whole query, which may take what the limits allow from now on. */
    static begin(tables: ReadonlyMap<string, Table>, now: Int64, limits: Limits): Run {
        return new Run(tables, now, limits, new Usage(limits), { depth: 0 });
    }

    /** A run with the same data, clock and limits, for a part that is run again for each row. */
    fork(): Run {
        return new Run(this.tables, this.now, this.limits, this.usage, this.reading, this, this.depth + 1);
    }

    /** Works a part out in a run of its own, and gives back the memory that the part alone needed. */
    forked<T>(step: (fork: Run) => T): T {
        return this.usage.passing(() => step(this.fork()));
    }

    /** Counts a row that is looked at. */
    visit(): void {
        this.usage.beginRow();
    }

    /** Counts work that one row makes beyond the usual, in rows. */
    work(units: number): void {
        this.usage.work(units);
    }

    /** Counts a value that was made for the current row. */
    make(value: Value): void {
        const size = sizeOf(value);
        if (size >= smallValue) this.usage.make(size);
    }

    /** Counts bytes that are kept. */
    hold(bytes: number): void {
        this.usage.hold(bytes);
    }

    /** Counts a value that is kept. */
    keep(value: Value): void {
        this.usage.hold(sizeOf(value));
    }

    /** Tells that an operator has produced a number of rows. */
    produce(rows: number): void {
        if (rows > this.limits.maxRows) {
            throw new LimitExceeded(
                "KQ300",
                `an operator produced more than ${this.limits.maxRows} rows; filter earlier, or raise limits.maxRows`,
            );
        }
    }

    /** What is known here or in a run that this one is a part of; undefined where nothing is. */
    find<T>(known: WeakMap<Run, T>): T | undefined {
        const found = known.get(this);
        if (found === undefined) return this.origin?.find(known);
        this.reading.depth = Math.max(this.reading.depth, this.depth);
        return found;
    }

    /** Works something out, and tells the outermost run in which it would come out the same. */
    settle<T>(compute: (run: Run) => T): { readonly value: T; readonly owner: Run } {
        const before = this.reading.depth;
        this.reading.depth = 0;
        const value = compute(this);
        const needed = this.reading.depth;
        this.reading.depth = Math.max(before, needed);
        return { value, owner: this.atDepth(needed) };
    }

    private atDepth(depth: number): Run {
        return this.depth <= depth || this.origin === undefined ? this : this.origin.atDepth(depth);
    }
}

/** About how many bytes a value takes that is kept. */
function sizeOf(value: Value): number {
    if (typeof value === "string") return 16 + value.length;
    if (typeof value !== "object" || value === null) return 8;
    if (Array.isArray(value)) return 16 + 8 * value.length;
    return value instanceof Map ? 32 + 64 * value.size : 32;
}

/**
 * Something worked out once in each run. What is worked out in a part of a run, and does not depend on the rows of that
 * part, is worked out once for the whole.
 */
export class PerRun<T> {
    private readonly known = new WeakMap<Run, { readonly value: T }>();

    constructor(private readonly compute: (run: Run) => T) {}

    /** The value in a run. */
    in(run: Run): T {
        const known = run.find(this.known);
        if (known !== undefined) return known.value;
        const { value, owner } = run.settle(this.compute);
        this.known.set(owner, { value });
        return value;
    }
}

/** Something that a part of a run is given for itself. */
export class PerPart<T extends object> {
    private readonly given = new WeakMap<Run, T>();

    /** Gives it to a part. */
    give(part: Run, value: T): void {
        this.given.set(part, value);
    }

    /** What the part was given, or the one that it is a part of. */
    in(run: Run): T | undefined {
        return run.find(this.given);
    }
}
