import type { Value } from "./types";

/** Rows of a table that meet a chain of conditions. */
export interface Passing {
    /** Their places, ascending. */
    readonly rows: readonly number[];
    /** For each row of the table, whether it is one of them. */
    readonly has: (place: number) => boolean;
}

/**
 * What queries have found out about the rows of one table, each row by itself: it never changes, so that no query over
 * the table, or over some of its rows, has to find it out again.
 */
export class RowMemory<Whole extends { readonly length: number }> {
    private readonly values = new Map<string, (Value | undefined)[]>();
    private readonly chains = new Map<string, readonly number[]>();
    private readonly passing = new WeakMap<object, Passing>();

    /** Places of all rows. */
    readonly rows: readonly number[];

    constructor(
        /** The whole table. */
        readonly table: Whole,
    ) {
        this.rows = Array.from({ length: table.length }, (_, place) => place);
    }

    /** The values of an expression by row, to be filled in; undefined where a row's is not known yet. */
    valuesOf(key: string): (Value | undefined)[] {
        const known = this.values.get(key);
        if (known !== undefined) return known;
        const values = new Array<Value | undefined>(this.table.length).fill(undefined);
        this.values.set(key, values);
        return values;
    }

    /** Places of the rows that meet the conditions of this key. */
    rowsOf(key: string, find: () => readonly number[]): readonly number[] {
        const known = this.chains.get(key);
        if (known !== undefined) return known;
        const rows = find();
        this.chains.set(key, rows);
        return rows;
    }

    /** The rows that meet a scan's conditions, of which the list itself is the key. */
    passingOf(conditions: object, find: () => readonly number[]): Passing {
        const known = this.passing.get(conditions);
        if (known !== undefined) return known;
        const rows = find();
        let flags: Uint8Array | undefined;
        const passing: Passing = {
            rows,
            has: (place) => (flags ??= flagged(rows, this.table.length))[place] === 1,
        };
        this.passing.set(conditions, passing);
        return passing;
    }
}

function flagged(rows: readonly number[], length: number): Uint8Array {
    const flags = new Uint8Array(length);
    for (const row of rows) flags[row] = 1;
    return flags;
}

/** The rows of a table for many queries: of the whole, or of a part. */
export interface SharedRows<Whole extends { readonly length: number }> {
    /** What is known of the rows of the whole. */
    readonly memory: RowMemory<Whole>;
    /** Place of each row in the whole; absent: its own. */
    readonly places?: readonly number[];
}
