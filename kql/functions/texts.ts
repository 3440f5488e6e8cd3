import { coerce } from "../compile/coerce";
import { combine, expression, type Expr } from "../plan/expression";
import { quoteRegex } from "../regex/quote";
import { isArray, type Dynamic } from "../values/dynamic";
import { textOfDynamic } from "../values/json";
import { decimal } from "../values/decimal";
import { formatReal } from "../values/real";
import { termSearch } from "../values/terms";
import type { ScalarFunction } from "./call";
import { checkCount, fixed } from "./define";

/** Code points of a text. Texts without any beyond 16 bits, nearly all, need no list of them. */
function codePoints(text: string): readonly string[] | undefined {
    return /[\ud800-\udfff]/.test(text) ? [...text] : undefined;
}

/** Number of characters. */
export function lengthOf(text: string): number {
    return codePoints(text)?.length ?? text.length;
}

/** Characters from one place to before another. */
function sliceOf(text: string, from: number, to: number): string {
    const points = codePoints(text);
    return points === undefined ? text.slice(from, to) : points.slice(from, to).join("");
}

/** How many 16-bit units stand before a character. */
function unitsBefore(text: string, characters: number): number {
    return codePoints(text)?.slice(0, characters).join("").length ?? characters;
}

/** A start from the end where negative; one before the beginning gives nothing. */
function substring(text: string, start: number, length: number | undefined): string {
    const size = lengthOf(text);
    const from = start < 0 ? size + start : start;
    if (from < 0 || from >= size || (length !== undefined && length <= 0)) return "";
    return sliceOf(text, from, length === undefined ? size : from + length);
}

/** `strcat`, `strcat_delim`: values as text. */
function concatenation(delimited: boolean): ScalarFunction {
    return (call) => {
        checkCount(call, delimited ? 2 : 1, 65);
        const parts = call.args.map((arg) => coerce(arg, "string"));
        const [delimiter, ...rest] = parts;
        if (!delimited || delimiter === undefined) {
            return expression("string", combine(parts), (frame) => {
                let text = "";
                for (const part of parts) text += part.evaluate(frame);
                return text;
            });
        }
        return expression("string", combine(parts), (frame) =>
            rest.map((part) => part.evaluate(frame)).join(delimiter.evaluate(frame)),
        );
    };
}

const strcatArray = fixed(["dynamic", "string"], "string", (array, delimiter) =>
    isArray(array) ? array.map(textOfDynamic).join(delimiter) : textOfDynamic(array),
);

/** `indexof(text, lookup [, start [, length [, occurrence]]])`. */
const indexOf = fixed(
    ["string", "string"],
    "long",
    (text, lookup, startAt, lengthAt, occurrenceAt) => {
        const start = Number(startAt ?? 0);
        const length = Number(lengthAt ?? -1);
        const occurrence = Number(occurrenceAt ?? 1);
        if (occurrence < 1 || length < -1) return null;
        const size = lengthOf(text);
        const from = start < 0 ? Math.max(0, size + start) : start;
        const end = unitsBefore(text, length < 0 ? size : Math.min(size, from + length));
        let place = unitsBefore(text, from) - 1;
        for (let count = 0; count < occurrence; count++) {
            place = text.indexOf(lookup, place + 1);
            if (place < 0 || place + lookup.length > end) return -1;
        }
        return lengthOf(text.slice(0, place));
    },
    ["long", "long", "long"],
);

/** `split(text, delimiter [, index])`. */
const split = fixed(
    ["string", "string"],
    "dynamic",
    (text, delimiter, index) => {
        if (delimiter === "") return null;
        const parts = text.split(delimiter);
        if (index === undefined) return parts;
        const place = Number(index) < 0 ? parts.length + Number(index) : Number(index);
        const part = parts[place];
        return part === undefined ? null : [part];
    },
    ["long"],
);

function replaceAll(text: string, lookup: string, rewrite: string): string {
    return lookup === "" || !text.includes(lookup) ? text : text.split(lookup).join(rewrite);
}

const replaceStrings = fixed(["string", "dynamic", "dynamic"], "string", (text, lookups, rewrites) => {
    if (!isArray(lookups)) return text;
    return lookups.reduce<string>((result, lookup, index) => {
        const rewrite = isArray(rewrites) ? (rewrites[index] ?? null) : rewrites;
        return replaceAll(result, textOfDynamic(lookup), textOfDynamic(rewrite));
    }, text);
});

/** Texts are compared character by character, by their numbers. */
function compare(a: string, b: string): number {
    return a < b ? -1 : a > b ? 1 : 0;
}

/** `translate(searched, replacements, text)`: characters by their places; the last replacement serves for the rest. */
const translate = fixed(["string", "string", "string"], "string", (searched, replacements, text) => {
    const from = [...searched];
    const to = [...replacements];
    return [...text]
        .map((character) => {
            const place = from.indexOf(character);
            return place < 0 ? character : (to[Math.min(place, to.length - 1)] ?? "");
        })
        .join("");
});

const units = ["Bytes", "KB", "MB", "GB", "TB", "PB"];

