import { coerce } from "../compile/coerce";
import { logic } from "../compile/comparison";
import type { Compiler, Operator, OperatorContext } from "../compile/compiler";
import { matchesPattern } from "../compile/names";
import { storedTable } from "../compile/storedTable";
import { useRows, type Scope } from "../compile/scope";
import { combine, expression, type Expr } from "../plan/expression";
import type { Scan } from "../plan/scan";
import { withColumns, type Output, type Relation } from "../plan/scan";
import type { SyntaxNode } from "../syntax";
import { dynamicOfScalar } from "../values/conversions";
import type { Dynamic } from "../values/dynamic";
import { hasInAny, inAny } from "./anyColumn";
import { siteOf } from "./filter";
import { parameter } from "./parameters";
import { unionOf } from "./union";

/** The rows that `search` and `find` look through: those of an `in (…)`, those before, or all tables. */
function searched(context: OperatorContext): Relation[] {
    const { node, input, leading, scope, compiler } = context;
    const named = node.optional("InClause")?.list("Expressions");
    if (named !== undefined) return named.flatMap((expression) => tablesOf(expression, scope, compiler));
    if (!leading) return [input];
    return Object.keys(scope.query.schema.tables).flatMap((name) => used(storedTable(name, scope), scope));
}

function tablesOf(node: SyntaxNode, scope: Scope, compiler: Compiler): Relation[] {
    const pattern = node.optional("Name");
    if (node.kind !== "NameReference" || pattern?.kind !== "WildcardedName") {
        const relation = compiler.relation(node, scope);
        // Rows that `let` names go by that name here, other than in `union`.
        return [relation.kind === "closed" && node.kind === "NameReference" ? relation.named(node.name) : relation];
    }
    const names = Object.keys(scope.query.schema.tables).filter((name) => matchesPattern(name, pattern.text.trim()));
    return names.flatMap((name) => used(storedTable(name, scope), scope));
}

function used(table: Scan | undefined, scope: Scope): Scan[] {
    if (table === undefined) return [];
    useRows(table, scope.query);
    return [table];
}

/** A condition of `search` or `find`: a bare text is looked for in every column. */
function condition(node: SyntaxNode, rows: Scan, context: OperatorContext, caseSensitive: boolean): Expr {
    const again = (part: SyntaxNode): Expr => condition(part, rows, context, caseSensitive);
    switch (node.kind) {
        case "ParenthesizedExpression":
            return again(node.child("Expression"));
        case "AndExpression":
            return logic(again(node.child("Left")), again(node.child("Right")), "and");
        case "OrExpression":
            return logic(again(node.child("Left")), again(node.child("Right")), "or");
        case "StringLiteralExpression":
        case "CompoundStringLiteralExpression":
            return inAny(rows.outputs, node.facts.literalText ?? "", caseSensitive);
        case "StarExpression":
            return expression("bool", { row: true, clock: false, data: false, neighbors: false }, () => true);
        case "SearchExpression": {
            const text = node.child("Right").facts.literalText;
            if (text === undefined) throw node.error("KQ201", `${node.text}: only a text may stand after the colon`);
            const column = rows.find(node.child("Left").name);
            if (column === undefined)
                throw node.error("KQ101", `${node.child("Left").text} is no column of these rows`);
            return inAny([column], text, caseSensitive);
        }
        case "FunctionCallExpression": {
            const [only, second] = node.child("ArgumentList").list("Expressions");
            if (node.child("Name").name !== "not" || only === undefined || second !== undefined) break;
            const inner = again(only);
            return expression("bool", inner.reads, (frame) => {
                const value = inner.evaluate(frame);
                return typeof value === "boolean" ? !value : null;
            });
        }
    }
    if (node.optional("Left")?.kind === "StarExpression") return hasInAny(node, rows.outputs);
    return context.compiler.scalar(node, context.scope.withRow(rows));
}

/** `search`: the rows in which a text or condition is found, with the table they come from. */
export const search: Operator = (context) => {
    const { node } = context;
    const caseSensitive = parameter(node, "kind")?.text === "case_sensitive";
    return withColumns(searched(context), (scans) => {
        const rows = unionOf(scans, "outer", "$table");
        const expr = coerce(condition(node.child("Condition"), rows, context, caseSensitive), "bool");
        return rows.where({ expr, site: siteOf(node.child("Condition")) });
    });
};

/** `find`: as `search`, with the columns that are asked for and the others in a bag. */
export const find: Operator = (context) => {
    const { node } = context;
    const sourceName = parameter(node, "withsource")?.name ?? "source_";
    return withColumns(searched(context), (scans) => {
        const rows = unionOf(scans, "outer", sourceName);
        const predicate = node.child("Condition");
        const expr = coerce(condition(predicate, rows, context, false), "bool");
        const found = rows.where({ expr, site: siteOf(predicate) });
        const clause = node.optional("Project");
        const wanted =
            clause === undefined || clause.child("ProjectKeyword").text !== "project"
                ? undefined
                : clause.list("Columns");
        const shown = wanted === undefined ? smartColumns(scans, found, predicate) : namedColumns(wanted, found);
        const rest = found.outputs.filter((output) => output.name !== sourceName && !shown.includes(output));
        const packs = wanted === undefined ? rest.length > 0 : wanted.some(({ kind }) => kind === "PackExpression");
        const source = found.outputs.filter(({ name }) => name === sourceName);
        const packed = packs ? [found.define("pack_", packOf(rest))] : [];
        return found.select([...source, ...shown, ...packed]);
    });
};

function namedColumns(nodes: readonly SyntaxNode[], rows: Scan): Output[] {
    return nodes
        .filter(({ kind }) => kind !== "PackExpression")
        .map((node) => {
            const name = node.kind === "TypedColumnReference" ? node.child("Column").name : node.name;
            const output = rows.find(name);
            if (output === undefined) throw node.error("KQ101", `${name} is no column of these rows`);
            return output;
        });
}

/** The columns that the condition names, and those that all tables have. */
function smartColumns(scans: readonly Scan[], rows: Scan, predicate: SyntaxNode): Output[] {
    const named = new Set<string>();
    const visit = (node: SyntaxNode): void => {
        if (node.kind === "NameReference") named.add(node.name);
        node.parts.forEach(visit);
    };
    visit(predicate);
    return rows.outputs.filter(
        ({ name }, index) => index > 0 && (named.has(name) || scans.every((scan) => scan.find(name) !== undefined)),
    );
}

/** The values that are there, by the names of their columns. */
function packOf(outputs: readonly Output[]): Expr {
    const parts = outputs.map(({ name, expr }) => ({ name, expr, toDynamic: dynamicOfScalar(expr.type) }));
    return expression("dynamic", combine(outputs.map(({ expr }) => expr)), (frame) => {
        const bag = new Map<string, Dynamic>();
        for (const { name, expr, toDynamic } of parts) {
            const value = toDynamic(expr.evaluate(frame));
            if (value !== null && value !== "") bag.set(name, value);
        }
        return bag;
    });
}
