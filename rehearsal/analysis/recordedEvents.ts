import { loadRecording, RecordingError, type SysmonEvent } from "../../sysmon/events";

/** The Sysmon events of some files, in order. A file that cannot be read is left out: a rehearsal reports it. */
export async function recordedEvents(files: readonly string[]): Promise<SysmonEvent[]> {
    return (await Promise.all(files.map(readEvents))).flat();
}

async function readEvents(file: string): Promise<readonly SysmonEvent[]> {
    try {
        return (await loadRecording(file)).events;
    } catch (error) {
        if (error instanceof RecordingError) return [];
        throw error;
    }
}
