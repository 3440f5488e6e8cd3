import { bind, type Schema } from "../binding";
import { refuseErrors } from "../diagnostics";
import { KqlError } from "../errors";
import { deepestNesting, tooDeep } from "../nesting";
import type { Relation } from "../plan/scan";
import { SourceText, type SyntaxNode } from "../syntax";
import { declare } from "./calls";
import { compiler } from "./relations";
import { Scope, type CompiledQuery } from "./scope";

/** A query, compiled: what it answers and what it looks at. */
export interface Compilation {
    readonly result: Relation;
    readonly query: CompiledQuery;
    /** The operator that the answer comes out of. */
    readonly node: SyntaxNode;
}

/** Options of `set` that say how the service works and change no answer. */
const idleOptions: ReadonlySet<string> = new Set([
    "materialized_view_shuffle",
    "max_memory_consumption_per_query_per_node",
    "maxmemoryconsumptionperiterator",
    "norequesttimeout",
    "notruncation",
    "query_distribution_nodes_span",
    "query_fanout_nodes_percent",
    "query_fanout_threads_percent",
    "query_results_cache_max_age",
    "query_results_cache_per_shard",
    "request_app_name",
    "request_description",
    "request_readonly",
    "request_user",
    "servertimeout",
    "truncationmaxrecords",
    "truncationmaxsize",
]);

/** Options of `set` that functions go by. */
const functionOptions: ReadonlySet<string> = new Set(["query_bin_auto_at", "query_bin_auto_size"]);

/** Kinds of statements that are understood, `set` apart. */
const understood: ReadonlySet<string> = new Set(["ExpressionStatement", "LetStatement", "QueryParametersStatement"]);

/** Heeds a `set`; false where it is not one of those that are supported. */
function setOption(statement: SyntaxNode, scope: Scope): boolean {
    const { name } = statement.child("Name");
    if (!functionOptions.has(name)) return idleOptions.has(name);
    const value = statement.optional("ValueClause")?.child("Expression");
    if (value === undefined) throw statement.error("KQ102", `set ${name} needs a value`);
    scope.query.options.set(name, compiler.scalar(value, scope));
    return true;
}

/** Compiles a query; every error of the text, and everything that is not supported, is told here. */
export function compileQuery(text: string, schema: Schema): Compilation {
    const source = new SourceText(text);
    const deep = tooDeep(text);
    if (deep !== undefined) {
        throw new KqlError("KQ302", `brackets nest deeper than ${deepestNesting} levels`, source.position(deep));
    }
    const bound = bind(source, schema);
    refuseErrors(bound, Object.keys(schema.tables));
    const query: CompiledQuery = {
        schema,
        storedFunctions: new Map(),
        clockOffsets: new Set(),
        tablesUsed: new Set(),
        uses: [],
        options: new Map(),
        calls: 0,
    };
    const statements = bound.root.list("Statements");
    const scope = Scope.of(query);
    const questions = statements.filter(({ kind }) => kind === "ExpressionStatement");
    for (const statement of statements) {
        if (statement.kind === "SetOptionStatement" && setOption(statement, scope)) continue;
        if (!understood.has(statement.kind)) {
            throw statement.error(
                "KQ200",
                `the statement ${/^\w+( \w+)?/.exec(statement.text)?.[0] ?? ""} is not supported`,
            );
        }
    }
    const [question, second] = questions;
    if (question === undefined) throw bound.root.error("KQ100", "the query asks for nothing: it has no expression");
    if (second !== undefined) throw second.error("KQ201", "several queries in one text are not supported");
    declare(statements, scope, compiler);
    const asked = question.child("Expression");
    return { result: compiler.relation(asked, scope), query, node: asked.optional("Operator") ?? asked };
}
