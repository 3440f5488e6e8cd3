import type { Schema } from "../binding";
import type { Expr } from "../plan/expression";
import type { Relation, Scan } from "../plan/scan";
import type { SyntaxNode } from "../syntax";
import type { Column, ScalarType } from "../types";
import type { AggregateSink } from "./aggregates";

/** A parameter of a function that a query declares or a workspace stores. */
export type Parameter =
    | { readonly kind: "scalar"; readonly name: string; readonly type: ScalarType; readonly default?: SyntaxNode }
    | { readonly kind: "table"; readonly name: string; readonly columns: readonly Column[] | "any" };

/** A function of the query's own, or a stored one. */
export interface UserFunction {
    readonly name: string;
    readonly parameters: readonly Parameter[];
    /** The `FunctionBody`. */
    readonly body: SyntaxNode;
    /** What its body sees beside its parameters. */
    readonly scope: Scope;
    /** Whether it was declared as a view, which `union` knows by its name. */
    readonly view: boolean;
}

/** What a name stands for. */
export type Binding =
    | { readonly kind: "scalar"; readonly expr: Expr }
    | { readonly kind: "table"; readonly relation: Relation }
    | { readonly kind: "record"; readonly columns: ReadonlyMap<string, Expr> }
    | { readonly kind: "function"; readonly fn: UserFunction };

/** What all parts of one compilation share. */
export interface CompiledQuery {
    readonly schema: Schema;
    /** Stored functions met so far, by name. */
    readonly storedFunctions: Map<string, UserFunction>;
    /** Distinct spans, in milliseconds, that the query subtracts from the current time. */
    readonly clockOffsets: Set<number>;
    /** Names of the stored tables that the query reads. */
    readonly tablesUsed: Set<string>;
    /** How rows of stored tables are used, each use by itself. */
    readonly uses: TableUse[];
    /** Values of `set` that functions go by, by name. */
    readonly options: Map<string, Expr>;
    /** Calls of functions of the query's own and stored ones, each written out in its place, so far. */
    calls: number;
}

/** One use of a stored table: the scan that takes its rows, or the whole table. */
export interface TableUse {
    readonly tableName: string;
    /** Absent: every row may matter. */
    readonly scan?: Scan;
}

/** Notes that the rows of a relation are used, so that it is known which rows of stored tables can matter. */
export function useRows(relation: Relation, query: CompiledQuery): void {
    if (relation.kind === "open" || relation.source.tableName === undefined) return;
    query.uses.push({ tableName: relation.source.tableName, scan: relation });
}

/** The names that an expression sees, from the inside out. */
export class Scope {
    private readonly names = new Map<string, Binding>();

    private constructor(
        readonly query: CompiledQuery,
        private readonly outer: Scope | undefined,
        /** The rows whose columns are in scope. */
        readonly row: Scan | undefined,
        /** Where aggregates go, inside `summarize`. */
        readonly aggregates: AggregateSink | undefined,
        /** The rows that a query without a source of its own works on, inside `mv-apply` and the like. */
        readonly input: Relation | undefined,
    ) {}

    /** The outermost scope of a query. */
    static of(query: CompiledQuery): Scope {
        return new Scope(query, undefined, undefined, undefined, undefined);
    }

    /** A scope for further names, without the rows of this one. */
    inner(): Scope {
        return new Scope(this.query, this, undefined, undefined, undefined);
    }

    /** A scope in which the columns of rows are seen. */
    withRow(row: Scan): Scope {
        return new Scope(this.query, this, row, undefined, undefined);
    }

    /** A scope for expressions over aggregates. */
    withAggregates(aggregates: AggregateSink): Scope {
        return new Scope(this.query, this, undefined, aggregates, undefined);
    }

    /** A scope in which a query may begin with an operator. */
    withInput(input: Relation): Scope {
        return new Scope(this.query, this, undefined, undefined, input);
    }

    /** This scope as it is now: names that are given a meaning later are not seen in it. */
    snapshot(): Scope {
        const copy = new Scope(this.query, this.outer, this.row, this.aggregates, this.input);
        for (const [name, binding] of this.names) copy.bind(name, binding);
        return copy;
    }

    /** Gives a name a meaning. */
    bind(name: string, binding: Binding): void {
        this.names.set(name, binding);
    }

    /** The functions without parameters that are seen here and were declared as views. */
    views(): UserFunction[] {
        const own = [...this.names.values()].flatMap((binding) =>
            binding.kind === "function" && binding.fn.view && binding.fn.parameters.length === 0 ? [binding.fn] : [],
        );
        const outer = this.outer?.views().filter(({ name }) => !this.names.has(name)) ?? [];
        return [...outer, ...own];
    }

    /** What a name means here, columns apart. */
    find(name: string): Binding | undefined {
        return this.names.get(name) ?? this.outer?.find(name);
    }
}
