import * as readline from "node:readline";
import {
    describeProblem,
    openRecording,
    readNormalizedEvent,
    RecordingError,
    type SysmonEvent,
} from "../sysmon/events";
import { ExitCode } from "./exit";
import type { Output } from "./output";

/**
 * The Sysmon events of recordings, one after the other. What cannot be read is told on standard error and makes the
 * command end with bad input; the rest goes on.
 */
export async function* recordedEvents(paths: readonly string[], output: Output): AsyncGenerator<SysmonEvent> {
    for (const path of paths) {
        try {
            const recording = await openRecording(path);
            yield* recording;
            for (const problem of recording.problems) complain(output, `${path}: ${describeProblem(problem)}`);
        } catch (error) {
            if (!(error instanceof RecordingError)) throw error;
            complain(output, error.message);
        }
    }
}

/** Normalized events on standard input, one a line. */
export async function* standardInputEvents(output: Output): AsyncGenerator<SysmonEvent> {
    let line = 0;
    for await (const text of readline.createInterface({ input: process.stdin, crlfDelay: Infinity })) {
        line++;
        if (text.trim() === "") continue;
        const result = readNormalizedEvent(json(text));
        if (result.ok) yield result.event;
        else complain(output, `standard input, line ${line}: ${result.problem}`);
    }
}

/** The value of a JSON text; a text that is none stays a text, which no event is. */
function json(text: string): unknown {
    try {
        return JSON.parse(text);
    } catch {
        return text;
    }
}

function complain(output: Output, message: string): void {
    output.note(message);
    process.exitCode = ExitCode.BadInput;
}
