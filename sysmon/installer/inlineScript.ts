import * as zlib from "node:zlib";
import { carriedInstaller, carriedMark } from "./carriedInstaller";
import { writeLiteral } from "./powershellLiteral";
import { sha256, type InstallOptions, type MicrosoftSource, type UrlSource } from "./source";

/**
 * What a script for a machine without identity is made of. A local file as source needs a store, so it has no place
 * here. The script can be read by whoever can read the machine's resource: no address with a signature as source.
 */
export interface InlineRequest {
    /** The whole configuration. */
    readonly configXml: string;
    readonly source: MicrosoftSource | UrlSource;
    readonly install: InstallOptions;
}

/** Largest configuration that is unpacked, in bytes; real ones have some hundred thousand. */
const largestConfig = 64 * 1024 * 1024;

/**
 * Script of a managed Run Command that carries installer and configuration (gzip, base64) in its body. It ends with a
 * comment that holds the content's hash: the service does not run an equal script again. Throws where the source is
 * malformed or the configuration cannot be delivered as it is.
 */
export function inlineScript(request: InlineRequest): string {
    const fileAt = (name: string): string => `(Join-Path -Path $folder -ChildPath ${writeLiteral(name)})`;
    return `${carriedMark}\n${carriedInstaller({ ...request, fileAt })}`;
}

/**
 * The configuration that a planned script carries. Undefined where the script is not one of {@link inlineScript};
 * throws where it is, but would fail on the machine because its configuration is damaged.
 */
export function readInlineScript(script: string): { readonly configXml: string } | undefined {
    if (!script.startsWith(carriedMark)) return undefined;
    const parts = /\$packed = @'\r?\n([A-Za-z0-9+/=\r\n]*)\r?\n'@\r?\n\$configSha256 = '([0-9a-f]{64})'/.exec(script);
    const packed = parts?.[1];
    if (packed === undefined) return undefined;
    const config = gunzip(Buffer.from(packed, "base64"));
    if (config === undefined || sha256(config) !== parts?.[2]) {
        throw new Error(
            "The planned script carries a configuration that is damaged: it does not unpack to the SHA-256 beside it.",
        );
    }
    return { configXml: config.toString("utf8") };
}

function gunzip(content: Buffer): Buffer | undefined {
    try {
        return zlib.gunzipSync(content, { maxOutputLength: largestConfig });
    } catch {
        return undefined;
    }
}
