import { crc32 } from "node:zlib";
import { BinaryXmlError, BinaryXmlReader } from "./binaryXml";
import { elementRecord } from "./eventElement";
import { problemOutcome, type RecordOutcome } from "./recordOutcome";

/*
 * An EVTX file is a header of 4 KB and chunks of 64 KB; a chunk is a header of 512 bytes and records, each of them a
 * small header, binary XML and its size once more ("Windows XML Event Log (EVTX) format", libyal).
 */

const fileHeaderSize = 4096;
const chunkSize = 65_536;
const chunkHeaderSize = 512;
const recordHeaderSize = 24;
/** The record's size once more. */
const recordTrailerSize = 4;
/** A record of binary XML of one token, filled up to a multiple of four bytes. */
const smallestRecord = recordHeaderSize + 4 + recordTrailerSize;
const recordMagic = 0x00002a2a;
const recordMagicBytes = Buffer.from("**\0\0", "latin1");

/** A stretch of a chunk: a record that is whole by its own header, or bytes that are none. */
interface Stretch {
    readonly kind: "record" | "damage";
    /** Offset in the chunk. */
    readonly offset: number;
    readonly size: number;
}

/**
 * Reads an EVTX recording; no more than one chunk of 64 KB is held at a time.
 * @param bytes the bytes of the file, in order.
 * @returns the outcomes of one chunk at a time.
 */
export async function* evtxOutcomes(bytes: AsyncIterable<Buffer>): AsyncGenerator<readonly RecordOutcome[]> {
    let header: Buffer | undefined;
    let offset = 0;
    for await (const block of evtxBlocks(bytes)) {
        if (header === undefined) header = block;
        else yield chunkOutcomes(block, offset, isDirty(header));
        offset += block.length;
    }
    const problem = header === undefined ? undefined : lengthProblem(header, offset);
    if (problem !== undefined) yield [problemOutcome(problem, { offset })];
}

/** Cuts a file into its header and chunks; the last is shorter where the file is cut off. */
async function* evtxBlocks(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    let pending: Buffer[] = [];
    let length = 0;
    let wanted = fileHeaderSize;
    for await (const piece of bytes) {
        pending.push(piece);
        length += piece.length;
        if (length < wanted) continue;
        let joined = Buffer.concat(pending);
        while (joined.length >= wanted) {
            yield joined.subarray(0, wanted);
            joined = joined.subarray(wanted);
            wanted = chunkSize;
        }
        pending = [joined];
        length = joined.length;
    }
    if (length > 0) yield Buffer.concat(pending);
}

/** Whether the log was copied while Windows had it open: its header and checksums are then behind its records. */
function isDirty(header: Buffer): boolean {
    return header.length === fileHeaderSize && (header.readUInt32LE(120) & 1) === 1;
}

function lengthProblem(header: Buffer, length: number): string | undefined {
    if (header.length < fileHeaderSize) return "the file ends within its header";
    const counted = header.readUInt16LE(42);
    const found = Math.ceil((length - fileHeaderSize) / chunkSize);
    if (found >= counted) return undefined;
    return `the file is cut off: its header counts ${counted} chunks of 64 KB, ${found} are there`;
}

/**
 * The records of one chunk.
 * @param block the chunk, shorter where the file is cut off.
 * @param offset of the chunk in the file.
 * @param dirty whether checksums may be behind.
 */
function chunkOutcomes(block: Buffer, offset: number, dirty: boolean): RecordOutcome[] {
    // A log grows by many chunks at once; those still unused are zero.
    if (block[0] === 0 && block.every((byte) => byte === 0)) return [];
    const cut = block.length < chunkSize;
    const outcomes = cut ? [problemOutcome("the file ends within this chunk of 64 KB", { offset })] : [];
    if (block.length < chunkHeaderSize) return outcomes;
    if (block.subarray(0, 8).toString("latin1") !== "ElfChnk\0") {
        return [problemOutcome("a damaged chunk of 64 KB: it does not start with ElfChnk", { offset })];
    }
    const end = Math.min(Math.max(block.readUInt32LE(48), chunkHeaderSize), block.length);
    const stretches = walk(block, end);
    if (!cut && !dirty && crc32(block.subarray(chunkHeaderSize, end)) !== block.readUInt32LE(52)) {
        outcomes.push(problemOutcome("the checksum of this chunk of 64 KB is wrong: values in it may be", { offset }));
    }
    const reader = new BinaryXmlReader(block);
    for (const stretch of stretches) outcomes.push(stretchOutcome(reader, stretch, offset));
    return outcomes;
}

/** The records of a chunk between its header and the end of its used space, and what lies between them. */
function walk(block: Buffer, end: number): Stretch[] {
    const stretches: Stretch[] = [];
    let offset = chunkHeaderSize;
    while (offset < end) {
        const size = recordSize(block, offset, end);
        if (size !== undefined) {
            stretches.push({ kind: "record", offset, size });
            offset += size;
            continue;
        }
        let next = block.indexOf(recordMagicBytes, offset + smallestRecord);
        while (next !== -1 && next < end && recordSize(block, next, end) === undefined) {
            next = block.indexOf(recordMagicBytes, next + 1);
        }
        const until = next === -1 ? end : Math.min(next, end);
        stretches.push({ kind: "damage", offset, size: until - offset });
        offset = until;
    }
    return stretches;
}

/** Size of the record at an offset; `undefined` where there is none, or one that its own header contradicts. */
function recordSize(block: Buffer, offset: number, end: number): number | undefined {
    if (offset + smallestRecord > end || block.readUInt32LE(offset) !== recordMagic) return undefined;
    const size = block.readUInt32LE(offset + 4);
    if (size < smallestRecord || offset + size > end) return undefined;
    return block.readUInt32LE(offset + size - 4) === size ? size : undefined;
}

function stretchOutcome(reader: BinaryXmlReader, stretch: Stretch, chunkOffset: number): RecordOutcome {
    const place = { offset: chunkOffset + stretch.offset };
    if (stretch.kind === "damage") return problemOutcome(`${stretch.size} bytes that are no record`, place);
    try {
        const end = stretch.offset + stretch.size - recordTrailerSize;
        const record = elementRecord(reader.read(stretch.offset + recordHeaderSize, end));
        return record.kind === "lacking" ? problemOutcome(`a record without ${record.name}`, place) : record;
    } catch (error) {
        if (!(error instanceof BinaryXmlError)) throw error;
        return problemOutcome(`a malformed record: ${error.message}`, place);
    }
}
