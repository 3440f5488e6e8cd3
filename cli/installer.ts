import { Command } from "commander";
import * as path from "node:path";
import type { SensorSettings, SensorSourceSettings } from "../settings/settings";
import { fileSource, standaloneScript, sysmonPathParameter } from "../sysmon/installer";
import { BadInput } from "./exit";
import type { Output } from "./output";
import { payloadConfig, stackPayload } from "./stackPayload";
import { stackSettings } from "./stackSettings";
import { writeWhole } from "./wholeFile";

/** Bytes of a script that Intune takes. */
const intuneLimit = 200_000;

/** `installer`: the sensor for machines that no deployment reaches. */
export function installerCommand(output: Output): Command {
    return new Command("installer")
        .description("The sensor of a stack for machines that pulumi up does not reach.")
        .addCommand(exportCommand(output));
}

function exportCommand(output: Output): Command {
    return new Command("export")
        .description(
            "Write one PowerShell script with installer and configuration: for Intune, group policy, an image.",
        )
        .option("--stack <name>", "the stack", "dev")
        .option("--ring <name>", "for the machines of a rollout ring; default: for those in none")
        .option("--out <file>", "the script; default: standard output")
        .action(async (options: { stack: string; ring?: string; out?: string }) => {
            const { project, settings } = stackSettings(process.cwd(), options.stack);
            const { sensor } = settings;
            const wanted = sourceOf(sensor, options.ring);
            const own = wanted.kind === "file";
            const source = wanted.kind === "file" ? fileSource(path.resolve(project.folder, wanted.path)) : wanted;
            const { acceptEula, ensure, builtIn, channelMegabytes, proxyUrl } = sensor;
            const script = standaloneScript({
                configXml: payloadConfig(await stackPayload(process.cwd(), options.stack), options.ring),
                source,
                install: { acceptEula, ensure, builtIn, channelMegabytes, proxyUrl },
            });
            if (options.out === undefined) output.write(script);
            else writeWhole(options.out, script);
            if (own) {
                output.note(
                    `Sysmon itself is not in it: give the script the path of your copy of it, -${sysmonPathParameter} PATH.`,
                );
            }
            if (script.length > intuneLimit) {
                output.note(
                    `It has ${script.length} bytes; Intune takes scripts below ${intuneLimit}: pack it as an app.`,
                );
            }
        });
}

/** Where Sysmon comes from for the machines of a ring, or for those in none. */
function sourceOf(sensor: SensorSettings, ring: string | undefined): SensorSourceSettings {
    if (ring === undefined) return sensor.source;
    const named = Object.hasOwn(sensor.rings, ring) ? sensor.rings[ring] : undefined;
    if (named !== undefined) return named.source;
    const rings = Object.keys(sensor.rings);
    throw new BadInput(
        `--ring: the stack has no ring "${ring}". ${rings.length > 0 ? `There are: ${rings.join(", ")}.` : "It has none."}`,
    );
}
