import {
    bootstrapCommand,
    payloadFiles,
    type BootstrapMachine,
    type InstallOptions,
    type SysmonSource,
} from "../../../sysmon/installer/index";

/** A small configuration with what must survive delivery: quotes, entities, a character outside ASCII. */
export const configXml =
    `<Sysmon schemaversion="4.90">\n  <!-- Größe "x" 'y' %z% -->\n  <EventFiltering>\n` +
    `    <ProcessCreate onmatch="exclude"><Image condition="is">C:\\a &amp; b.exe</Image></ProcessCreate>\n` +
    `  </EventFiltering>\n</Sysmon>\n`;

export const install: InstallOptions = { acceptEula: true, ensure: "present", builtIn: "auto" };

export const containerUrl = "https://sysmonproddetect0001.blob.core.windows.net/sysmon-payload";

export const userIdentity: BootstrapMachine = {
    platform: "azure",
    identity: {
        kind: "user",
        resourceId:
            "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-security-operations-production" +
            "/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-sysmon-machines-production",
    },
};

export const sources: Record<SysmonSource["kind"], SysmonSource> = {
    microsoft: { kind: "microsoft" },
    url: { kind: "url", url: "https://mirror.example.com/tools/sysmon/15.15/Sysmon.zip", sha256: "ab".repeat(32) },
    file: { kind: "file", name: "Sysmon.zip", path: "/tmp/Sysmon.zip", sha256: "cd".repeat(32) },
};

export const machines: Record<string, BootstrapMachine> = {
    "Azure machine with its own identity": { platform: "azure", identity: { kind: "system" } },
    "Azure machine with a user-assigned identity": userIdentity,
    "Arc machine": { platform: "arc", identity: { kind: "system" } },
};

/** A command for the given source and machine, everything else as above. */
export function command(source: SysmonSource, machine: BootstrapMachine): string {
    return bootstrapCommand({ ...machine, containerUrl, files: payloadFiles({ configXml, source }), source, install });
}

/** The PowerShell between the double quotes of a command. */
export function innerScript(text: string): string {
    return text.slice(text.indexOf('"') + 1, text.lastIndexOf('"'));
}
