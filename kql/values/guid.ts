/** The guid that a text stands for, in lower case with dashes: with or without dashes, in braces or parentheses. */
export function parseGuid(text: string): string | null {
    const match =
        /^\s*([{(]?)([0-9a-fA-F]{8}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{12})([})]?)\s*$/.exec(
            text,
        );
    if (match === null) return null;
    const [, open = "", body = "", close = ""] = match;
    if (open !== (close === "}" ? "{" : close === ")" ? "(" : "")) return null;
    const digits = body.replaceAll("-", "").toLowerCase();
    const dashes = body.length - digits.length;
    if (dashes !== 0 && dashes !== 4) return null;
    return [digits.slice(0, 8), digits.slice(8, 12), digits.slice(12, 16), digits.slice(16, 20), digits.slice(20)].join(
        "-",
    );
}