/** `format_bytes(size [, digits [, unit]])`. */
const formatBytes = fixed(
    ["real"],
    "string",
    (size, digits, unit) => {
        const wanted = unit === undefined ? -1 : units.indexOf(unit);
        const place =
            wanted >= 0
                ? wanted
                : Math.min(units.length - 1, Math.max(0, Math.floor(Math.log2(Math.max(1, Math.abs(size))) / 10)));
        const scaled = size / 1024 ** place;
        const rounded = Number(scaled.toFixed(Number(digits ?? 0)));
        return `${Number.isInteger(rounded) ? String(rounded) : formatReal(rounded)} ${units[place] ?? ""}`;
    },
    ["long", "string"],
);

const reverse: ScalarFunction = (call) => {
    checkCount(call, 1, 1);
    const text = coerce(call.arg(0), "string");
    return expression("string", text.reads, (frame) => [...text.evaluate(frame)].reverse().join(""));
};

/** `strrep(value, count [, delimiter])`. */
const repeated: ScalarFunction = (call) => {
    checkCount(call, 2, 3);
    const text = coerce(call.arg(0), "string");
    const count = call.typed(1, "long");
    const delimiter: Expr | undefined = call.optional(2);
    const between = delimiter === undefined ? undefined : coerce(delimiter, "string");
    return expression("string", combine(call.args), (frame) => {
        const times = Math.min(1024, Math.max(0, Number(count.evaluate(frame) ?? 0)));
        return new Array<string>(times).fill(text.evaluate(frame)).join(between?.evaluate(frame) ?? "");
    });
};

function codePointsOf(text: string): Dynamic {
    return [...text].map((character) => character.codePointAt(0) ?? 0);
}

/** `make_string(code point or array of them, …)`. */
const makeString: ScalarFunction = (call) => {
    checkCount(call, 1, 64);
    const args = call.args.map((arg) => coerce(arg, "dynamic"));
    return expression("string", combine(args), (frame) =>
        args
            .flatMap((arg): readonly Dynamic[] => {
                const value = arg.evaluate(frame);
                return isArray(value) ? value : [value];
            })
            .map((value) =>
                typeof value === "number" && value >= 0 && value <= 0x10ffff ? String.fromCodePoint(value) : "",
            )
            .join(""),
    );
};

function utf8Size(text: string): number {
    return Buffer.byteLength(text, "utf8");
}

/** `countof(text, lookup [, "normal" or "regex"])` without a regex: occurrences, which may overlap. */
export function occurrences(text: string, lookup: string): number {
    if (lookup === "") return 0;
    let count = 0;
    for (let at = text.indexOf(lookup); at >= 0; at = text.indexOf(lookup, at + 1)) count++;
    return count;
}

/** `has_any_index(text, terms)`: the place of the first term that the text has; -1 where it has none. */
const hasAnyIndex = fixed(["string", "dynamic"], "long", (text, terms) => {
    const folded = text.toLowerCase();
    const items = isArray(terms) ? terms : [];
    return items.findIndex((term) => termSearch(textOfDynamic(term).toLowerCase(), "both")(folded));
});

/** `parse_version`: up to four numbers of up to eight digits as one that compares as they do; null for other texts. */
const parseVersion = fixed(["string"], "decimal", (text) => {
    const parts = text.trim().split(".");
    if (parts.length > 4 || !parts.every((part) => /^\d{1,8}$/.test(part))) return null;
    const digits = [0, 1, 2, 3].map((place) => (parts[place] ?? "0").padStart(8, "0"));
    return decimal(BigInt(digits.join("")), 0);
});

/** Functions of text. */
export const textFunctions: Readonly<Record<string, ScalarFunction>> = {
    array_strcat: strcatArray,
    format_bytes: formatBytes,
    has_any_index: hasAnyIndex,
    indexof: indexOf,
    isascii: fixed(["string"], "bool", (text) => !/[\u0080-\uffff]/.test(text)),
    make_string: makeString,
    parse_version: parseVersion,
    regex_quote: fixed(["string"], "string", quoteRegex),
    replace_string: fixed(["string", "string", "string"], "string", replaceAll),
    replace_strings: replaceStrings,
    reverse,
    split,
    strcat: concatenation(false),
    strcat_array: strcatArray,
    strcat_delim: concatenation(true),
    strcmp: fixed(["string", "string"], "long", compare),
    string_size: fixed(["string"], "long", utf8Size),
    strlen: fixed(["string"], "long", lengthOf),
    strrep: repeated,
    substring: fixed(
        ["string", "long"],
        "string",
        (text, start, length) => substring(text, Number(start), length === undefined ? undefined : Number(length)),
        ["long"],
    ),
    to_utf8: fixed(["string"], "dynamic", codePointsOf),
    tolower: fixed(["string"], "string", (text) => text.toLowerCase()),
    toupper: fixed(["string"], "string", (text) => text.toUpperCase()),
    translate,
    unicode_codepoints_from_string: fixed(["string"], "dynamic", codePointsOf),
    unicode_codepoints_to_string: makeString,
};
