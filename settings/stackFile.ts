import { isAlias, isMap, isNode, isPair, isScalar, isSeq, LineCounter, parseDocument } from "yaml";
import type { Document, Pair, YAMLMap } from "yaml";
import { settingsOfConfig } from "./configText";
import { isMapping } from "./found";
import { parseSettings } from "./parse";
import { problemAt, settingsNamespace, type SettingsPath, type SettingsProblem } from "./problems";
import { secretKeys } from "./secretKeys";
import type { Settings } from "./settings";

/** What stands for a secret that only Pulumi can decrypt; it passes as an address, and as a password. */
export const secretPlaceholder = "https://secret.invalid/Secret1";

/** A stack file that a program can be planned with, no passphrase needed. */
export interface StackFile {
    /** Its settings, completed; `secretPlaceholder` stands for encrypted ones. */
    settings: Settings;
    /**
     * Its whole configuration as Pulumi hands it to a program, for `runtime.setAllConfig`: full keys, mappings and
     * lists as JSON, `secretPlaceholder` for encrypted values.
     */
    config: Record<string, string>;
    /** Full keys with an encrypted value in them. */
    secretKeys: string[];
}

/** A stack file that may be used, or everything that is wrong with it, each problem with its place. */
export type ReadStackFile = { file: StackFile } | { problems: SettingsProblem[] };

/** The configuration in a stack file, whoever's settings it holds. */
export type StackConfig = Pick<StackFile, "config" | "secretKeys">;

/**
 * Reads the configuration in the text of a stack file, without looking at its meaning: for programs that do not use the
 * settings of this package.
 *
 * @param text The file's content.
 * @param source Name of the file, for the report.
 */
export function readStackConfig(text: string, source: string): { file: StackConfig } | { problems: SettingsProblem[] } {
    const read = readConfigOf(text, source);
    return "problems" in read ? read : { file: { config: read.config, secretKeys: keysOf(read.secrets) } };
}

/**
 * Reads the text of a stack file, `Pulumi.STACK.yaml`.
 *
 * @param text The file's content.
 * @param source Name of the file, for the report.
 */
export function readStackFile(text: string, source: string): ReadStackFile {
    const read = readConfigOf(text, source);
    if ("problems" in read) return read;
    const { config, secrets, document, lines } = read;
    const parsed = parseSettings(settingsOfConfig(config), source);
    const misplaced = secrets.flatMap(({ settingsPath }) => misplacedSecret(settingsPath, source));
    const others = "problems" in parsed ? parsed.problems : [];
    const hidden = new Set(misplaced.map((problem) => problem.path));
    const problems = [...misplaced, ...others.filter((problem) => !hidden.has(problem.path))];
    if (problems.length > 0 || "problems" in parsed) {
        return { problems: problems.map((problem) => located(problem, document, lines)).sort(byPlace) };
    }
    return { file: { settings: parsed.settings, config, secretKeys: keysOf(secrets) } };
}

/** A stack file taken apart. */
interface OpenStackFile {
    config: Record<string, string>;
    secrets: Secret[];
    document: Document;
    lines: LineCounter;
}

function readConfigOf(text: string, source: string): OpenStackFile | { problems: SettingsProblem[] } {
    const lines = new LineCounter();
    const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, stringKeys: true });
    if (document.errors.length > 0) {
        return { problems: document.errors.map((error) => unreadable(source, error.message, lines, error.pos[0])) };
    }
    const content = contentOf(document);
    if (content instanceof Error) return { problems: [unreadable(source, content.message, lines, 0)] };
    const values = isMapping(content) ? (content.config ?? {}) : content;
    if (values !== null && !isMapping(values)) {
        const accepted = "a mapping of keys, under config:";
        const problem = problemAt(source, [], { code: "ST002", found: "no mapping", accepted });
        return { problems: [located(problem, document, lines)] };
    }
    return { ...configOf(values ?? {}, document), document, lines };
}

function keysOf(secrets: readonly Secret[]): string[] {
    return [...new Set(secrets.map(({ key }) => key))];
}

/** An encrypted value of a stack file. */
interface Secret {
    /** Full key that it is part of. */
    key: string;
    /** Its place among the settings; undefined where the key is none of the package. */
    settingsPath: SettingsPath | undefined;
}

