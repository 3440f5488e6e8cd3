import { LineCounter, parseDocument, isMap, isNode, isScalar, type Document } from "yaml";
import { z } from "zod";
import { nearestName } from "../sysmon/nearestName";
import type { DetectionProblem } from "./problems";

/** A place in a file. */
export interface Place {
    /** 1-based. */
    readonly line: number;
    /** 1-based. */
    readonly column: number;
}

/** What was read from a YAML file: its content, or everything wrong with it. */
export type YamlReading<T> =
    | {
          readonly ok: true;
          readonly value: T;
          /** Where a key or list entry stands; the nearest enclosing one where it is not there. */
          readonly placeOf: (path: readonly PropertyKey[]) => Place;
      }
    | { readonly ok: false; readonly problems: readonly DetectionProblem[] };

/** Reads a YAML file against a schema. Finds every problem of the file, each with its place. */
export function readYaml<S extends z.ZodType>(file: string, text: string, schema: S): YamlReading<z.output<S>> {
    const lineCounter = new LineCounter();
    const document = parseDocument(text, { lineCounter, prettyErrors: false, stringKeys: true });
    if (document.errors.length > 0) {
        const problems = document.errors.map((error): DetectionProblem => {
            return {
                file,
                ...lineAndColumn(lineCounter, error.pos[0]),
                code: "DT101",
                message: `not valid YAML: ${error.message}`,
            };
        });
        return { ok: false, problems };
    }
    const placeOf = (path: readonly PropertyKey[]) => lineAndColumn(lineCounter, offsetOf(document, path));
    const content = contentOf(document);
    if (content instanceof Error)
        return {
            ok: false,
            problems: [{ file, ...placeOf([]), code: "DT101", message: `not valid YAML: ${content.message}` }],
        };
    const parsed = schema.safeParse(content, { reportInput: true });
    if (parsed.success) return { ok: true, value: parsed.data, placeOf };
    const shape = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
    return {
        ok: false,
        problems: parsed.error.issues.flatMap((issue) => describeIssue(file, issue, { shape, content }, placeOf)),
    };
}

/** The document as plain values, or the error of one that refers to itself too often. */
function contentOf(document: Document): unknown {
    try {
        return document.toJS();
    } catch (error) {
        return error instanceof Error ? error : new Error(String(error));
    }
}

function lineAndColumn(lineCounter: LineCounter, offset: number): Place {
    const { line, col } = lineCounter.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
}

/** Offset of the key that a path ends in; of the deepest part of the path that exists otherwise. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number {
    let offset = 0;
    for (let length = 0; length <= path.length; length++) {
        const parent = length === 0 ? undefined : document.getIn(path.slice(0, length - 1), true);
        const pair = isMap(parent)
            ? parent.items.find((item) => isScalar(item.key) && item.key.value === path[length - 1])
            : undefined;
        const node: unknown = pair?.key ?? document.getIn(path.slice(0, length), true);
        if (!isNode(node)) break;
        offset = node.range?.[0] ?? offset;
    }
    return offset;
}

type JsonSchema = z.core.JSONSchema.BaseSchema;

function describeIssue(
    file: string,
    issue: z.core.$ZodIssue,
    checked: Checked,
    placeOf: (path: readonly PropertyKey[]) => Place,
): DetectionProblem[] {
    const at = (path: readonly PropertyKey[]) => ({ file, ...placeOf(path) });
    const key = keyName(issue.path);
    if (issue.code === "unrecognized_keys") {
        const known = keysAt(checked, issue.path);
        return issue.keys.map((unknown) => ({
            ...at([...issue.path, unknown]),
            code: "DT102",
            message: `unknown key ${keyName([...issue.path, unknown])}; ${suggestion(unknown, known)}`,
        }));
    }
    const accepted = acceptedValues(checked, issue.path);
    const wanted = accepted.length > 0 ? `one of ${accepted.join(", ")}` : wantedBy(issue);
    const value = inputOf(issue);
    if (value === undefined)
        return [{ ...at(issue.path), code: "DT103", message: `${key} is missing; accepted is ${wanted}` }];
    const near = typeof value === "string" ? nearestName(value, accepted) : undefined;
    const hint = near === undefined ? "" : `; did you mean ${near}?`;
    return [{ ...at(issue.path), code: "DT104", message: `${key} is ${found(value)}; accepted is ${wanted}${hint}` }];
}

/** What the file has at the issue's path. Where alternatives are told apart by a key, zod gives what holds that key. */
function inputOf(issue: z.core.$ZodIssue): unknown {
    const { input } = issue;
    if (issue.code !== "invalid_union" || issue.discriminator === undefined) return input;
    if (typeof input !== "object" || input === null) return input;
    return Object.entries(input).find(([key]) => key === issue.discriminator)?.[1];
}

