import * as fs from "node:fs";
import * as path from "node:path";
import { evidenceFile, loadEvidence, shippedRecordings } from "../../detections";
import { compileFilter, type FilterableEvent, type SysmonConfig } from "../../sysmon";
import { readRecording } from "../../sysmon/events";

/** A detection and the Sysmon events that its query reads. */
export interface EventConsumer {
    /** Name of the detection. */
    readonly name: string;
    /** Ids of the events. */
    readonly events: readonly number[];
}

/** A recorded attack, cut to the events that give it away. */
export interface Proof {
    /** Name of the recording. */
    readonly recording: string;
    /** Names of the detections that must ring on it. */
    readonly rings: readonly string[];
    /** The events; everyday noise of the recording is left out. */
    readonly events: readonly FilterableEvent[];
}

/**
 * Whether a configuration logs what a detection needs: `fed` by these recordings; `starved`, since it logs nothing that
 * matters in any of these; `unproven`, since no recording shows what the detection needs.
 */
export type Feeding =
    | { readonly kind: "fed"; readonly recordings: readonly string[] }
    | { readonly kind: "starved"; readonly recordings: readonly string[] }
    | { readonly kind: "unproven" };

/**
 * What a configuration gives to detections, proven on recorded attacks: one event that matters is enough. It is a
 * necessary condition, found in milliseconds; whether the rule then rings is what a rehearsal shows.
 */
export function compileFeeding(config: SysmonConfig, proofs: readonly Proof[]): (detection: EventConsumer) => Feeding {
    const decide = compileFilter(config);
    return ({ name, events }) => {
        const relevant = proofs.flatMap(({ recording, rings, events: recorded }) => {
            const needed = rings.includes(name) ? recorded.filter(({ id }) => events.includes(id)) : [];
            return needed.length > 0 ? [{ recording, logged: needed.some((event) => decide(event).logged) }] : [];
        });
        if (relevant.length === 0) return { kind: "unproven" };
        const logged = relevant.filter((proof) => proof.logged);
        return logged.length > 0
            ? { kind: "fed", recordings: logged.map(({ recording }) => recording) }
            : { kind: "starved", recordings: relevant.map(({ recording }) => recording) };
    };
}

/**
 * The recordings that the package ships: for each detection of each, the events that it rings on. What rings on missing
 * events has none to note, so that a recording of it is no proof here.
 */
export async function shippedProofs(): Promise<Proof[]> {
    const folders = shippedRecordings().filter((folder) => fs.existsSync(path.join(folder, evidenceFile)));
    const proofs = await Promise.all(
        folders.map(async (folder) => {
            const events = new Map<number | undefined, FilterableEvent>();
            for await (const event of readRecording(path.join(folder, "events.jsonl")))
                events.set(event.recordId, event);
            return Object.entries(loadEvidence(folder)).map(([detection, records]): Proof => ({
                recording: path.basename(folder),
                rings: [detection],
                events: records.flatMap((record) => events.get(record) ?? []),
            }));
        }),
    );
    return proofs.flat();
}
