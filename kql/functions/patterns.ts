import { coerce } from "../compile/coerce";
import { regexOfExpr } from "../compile/textOperators";
import { combine, constantValue, expression, isConstant, type Frame } from "../plan/expression";
import { groupNames } from "../regex/groupNames";
import { matchesOf, type Regex, type RegexMatch } from "../regex/regex";
import type { ScalarType } from "../types";
import { conversion } from "../values/conversions";
import { integerOfDynamic, isArray, type Dynamic } from "../values/dynamic";
import { textOfDynamic } from "../values/json";
import { isDecimal } from "../values/order";
import type { Call, ScalarFunction } from "./call";
import { checkCount } from "./define";
import { occurrences } from "./texts";

function regexArgument(call: Call, index: number): (frame: Frame) => Regex {
    return regexOfExpr(call.argNode(index), call.typed(index, "string"));
}

/** `extract(regex, group, text [, typeof(type)])`. */
const extract: ScalarFunction = (call) => {
    checkCount(call, 3, 4);
    const regexOf = regexArgument(call, 0);
    const group = call.typed(1, "long");
    const text = call.typed(2, "string");
    const type = call.typeArgument(3) ?? "string";
    const convert = conversion("string", type);
    const fixedGroup = isConstant(group) ? Number(constantValue(group)) : undefined;
    return expression<ScalarType>(type, combine([call.arg(0), group, text]), (frame) => {
        const match = regexOf(frame).exec(text.evaluate(frame));
        const found = match?.groups[fixedGroup ?? Number(group.evaluate(frame))] ?? "";
        return type === "string" ? found : convert(found);
    });
};

/** `extract_all(regex [, groups], text)`: null where nothing matches. */
const extractAll: ScalarFunction = (call) => {
    checkCount(call, 2, 3);
    const pattern = call.typed(0, "string");
    if (!isConstant(pattern))
        throw call.argNode(0).error("KQ102", "the regular expression of extract_all() must be a constant");
    const regexOf = regexArgument(call, 0);
    const text = call.typed(call.count - 1, "string");
    const wanted = call.count === 3 ? groupList(call, groupNames(call.text(0))) : [];
    return expression("dynamic", combine([pattern, text]), (frame) => {
        const regex = regexOf(frame);
        if (regex.groups < 1 || regex.groups > 16) {
            throw call.argNode(0).error("KQ102", "the regular expression of extract_all() needs 1 to 16 groups");
        }
        const known = wanted.filter((group) => group >= 0 && group <= regex.groups);
        const groups = known.length > 0 ? known : Array.from({ length: regex.groups }, (_, index) => index + 1);
        const found = [...matchesOf(regex, text.evaluate(frame))].map((match) => groupsOf(match, groups));
        return found.length === 0 ? null : found;
    });
};

function groupsOf(match: RegexMatch, groups: readonly number[]): Dynamic {
    const [only] = groups;
    if (groups.length === 1 && only !== undefined) return match.groups[only] ?? "";
    return groups.map((group) => match.groups[group] ?? "");
}

/** The groups that a call asks for, by number or by name. */
function groupList(call: Call, names: ReadonlyMap<string, number>): number[] {
    const list = call.constant(1);
    if (isDecimal(list) || !isArray(list))
        throw call.argNode(1).error("KQ102", "the groups of extract_all() are an array of numbers or names");
    return list.map((item) => {
        const group = typeof item === "string" ? names.get(item) : integerOfDynamic(item);
        if (group === undefined) {
            throw call.argNode(1).error("KQ102", `the regular expression has no group ${textOfDynamic(item)}`);
        }
        return Number(group);
    });
}

/** `replace_regex(text, regex, rewrite)`: `\1` stands for the first group. */
const replaceRegex: ScalarFunction = (call) => {
    checkCount(call, 3, 3);
    return replacing(call, 0, 1, 2);
};

/** `replace(regex, rewrite, text)`, the old name with the old order. */
const replace: ScalarFunction = (call) => {
    checkCount(call, 3, 3);
    return replacing(call, 2, 0, 1);
};

