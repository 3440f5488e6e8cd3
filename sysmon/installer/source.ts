import * as crypto from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";

/** Microsoft's current download, fetched by the machine itself: always the newest version, so no hash can be pinned. */
export interface MicrosoftSource {
    readonly kind: "microsoft";
}

/** An address of the user's own, fetched by the machine: a zip as Microsoft packs it, or one executable. */
export interface UrlSource {
    readonly kind: "url";
    /** An https address. */
    readonly url: string;
    /** SHA-256 of what is there, in hexadecimal. */
    readonly sha256: string;
}

/** A local zip or executable that is uploaded to the stack's private store. */
export interface FileSource {
    readonly kind: "file";
    /** File name with its ending, `.zip` or `.exe`. */
    readonly name: string;
    /** Where it lies on the machine that deploys. Has no part in any hash. */
    readonly path: string;
    /** SHA-256 of the file, in hexadecimal. */
    readonly sha256: string;
}

/** Where the Sysmon binary comes from. Its license forbids us to ship it. */
export type SysmonSource = MicrosoftSource | UrlSource | FileSource;

/** What the installer is told beside configuration and source. */
export interface InstallOptions {
    /** The user accepts the license terms of Sysmon: nothing is installed otherwise. */
    readonly acceptEula: true;
    /** Whether Sysmon is to be on the machine or to be taken off it. */
    readonly ensure: "present" | "absent";
    /**
     * The Sysmon built into Windows: `auto` uses it where it is enabled, `prefer` also enables it where Windows has it,
     * `require` takes nothing else, `never` keeps to a standalone one.
     */
    readonly builtIn: "auto" | "prefer" | "never" | "require";
    /** Least size of the event channel in megabytes, 1 to 16,384. Default: it stays as it is. */
    readonly channelMegabytes?: number;
    /** Proxy for the machine's download of Sysmon, `http://host:port`. Default: the system's own settings. */
    readonly proxyUrl?: string;
}

/** SHA-256 of a file, in lower-case hexadecimal. Throws what the file system throws. */
export function hashFile(file: string): string {
    return sha256(fs.readFileSync(file));
}

/** A local zip or executable as a source; reads the file to hash it. */
export function fileSource(file: string): FileSource {
    return { kind: "file", name: path.basename(file), path: file, sha256: hashFile(file) };
}

/** SHA-256 in lower-case hexadecimal; text counts as UTF-8. */
export function sha256(content: string | Uint8Array): string {
    return crypto.createHash("sha256").update(content).digest("hex");
}

/**
 * The source with address and hash in the one form that goes into scripts and hashes. Throws an Error with every
 * problem of the source: address, hash, file name.
 */
export function normalizeSource(source: SysmonSource): SysmonSource {
    if (source.kind === "microsoft") return { kind: "microsoft" };
    const problems: string[] = [];
    if (!/^[0-9a-f]{64}$/i.test(source.sha256)) {
        problems.push(`its sha256 ${JSON.stringify(source.sha256)} must be 64 hexadecimal digits`);
    }
    if (source.kind === "url") {
        if (!URL.canParse(source.url) || new URL(source.url).protocol !== "https:") {
            problems.push(`its url ${JSON.stringify(source.url)} must be an https address`);
        } else if (new URL(source.url).username !== "" || new URL(source.url).password !== "") {
            problems.push("its url must not carry a user name or password");
        }
    } else if (!/\.(zip|exe)$/i.test(source.name)) {
        problems.push(`its file ${JSON.stringify(source.name)} must be a .zip or an .exe`);
    }
    if (problems.length > 0) throw new Error(`The Sysmon source is not usable: ${problems.join("; ")}.`);
    const digest = source.sha256.toLowerCase();
    return source.kind === "url"
        ? { kind: "url", url: new URL(source.url).href, sha256: digest }
        : { kind: "file", name: source.name, path: source.path, sha256: digest };
}
