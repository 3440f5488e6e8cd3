import { columnOf } from "../compile/calls";
import { coerce } from "../compile/coerce";
import type { Operator } from "../compile/compiler";
import { compileRegex, matchesOf, BadRegex } from "../regex/regex";
import type { SyntaxNode } from "../syntax";
import { conversion } from "../values/conversions";
import { SplitText, withColumnsOf } from "./parse";

/** How keys and values stand in a text. */
interface KvOptions {
    /** Absent, as is the other: any character that is neither letter nor digit delimits. */
    readonly pairDelimiter: string | undefined;
    readonly kvDelimiter: string | undefined;
    /** Opening and closing quotes. */
    readonly quotes: readonly (readonly [string, string])[];
    readonly escape: string | undefined;
    readonly greedy: boolean;
}

/** `parse-kv`: columns taken out of the key and value pairs of a text. */
export const parseKv: Operator = ({ node, input, scope, compiler }) => {
    const columns = node.child("Keys").list("Columns").map(columnOf);
    const text = coerce(compiler.scalar(node.child("Expression"), scope.withRow(input)), "string");
    const properties = new Map(
        (node.optional("WithClause")?.list("Properties") ?? []).map((property) => [
            property.child("Name").text,
            property.child("Expression"),
        ]),
    );
    const pairs = properties.has("regex") ? regexPairs(properties) : delimitedPairs(optionsOf(node, properties));
    const names = new Set(columns.map(({ name }) => name));
    const convert = columns.map(({ type }) => conversion("string", type));
    const split = new SplitText(text, (value) => {
        const found = pairs(value, names);
        return columns.map(({ name }, index) => {
            const entry = found.get(name);
            return entry === undefined ? null : (convert[index]?.(entry) ?? null);
        });
    });
    const outputs = columns.map(({ name, type }, index) => ({ name, expr: split.column(type, index) }));
    return input.select(withColumnsOf(input, outputs));
};

/** The values of keys; only the keys that are wanted need to be among them. */
type Pairs = (text: string, wanted: ReadonlySet<string>) => ReadonlyMap<string, string>;

function regexPairs(properties: ReadonlyMap<string, SyntaxNode>): Pairs {
    const node = properties.get("regex");
    const pattern = node?.facts.literalText;
    if (node === undefined || pattern === undefined) throw new Error("parse-kv without its regex");
    try {
        const regex = compileRegex(pattern);
        if (regex.groups !== 2)
            throw node.error("KQ102", "the regex of parse-kv needs two groups: the key and the value");
        return (text) => {
            const pairs = new Map<string, string>();
            for (const { groups } of matchesOf(regex, text)) {
                const key = groups[1] ?? "";
                if (!pairs.has(key)) pairs.set(key, groups[2] ?? "");
            }
            return pairs;
        };
    } catch (error) {
        if (error instanceof BadRegex)
            throw node.error("KQ102", `${pattern} is no regular expression: ${error.message}`);
        throw error;
    }
}

function optionsOf(node: SyntaxNode, properties: ReadonlyMap<string, SyntaxNode>): KvOptions {
    for (const name of properties.keys()) {
        if (!["pair_delimiter", "kv_delimiter", "quote", "escape", "greedy"].includes(name)) {
            throw node.error("KQ201", `parse-kv with ${name} is not supported`);
        }
    }
    const quote = properties.get("quote")?.facts.literalText ?? "";
    const delimited = properties.has("pair_delimiter") || properties.has("kv_delimiter");
    return {
        pairDelimiter: delimited ? (properties.get("pair_delimiter")?.facts.literalText ?? " ") : undefined,
        kvDelimiter: delimited ? (properties.get("kv_delimiter")?.facts.literalText ?? "=") : undefined,
        quotes: quote === "" ? [] : [[quote.charAt(0), quote.length > 1 ? quote.charAt(1) : quote.charAt(0)]],
        escape: properties.get("escape")?.facts.literalText,
        greedy: properties.get("greedy")?.text.toLowerCase() === "true",
    };
}

