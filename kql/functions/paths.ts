import { fixed } from "./define";
import type { ScalarFunction } from "./call";
import type { Dynamic } from "../values/dynamic";

/** `parse_path`: the parts of a path of Windows or another system. */
function parsePath(path: string): Dynamic {
    const scheme = /^([a-zA-Z][a-zA-Z0-9+.-]+):\/\//.exec(path)?.[1] ?? "";
    const place = scheme === "" ? path : path.slice(scheme.length + 3);
    const [file = "", stream = ""] = alternateStream(place);
    const separators = /[\\/]/;
    const root = /^[a-zA-Z]:[\\/]/.exec(file)?.[0] ?? "";
    const parts = file.split(separators);
    const name = parts[parts.length - 1] ?? "";
    const folder = file.slice(0, Math.max(0, file.length - name.length - 1));
    const dot = name.lastIndexOf(".");
    const folders = folder.split(separators);
    return new Map<string, Dynamic>([
        ["Scheme", scheme],
        ["RootPath", root],
        ["DirectoryPath", folder],
        ["DirectoryName", folders[folders.length - 1] ?? ""],
        ["Filename", name],
        ["Extension", dot < 0 ? "" : name.slice(dot + 1)],
        ["AlternateDataStreamName", stream],
    ]);
}

/** A path and the alternate data stream after the last colon that is not the drive's. */
function alternateStream(path: string): [string, string] {
    const colon = path.lastIndexOf(":");
    return colon > 1 && !/[\\/]/.test(path.slice(colon)) ? [path.slice(0, colon), path.slice(colon + 1)] : [path, ""];
}

const urlPattern =
    /^([a-zA-Z][a-zA-Z0-9+.-]*):\/\/(?:([^:@/?#]*):([^@/?#]*)@)?(\[[^\]]*\]|[^:/?#]*)(?::(\d*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/s;

function queryParameters(query: string): Dynamic {
    const found = new Map<string, string[]>();
    for (const pair of query.split("&")) {
        const at = pair.indexOf("=");
        if (at <= 0 || at === pair.length - 1) continue;
        const key = pair.slice(0, at);
        found.set(key, [...(found.get(key) ?? []), pair.slice(at + 1)]);
    }
    const sorted = [...found].sort(([a], [b]) => (a < b ? -1 : 1));
    return new Map(
        sorted.map(([key, values]): [string, Dynamic] => [key, values.length === 1 ? (values[0] ?? "") : values]),
    );
}

/** `parse_url`: the parts of a URL, all empty where it is none; nothing is decoded. */
function parseUrl(url: string): Dynamic {
    const match = urlPattern.exec(url);
    const [, scheme = "", user = "", password = "", host = "", port = "", path = "", query = "", fragment = ""] =
        match ?? [];
    const alone = path === "/" && !/[?#]/.test(url);
    return new Map<string, Dynamic>([
        ["Scheme", scheme],
        ["Host", host],
        ["Port", port],
        ["Path", alone ? "" : path],
        ["Username", user],
        ["Password", password],
        ["Query Parameters", queryParameters(query)],
        ["Fragment", fragment],
    ]);
}

/** `parse_command_line(text, "windows")`: arguments as Windows programs see them. */
export function windowsArguments(text: string): string[] {
    const args: string[] = [];
    let at = 0;
    while (at < text.length) {
        while (/\s/.test(text[at] ?? "")) at++;
        if (at >= text.length) break;
        let arg = "";
        let quoted = false;
        for (; at < text.length && (quoted || !/\s/.test(text[at] ?? "")); at++) {
            const character = text.charAt(at);
            if (character === "\\") {
                let slashes = 0;
                while (text[at] === "\\") {
                    slashes++;
                    at++;
                }
                if (text[at] === '"') {
                    arg += "\\".repeat(Math.floor(slashes / 2));
                    if (slashes % 2 === 1) arg += '"';
                    else quoted = !quoted;
                } else {
                    arg += "\\".repeat(slashes);
                    at--;
                }
            } else if (character === '"') {
                if (quoted && text[at + 1] === '"') {
                    arg += '"';
                    at++;
                } else quoted = !quoted;
            } else arg += character;
        }
        args.push(arg);
    }
    return args;
}

const commandLine: ScalarFunction = (call) => {
    const kind = call.text(1);
    if (kind !== "windows")
        throw call.argNode(1).error("KQ102", `parse_command_line() has no kind ${kind}; it has windows`);
    return fixed(["string", "string"], "dynamic", (text) => (text.trim() === "" ? null : windowsArguments(text)))(call);
};

/** `parse_csv`: the first record of a text. */
function parseCsv(text: string): Dynamic {
    const fields: string[] = [];
    const pattern = /(?:"((?:[^"]|"")*)"|([^,\r\n]*))(,|\r?\n|$)/gy;
    for (;;) {
        const match = pattern.exec(text);
        if (match === null) break;
        fields.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? "");
        if (match[3] !== ",") break;
    }
    return fields;
}

/** `parse_urlquery`: the parameters of a query, in a bag of its own. */
function parseUrlQuery(query: string): Dynamic {
    return new Map<string, Dynamic>([["Query Parameters", queryParameters(query.replace(/^\?/, ""))]]);
}

/** Functions that take texts of a known form apart. */
export const pathFunctions: Readonly<Record<string, ScalarFunction>> = {
    parse_command_line: commandLine,
    parse_csv: fixed(["string"], "dynamic", parseCsv),
    parse_path: fixed(["string"], "dynamic", parsePath),
    parse_url: fixed(["string"], "dynamic", parseUrl),
    parse_urlquery: fixed(["string"], "dynamic", parseUrlQuery),
    parseurlquery: fixed(["string"], "dynamic", parseUrlQuery),
    parseurl: fixed(["string"], "dynamic", parseUrl),
};
