/** Escapes, quoted text, classes of characters (a `]` right at their start belongs to them), and the start of groups. */
const pieces = /\\Q[\s\S]*?(?:\\E|$)|\\[\s\S]|\[\^?\]?(?:\\[\s\S]|\[:\^?\w+:\]|[^\]\\])*\]|\((?:\?P?<(\w+)>|(?!\?))/g;

/** The numbers of the groups of a regular expression that have names (`(?P<name>…)` or `(?<name>…)`), from 1. */
export function groupNames(pattern: string): ReadonlyMap<string, number> {
    const names = new Map<string, number>();
    let groups = 0;
    for (const [piece, name] of pattern.matchAll(pieces)) {
        if (!piece.startsWith("(")) continue;
        groups++;
        if (name !== undefined) names.set(name, groups);
    }
    return names;
}
