import type { Call } from "../functions/call";
import type { Frame } from "../plan/expression";
import type { ScalarType, Value } from "../types";

/** What an aggregate has seen of a group so far. */
export interface Accumulator {
    /** Takes a row in. */
    readonly add: (frame: Frame) => void;
    /** The value over all rows taken in. */
    result(): Value;
}

/** An aggregate over given arguments. */
export interface Aggregate {
    readonly type: ScalarType;
    /** An accumulator for a group that has no row yet. */
    start(): Accumulator;
}

/** Makes an aggregate of a call. */
export type AggregateFunction = (call: Call) => Aggregate;

/** An aggregate that gives several columns at once. */
export interface TupleAggregate {
    readonly columns: readonly { readonly name: string; readonly type: ScalarType }[];
    start(): TupleAccumulator;
}

/** What an aggregate of several columns has seen of a group so far. */
export interface TupleAccumulator {
    add(frame: Frame): void;
    results(): readonly Value[];
}
