import type { z } from "zod";
import { nearestName } from "../sysmon/nearestName";
import { keySeparator } from "./forms";
import { describeFound, isMapping, valueAt } from "./found";
import { problemAt, type SettingsCode, type SettingsPath, type SettingsProblem } from "./problems";

type Issue = z.core.$ZodIssue;

/** What the schema found wrong, as problems that a person can act on. `raw` is the whole of the settings. */
export function explainIssues(issues: readonly Issue[], raw: unknown, source: string): SettingsProblem[] {
    return issues.flatMap((issue) => explain(issue, [], raw, source));
}

function explain(issue: Issue, at: SettingsPath, raw: unknown, source: string): SettingsProblem[] {
    const path = [...at, ...issue.path.map((step) => (typeof step === "symbol" ? String(step) : step))];
    switch (issue.code) {
        case "unrecognized_keys":
            return unknownKeys(issue.keys, issue.message.split(keySeparator), path, source);
        case "invalid_union":
            return explainUnion(issue, path, raw, source);
        case "invalid_key":
            return [keyProblem(issue, path, source)];
        default:
            return [valueProblem(issue, path, raw, source)];
    }
}

function unknownKeys(keys: string[], known: string[], path: SettingsPath, source: string): SettingsProblem[] {
    return keys.map((key) =>
        problemAt(source, [...path, key], {
            code: "ST101",
            found: "an unknown key",
            accepted: known.join(keySeparator),
            nearest: nearestName(key, known),
        }),
    );
}

/** A key of a dictionary that has the wrong form. */
function keyProblem(issue: z.core.$ZodIssueInvalidKey, path: SettingsPath, source: string): SettingsProblem {
    return problemAt(source, path, {
        code: "ST105",
        found: `the key ${JSON.stringify(path.at(-1))}`,
        accepted: issue.issues[0]?.message ?? issue.message,
    });
}

function valueProblem(issue: Issue, path: SettingsPath, raw: unknown, source: string): SettingsProblem {
    const value = valueAt(raw, path);
    const missing = value === undefined || value === null;
    const mapped = issue.code === "invalid_type" && issue.expected === "object";
    return problemAt(source, path, {
        code: missing ? "ST102" : codeOf(issue, value),
        found: describeFound(raw, path),
        accepted: mapped ? `a mapping with ${issue.message}` : issue.message,
        nearest: typeof value === "string" ? nearestName(value, wordsOf(issue)) : undefined,
    });
}

function codeOf(issue: Issue, value: unknown): SettingsCode {
    switch (issue.code) {
        case "invalid_value":
            return typeof value === "string" ? "ST104" : "ST103";
        case "too_small":
        case "too_big":
            return "ST106";
        case "invalid_format":
        case "custom":
            return "ST105";
        default:
            return "ST103";
    }
}

/** The words that an issue would have accepted. */
function wordsOf(issue: Issue): string[] {
    return issue.code === "invalid_value" ? issue.values.map(String) : [];
}

/**
 * A choice of forms. Where the value plainly means one of them, that one's problems are told; otherwise the choice is.
 */
function explainUnion(
    issue: z.core.$ZodIssueInvalidUnion,
    path: SettingsPath,
    raw: unknown,
    source: string,
): SettingsProblem[] {
    const value = valueAt(raw, path);
    const forms = issue.errors.filter((form) => !form.some((inner) => inner.path.length === 0 && isWrongKind(inner)));
    const meant = meantForm(forms, value);
    if (meant !== undefined) return meant.flatMap((inner) => explain(inner, path, raw, source));
    const words = issue.errors
        .flat()
        .filter((inner) => inner.path.length === 0)
        .flatMap(wordsOf);
    const keys = forms.flat().flatMap((inner) => (isMissing(inner, value) ? [String(inner.path[0])] : []));
    const missing = value === undefined || value === null;
    const wrongForm = typeof value === "string" ? "ST104" : "ST103";
    return [
        problemAt(source, path, {
            code: missing ? "ST102" : wrongForm,
            found: describeFound(raw, path),
            accepted: issue.message,
            nearest: typeof value === "string" ? nearestName(value, words) : nearestKey(value, keys),
        }),
    ];
}

function isWrongKind(issue: Issue): boolean {
    return issue.code !== "unrecognized_keys" && issue.code !== "too_small" && issue.code !== "too_big";
}

function isMissing(issue: Issue, value: unknown): boolean {
    return issue.path.length === 1 && isMapping(value) && valueAt(value, [String(issue.path[0])]) === undefined;
}

/** The only form that misses none of its keys, or else the only one without a key too many; undefined where none is. */
function meantForm(forms: readonly Issue[][], value: unknown): Issue[] | undefined {
    if (forms.length === 1) return forms[0];
    const complete = forms.filter((form) => !form.some((issue) => isMissing(issue, value)));
    if (complete.length === 1) return complete[0];
    const known = forms.filter((form) => !form.some((issue) => issue.path.length === 0));
    return complete.length === 0 && known.length === 1 && isMapping(value) && Object.keys(value).length > 0
        ? known[0]
        : undefined;
}

function nearestKey(value: unknown, keys: readonly string[]): string | undefined {
    if (!isMapping(value)) return undefined;
    return Object.keys(value)
        .map((key) => nearestName(key, keys))
        .find((key) => key !== undefined);
}