function replacing(call: Call, textAt: number, regexAt: number, rewriteAt: number): ReturnType<ScalarFunction> {
    const regexOf = regexArgument(call, regexAt);
    const text = call.typed(textAt, "string");
    const rewrite = call.typed(rewriteAt, "string");
    return expression("string", combine(call.args), (frame) => {
        const value = text.evaluate(frame);
        const template = rewrite.evaluate(frame);
        let result = "";
        let at = 0;
        for (const match of matchesOf(regexOf(frame), value)) {
            result += value.slice(at, match.start) + rewritten(template, match);
            at = match.end;
        }
        return result + value.slice(at);
    });
}

function rewritten(template: string, match: RegexMatch): string {
    if (!template.includes("\\")) return template;
    return template.replaceAll(/\\(\d|\\)/g, (_, group: string) =>
        group === "\\" ? "\\" : (match.groups[Number(group)] ?? ""),
    );
}

/** `trim`, `trim_start`, `trim_end`: one match of the regular expression at each end. */
function trimming(start: boolean, end: boolean): ScalarFunction {
    return (call) => {
        checkCount(call, 2, 2);
        const pattern = call.typed(0, "string");
        const text = call.typed(1, "string");
        const anchored = (form: (source: string) => string): ((frame: Frame) => Regex) => {
            const source = expression("string", pattern.reads, (frame) => form(pattern.evaluate(frame)));
            return regexOfExpr(call.argNode(0), coerce(source, "string"));
        };
        const atStart = anchored((source) => `^(?:${source})`);
        const atEnd = anchored((source) => `(?:${source})$`);
        return expression("string", combine([pattern, text]), (frame) => {
            let value = text.evaluate(frame);
            if (start) value = value.slice(atStart(frame).exec(value)?.end ?? 0);
            if (end) value = value.slice(0, atEnd(frame).exec(value)?.start ?? value.length);
            return value;
        });
    };
}

/** `countof(text, lookup [, kind])`. */
const countOf: ScalarFunction = (call) => {
    checkCount(call, 2, 3);
    const kind = call.count === 3 ? call.text(2) : "normal";
    const text = call.typed(0, "string");
    if (kind === "regex") {
        const regexOf = regexArgument(call, 1);
        return expression("long", combine([text, call.arg(1)]), (frame) => {
            let count = 0;
            for (const match of matchesOf(regexOf(frame), text.evaluate(frame))) if (match.end > match.start) count++;
            return count;
        });
    }
    if (kind !== "normal")
        throw call.argNode(2).error("KQ102", `countof() has no kind ${kind}; it has normal and regex`);
    const lookup = call.typed(1, "string");
    return expression("long", combine([text, lookup]), (frame) =>
        occurrences(text.evaluate(frame), lookup.evaluate(frame)),
    );
};

/** `indexof_regex(text, regex [, start [, length [, occurrence]]])`. */
const indexOfRegex: ScalarFunction = (call) => {
    checkCount(call, 2, 5);
    const text = call.typed(0, "string");
    const regexOf = regexArgument(call, 1);
    const [start, length, occurrence] = [2, 3, 4].map((index) =>
        index < call.count ? call.typed(index, "long") : undefined,
    );
    return expression("long", combine(call.args), (frame) => {
        const from = Number(start?.evaluate(frame) ?? 0);
        const size = Number(length?.evaluate(frame) ?? -1);
        const wanted = Number(occurrence?.evaluate(frame) ?? 1);
        if (from < 0 || size < -1 || wanted < 1) return null;
        const value = text.evaluate(frame);
        const within = size < 0 ? value : value.slice(0, from + size);
        let count = 0;
        for (const match of matchesOf(regexOf(frame), within, from)) if (++count === wanted) return match.start;
        return -1;
    });
};

/** Functions that take regular expressions. */
export const patternFunctions: Readonly<Record<string, ScalarFunction>> = {
    countof: countOf,
    extract,
    extract_all: extractAll,
    extractall: extractAll,
    indexof_regex: indexOfRegex,
    replace,
    replace_regex: replaceRegex,
    trim: trimming(true, true),
    trim_end: trimming(false, true),
    trim_start: trimming(true, false),
};
