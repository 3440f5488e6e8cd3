import type { SysmonEvent } from "./event";
import { evtxOutcomes } from "./evtx";
import { jsonRecord } from "./jsonRecord";
import { jsonSplitter } from "./jsonText";
import { openBytes, type RecordingBytes } from "./recordingBytes";
import { RecordingError } from "./recordingError";
import { recognize, type Recognition, type RecordingFormat } from "./recordingFormat";
import { problemOutcome, type RecordingProblem, type RecordOutcome } from "./recordOutcome";
import { textPieces, type PlacedText, type TextPart } from "./textPieces";
import { xmlRecord } from "./xmlRecord";
import { XmlEventSplitter } from "./xmlText";

/** How many records a recording holds. */
export interface RecordingCounts {
    /** Records that could be read, of any channel. */
    readonly read: number;
    /** Events of Sysmon among them. */
    readonly sysmon: number;
    /** Records of other channels, by channel. */
    readonly otherChannels: Readonly<Record<string, number>>;
}

/** A recording that is open. Its events can be gone through once; counts and problems are whole after that. */
export interface Recording extends AsyncIterable<SysmonEvent> {
    /** Path as it was given. */
    readonly path: string;
    readonly format: RecordingFormat;
    /** Counts of what was read so far. */
    readonly counts: RecordingCounts;
    /** What could not be read so far; after {@link problemLimit} of them, one more that says how many were left out. */
    readonly problems: readonly RecordingProblem[];
}

/** A recording that was read. */
export interface LoadedRecording {
    /** Path as it was given. */
    readonly path: string;
    readonly format: RecordingFormat;
    /** Events of Sysmon in the order of the file. */
    readonly events: readonly SysmonEvent[];
    readonly counts: RecordingCounts;
    /** What could not be read; empty for a sound recording. */
    readonly problems: readonly RecordingProblem[];
}

/** As many problems of one recording are listed. */
export const problemLimit = 100;

/**
 * Opens a recording: EVTX, event XML (one event, several, or `<Events>`; UTF-8 or UTF-16), or JSON (lines, array or
 * objects; normalized, NXLog, Winlogbeat, rows of `WindowsEvent` or `Event`), each also packed with gzip. The content
 * decides, not the name. Text is read as a stream, EVTX by chunks of 64 KB.
 *
 * Going through the events never throws for damage as long as anything can be read: that is in `problems`.
 * @throws RecordingError where the file cannot be opened or is no recording; when going through it, where it ends
 * without a single record.
 */
export async function openRecording(path: string): Promise<Recording> {
    const open = await openOutcomes(path);
    const tally = new Tally();
    async function* events(): AsyncGenerator<SysmonEvent> {
        for await (const batch of open.batches) yield* tally.take(batch);
        tally.finish(path);
    }
    const iterator = events();
    return {
        path,
        format: open.format,
        get counts() {
            return tally.counts();
        },
        get problems() {
            return tally.problems();
        },
        [Symbol.asyncIterator]: () => iterator,
    };
}

/**
 * Reads a recording whole; for what it accepts see {@link openRecording}.
 * @throws RecordingError where not a single record could be read.
 */
export async function loadRecording(path: string): Promise<LoadedRecording> {
    const open = await openOutcomes(path);
    const tally = new Tally();
    const events: SysmonEvent[] = [];
    for await (const batch of open.batches) {
        for (const event of tally.take(batch)) events.push(event);
    }
    tally.finish(path);
    return { path, format: open.format, events, counts: tally.counts(), problems: tally.problems() };
}

/**
 * The Sysmon events of a recording, in the order of the file; for what it accepts see {@link openRecording}. A damaged
 * recording gives all that can be read of it, and then throws: its end is never taken for the end of the events.
 * @throws RecordingError
 */
export async function* readRecording(path: string): AsyncGenerator<SysmonEvent> {
    const recording = await openRecording(path);
    yield* recording;
    if (recording.problems.length > 0) throw new RecordingError(path, `is damaged: ${listed(recording.problems)}`);
}

interface OpenOutcomes {
    readonly format: RecordingFormat;
    /** Outcomes in the order of the file, many at a time. */
    readonly batches: AsyncIterable<readonly RecordOutcome[]>;
}

