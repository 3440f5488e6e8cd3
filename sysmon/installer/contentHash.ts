import { configBytes } from "./configBytes";
import { installerScript } from "./installerScript";
import { binaryFileName } from "./payload";
import { normalizeSource, sha256, type InstallOptions, type SysmonSource } from "./source";

/**
 * SHA-256 over everything a machine would run: installer, configuration, source, options. As `forceUpdateTag` it makes
 * the service run again exactly what changed. The path of a local binary does not count, its content does.
 */
export function contentHash(wanted: {
    readonly configXml: string;
    readonly source: SysmonSource;
    readonly install: InstallOptions;
}): string {
    const source = normalizeSource(wanted.source);
    return sha256(
        JSON.stringify([
            sha256(installerScript()),
            sha256(configBytes(wanted.configXml)),
            source.kind,
            source.kind === "url" ? source.url : source.kind === "file" ? binaryFileName(source.name) : "",
            source.kind === "microsoft" ? "" : source.sha256,
            wanted.install.acceptEula,
            wanted.install.ensure,
            wanted.install.builtIn,
            wanted.install.channelMegabytes ?? 0,
            wanted.install.proxyUrl ?? "",
        ]),
    );
}
