import { KqlError } from "../errors";
import type { Limits } from "../limits";
import type { Table } from "../table";
import type { Int64 } from "../values/int64";

/** Rows between two looks at the clock. */
const stride = 8192;

/** One execution of a query: its data, its clock, what it has used so far. */
export class Run {
    private readonly deadline: number;
    private untilLook = stride;

    constructor(
        readonly tables: ReadonlyMap<string, Table>,
        /** The instant that `now()` gives. */
        readonly now: Int64,
        readonly limits: Limits,
    ) {
        this.deadline = performance.now() + limits.maxMilliseconds;
    }

    /** A run of its own with the same data, clock and deadline, for a part that is run again for each row. */
    fork(): Run {
        return new ForkedRun(this);
    }

    /** Counts a row that was looked at. */
    visit(): void {
        if (--this.untilLook > 0) return;
        this.untilLook = stride;
        if (performance.now() > this.deadline) {
            throw new KqlError(
                "KQ301",
                `the query ran longer than ${this.limits.maxMilliseconds} ms; filter earlier, or raise limits.maxMilliseconds`,
            );
        }
    }

    /** Tells that an operator has produced a number of rows. */
    produce(rows: number): void {
        if (rows > this.limits.maxRows) {
            throw new KqlError(
                "KQ300",
                `an operator produced more than ${this.limits.maxRows} rows; filter earlier, or raise limits.maxRows`,
            );
        }
    }
}

class ForkedRun extends Run {
    constructor(private readonly origin: Run) {
        super(origin.tables, origin.now, origin.limits);
    }

    override visit(): void {
        this.origin.visit();
    }
}

/** Something worked out once in each run. */
export class PerRun<T> {
    private readonly known = new WeakMap<Run, { readonly value: T }>();

    constructor(private readonly compute: (run: Run) => T) {}

    /** The value in a run. */
    in(run: Run): T {
        const known = this.known.get(run);
        if (known !== undefined) return known.value;
        const value = this.compute(run);
        this.known.set(run, { value });
        return value;
    }
}
