import * as zlib from "node:zlib";
import { configBytes } from "./configBytes";
import { contentHash } from "./contentHash";
import { installerArguments } from "./installerArguments";
import { installerScript } from "./installerScript";
import { configFileName } from "./payload";
import { normalizeSource, sha256, type InstallOptions, type SysmonSource } from "./source";

/** First line of every script that carries installer and configuration, by which it is known. */
export const carriedMark = "# sysmon-azure: installer and configuration in one script.";

/** What a script that carries all is made of. */
export interface CarriedRequest {
    /** The whole configuration. */
    readonly configXml: string;
    readonly source: SysmonSource;
    readonly install: InstallOptions;
    /** PowerShell expression for the path of a local binary on the machine, given its name in a payload. */
    readonly fileAt: (name: string) => string;
}

/**
 * The part of a script that unpacks the configuration into a private folder and runs the installer, both carried in it
 * (the configuration by gzip and base64). It ends with a comment that holds the content's hash. Throws where the source
 * is malformed or the configuration cannot be delivered as it is.
 */
export function carriedInstaller(request: CarriedRequest): string {
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
        fileAt: request.fileAt,
    }).map(({ name, value }) => `${name} = ${value ?? "$true"}`);
    return `$ErrorActionPreference = 'Stop'
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

/** Equal bytes on every system: no time in the header, and its field for the operating system says "unknown". */
function gzip(content: Buffer): Buffer {
    const packed = zlib.gzipSync(content, { level: 9 });
    packed[9] = 255;
    return packed;
}
