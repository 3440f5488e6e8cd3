/** Deepest nesting of brackets that is parsed: people write a dozen, and the parser's stack ends somewhere above. */
export const deepestNesting = 300;

/** Strings (plain and verbatim), comments, and brackets: all that nesting depends on. */
const tokens = /@"(?:[^"]|"")*"|@'(?:[^']|'')*'|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|\/\/[^\n]*|[([{]|[)\]}]/g;

/** Offset of the first bracket that nests too deep; undefined where none does. */
export function tooDeep(text: string): number | undefined {
    let depth = 0;
    for (const { 0: token, index } of text.matchAll(tokens)) {
        if (token === "(" || token === "[" || token === "{") depth++;
        else if (token === ")" || token === "]" || token === "}") depth--;
        if (depth > deepestNesting) return index;
    }
    return undefined;
}
