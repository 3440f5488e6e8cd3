import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { PassThrough } from "node:stream";
import { createGunzip } from "node:zlib";
import { RecordingError } from "./recordingError";

/**
 * A packed recording may unpack to this many bytes whatever its size, and beyond that to {@link unpackingRatio} times
 * its packed size. Event logs pack 10 to 40 to one; deflate reaches 1,032 to one only on bytes that never change.
 */
export const unpackingFloor = 64 * 1024 * 1024;

/** See {@link unpackingFloor}. */
export const unpackingRatio = 200;

/** Bytes of a recording, unpacked, with their beginning known before the first is taken. */
export interface RecordingBytes {
    /** The first bytes: up to {@link headLength}, fewer only where the recording is shorter. */
    readonly head: Buffer;
    /** All bytes from the beginning, once. */
    readonly chunks: AsyncIterable<Buffer>;
    /** Closes the file where its bytes are not taken to the end. */
    close(): Promise<void>;
}

/** Enough to tell one kind of recording from another. */
const headLength = 4096;

/**
 * Opens a recording; one that is packed with gzip (told by its first bytes, not by its name) is unpacked on the way.
 * @throws RecordingError where the file is missing, a folder, empty, or cannot be opened.
 */
export async function openBytes(path: string): Promise<RecordingBytes> {
    const size = await fileSize(path);
    if (size === 0) throw new RecordingError(path, "the file is empty");
    const packed = await withHead(read(path, size, false));
    if (packed.head[0] !== 0x1f || packed.head[1] !== 0x8b) return packed;
    await packed.close();
    return withHead(read(path, size, true));
}

async function fileSize(path: string): Promise<number> {
    try {
        const found = await stat(path);
        if (found.isDirectory()) throw new RecordingError(path, "is a folder: name the recordings in it");
        return found.size;
    } catch (error) {
        if (error instanceof RecordingError) throw error;
        throw new RecordingError(path, openingProblem(error), { cause: error });
    }
}

function openingProblem(error: unknown): string {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOENT" || code === "ENOTDIR") return "no such file";
    if (code === "EACCES" || code === "EPERM") return "no permission to read it";
    return `cannot be read: ${error instanceof Error ? error.message : String(error)}`;
}

async function* read(path: string, size: number, unpack: boolean): AsyncGenerator<Buffer> {
    const file = createReadStream(path, { highWaterMark: 256 * 1024 });
    const limit = unpack ? Math.max(unpackingFloor, unpackingRatio * size) : Number.POSITIVE_INFINITY;
    let total = 0;
    try {
        for await (const chunk of unpack ? unpacked(file) : file) {
            if (!Buffer.isBuffer(chunk)) continue;
            total += chunk.length;
            if (total > limit) throw new RecordingError(path, excessProblem(limit));
            yield chunk;
        }
    } catch (error) {
        if (error instanceof RecordingError) throw error;
        throw new RecordingError(path, unpack ? unpackingProblem(error) : openingProblem(error), { cause: error });
    } finally {
        file.destroy();
    }
}

/** What comes out of gzip; damage is thrown only after everything before it was given. */
async function* unpacked(file: NodeJS.ReadableStream): AsyncGenerator<unknown> {
    const gunzip = createGunzip({ chunkSize: 256 * 1024 });
    const sound = new PassThrough();
    const failures: Error[] = [];
    const fail = (error: Error): void => {
        failures.push(error);
        sound.end();
    };
    file.on("error", fail);
    gunzip.on("error", fail);
    file.pipe(gunzip).pipe(sound);
    try {
        yield* sound;
    } finally {
        gunzip.destroy();
    }
    if (failures[0] !== undefined) throw failures[0];
}

function excessProblem(limit: number): string {
    const size = `unpacks to over ${limit} bytes, more than ${unpackingRatio} times its size`;
    return `${size}: no event log packs like that; unpack it yourself if you trust it`;
}

function unpackingProblem(error: unknown): string {
    return `the gzip packing is damaged (${error instanceof Error ? error.message : String(error)})`;
}

async function withHead(bytes: AsyncGenerator<Buffer>): Promise<RecordingBytes> {
    const taken: Buffer[] = [];
    let length = 0;
    while (length < headLength) {
        const next = await bytes.next();
        if (next.done === true) break;
        taken.push(next.value);
        length += next.value.length;
    }
    const head = Buffer.concat(taken);
    const close = async (): Promise<void> => {
        await bytes.return(undefined);
    };
    async function* all(): AsyncGenerator<Buffer> {
        try {
            if (head.length > 0) yield head;
            yield* bytes;
        } finally {
            await close();
        }
    }
    return { head: head.subarray(0, headLength), chunks: all(), close };
}
