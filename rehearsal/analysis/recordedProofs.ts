import * as fs from "node:fs";
import * as path from "node:path";
import { evidenceFile, loadEvidence } from "../../detections";
import type { SysmonEvent } from "../../sysmon/events";
import type { RecordingSource } from "../recordings";
import { recordedEvents } from "./recordedEvents";

/** A recording that proves rules, read. */
export interface RecordedProof {
    /** Its name. */
    readonly recording: string;
    /** Its files. */
    readonly files: readonly string[];
    /** Names of the detections that must ring. */
    readonly rings: readonly string[];
    /** Its events, in order. */
    readonly events: readonly SysmonEvent[];
    /** Record numbers of the events that each detection rings on; absent where nobody noted them. */
    readonly evidence?: Readonly<Record<string, readonly number[]>>;
}

/**
 * Reads recordings with what must ring in each. A file that cannot be read is left out: a rehearsal reports it.
 *
 * @throws DetectionsError where the noted events of a recording cannot be read.
 */
export function readProofs(sources: readonly RecordingSource[]): Promise<RecordedProof[]> {
    return Promise.all(
        sources.map(async ({ name, files, manifest }) => {
            const events = await recordedEvents(files);
            const folder = path.dirname(files[0] ?? "");
            const noted = fs.existsSync(path.join(folder, evidenceFile)) ? { evidence: loadEvidence(folder) } : {};
            return { recording: name, files, rings: manifest?.expect.ring ?? [], events, ...noted };
        }),
    );
}