/** Pairs between delimiters; the first value of a key counts. */
function delimitedPairs(options: KvOptions): Pairs {
    const { pairDelimiter, kvDelimiter } = options;
    if (pairDelimiter === undefined || kvDelimiter === undefined) return (text, wanted) => words(text, options, wanted);
    return (text) => {
        const pairs = new Map<string, string>();
        let at = 0;
        while (at < text.length) {
            if (text.startsWith(pairDelimiter, at)) {
                at += pairDelimiter.length;
                continue;
            }
            const key = token(text, at, options, [kvDelimiter, pairDelimiter]);
            if (!text.startsWith(kvDelimiter, key.end)) {
                at = Math.max(key.end, at + 1);
                continue;
            }
            const from = skipSpace(text, key.end + kvDelimiter.length, pairDelimiter);
            const value = options.greedy
                ? greedyValue(text, from, pairDelimiter, kvDelimiter, options)
                : token(text, from, options, [pairDelimiter]);
            const name = key.text.trim();
            if (!pairs.has(name)) pairs.set(name, value.quoted ? value.text : value.text.trim());
            at = value.end;
        }
        return pairs;
    };
}

/** The place of the first character that is no white space, unless white space delimits. */
function skipSpace(text: string, from: number, delimiter: string): number {
    let at = from;
    while (/\s/.test(text[at] ?? "") && !text.startsWith(delimiter, at)) at++;
    return at;
}

const wordCharacter = /[\p{L}\p{N}]/u;

/** Pairs without delimiters of their own: the word after a wanted key is its value. */
function words(text: string, options: KvOptions, wanted: ReadonlySet<string>): Map<string, string> {
    const pairs = new Map<string, string>();
    let key: string | undefined;
    for (let at = 0; at < text.length;) {
        const quoted = options.quotes.some(([open]) => text[at] === open);
        if (!quoted && !wordCharacter.test(text[at] ?? "")) {
            at++;
            continue;
        }
        const found = quoted ? token(text, at, options, []) : word(text, at);
        if (key !== undefined) {
            if (!pairs.has(key)) pairs.set(key, found.text);
            key = undefined;
        } else if (wanted.has(found.text)) key = found.text;
        at = Math.max(found.end, at + 1);
    }
    return pairs;
}

function word(text: string, from: number): Token {
    let end = from;
    while (end < text.length && wordCharacter.test(text[end] ?? "")) end++;
    return { text: text.slice(from, end), end, quoted: false };
}

interface Token {
    readonly text: string;
    readonly end: number;
    readonly quoted: boolean;
}

/** A key or value: in quotes, or up to the first of the delimiters. */
function token(text: string, from: number, options: KvOptions, delimiters: readonly string[]): Token {
    for (const [open, close] of options.quotes) {
        if (text[from] !== open) continue;
        let content = "";
        for (let at = from + 1; at < text.length; at++) {
            if (options.escape !== undefined && text[at] === options.escape && at + 1 < text.length)
                content += text.charAt(++at);
            else if (text[at] === close) return { text: content, end: at + 1, quoted: true };
            else content += text.charAt(at);
        }
    }
    const ends = delimiters.map((delimiter) => text.indexOf(delimiter, from)).filter((end) => end >= 0);
    const end = Math.min(text.length, ...ends);
    return { text: text.slice(from, end), end, quoted: false };
}

/** A value that reaches to the delimiter before the next key. */
function greedyValue(
    text: string,
    from: number,
    pairDelimiter: string,
    kvDelimiter: string,
    options: KvOptions,
): Token {
    const shortest = token(text, from, options, [pairDelimiter]);
    if (shortest.quoted) return shortest;
    const next = text.indexOf(kvDelimiter, from);
    if (next < 0) return { text: text.slice(from), end: text.length, quoted: false };
    const end = text.lastIndexOf(pairDelimiter, next);
    return end < from ? shortest : { text: text.slice(from, end), end, quoted: false };
}
