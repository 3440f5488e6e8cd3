/** What a name cannot begin inside: comments, and strings plain (`"…"`), verbatim (`@"…"`), hidden (`h"…"`) or multi-line. */
const notCode =
    /\/\/[^\r\n]*|```[\s\S]*?(?:```|$)|~~~[\s\S]*?(?:~~~|$)|@"(?:[^"]|"")*"?|@'(?:[^']|'')*'?|"(?:[^"\\\r\n]|\\.)*"?|'(?:[^'\\\r\n]|\\.)*'?/;

const token = new RegExp(
    `${notCode.source}|(?<name>[A-Za-z_][A-Za-z0-9_]*)|\\[\\s*(?<quote>["'])(?<quoted>[^"'\\r\\n]*)\\k<quote>\\s*\\]`,
    "g",
);

/**
 * Names that a query mentions anywhere outside of strings and comments, and those written as `['name']`. Columns, functions
 * and keywords are not told apart: whoever looks a column up finds every one that is used, and maybe more.
 */
export function identifiersOf(query: string): ReadonlySet<string> {
    const names = new Set<string>();
    for (const match of query.matchAll(token)) {
        const name = match.groups?.name ?? match.groups?.quoted;
        if (name !== undefined) names.add(name);
    }
    return names;
}
