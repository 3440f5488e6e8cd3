import fc from "fast-check";

/** Pieces that parsers and readers stumble over. */
const nasty = [
    "<",
    ">",
    "&",
    "&#0;",
    "&lol;",
    "]]>",
    "<![CDATA[",
    "<!--",
    "-->",
    "<?xml?>",
    "<!DOCTYPE a>",
    "\u0000",
    "\ufeff",
    "\ud800",
    '"',
    ";",
    "</RuleGroup>",
    "<Rule>",
    '<Rule groupRelation="and">',
    "<ProcessAccess>",
    ' onmatch="exclude"',
    ' condition="contains all"',
    ' condition="image"',
    "%TEMP%",
    "0x",
    "é",
];

type Change =
    | { readonly kind: "cut"; readonly at: number; readonly length: number }
    | { readonly kind: "repeat"; readonly at: number; readonly length: number; readonly times: number }
    | { readonly kind: "move"; readonly at: number; readonly length: number; readonly to: number }
    | { readonly kind: "insert"; readonly at: number; readonly text: string };

const place = fc.double({ min: 0, max: 1, noNaN: true });
const length = fc.integer({ min: 1, max: 200 });

const change: fc.Arbitrary<Change> = fc.oneof(
    fc.record({ kind: fc.constant("cut" as const), at: place, length }),
    fc.record({ kind: fc.constant("repeat" as const), at: place, length, times: fc.integer({ min: 2, max: 20 }) }),
    fc.record({ kind: fc.constant("move" as const), at: place, length, to: place }),
    fc.record({ kind: fc.constant("insert" as const), at: place, text: fc.constantFrom(...nasty) }),
);

function apply(text: string, made: Change): string {
    const at = Math.floor(made.at * text.length);
    if (made.kind === "insert") return text.slice(0, at) + made.text + text.slice(at);
    const piece = text.slice(at, at + made.length);
    const rest = text.slice(0, at) + text.slice(at + made.length);
    switch (made.kind) {
        case "cut":
            return rest;
        case "repeat":
            return text.slice(0, at) + piece.repeat(made.times) + text.slice(at + made.length);
        case "move": {
            const to = Math.floor(made.to * rest.length);
            return rest.slice(0, to) + piece + rest.slice(to);
        }
    }
}

/** A text with up to six changes: pieces cut out, repeated, moved, and what parsers stumble over put in. */
export function mutated(texts: readonly string[]): fc.Arbitrary<string> {
    return fc
        .tuple(fc.constantFrom(...texts), fc.array(change, { minLength: 1, maxLength: 6 }))
        .map(([text, changes]) => changes.reduce(apply, text));
}

/** The bytes of a text in one of the encodings that files come in, now and then with a byte changed. */
export function asBytes(texts: fc.Arbitrary<string>): fc.Arbitrary<Uint8Array> {
    const encoding = fc.constantFrom("utf8" as const, "utf16le" as const, "latin1" as const);
    return fc
        .tuple(texts, encoding, fc.boolean(), fc.option(fc.tuple(place, fc.integer({ min: 0, max: 255 })), { freq: 3 }))
        .map(([text, chosen, mark, damage]) => {
            const bytes = Buffer.from(mark ? `\ufeff${text}` : text, chosen);
            if (damage !== null && bytes.length > 0)
                bytes.writeUInt8(damage[1], Math.floor(damage[0] * (bytes.length - 1)));
            return bytes;
        });
}