function suggestion(unknown: string, known: readonly string[]): string {
    const near = nearestName(unknown, known);
    return near === undefined ? `known here are ${known.join(", ")}` : `did you mean ${near}?`;
}

/** A path as a person writes it: `parameters.maxTargets.default`, `entities[0].type`. */
function keyName(path: readonly PropertyKey[]): string {
    const name = path.map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`)).join("");
    return name === "" ? "the file" : name.replace(/^\./, "");
}

/** A value as the file shows it, cut to a readable length. */
function found(value: unknown): string {
    const text = JSON.stringify(value);
    return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

function wantedBy(issue: z.core.$ZodIssue): string {
    switch (issue.code) {
        case "invalid_type":
            return issue.expected === "record" || issue.expected === "object"
                ? "a mapping"
                : `a value of type ${issue.expected}`;
        case "too_small":
            return `at least ${issue.minimum}${unit(issue.origin)}`;
        case "too_big":
            return `at most ${issue.maximum}${unit(issue.origin)}`;
        case "invalid_format":
            return issue.message;
        default:
            return issue.message;
    }
}

function unit(origin: string): string {
    if (origin === "string") return " characters";
    return origin === "array" ? " entries" : "";
}

/** A value, and the schema that it was checked by. */
interface Checked {
    readonly shape: JsonSchema;
    readonly content: unknown;
}

/**
 * Parts of a schema that describe what a path holds. Of alternatives those that the content can be meant for; all where it
 * can be meant for none.
 */
function schemasAt({ shape, content }: Checked, path: readonly PropertyKey[]): JsonSchema[] {
    const alternatives = [...(shape.anyOf ?? []), ...(shape.oneOf ?? [])];
    const meant = alternatives.filter((schema) => canMean(schema, content));
    const here = [shape, ...(meant.length > 0 ? meant : alternatives)];
    const [first, ...rest] = path;
    if (first === undefined) return here;
    return here
        .flatMap((schema) => {
            if (typeof first === "number") return Array.isArray(schema.items) ? [] : [schema.items];
            return [schema.properties?.[String(first)] ?? schema.additionalProperties];
        })
        .flatMap((schema) =>
            typeof schema === "object" ? schemasAt({ shape: schema, content: memberOf(content, first) }, rest) : [],
        );
}

/** Whether no key that tells alternatives apart says another one. */
function canMean({ properties = {}, required = [] }: JsonSchema, content: unknown): boolean {
    return Object.entries(properties).every(([key, schema]) => {
        if (typeof schema !== "object" || schema.const === undefined) return true;
        const value = memberOf(content, key);
        return value === undefined ? !required.includes(key) : value === schema.const;
    });
}

/** What a mapping or list has under a key. */
function memberOf(content: unknown, key: PropertyKey): unknown {
    if (typeof content !== "object" || content === null) return undefined;
    return Object.entries(content).find(([name]) => name === String(key))?.[1];
}

function keysAt(checked: Checked, path: readonly PropertyKey[]): string[] {
    return [...new Set(schemasAt(checked, path).flatMap((schema) => Object.keys(schema.properties ?? {})))];
}

function acceptedValues(checked: Checked, path: readonly PropertyKey[]): string[] {
    const values = schemasAt(checked, path).flatMap(
        (schema) => schema.enum ?? (schema.const === undefined ? [] : [schema.const]),
    );
    return [...new Set(values.map(String))];
}
