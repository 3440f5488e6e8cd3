import { foldCase } from "./foldCase";
import type { Condition } from "./schema";

/** Whether a field matches; it is given the field's text with its case folded. */
export type Predicate = (folded: string) => boolean;

/** Where in the field a pattern must stand; `file`: it is all that follows the last backslash. */
export type Anchor = "anywhere" | "start" | "end" | "whole" | "file";

/** A text, case folded, whose presence in a field decides a comparison or makes it possible. */
export interface Pattern {
    readonly text: string;
    readonly anchor: Anchor;
}

/** A condition with its value, ready to be asked. */
export interface Comparison {
    /** The whole truth about one field. */
    readonly test: Predicate;
    /**
     * Patterns of which one must be there for the comparison to hold; null where it can hold without any (negative
     * conditions, comparisons of order, empty values).
     */
    readonly patterns: readonly Pattern[] | null;
    /** Whether one of the patterns is enough, so that `test` need not be asked. */
    readonly decisive: boolean;
}

/** Compiles a condition and its value (environment variables expanded, case as written). */
export function compileComparison(condition: Condition, value: string): Comparison {
    const folded = foldCase(value);
    switch (condition) {
        case "is":
            return byPattern((field) => field === folded, [{ text: folded, anchor: "whole" }]);
        case "is not":
            return byTest((field) => field !== folded);
        case "is any": {
            const items = new Set(splitList(folded));
            return byPattern(
                (field) => items.has(field),
                [...items].filter((text) => text !== "").map((text) => ({ text, anchor: "whole" })),
            );
        }
        case "contains":
            return byPattern((field) => field.includes(folded), [{ text: folded, anchor: "anywhere" }]);
        case "contains any": {
            const items = searchItems(folded);
            return byPattern(
                (field) => items.some((item) => field.includes(item)),
                items.map((text) => ({ text, anchor: "anywhere" })),
            );
        }
        case "contains all": {
            const items = searchItems(folded);
            const test = (field: string): boolean => items.every((item) => field.includes(item));
            const longest = items.reduce((best, item) => (item.length > best.length ? item : best), "");
            const patterns: Pattern[] = [{ text: longest, anchor: "anywhere" }];
            return items.length === 1 ? byPattern(test, patterns) : { ...byPattern(test, patterns), decisive: false };
        }
        case "excludes":
            return byTest((field) => !field.includes(folded));
        case "excludes any": {
            const items = searchItems(folded);
            return byTest((field) => !items.some((item) => field.includes(item)));
        }
        case "excludes all": {
            const items = searchItems(folded);
            return byTest((field) => !items.every((item) => field.includes(item)));
        }
        case "begin with":
            return byPattern((field) => field.startsWith(folded), [{ text: folded, anchor: "start" }]);
        case "not begin with":
            return byTest((field) => !field.startsWith(folded));
        case "end with":
            return byPattern((field) => field.endsWith(folded), [{ text: folded, anchor: "end" }]);
        case "not end with":
            return byTest((field) => !field.endsWith(folded));
        // Order is that of UTF-16 units, as text: "80" is more than "443".
        case "less than":
            return byTest((field) => field < folded);
        case "more than":
            return byTest((field) => field > folded);
        case "image":
            if (folded.includes("\\"))
                return byPattern((field) => field === folded, [{ text: folded, anchor: "whole" }]);
            return byPattern(
                (field) => field.slice(field.lastIndexOf("\\") + 1) === folded,
                [{ text: folded, anchor: "file" }],
            );
    }
}

function byTest(test: Predicate): Comparison {
    return { test, patterns: null, decisive: false };
}

/** An empty text is no pattern: whether it matches is for the test to say. */
function byPattern(test: Predicate, patterns: readonly Pattern[]): Comparison {
    if (patterns.some((pattern) => pattern.text === "")) return byTest(test);
    return { test, patterns, decisive: true };
}

/** The items between semicolons, spaces and empty ones included. */
function splitList(value: string): string[] {
    return value.split(";");
}

/**
 * The texts that the conditions on lists search for. The sensor takes an item's length of zero for "up to the end of
 * the value": an empty item stands for the rest of the list, semicolons included, and one at the very end for the empty
 * text, which is in every field.
 */
export function searchItems(value: string): string[] {
    let start = 0;
    return splitList(value).map((item) => {
        const text = item === "" ? value.slice(start) : item;
        start += item.length + 1;
        return text;
    });
}
