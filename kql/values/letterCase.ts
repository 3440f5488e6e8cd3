import { quoteRegex } from "../regex/quote";

/**
 * Comparisons in either letter case, as if both texts were in lower case. The lower case of an ASCII character depends
 * on no other character, so that nothing needs to be rewritten as long as only such characters meet.
 */

const caseBit = 32;

/** The lower case of an ASCII character. */
function lowered(code: number): number {
    return code >= 65 && code <= 90 ? code + caseBit : code;
}

/** A test of texts. */
type Test = (text: string) => boolean;

/** Whether texts begin with a needle. */
export function startsAnyCase(needle: string): Test {
    const low = needle.toLowerCase();
    return (text) => {
        const { length } = low;
        for (let index = 0; index < length; index++) {
            const code = text.charCodeAt(index);
            if (code >= 128) return text.toLowerCase().startsWith(low);
            if (lowered(code) !== low.charCodeAt(index)) return false;
        }
        return true;
    };
}

/** Whether texts end with a needle. */
export function endsAnyCase(needle: string): Test {
    const low = needle.toLowerCase();
    return (text) => {
        const shift = text.length - low.length;
        for (let index = low.length - 1; index >= 0; index--) {
            const code = text.charCodeAt(shift + index);
            if (code >= 128) return text.toLowerCase().endsWith(low);
            if (lowered(code) !== low.charCodeAt(index)) return false;
        }
        return true;
    };
}

/** Whether texts are a needle. */
export function equalsAnyCase(needle: string): Test {
    const low = needle.toLowerCase();
    return (text) => {
        for (let index = 0; index < text.length; index++) {
            const code = text.charCodeAt(index);
            if (code >= 128) return text.toLowerCase() === low;
            if (lowered(code) !== low.charCodeAt(index)) return false;
        }
        return text.length === low.length;
    };
}

/** Whether texts contain a needle. */
export function containsAnyCase(needle: string): Test {
    const low = needle.toLowerCase();
    const inFolded: Test = (text) => text.toLowerCase().includes(low);
    const pattern = patternOf(low);
    if (pattern === undefined) return inFolded;
    return (text) => {
        pattern.lastIndex = 0;
        return pattern.test(text) || (foldsToAscii.test(text) && inFolded(text));
    };
}

/** Characters beyond ASCII whose lower case is ASCII, or begins with it: the signs for a dotted I and for Kelvin. */
const foldsToAscii = /[\u0130\u212a]/;

/** Whether some character beyond ASCII in a text has a lower case of ASCII characters. */
export function hasAsciiFold(text: string): boolean {
    return foldsToAscii.test(text);
}

/**
 * A global regular expression that finds an ASCII needle in either letter case without a copy of the text; undefined for
 * any other needle. It does not see characters of {@link hasAsciiFold}.
 */
export function patternOf(needle: string): RegExp | undefined {
    if (needle === "" || !isAscii(needle)) return undefined;
    return new RegExp(quoteRegex(needle), "gi");
}

function isAscii(text: string): boolean {
    for (let index = 0; index < text.length; index++) if (text.charCodeAt(index) >= 128) return false;
    return true;
}
