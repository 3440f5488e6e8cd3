import { at, listAt, runCommandTypes, unknownValue, type PlanValue } from "../rehearsal/analysis";
import { readBootstrap, readInlineScript } from "../sysmon/installer";
import { noSettings, resourcePolicy, type Finding, type JudgedResource } from "./policy";

/** Where extensions keep settings: Arc machines nest them. */
const extensionBodies: ReadonlyMap<string, readonly string[]> = new Map([
    ["azure-native:compute:VirtualMachineExtension", []],
    ["azure-native:compute:VirtualMachineScaleSetExtension", []],
    ["azure-native:hybridcompute:MachineExtension", ["properties"]],
]);

/** Text that runs Sysmon's installer or fetches it. */
const namesSysmon = /\bsysmon(?:64a?)?(?:\.exe|\.zip)\b/i;

/** Text that compares a hash of 64 digits, or asks who signed. */
const checksBinary = /Get-AuthenticodeSignature|\bsigntool(?:\.exe)?\s+verify|\b[0-9a-f]{64}\b/i;

/** Sysmon, which runs as SYSTEM, is no file that somebody put in the way. */
export const sensorBinaryIsTrusted = resourcePolicy(
    {
        name: "sensor-binary-is-trusted",
        title: "Sysmon's program is pinned or its signer checked",
        description: "A command that installs Sysmon compares its SHA-256, or checks that Microsoft signed it.",
        severity: "critical",
        mend: "Pin the SHA-256 of the file, or check its Authenticode signer before it runs.",
        types: [...extensionBodies.keys(), ...runCommandTypes],
        settings: noSettings,
    },
    function* (resource): Generator<Finding> {
        for (const [path, value] of commandsOf(resource)) {
            if (value === unknownValue) {
                yield { kind: "unjudged", message: `What ${path} runs is known only at the deployment.` };
                continue;
            }
            const command = typeof value === "string" ? decoded(value) : "";
            // The package's own installer always checks the signer, and the hash where one is pinned.
            if (readBootstrap(command) !== undefined || readInlineScript(command) !== undefined) continue;
            if (namesSysmon.test(command) && !checksBinary.test(command)) {
                const message = `${path} installs Sysmon without asking whose program it is: whoever can swap the download runs as SYSTEM on every machine.`;
                yield { kind: "violation", message };
            }
        }
        for (const uri of fileUris(resource)) {
            if (!/sysmon/i.test(uri) || /\.xml(?:$|[?#])/i.test(uri)) continue;
            const message = `fileUris fetches ${uri.replace(/[?#].*$/s, "")}: whether that is checked before it runs stands in no plan.`;
            yield { kind: "unjudged", message };
        }
    },
);

/** Commands and scripts that a resource runs on a machine, by path. */
function* commandsOf({ type, inputs }: JudgedResource): Generator<[path: string, value: PlanValue]> {
    const body = extensionBodies.get(type);
    if (body !== undefined) {
        for (const settings of ["protectedSettings", "settings"]) {
            for (const key of ["commandToExecute", "script"]) {
                const value = at(inputs, ...body, settings, key);
                if (value !== undefined) yield [`${settings}.${key}`, value];
            }
        }
    }
    if (runCommandTypes.has(type)) {
        const script = at(inputs, "source", "script");
        if (script !== undefined) yield ["source.script", script];
    }
}

function fileUris({ type, inputs }: JudgedResource): string[] {
    const body = extensionBodies.get(type);
    if (body === undefined) return [];
    return ["protectedSettings", "settings"]
        .flatMap((settings) => listAt(inputs, ...body, settings, "fileUris"))
        .filter((uri) => typeof uri === "string");
}

/** A command with what PowerShell's -EncodedCommand says put in its place: base64 of UTF-16. */
function decoded(command: string): string {
    return command.replace(/-e(?:nc|ncodedcommand)?\s+([A-Za-z0-9+/=]{16,})/gi, (whole, base64: string) => {
        const text = Buffer.from(base64, "base64").toString("utf16le");
        return text === "" ? whole : text;
    });
}
