import * as zlib from "node:zlib";
import { configBytes } from "./configBytes";
import { contentHash } from "./contentHash";
import { installerArguments } from "./installerArguments";
import { installerScript } from "./installerScript";
import { configFileName } from "./payload";
import { writeLiteral } from "./powershellLiteral";
import { normalizeSource, sha256, type InstallOptions, type MicrosoftSource, type UrlSource } from "./source";

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

const firstLine = "# sysmon-azure: installer and configuration in one script.";

/** Largest configuration that is unpacked, in bytes; real ones have some hundred thousand. */
const largestConfig = 64 * 1024 * 1024;

/**
 * Script of a managed Run Command that carries installer and configuration (gzip, base64) in its body. It ends with a
 * comment that holds the content's hash: the service does not run an equal script again. Throws where the source is
 * malformed or the configuration cannot be delivered as it is.
 */
export function inlineScript(request: InlineRequest): string {
    const config = configBytes(request.configXml);
    const digest = sha256(config);
    const packed =
        gzip(config)
            .toString("base64")
            .match(/.{1,120}/g) ?? [];
    const splat = installerArguments({
        source: normalizeSource(request.source),
        install: request.install,
        configPath: "$config",
        configSha256: "$configSha256",
        fileAt: (name) => `(Join-Path -Path $folder -ChildPath ${writeLiteral(name)})`,
    }).map(({ name, value }) => `${name} = ${value ?? "$true"}`);
    return `${firstLine}
$ErrorActionPreference = 'Stop'
$packed = @'
${packed.join("\n")}
'@
$configSha256 = '${digest}'

$installer = {
${installerScript().trimEnd()}
}

# Only SYSTEM and administrators can enter the folder, from its birth on.
$folder = Join-Path -Path $env:ProgramData -ChildPath ('sysmon-azure-' + [Guid]::NewGuid())
try {
    $security = New-Object -TypeName System.Security.AccessControl.DirectorySecurity
    $security.SetSecurityDescriptorSddlForm('D:PAI(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)')
    [void] [System.IO.Directory]::CreateDirectory($folder, $security)
    $config = Join-Path -Path $folder -ChildPath '${configFileName}'
    $bytes = [System.IO.MemoryStream]::new([Convert]::FromBase64String($packed))
    $unpacked = [System.IO.Compression.GZipStream]::new($bytes, [System.IO.Compression.CompressionMode]::Decompress)
    $file = [System.IO.File]::Create($config)
    try { $unpacked.CopyTo($file) }
    finally {
        $file.Dispose()
        $unpacked.Dispose()
    }
    $arguments = @{
        ${splat.join("\n        ")}
    }
    & $installer @arguments
}
catch {
    Write-Output -InputObject ('sysmon-azure: PreparationFailed (exit 13): check disk and rights. ' + $_.Exception.Message)
    exit 13
}
finally {
    Remove-Item -LiteralPath $folder -Recurse -Force -ErrorAction SilentlyContinue
}
# content ${contentHash(request)}
`;
}

/**
 * The configuration that a planned script carries. Undefined where the script is not one of {@link inlineScript};
 * throws where it is, but would fail on the machine because its configuration is damaged.
 */
export function readInlineScript(script: string): { readonly configXml: string } | undefined {
    if (!script.startsWith(firstLine)) return undefined;
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

/** Equal bytes on every system: no time in the header, and its field for the operating system says "unknown". */
function gzip(content: Buffer): Buffer {
    const packed = zlib.gzipSync(content, { level: 9 });
    packed[9] = 255;
    return packed;
}

function gunzip(content: Buffer): Buffer | undefined {
    try {
        return zlib.gunzipSync(content, { maxOutputLength: largestConfig });
    } catch {
        return undefined;
    }
}
