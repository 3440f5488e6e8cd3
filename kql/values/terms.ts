import { hasAsciiFold, patternOf } from "./letterCase";

/**
 * Terms, as `has` and its family see them: a term is a run of letters and digits of any script; every other character,
 * the underscore among them, ends one.
 */
const termCharacter = /^[\p{L}\p{N}]$/u;

/** Whether a code point belongs to a term. */
function inTerm(code: number | undefined): boolean {
    if (code === undefined) return false;
    if (code < 128) return (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
    return termCharacter.test(String.fromCodePoint(code));
}

/** The code point that ends just before `at`. */
function codeBefore(text: string, at: number): number | undefined {
    if (at <= 0) return undefined;
    const low = text.charCodeAt(at - 1);
    return low >= 0xdc00 && low <= 0xdfff && at > 1 ? text.codePointAt(at - 2) : low;
}

/** Which edges of a term must not continue a term of the text they are found in. */
export type TermEdges = "both" | "start" | "end";

/**
 * A search for `needle` in texts of the same letter case: at a place where it begins a term (where its first character
 * belongs to one) and ends a term. An empty needle is in every text.
 */
export function termSearch(needle: string, edges: TermEdges): (text: string) => boolean {
    if (needle === "") return () => true;
    const isBounded = boundsOf(needle, edges);
    return (text) => {
        for (let at = text.indexOf(needle); at >= 0; at = text.indexOf(needle, at + 1)) {
            if (isBounded(text, at)) return true;
        }
        return false;
    };
}

/** As {@link termSearch}, for a needle and texts in any letter case. */
export function termSearchAnyCase(needle: string, edges: TermEdges): (text: string) => boolean {
    const low = needle.toLowerCase();
    const search = termSearch(low, edges);
    const pattern = patternOf(low);
    if (pattern === undefined) return (text) => search(text.toLowerCase());
    const isBounded = boundsOf(low, edges);
    return (text) => {
        for (pattern.lastIndex = 0; pattern.test(text);) {
            const at = pattern.lastIndex - low.length;
            if (isBounded(text, at)) return true;
            pattern.lastIndex = at + 1;
        }
        return hasAsciiFold(text) && search(text.toLowerCase());
    };
}

/** Whether a needle that stands at a place of a text begins and ends a term there, as far as the edges ask for it. */
function boundsOf(needle: string, edges: TermEdges): (text: string, at: number) => boolean {
    const boundStart = edges !== "end" && inTerm(needle.codePointAt(0));
    const boundEnd = edges !== "start" && inTerm(codeBefore(needle, needle.length));
    return (text, at) =>
        !(boundStart && inTerm(codeBefore(text, at))) && !(boundEnd && inTerm(text.codePointAt(at + needle.length)));
}
