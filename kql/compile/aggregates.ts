import type { Expr } from "../plan/expression";
import type { SyntaxNode } from "../syntax";

/** Takes the aggregates that are found inside an expression of `summarize`, and gives what stands for their results. */
export interface AggregateSink {
    /** Whether a function of this name is an aggregate. */
    isAggregate(name: string): boolean;
    /** The result of an aggregate, to be read once all rows are in. */
    add(call: SyntaxNode): Expr;
}