/** The configuration as Pulumi hands it to a program, and the encrypted values in it. */
function configOf(
    values: Record<string, unknown>,
    document: Document,
): { config: Record<string, string>; secrets: Secret[] } {
    const config: Record<string, string> = {};
    const secrets: Secret[] = [];
    for (const [written, value] of Object.entries(values)) {
        const key = plainKey(written);
        const [namespace, ...rest] = key.split(":");
        const name = namespace === settingsNamespace ? rest.join(":") : undefined;
        const open = withoutSecrets(value, [], (path) =>
            secrets.push({ key, settingsPath: name === undefined ? undefined : [name, ...path] }),
        );
        if (typeof open === "string") config[key] = open;
        else if (typeof open === "object" && open !== null) config[key] = JSON.stringify(open);
        else config[key] = scalarText(document.getIn(["config", written], true));
    }
    return { config, secrets };
}

/** Old stack files write `project:config:key`. */
function plainKey(key: string): string {
    return key.replace(/^([^:]+):config:/, "$1:");
}

/** A number, `true`, `false` or `null` as it is written. */
function scalarText(node: unknown): string {
    return isScalar(node) && node.value !== null ? (node.source ?? JSON.stringify(node.value)) : "null";
}

/** The value with the placeholder for each `{secure: TEXT}` in it. */
function withoutSecrets(value: unknown, path: SettingsPath, onSecret: (path: SettingsPath) => void): unknown {
    if (Array.isArray(value)) return value.map((item, index) => withoutSecrets(item, [...path, index], onSecret));
    if (!isMapping(value)) return value;
    const keys = Object.keys(value);
    if (keys.length === 1 && typeof value.secure === "string") {
        onSecret(path);
        return secretPlaceholder;
    }
    return Object.fromEntries(keys.map((key) => [key, withoutSecrets(value[key], [...path, key], onSecret)]));
}

/** Only secrets may be encrypted: everything else is needed to plan without a passphrase. */
function misplacedSecret(path: SettingsPath | undefined, source: string): SettingsProblem[] {
    if (path === undefined) return [];
    const last = path.at(-1);
    if (typeof last === "string" && secretKeys.has(last)) return [];
    const accepted = `a plain value; only ${[...secretKeys].join(", ")} may be encrypted, so that a stack is planned without its passphrase`;
    return [problemAt(source, path, { code: "ST107", found: "an encrypted value", accepted })];
}

function unreadable(source: string, message: string, lines: LineCounter, offset: number): SettingsProblem {
    const problem = problemAt(source, [], { code: "ST001", found: `no valid YAML: ${message}`, accepted: "YAML 1.2" });
    return { ...problem, ...placeAt(lines, offset) };
}

/** The document as plain values, or the error of one that refers to itself too often. */
function contentOf(document: Document): unknown {
    try {
        return document.toJS();
    } catch (error) {
        return error instanceof Error ? error : new Error(String(error));
    }
}

function located(problem: SettingsProblem, document: Document, lines: LineCounter): SettingsProblem {
    return { ...problem, ...placeAt(lines, offsetOf(problem.keys, document)) };
}

function placeAt(lines: LineCounter, offset: number): { line: number; column: number } {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
}

function byPlace(left: SettingsProblem, right: SettingsProblem): number {
    return (left.line ?? 0) - (right.line ?? 0) || (left.column ?? 0) - (right.column ?? 0);
}

/** Offset of the key or list item that a path leads to; of the innermost one around it where it is not there. */
function offsetOf(path: SettingsPath, document: Document): number {
    const [first, ...rest] = path;
    const steps = ["config", ...(first === undefined ? [] : [`${settingsNamespace}:${first}`]), ...rest];
    let node: unknown = document.contents;
    let offset = 0;
    for (const step of steps) {
        const next = isMap(node)
            ? entryOf(node, step)
            : isSeq(node) && typeof step === "number"
              ? node.items[step]
              : undefined;
        if (next === undefined) break;
        const key: unknown = isPair(next) ? next.key : next;
        if (isNode(key)) offset = key.range?.[0] ?? offset;
        const value: unknown = isPair(next) ? next.value : next;
        node = isAlias(value) ? value.resolve(document) : value;
    }
    return offset;
}

function entryOf(map: YAMLMap, step: string | number): Pair | undefined {
    return map.items.find(({ key }) => isScalar(key) && plainKey(String(key.value)) === step);
}
