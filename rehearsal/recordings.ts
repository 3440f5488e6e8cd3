import * as fs from "node:fs";
import * as path from "node:path";
import { loadRecordingManifest, recordingManifestFile, type RecordingManifest } from "../detections";

/** A recording to rehearse: its files, and what is expected of it. */
export interface RecordingSource {
    /** Folder or file name. */
    readonly name: string;
    /** Absolute or given paths of its files, in order. */
    readonly files: readonly string[];
    /** What must ring and what must not; absent: nothing is expected. */
    readonly manifest?: RecordingManifest;
}

/** A path that is no recording, in words. */
export interface SourceProblem {
    readonly file: string;
    readonly message: string;
}

const recordingName = /\.(evtx|xml|json|jsonl)(\.gz)?$/i;

/**
 * Recordings behind the given paths. A folder with a `recording.yaml` is one recording; in any other folder each
 * recording file, and each such folder, is one.
 */
export function findRecordings(places: readonly string[]): { sources: RecordingSource[]; problems: SourceProblem[] } {
    const sources: RecordingSource[] = [];
    const problems: SourceProblem[] = [];
    for (const place of places) {
        const stat = fs.statSync(place, { throwIfNoEntry: false });
        if (!stat) {
            problems.push({ file: place, message: "There is no such file or folder." });
        } else if (!stat.isDirectory()) {
            sources.push({ name: path.basename(place), files: [place] });
        } else {
            const before = problems.length;
            const found = fromFolder(place, problems);
            if (found.length === 0 && problems.length === before)
                problems.push({
                    file: place,
                    message: "The folder holds no recording (.evtx, .xml, .json, .jsonl, also .gz).",
                });
            sources.push(...found);
        }
    }
    return { sources, problems };
}

function fromFolder(folder: string, problems: SourceProblem[]): RecordingSource[] {
    const entries = fs.readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
    const files = entries
        .filter((entry) => entry.isFile() && recordingName.test(entry.name))
        .map(({ name }) => path.join(folder, name));
    if (entries.some((entry) => entry.name === recordingManifestFile)) {
        try {
            return [{ name: path.basename(folder), files, manifest: loadRecordingManifest(folder) }];
        } catch (error) {
            problems.push({
                file: path.join(folder, recordingManifestFile),
                message: error instanceof Error ? error.message : String(error),
            });
            return [];
        }
    }
    const nested = entries.filter((entry) => entry.isDirectory()).map(({ name }) => path.join(folder, name));
    return [
        ...files.map((file) => ({ name: path.basename(file), files: [file] })),
        ...nested.flatMap((inner) => fromFolder(inner, problems)),
    ];
}
