/** A regular expression that matches a text and nothing else, in RE2 and in the platform's own engine. */
export function quoteRegex(text: string): string {
    return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}
