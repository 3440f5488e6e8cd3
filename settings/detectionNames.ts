import { nearestName } from "../sysmon/nearestName";
import { problemAt, type SettingsProblem } from "./problems";
import type { DetectionSettings } from "./settings";

/**
 * Names in the settings that no detection has: known only once the catalog is loaded, with the folders that the
 * settings themselves name.
 */
export function unknownDetections(
    settings: DetectionSettings,
    known: readonly string[],
    source: string,
): SettingsProblem[] {
    const { include, exclude, overrides } = settings;
    const lists = { include: include === "all" ? [] : include, exclude };
    const named = [
        ...Object.entries(lists).flatMap(([key, names]) => names.map((name, index) => ({ name, at: [key, index] }))),
        ...Object.keys(overrides).map((name) => ({ name, at: ["overrides", name] })),
    ];
    return named
        .filter(({ name }) => !known.includes(name))
        .map(({ name, at }) =>
            problemAt(source, ["detections", ...at], {
                code: "ST212",
                found: `${JSON.stringify(name)}, which no detection is named`,
                accepted: `one of ${known.join(", ")}`,
                nearest: nearestName(name, known),
            }),
        );
}
