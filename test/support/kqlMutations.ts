import assert from "node:assert/strict";
import fc from "fast-check";
import { KqlError, type Database } from "../../kql";

/** Words, numbers, texts, white space and signs of a query. */
const tokens = /\s+|\w+|@?"(?:[^"\\\n]|\\.)*"|@?'(?:[^'\\\n]|\\.)*'|[^\s\w]/g;

function tokensOf(query: string): string[] {
    return query.match(tokens) ?? [];
}

/** One change of the tokens of a query; numbers choose among what is there. */
type Change =
    | { readonly kind: "drop"; readonly at: number; readonly count: number }
    | { readonly kind: "repeat"; readonly at: number; readonly count: number; readonly times: number }
    | { readonly kind: "swap"; readonly at: number; readonly other: number }
    | { readonly kind: "replace"; readonly at: number; readonly by: string };

const place = fc.nat(10_000);
const few = fc.integer({ min: 1, max: 6 });
const strange = fc.constantFrom(
    ...[
        "null",
        "dynamic(null)",
        "0",
        "-1",
        "9223372036854775807",
        "1e308",
        "''",
        "()",
        "*",
        "(",
        ")",
        "|",
        ",",
        "by",
        "on",
    ],
    ...[
        "now()",
        "1d",
        "datetime(9999-12-31)",
        "int(null)",
        "real(nan)",
        "dynamic([[],{}])",
        "T",
        "prev(N)",
        "typeof(long)",
    ],
);

const change: fc.Arbitrary<Change> = fc.oneof(
    fc.record({ kind: fc.constant("drop" as const), at: place, count: few }),
    fc.record({ kind: fc.constant("repeat" as const), at: place, count: few, times: fc.integer({ min: 1, max: 40 }) }),
    fc.record({ kind: fc.constant("swap" as const), at: place, other: place }),
    fc.record({ kind: fc.constant("replace" as const), at: place, by: strange }),
);

function changed(parts: readonly string[], one: Change, foreign: readonly string[]): string[] {
    if (parts.length === 0) return [...parts];
    const at = one.at % parts.length;
    switch (one.kind) {
        case "drop":
            return parts.filter((_, index) => index < at || index >= at + one.count);
        case "repeat": {
            const piece = parts.slice(at, at + one.count);
            return [
                ...parts.slice(0, at),
                ...Array.from({ length: one.times }, () => piece).flat(),
                ...parts.slice(at),
            ];
        }
        case "swap":
            return parts.map((part, index) => (index === at ? (foreign[one.other % foreign.length] ?? part) : part));
        case "replace":
            return parts.map((part, index) => (index === at ? one.by : part));
    }
}

/** Queries of a corpus with some of their tokens changed, or taken from another of its queries. */
export function mutatedQueries(corpus: readonly string[]): fc.Arbitrary<string> {
    const query = fc.constantFrom(...corpus);
    return fc.tuple(query, query, fc.array(change, { minLength: 1, maxLength: 4 })).map(([own, other, changes]) => {
        const foreign = tokensOf(other);
        return changes.reduce((parts, one) => changed(parts, one, foreign), tokensOf(own)).join("");
    });
}

/** That a query is answered, or refused with a place in its text. */
export function assertAnsweredOrRefused(database: Database, query: string): void {
    try {
        database.query(query);
    } catch (error) {
        assert.ok(
            error instanceof KqlError,
            `${query}\n${error instanceof Error ? String(error.stack) : String(error)}`,
        );
        assert.ok(error.line >= 1 && error.column >= 1);
    }
}
