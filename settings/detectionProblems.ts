import * as fs from "node:fs";
import * as path from "node:path";
import { DetectionsError, formatProblem, loadCatalog } from "../detections";
import { settingsOfConfig } from "./configText";
import { valueAt } from "./found";
import { detections } from "./schema";
import { soundParts } from "./soundParts";

/**
 * Lines about detections of the stack's own, for settings that do not pass themselves: one report tells everything.
 *
 * @param config The stack's configuration, by full key.
 * @param folder Folder of Pulumi.yaml, which paths in settings start from.
 */
export function detectionProblems(config: Readonly<Record<string, string>>, folder: string): string[] {
    const { folders = [] } = soundParts(detections, valueAt(settingsOfConfig(config), ["detections"]));
    // What is no folder is told as a problem of the settings.
    const there = folders
        .map((name) => path.resolve(folder, name))
        .filter((name) => fs.statSync(name, { throwIfNoEntry: false })?.isDirectory());
    if (there.length === 0) return [];
    try {
        loadCatalog({ folders: there });
        return [];
    } catch (error) {
        if (error instanceof DetectionsError) return error.problems.map(formatProblem);
        throw error;
    }
}
