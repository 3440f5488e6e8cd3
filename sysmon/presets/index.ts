import type { SysmonConfig } from "../config";
import { writeConfig } from "../writeConfig";
import { balanced } from "./balanced";
import { injection, injectionContext } from "./injection";
import { published2017 } from "./published2017";

/** A configuration that comes with the package. */
export interface Preset {
    /** What it logs, in one sentence. */
    readonly summary: string;
    readonly config: SysmonConfig;
}

/** The configurations that come with the package, by name. */
export const presets = {
    balanced: {
        summary:
            "In-memory attacks and attacks on the sensor, with little else: what the detections of this package need.",
        config: balanced,
    },
    injection: {
        summary: "Injection of code into verclsid.exe or svchost.exe, and nothing else.",
        config: injection,
    },
    "injection-context": {
        summary: "Injection of code into verclsid.exe or svchost.exe, and the start of every process.",
        config: injectionContext,
    },
    "published-2017": {
        summary: "The filters of the article of 2017 as published: they log no injection at all.",
        config: published2017,
    },
} as const satisfies Readonly<Record<string, Preset>>;

/** Name of a configuration that comes with the package. */
export type PresetName = keyof typeof presets;

/** Whether a text names a preset. */
export function isPresetName(text: string): text is PresetName {
    return Object.hasOwn(presets, text);
}

/** The configuration of a preset. */
export function presetConfig(name: PresetName): SysmonConfig {
    return presets[name].config;
}

/** A preset as the XML that the sensor loads. */
export function presetXml(name: PresetName): string {
    return writeConfig(presets[name].config);
}