async function openOutcomes(path: string): Promise<OpenOutcomes> {
    const bytes = await openBytes(path);
    const recognition = recognize(bytes.head);
    if (recognition.format === "unknown") {
        await bytes.close();
        throw new RecordingError(path, recognition.reason);
    }
    const batches = recognition.format === "evtx" ? evtxOutcomes(bytes.chunks) : textOutcomes(bytes, recognition);
    return { format: recognition.format, batches: untilDamage(batches) };
}

/** Turns an error on the way (damaged packing, a disk that fails) into the last problem. */
async function* untilDamage(
    batches: AsyncIterable<readonly RecordOutcome[]>,
): AsyncGenerator<readonly RecordOutcome[]> {
    try {
        yield* batches;
    } catch (error) {
        if (!(error instanceof RecordingError)) throw error;
        yield [problemOutcome(error.reason)];
    }
}

async function* textOutcomes(
    bytes: RecordingBytes,
    recognition: Extract<Recognition, { format: "xml" | "json" }>,
): AsyncGenerator<readonly RecordOutcome[]> {
    const { format, encoding } = recognition;
    const head = new TextDecoder(encoding).decode(bytes.head);
    const splitter = format === "xml" ? new XmlEventSplitter() : jsonSplitter(head);
    const record = format === "xml" ? xmlRecord : jsonRecord;
    const failures: unknown[] = [];
    try {
        for await (const piece of textPieces(bytes.chunks, encoding)) {
            yield outcomesOf(splitter.push(piece), record);
        }
    } catch (error) {
        failures.push(error);
    }
    // What stands open where the packing breaks off is a problem of its own, with its line.
    yield outcomesOf(splitter.end(), record);
    if (failures.length > 0) throw failures[0];
}

function outcomesOf(parts: readonly TextPart[], record: (part: PlacedText) => RecordOutcome): RecordOutcome[] {
    return parts.map((part) =>
        part.kind === "text" ? record(part) : problemOutcome(part.message, { line: part.line }),
    );
}

function listed(problems: readonly RecordingProblem[]): string {
    const [first, ...others] = problems.map(describeProblem);
    if (first === undefined) return "";
    return others.length === 0 ? first : `${first} (and ${others.length} more)`;
}

/** One line for a person: where in the recording, and what. */
export function describeProblem(problem: RecordingProblem): string {
    if (problem.line !== undefined) return `line ${problem.line}: ${problem.message}`;
    if (problem.offset !== undefined) return `at byte ${problem.offset}: ${problem.message}`;
    return problem.message;
}

/** Counts outcomes and keeps problems. */
class Tally {
    private sysmon = 0;
    private others = 0;
    private readonly otherChannels = new Map<string, number>();
    private readonly listed: RecordingProblem[] = [];
    private unlisted = 0;

    *take(batch: readonly RecordOutcome[]): Generator<SysmonEvent> {
        for (const outcome of batch) {
            switch (outcome.kind) {
                case "sysmon":
                    this.sysmon++;
                    yield outcome.event;
                    break;
                case "other":
                    this.others++;
                    this.otherChannels.set(outcome.channel, (this.otherChannels.get(outcome.channel) ?? 0) + 1);
                    break;
                case "problem":
                    if (this.listed.length < problemLimit) this.listed.push(outcome.problem);
                    else this.unlisted++;
                    break;
            }
        }
    }

    /** @throws RecordingError where there was not a single record. */
    finish(path: string): void {
        if (this.sysmon + this.others > 0) return;
        const problems = this.problems();
        const reason = problems.length === 0 ? "no events in it" : `no event could be read: ${listed(problems)}`;
        throw new RecordingError(path, reason);
    }

    counts(): RecordingCounts {
        return {
            read: this.sysmon + this.others,
            sysmon: this.sysmon,
            otherChannels: Object.fromEntries(this.otherChannels),
        };
    }

    problems(): readonly RecordingProblem[] {
        if (this.unlisted === 0) return this.listed;
        return [...this.listed, { message: `${this.unlisted} further problems are not listed` }];
    }
}
