import * as fs from "node:fs";
import * as path from "node:path";
import type { z } from "zod";
import { packagePath } from "../package/root";
import { DetectionsError } from "./problems";
import { evidenceSchema, recordingSchema, type RecordingManifest } from "./schema";
import { readYaml } from "./yamlFile";

/** Name of the file that makes a folder one recording. */
export const recordingManifestFile = "recording.yaml";

/** Folders of the recordings that we ship, by name. */
export function shippedRecordings(): readonly string[] {
    const folder = packagePath("detections", "recordings");
    return fs
        .readdirSync(folder)
        .filter((name) => fs.existsSync(path.join(folder, name, recordingManifestFile)))
        .sort()
        .map((name) => path.join(folder, name));
}

/**
 * Reads the recording.yaml of a folder.
 *
 * @throws DetectionsError with every problem of the file.
 */
export function loadRecordingManifest(folder: string): RecordingManifest {
    const { file, ...reading } = readFile(folder, recordingManifestFile, recordingSchema);
    const { ring, quiet } = reading.value.expect;
    const both = quiet === "others" ? [] : ring.filter((name) => quiet.includes(name));
    if (both.length > 0) {
        throw new DetectionsError(
            both.map((name) => ({
                file,
                ...reading.placeOf(["expect", "quiet"]),
                code: "DT104",
                message: `expect: ${name} cannot both ring and be quiet`,
            })),
        );
    }
    return reading.value;
}

/** Name of the file of a recording that says which events its detections ring on. */
export const evidenceFile = "evidence.yaml";

/**
 * The events of a recording that each detection rings on, by their record numbers: on them alone it rings, and without
 * them it does not.
 *
 * @throws DetectionsError with every problem of the file.
 */
export function loadEvidence(folder: string): Readonly<Record<string, readonly number[]>> {
    return readFile(folder, evidenceFile, evidenceSchema).value;
}

/** Reads a YAML file of a recording, and throws every problem of it. */
function readFile<S extends z.ZodType>(folder: string, name: string, schema: S) {
    const file = path.join(folder, name);
    let text: string;
    try {
        text = fs.readFileSync(file, "utf8");
    } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        throw new DetectionsError([{ file, code: "DT001", message: `the file cannot be read: ${reason}` }]);
    }
    const reading = readYaml(file, text, schema);
    if (!reading.ok) throw new DetectionsError(reading.problems);
    return { file, ...reading };
}
