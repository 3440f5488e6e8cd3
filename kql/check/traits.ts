import type { SyntaxNode } from "../syntax";
import { parseTimespan } from "../values/timespan";
import { QueryText } from "./queryText";

/** Something a query uses that a kind of rule may not take. */
export type Trait =
    | { readonly kind: "plugin"; readonly name: string; readonly node: SyntaxNode }
    | {
          readonly kind: "search" | "union";
          /** Whether it is `search *`, or has `*` among its tables. */
          readonly all: boolean;
          /** Whether it reads other workspaces or resources. */
          readonly crossResource: boolean;
          readonly node: SyntaxNode;
      }
    | { readonly kind: "take"; readonly node: SyntaxNode }
    /** A function that gives a time relative to the run. */
    | { readonly kind: "clock"; readonly name: string; readonly node: SyntaxNode }
    | { readonly kind: "ago"; readonly argument: SyntaxNode | undefined; readonly node: SyntaxNode }
    | { readonly kind: "ingestionTime"; readonly node: SyntaxNode }
    | { readonly kind: "adx"; readonly node: SyntaxNode }
    | { readonly kind: "table"; readonly name: string; readonly node: SyntaxNode }
    | { readonly kind: "storedFunction"; readonly name: string; readonly node: SyntaxNode }
    /** Something of Kusto that Log Analytics does not have. */
    | { readonly kind: "unavailable"; readonly what: string; readonly node: SyntaxNode }
    /** A word in the place of a name. */
    | { readonly kind: "reservedWord"; readonly node: SyntaxNode };

/** Functions that read other workspaces and resources (cross-workspace and cross-resource queries). */
const crossResourceFunctions: ReadonlySet<string> = new Set(["workspace", "app", "resource"]);

/** Kusto's functions and plugins that Log Analytics does not have (article on log queries in Azure Monitor). */
const unavailableFunctions: ReadonlySet<string> = new Set([
    "cluster",
    "database",
    "current_principal",
    "extent_id",
    "extent_tags",
    "cursor_current",
    "cursor_after",
    "cursor_before_or_at",
]);
const unavailablePlugins: ReadonlySet<string> = new Set(["python", "sql_request"]);

/** A word that scheduled-query rules keep for themselves. */
const reservedWord = "AggregatedValue";

/** The traits of a text itself, in its order. */
export function traitsOf(text: QueryText): Trait[] {
    return text.nodes.flatMap(({ node }) => traitsOfNode(text, node));
}

function traitsOfNode(text: QueryText, node: SyntaxNode): Trait[] {
    switch (node.kind) {
        case "EvaluateOperator": {
            const call = node.child("FunctionCall");
            const { name } = call.child("Name");
            return unavailablePlugins.has(name)
                ? [{ kind: "unavailable", what: `the plugin ${name}`, node: call }]
                : [{ kind: "plugin", name, node: call }];
        }
        case "SearchOperator": {
            const all = node.child("Condition").kind === "StarExpression";
            const clause = node.optional("InClause");
            return [
                { kind: "search", all, crossResource: readsOtherResources(clause === undefined ? [] : [clause]), node },
            ];
        }
        case "UnionOperator": {
            const operands = node.list("Expressions");
            const all = operands.some((operand) => operand.text === "*");
            return [{ kind: "union", all, crossResource: readsOtherResources(operands), node }];
        }
        case "TakeOperator":
            return [{ kind: "take", node }];
        case "AliasStatement":
            return [{ kind: "unavailable", what: "alias", node }];
        case "QueryParametersStatement":
            return [{ kind: "unavailable", what: "declare query_parameters", node }];
        case "FunctionCallExpression":
            return traitsOfCall(node);
        case "NameReference":
            return traitsOfName(text, node);
        case "NameDeclaration":
            return node.name === reservedWord ? [{ kind: "reservedWord", node }] : [];
        default:
            return [];
    }
}

function traitsOfCall(node: SyntaxNode): Trait[] {
    const { name } = node.child("Name");
    if (name === "ago") {
        const [argument] = node.child("ArgumentList").list("Expressions");
        return [
            { kind: "ago", argument, node },
            { kind: "clock", name, node },
        ];
    }
    if (name === "now") return [{ kind: "clock", name, node }];
    if (name === "ingestion_time") return [{ kind: "ingestionTime", node }];
    if (name === "adx") return [{ kind: "adx", node }];
    if (unavailableFunctions.has(name)) return [{ kind: "unavailable", what: `${name}()`, node }];
    return [];
}

function traitsOfName(text: QueryText, node: SyntaxNode): Trait[] {
    const { name } = node;
    if (name === reservedWord) return [{ kind: "reservedWord", node }];
    if (text.lets.has(name)) return [];
    if (node.facts.tabular && Object.hasOwn(text.schema.tables, name)) return [{ kind: "table", name, node }];
    const stored = node.facts.calls !== undefined && text.schema.functions.some((fn) => fn.name === name);
    return stored ? [{ kind: "storedFunction", name, node }] : [];
}

function readsOtherResources(nodes: readonly SyntaxNode[]): boolean {
    return nodes.some(
        (node) =>
            (node.kind === "FunctionCallExpression" && crossResourceFunctions.has(node.child("Name").name)) ||
            readsOtherResources(node.parts),
    );
}

/** The traits of stored functions and of all that they call, each function read once. */
export class StoredFunctions {
    private readonly known = new Map<string, readonly Trait[]>();

    constructor(private readonly schema: QueryText["schema"]) {}

    /** What a stored function uses, and what the functions use that it calls. */
    traits(name: string): readonly Trait[] {
        const known = this.known.get(name);
        if (known !== undefined) return known;
        // A function that comes back to itself adds nothing more.
        this.known.set(name, []);
        const body = this.schema.functions.find((fn) => fn.name === name)?.body ?? "";
        const own = traitsOf(new QueryText(body, this.schema, name));
        const all = own.flatMap((trait) =>
            trait.kind === "storedFunction" ? [trait, ...this.traits(trait.name)] : [trait],
        );
        this.known.set(name, all);
        return all;
    }
}

/** Milliseconds of a timespan literal; undefined for any other expression. */
export function literalSpan(node: SyntaxNode | undefined): number | undefined {
    if (node?.kind !== "TimespanLiteralExpression") return undefined;
    const inner = /^(?:timespan|time)\s*\(\s*(["']?)(.*?)\1\s*\)$/is.exec(node.text)?.[2] ?? node.text;
    const ticks = parseTimespan(inner);
    return ticks === null ? undefined : Number(ticks) / ticksPerMillisecond;
}

const ticksPerMillisecond = 10_000;
