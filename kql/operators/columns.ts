import { expressionsOver, extended, projected } from "../compile/projection";
import { matchesPattern } from "../compile/names";
import type { Operator } from "../compile/compiler";
import type { Output } from "../plan/scan";
import type { SyntaxNode } from "../syntax";

/** `extend`: columns added to those that are there. */
export const extend: Operator = ({ node, input, scope, compiler }) => {
    const { scan, named } = expressionsOver(node.list("Expressions"), input, scope, compiler);
    return scan.select(extended(scan, named));
};

/** `project`: the columns named, and no others. */
export const project: Operator = ({ node, input, scope, compiler }) => {
    const { scan, named } = expressionsOver(node.list("Expressions"), input, scope, compiler);
    return scan.select(projected(scan, named));
};

/** `serialize`: `extend`, with the order of the rows as the query's own. */
export const serialize: Operator = ({ node, input, scope, compiler }) => {
    const ordered = input.inOrder();
    const { scan, named } = expressionsOver(node.list("Expressions"), ordered, scope, compiler);
    return scan.select(extended(scan, named));
};

/** The columns that a name or a pattern with `*` means. */
function matching(node: SyntaxNode, outputs: readonly Output[]): Output[] {
    const pattern = patternOf(node);
    return outputs.filter(({ name }) => matchesPattern(name, pattern));
}

function patternOf(node: SyntaxNode): string {
    switch (node.kind) {
        case "OrderedExpression":
            return patternOf(node.child("Expression"));
        case "StarExpression":
            return "*";
        default: {
            const written = node.optional("Name");
            return written?.kind === "WildcardedName" ? written.text.trim() : node.name;
        }
    }
}

/** `project-away`: all columns but those named. */
export const projectAway: Operator = ({ node, input }) => {
    const away = new Set(node.list("Expressions").flatMap((pattern) => matching(pattern, input.outputs)));
    return input.select(input.outputs.filter((output) => !away.has(output)));
};

/** `project-keep`: the columns named, in the order they have. */
export const projectKeep: Operator = ({ node, input }) => {
    const kept = new Set(node.list("Expressions").flatMap((pattern) => matching(pattern, input.outputs)));
    return input.select(input.outputs.filter((output) => kept.has(output)));
};

/** `project-rename`: other names for columns, in their places. */
export const projectRename: Operator = ({ node, input }) => {
    const names = new Map<Output, string>();
    for (const renaming of node.list("Expressions")) {
        const from = renaming.optional("Expression");
        if (renaming.kind !== "SimpleNamedExpression" || from === undefined) {
            throw renaming.error("KQ102", `${renaming.text} renames nothing: write newName = oldName`);
        }
        const output = input.find(from.name);
        if (output === undefined) throw from.error("KQ101", `${from.text} is no column of these rows`);
        names.set(output, renaming.child("Name").name);
    }
    return input.select(input.outputs.map((output) => ({ name: names.get(output) ?? output.name, expr: output.expr })));
};

/** `project-reorder`: the columns named first, by name where a pattern says so, then all others. */
export const projectReorder: Operator = ({ node, input }) => {
    const first = new Set<Output>();
    for (const pattern of node.list("Expressions")) {
        const found = matching(pattern, input.outputs);
        const order = pattern.optional("Ordering")?.optional("AscOrDescKeyword")?.text;
        if (order !== undefined) found.sort((a, b) => byName(a, b, order));
        for (const output of found) first.add(output);
    }
    return input.select([...first, ...input.outputs.filter((output) => !first.has(output))]);
};

function byName(a: Output, b: Output, order: string): number {
    const compare = order.startsWith("granny")
        ? a.name.localeCompare(b.name, "en", { numeric: true })
        : a.name < b.name
          ? -1
          : a.name > b.name
            ? 1
            : 0;
    return order.endsWith("desc") ? -compare : compare;
}
