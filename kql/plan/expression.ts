import { defaultLimits, type Limits } from "../limits";
import type { RowMemory } from "../rowMemory";
import { Table } from "../table";
import type { ScalarType, Value, ValueOf } from "../types";
import { PerRun, Run } from "./run";

/** The row that expressions are evaluated on: a table, an index in it, and room for what is worked out once a row. */
export class Frame {
    row = 0;
    private readonly memo: Value[];
    private readonly memoRow: Int32Array;
    private readonly remembered: (Value | undefined)[][] = [];

    constructor(
        readonly table: Table,
        slots: number,
        readonly run: Run,
        /** Where queries keep what they find out about the rows of the table; absent: nowhere. */
        private readonly memory?: RowMemory<Table>,
    ) {
        this.memo = new Array<Value>(slots).fill(null);
        this.memoRow = new Int32Array(slots).fill(-1);
    }

    /** The value of a slot for the current row, worked out on first use. */
    once(slot: number, compute: (frame: Frame) => Value): Value {
        if (this.memoRow[slot] === this.row) return this.memo[slot] ?? null;
        const value = compute(this);
        this.memo[slot] = value;
        this.memoRow[slot] = this.row;
        return value;
    }

    /** As {@link once}, for what depends on the row alone and has a key: once in all queries over a shared table. */
    remember(slot: number, key: string, compute: (frame: Frame) => Value): Value {
        if (this.memory === undefined) return this.once(slot, compute);
        const values = (this.remembered[slot] ??= this.memory.valuesOf(key));
        const value = values[this.row];
        if (value !== undefined) return value;
        return (values[this.row] = compute(this));
    }
}

/** What the value of an expression depends on. Nothing at all: it is a constant. */
export interface Reads {
    /** The current row. */
    readonly row: boolean;
    /** Places of the columns of the frame's table that are read; absent where that is not known. */
    readonly columns?: ReadonlySet<number>;
    /** The clock of the run, or the time at which a row was ingested. */
    readonly clock: boolean;
    /** Other tables, by way of a subquery. */
    readonly data: boolean;
    /** Rows before or after the current one. */
    readonly neighbors: boolean;
}

/** A constant's reads. */
export const readsNothing: Reads = { row: false, clock: false, data: false, neighbors: false };
/** The reads of a column. */
export const readsRow: Reads = { ...readsNothing, row: true };
/** The reads of `now()`. */
export const readsClock: Reads = { ...readsNothing, clock: true };
/** The reads of a subquery. */
export const readsData: Reads = { ...readsNothing, data: true };

/** What an expression reads whose parts read this. */
export function combine(parts: readonly { readonly reads: Reads }[]): Reads {
    let reads = readsNothing;
    for (const part of parts) {
        if (part.reads === readsNothing || part.reads === reads) continue;
        reads =
            reads === readsNothing
                ? part.reads
                : {
                      ...columnsOf(reads, part.reads),
                      row: reads.row || part.reads.row,
                      clock: reads.clock || part.reads.clock,
                      data: reads.data || part.reads.data,
                      neighbors: reads.neighbors || part.reads.neighbors,
                  };
    }
    return reads;
}

/** The columns that two expressions read, where both tell. */
function columnsOf(a: Reads, b: Reads): Pick<Reads, "columns"> {
    if (a.columns === undefined || b.columns === undefined) {
        if (a.row && b.row) return {};
        const known = a.row ? a.columns : b.columns;
        return known === undefined ? {} : { columns: known };
    }
    return { columns: new Set([...a.columns, ...b.columns]) };
}

/** Whether nothing is read. */
export function isConstant(expr: { readonly reads: Reads }): boolean {
    const { row, clock, data, neighbors } = expr.reads;
    return !row && !clock && !data && !neighbors;
}

/** An expression of one type. */
export interface TypedExpr<T extends ScalarType> {
    readonly type: T;
    readonly reads: Reads;
    readonly evaluate: (frame: Frame) => ValueOf[T];
    /** Place of the column of the frame's table that this expression is; absent for any other expression. */
    readonly column?: number;
    /** Whether a second evaluation for the same row costs nothing. */
    readonly kept?: true;
    /**
     * What it works out of the row alone, in words that mean the same in every query over the same columns; absent where
     * it depends on more, or the words are not known.
     */
    readonly key?: string;
}

