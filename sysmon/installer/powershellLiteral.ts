/**
 * Any text as a PowerShell expression that stays one value wherever it is put: in a script of plain ASCII, or within
 * the double quotes of a command line of cmd.exe.
 *
 * A single-quoted string knows no escape but the doubled quote. What cmd.exe would act on inside double quotes (`"`,
 * `%`, with delayed expansion `!`), the typographic quotes that PowerShell takes for `'`, and everything outside
 * printable ASCII is written as a character code.
 */
export function writeLiteral(value: string): string {
    let literal = "'";
    let isConcatenation = false;
    for (let index = 0; index < value.length; index++) {
        const character = value.charAt(index);
        if (character === "'") literal += "''";
        else if (/^[\x20-\x7e]$/.test(character) && !/["%!]/.test(character)) literal += character;
        else {
            literal += `'+[char]${value.charCodeAt(index)}+'`;
            isConcatenation = true;
        }
    }
    literal += "'";
    return isConcatenation ? `(${literal})` : literal;
}

/** A regular expression's source for what {@link writeLiteral} writes; has no capturing group. */
export const literalPattern = String.raw`(?:'(?:[^']|'')*'|\('(?:[^']|'')*'(?:\+\[char\]\d{1,5}\+'(?:[^']|'')*')+\))`;

/** The text behind a literal of {@link writeLiteral}. Undefined where it is none. */
export function readLiteral(literal: string): string | undefined {
    if (!new RegExp(`^${literalPattern}$`).test(literal)) return undefined;
    let value = "";
    for (const part of literal.matchAll(/'((?:[^']|'')*)'|\[char\](\d+)/g)) {
        const code = part[2];
        value += code === undefined ? (part[1] ?? "").replace(/''/g, "'") : String.fromCharCode(Number(code));
    }
    return value;
}
