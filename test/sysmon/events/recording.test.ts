import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { gzipSync } from "node:zlib";
import {
    describeProblem,
    eventXml,
    loadRecording,
    openRecording,
    readRecording,
    RecordingError,
    type SysmonEvent,
} from "../../../sysmon/events";
import { evtxFile } from "./evtxFile";
import { recordingFile } from "./recordingFile";
import { processAccess } from "./sysmonEvent";

const line = JSON.stringify(processAccess);
const xml = eventXml(processAccess);
const evtx = evtxFile([
    [{ id: 5, recordId: 1, fields: { UtcTime: { type: "text", value: "2026-01-31 12:00:00.000" } } }],
]);

describe("opening a recording", () => {
    const kinds: readonly (readonly [name: string, content: string | Buffer, format: string])[] = [
        ["log.json", evtx, "evtx"],
        ["log.evtx", xml, "xml"],
        ["log.xml", line, "json"],
    ];
    for (const [name, content, format] of kinds) {
        it(`goes by the content, not by the name: ${name} that is ${format}`, async () => {
            assert.equal((await loadRecording(recordingFile(content, name))).format, format);
        });

        it(`unpacks gzip whatever the name: ${format}`, async () => {
            const recording = await loadRecording(recordingFile(gzipSync(content), name));
            assert.deepEqual([recording.format, recording.events.length], [format, 1]);
        });
    }

    it("unpacks gzip of several members", async () => {
        const content = Buffer.concat([gzipSync(`${line}\n`), gzipSync(`${line}\n`)]);
        assert.equal((await loadRecording(recordingFile(content))).events.length, 2);
    });

    it("gives events as they are read, and counts them", async () => {
        const recording = await openRecording(recordingFile(`${line}\n${line}\n`));
        const events: SysmonEvent[] = [];
        for await (const event of recording) events.push(event);
        assert.deepEqual(events, [processAccess, processAccess]);
        assert.deepEqual(recording.counts, { read: 2, sysmon: 2, otherChannels: {} });
    });

    it("lets go of the file where a reader stops early", async () => {
        for await (const event of readRecording(recordingFile(`${line}\n`.repeat(5000)))) {
            assert.equal(event.id, 10);
            break;
        }
    });

    const refusals: readonly (readonly [what: string, content: string | Buffer, message: RegExp])[] = [
        ["an empty file", "", /the file is empty/],
        ["nothing but blanks", " \r\n\n", /nothing but blanks in it/],
        ["any text", "hello\n", /no recording in any known form: a recording is an EVTX file/],
        ["any bytes", Buffer.from([1, 2, 3, 0, 5, 0, 0, 9]), /neither EVTX nor text/],
        ["a zip archive", Buffer.from("PK\x03\x04rest"), /is a zip archive: unpack it/],
        ["a log of Windows XP", Buffer.from("\x30\0\0\0LfLe\x01\0\0\0"), /event log of Windows XP/],
        ["packing in packing", gzipSync(gzipSync(line)), /is packed twice/],
        ["packed nothing", gzipSync(""), /nothing but blanks in it/],
        ["markup of another kind", "<html><body>x</body></html>", /no events in it/],
        ["an empty list", "[]", /no events in it/],
        ["damage alone", '{"id": 1, "fie', /no event could be read: line 1: no JSON/],
        ["packing that is none", Buffer.from([0x1f, 0x8b, 9, 9, 9]), /the gzip packing is damaged/],
    ];
    for (const [what, content, message] of refusals) {
        it(`refuses ${what}`, async () => {
            const file = recordingFile(content);
            await assert.rejects(loadRecording(file), (error) => {
                assert.ok(error instanceof RecordingError);
                assert.equal(error.path, file);
                assert.ok(error.message.startsWith(`${file}: `));
                assert.match(error.reason, message);
                return true;
            });
        });
    }

    it("refuses a file that is not there, and a folder", async () => {
        const missing = path.join(os.tmpdir(), "no", "such.evtx");
        await assert.rejects(openRecording(missing), new RecordingError(missing, "no such file"));
        await assert.rejects(openRecording(os.tmpdir()), /is a folder: name the recordings in it/);
    });
});

describe("a damaged recording", () => {
    it("is given as far as its packing goes", async () => {
        const lines = Array.from({ length: 3000 }, (_, recordId) => JSON.stringify({ ...processAccess, recordId }));
        const packed = gzipSync(lines.join("\n"));
        const recording = await loadRecording(recordingFile(packed.subarray(0, packed.length / 2)));
        assert.ok(recording.events.length > 100 && recording.events.length < 3000);
        assert.match(recording.problems.map(describeProblem).join("\n"), /the gzip packing is damaged/);
    });

    it("is given by readRecording up to its end, which then throws", async () => {
        const events: SysmonEvent[] = [];
        const read = async (): Promise<void> => {
            for await (const event of readRecording(recordingFile(`${line}\n{\n${line}\n[]\n`))) events.push(event);
        };
        await assert.rejects(read(), /is damaged: line 2: no JSON: .* \(and 1 more\)/);
        assert.equal(events.length, 2);
    });

    it("lists its first hundred problems and counts the rest", async () => {
        const { problems } = await loadRecording(recordingFile(`${line}\n${"{\n".repeat(150)}`));
        assert.equal(problems.length, 101);
        assert.equal(problems.at(-1)?.message, "50 further problems are not listed");
    });

    it("says where a problem lies", () => {
        assert.equal(describeProblem({ message: "m", line: 3 }), "line 3: m");
        assert.equal(describeProblem({ message: "m", offset: 4096 }), "at byte 4096: m");
        assert.equal(describeProblem({ message: "m" }), "m");
    });
});

describe("a hostile recording", () => {
    it("does not unpack beyond what an event log can pack to", async () => {
        // 300 MB of blanks pack to 300 KB: more than 200 to one, and beyond 64 MB.
        const blanks = gzipSync(Buffer.alloc(64 * 1024 * 1024, " "));
        const content = Buffer.concat([gzipSync(`${line}\n`), blanks, blanks]);
        const { events, problems } = await loadRecording(recordingFile(content));
        assert.equal(events.length, 1);
        assert.match(
            problems.map(describeProblem).join("\n"),
            /more than 200 times its size: no event log packs like that/,
        );
    });

    it("does not hold a line without end", async () => {
        const file = recordingFile(`${line}\n{"a": "`);
        const piece = "x".repeat(1024 * 1024);
        for (let count = 0; count < 40; count++) fs.appendFileSync(file, piece);
        fs.appendFileSync(file, `"}\n${line}\n`);
        const { events, problems } = await loadRecording(file);
        assert.equal(events.length, 2);
        assert.deepEqual(
            problems.map(({ line }) => line),
            [2],
        );
    });

    for (const [kind, open] of [
        ["an event", "<Event>"],
        ["a value", "[{"],
    ] as const) {
        it(`does not hold ${kind} without end`, async () => {
            const file = recordingFile(open);
            for (let count = 0; count < 20; count++) fs.appendFileSync(file, "x".repeat(1024 * 1024));
            await assert.rejects(loadRecording(file), /characters long/);
        });
    }
});
