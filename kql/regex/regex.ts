import { RE2JS } from "re2js";
import { nativePattern, type NativePattern } from "./nativePattern";

/** A match of a regular expression: where it stands and its groups, the whole match being the first. */
export interface RegexMatch {
    readonly start: number;
    readonly end: number;
    /** Undefined: the group took no part in the match. */
    readonly groups: readonly (string | undefined)[];
}

/** A regular expression that matches in time linear in the text, as the engine's own (RE2 syntax) do. */
export interface Regex {
    /** Number of capturing groups. */
    readonly groups: number;
    /** Whether the text has a match. */
    test(text: string): boolean;
    /** The first match at or after an offset. */
    exec(text: string, from?: number): RegexMatch | undefined;
}

/** A pattern that is no regular expression: the reason. */
export class BadRegex extends Error {}

const compiled = new Map<string, Regex>();
const compiledKept = 256;

/** Compiles a pattern; throws {@link BadRegex} where it is none. */
export function compileRegex(pattern: string): Regex {
    const known = compiled.get(pattern);
    if (known !== undefined) return known;
    const native = nativePattern(pattern);
    const regex = native === undefined ? new LinearRegex(pattern) : new NativeRegex(native);
    if (compiled.size >= compiledKept) compiled.clear();
    compiled.set(pattern, regex);
    return regex;
}

/** All matches of a text at or after an offset, in order, none overlapping another. */
export function* matchesOf(regex: Regex, text: string, start = 0): Generator<RegexMatch> {
    for (let from = start; from <= text.length;) {
        const match = regex.exec(text, from);
        if (match === undefined) return;
        yield match;
        from = match.end > match.start ? match.end : match.end + stepAt(text, match.end);
    }
}

function stepAt(text: string, at: number): number {
    return (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
}

/** A pattern that the platform's own engine is known to match alike and in linear time. */
class NativeRegex implements Regex {
    readonly groups: number;
    private readonly regExp: RegExp;

    constructor({ source, flags, groups }: NativePattern) {
        this.groups = groups;
        this.regExp = new RegExp(source, flags);
    }

    test(text: string): boolean {
        this.regExp.lastIndex = 0;
        return this.regExp.test(text);
    }

    exec(text: string, from = 0): RegexMatch | undefined {
        this.regExp.lastIndex = from;
        const match = this.regExp.exec(text);
        return match === null ? undefined : { start: match.index, end: match.index + match[0].length, groups: match };
    }
}

/** Longest text, in characters, that the port of RE2 is given: it reads about a million a second. */
const longestText = 2 ** 24;

/** Any other pattern, matched by the port of RE2. */
class LinearRegex implements Regex {
    readonly groups: number;
    private readonly regex: RE2JS;

    constructor(pattern: string) {
        try {
            this.regex = RE2JS.compile(pattern);
        } catch (error) {
            throw new BadRegex(error instanceof Error ? error.message : String(error));
        }
        this.groups = this.regex.groupCount();
    }

    test(text: string): boolean {
        return this.regex.test(readable(text));
    }

    exec(text: string, from = 0): RegexMatch | undefined {
        readable(text);
        const matcher = this.regex.matcher(text);
        if (!matcher.find(from)) return undefined;
        const groups: (string | undefined)[] = [];
        for (let group = 0; group <= this.groups; group++) groups.push(matcher.group(group) ?? undefined);
        return { start: matcher.start(), end: matcher.end(), groups };
    }
}

/** The text, unless it is too long to be read in good time. */
function readable(text: string): string {
    if (text.length > longestText) {
        throw new RangeError(`a text of more than ${longestText} characters for a regular expression`);
    }
    return text;
}
