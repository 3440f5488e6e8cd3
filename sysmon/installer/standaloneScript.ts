import { carriedInstaller, carriedMark } from "./carriedInstaller";
import type { InstallOptions, SysmonSource } from "./source";

/** What a script for machines that no deployment reaches is made of. */
export interface StandaloneRequest {
    /** The whole configuration. */
    readonly configXml: string;
    /** A local file is not carried: whoever runs the script says where a copy of it lies. */
    readonly source: SysmonSource;
    readonly install: InstallOptions;
}

/** Parameter by which the script is told where the user's own Sysmon lies. */
export const sysmonPathParameter = "SysmonPath";

/**
 * One script that brings Sysmon to the wanted state wherever it is run as SYSTEM or administrator: by Intune, by group
 * policy, into a golden image. It starts itself again in 64-bit PowerShell where a 32-bit one runs it, as Intune does
 * unless told otherwise. Throws where the source is malformed or the configuration cannot be delivered as it is.
 */
export function standaloneScript(request: StandaloneRequest): string {
    const own = request.source.kind === "file";
    const variable = `$${sysmonPathParameter}`;
    const parameters = own
        ? `
    # Your own copy of Sysmon on this machine or on a share that its account can read. Its SHA-256 is checked.
    [Parameter(Mandatory = $true)]
    [string] ${variable}
`
        : "";
    const passed = own ? ` -${sysmonPathParameter} ${variable}` : "";
    return `${carriedMark}
# Run it as SYSTEM or as an administrator, as often as you like: it changes what is not as wanted, and proves the rest.
[CmdletBinding()]
param(${parameters})

if ([Environment]::Is64BitOperatingSystem -and -not [Environment]::Is64BitProcess) {
    # A 32-bit process sees the real system folder as Sysnative.
    $native = Join-Path -Path $env:windir -ChildPath 'Sysnative\\WindowsPowerShell\\v1.0\\powershell.exe'
    & $native -NoProfile -NonInteractive -ExecutionPolicy Bypass -File $PSCommandPath${passed}
    exit $LASTEXITCODE
}

${carriedInstaller({ ...request, fileAt: () => variable })}`;
}