/** An expression; its type tells what its evaluation gives. */
export type Expr = { [T in ScalarType]: TypedExpr<T> }[ScalarType];

const oneRow = new Table([], [], 1);

/** The frame of expressions that read no row. */
export function rowless(run: Run): Frame {
    return new Frame(oneRow, 0, run);
}

/** The run in which constants are worked out: of the query that is compiled at the moment. */
let compiling: Run | undefined;

/** Compiles something within limits, which its constants count toward. */
export function compiledWithin<T>(limits: Limits, compile: () => T): T {
    const before = compiling;
    compiling = Run.begin(new Map(), 0, limits);
    try {
        return compile();
    } finally {
        compiling = before;
    }
}

/**
 * Builds an expression. One that reads nothing is evaluated once, when it is first asked for; one that reads the clock or other tables but no
 * row is evaluated once a run.
 */
export function expression<T extends ScalarType>(type: T, reads: Reads, evaluate: (frame: Frame) => ValueOf[T]): Expr {
    if (reads.row || reads.neighbors) return pair(type, reads, evaluate);
    if (!reads.clock && !reads.data) {
        let known: { readonly value: Value } | undefined;
        return pair(type, readsNothing, (frame) => (known ??= { value: evaluate(frame) }).value);
    }
    const once = new PerRun((run) => evaluate(rowless(run)));
    return pair(type, reads, (frame) => once.in(frame.run));
}

/** A constant. */
export function constant<T extends ScalarType>(type: T, value: ValueOf[T]): Expr {
    const expr = pair(type, readsNothing, () => value);
    return typeof value === "object" ? expr : { ...expr, key: `${type} ${JSON.stringify(String(value))}` };
}

/** The same expression, known by what is done to which parts; as it is where a part has no key. */
export function keyed(expr: Expr, operation: string, parts: readonly Pick<Expr, "key">[]): Expr {
    const { row, clock, data, neighbors } = expr.reads;
    if (!row || clock || data || neighbors || expr.key !== undefined) return expr;
    const keys = parts.flatMap(({ key }) => key ?? []);
    return keys.length < parts.length ? expr : { ...expr, key: `${operation}(${keys.join(",")})` };
}

/** The null of a type; the empty text for `string`. */
export function nullOf(type: ScalarType): Expr {
    return type === "string" ? constant("string", "") : pair(type, readsNothing, () => null);
}

/** The value of a constant expression, or of any on no row at all. */
export function constantValue(expr: Expr): Value {
    return expr.evaluate(rowless(compiling ?? Run.begin(new Map(), 0, defaultLimits)));
}

/** The value that an expression which reads no row has in a run. */
export function valueIn(run: Run, expr: Expr): Value {
    return expr.evaluate(rowless(run));
}

/** The column of a table, by its place. */
export function columnAt(type: ScalarType, index: number): Expr {
    return {
        ...pair(
            type,
            { ...readsRow, columns: new Set([index]) },
            (frame) => frame.table.vector(index)[frame.row] ?? null,
        ),
        column: index,
        kept: true,
        key: `column ${index}`,
    };
}

/** An expression whose value is kept for the current row, in a slot of the frame. */
export function memoized(expr: Expr, slot: number): Expr {
    const { evaluate, key } = expr;
    if (key === undefined) return { ...pair(expr.type, expr.reads, (frame) => frame.once(slot, evaluate)), kept: true };
    return { ...pair(expr.type, expr.reads, (frame) => frame.remember(slot, key, evaluate)), kept: true, key };
}

/**
 * A type and an evaluation that gives values of it. That the two belong together TypeScript cannot follow where the
 * type is known at run time only; the callers in this file and the `expression` above vouch for it.
 */
function pair(type: ScalarType, reads: Reads, evaluate: (frame: Frame) => Value): Expr {
    return { type, reads, evaluate } as Expr;
}
