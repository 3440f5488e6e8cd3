/**
 * Lower-cases the ASCII letters of a text and nothing else: the sensor compares without the case of these alone
 * (published rule engine; Windows' own comparison runs in the C locale, which knows no other letters).
 */
export function foldCase(text: string): string {
    // toLowerCase is many times faster than a replacement, and does the same where every letter is ASCII.
    return nonAscii.test(text) ? text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase()) : text.toLowerCase();
}

const nonAscii = /[\u0080-\uffff]/;
