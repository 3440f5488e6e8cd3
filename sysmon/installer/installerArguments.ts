import { binaryFileName } from "./payload";
import { writeLiteral } from "./powershellLiteral";
import type { InstallOptions, SysmonSource } from "./source";

/** A parameter of install-sysmon.ps1 with its value as a PowerShell expression; a switch has none. */
export interface InstallerArgument {
    readonly name: string;
    readonly value?: string;
}

/**
 * What install-sysmon.ps1 is told, for a source in normal form. `configPath` and `configSha256` are PowerShell
 * expressions; `fileAt` gives the expression for the path of a payload file on the machine.
 */
export function installerArguments(wanted: {
    readonly source: SysmonSource;
    readonly install: InstallOptions;
    readonly configPath: string;
    readonly configSha256: string;
    readonly fileAt: (name: string) => string;
}): InstallerArgument[] {
    const { install } = wanted;
    return [
        { name: "ConfigPath", value: wanted.configPath },
        { name: "ConfigSha256", value: wanted.configSha256 },
        ...sourceArguments(wanted.source, wanted.fileAt),
        { name: "AcceptEula" },
        { name: "Ensure", value: writeLiteral(install.ensure) },
        { name: "BuiltIn", value: writeLiteral(install.builtIn) },
        ...(install.channelMegabytes === undefined
            ? []
            : [{ name: "ChannelMegabytes", value: String(install.channelMegabytes) }]),
        ...(install.proxyUrl === undefined ? [] : [{ name: "ProxyUrl", value: writeLiteral(install.proxyUrl) }]),
    ];
}

function sourceArguments(source: SysmonSource, fileAt: (name: string) => string): InstallerArgument[] {
    const kind = { name: "SourceKind", value: writeLiteral(source.kind) };
    switch (source.kind) {
        case "microsoft":
            return [kind];
        case "url":
            return [
                kind,
                { name: "SourceUrl", value: writeLiteral(source.url) },
                { name: "SourceSha256", value: writeLiteral(source.sha256) },
            ];
        case "file":
            return [
                kind,
                { name: "SourcePath", value: fileAt(binaryFileName(source.name)) },
                { name: "SourceSha256", value: writeLiteral(source.sha256) },
            ];
    }
}
