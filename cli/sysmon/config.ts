import * as fs from "node:fs";
import { isPresetName, presets, presetXml, readConfig, type SysmonConfig } from "../../sysmon";
import { BadInput } from "../exit";

/** The bytes behind `--config` and `--sysmon-config`: a preset by name, or a file. */
export function sysmonConfigBytes(nameOrFile: string): Uint8Array {
    if (isPresetName(nameOrFile)) return Buffer.from(presetXml(nameOrFile), "utf8");
    try {
        return fs.readFileSync(nameOrFile);
    } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        throw new BadInput(
            `"${nameOrFile}" is neither a preset (${Object.keys(presets).join(", ")}) nor a readable file: ${why}`,
        );
    }
}

/** The same as text. */
export function sysmonConfigText(nameOrFile: string): string {
    return Buffer.from(sysmonConfigBytes(nameOrFile)).toString("utf8");
}

/**
 * The configuration behind `--config`.
 *
 * @throws BadInput with every reason for which the sensor would reject it.
 */
export function sysmonConfig(nameOrFile: string): SysmonConfig {
    const { config, issues } = readConfig(sysmonConfigBytes(nameOrFile));
    if (config) return config;
    const reasons = issues
        .filter(({ severity }) => severity === "error")
        .map(({ line, column, code, message }) => `${nameOrFile}:${line}:${column} ${code} ${message}`);
    throw new BadInput(reasons.join("\n"));
}
