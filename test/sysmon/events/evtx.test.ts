import assert from "node:assert/strict";
import fc from "fast-check";
import { loadRecording, RecordingError, type LoadedRecording } from "../../../sysmon/events";
import { evtxFile, type EvtxFixture } from "./evtxFile";
import { recordingFile } from "./recordingFile";

const access: EvtxFixture = {
    id: 10,
    recordId: 7,
    fields: {
        RuleName: { type: "none" },
        UtcTime: { type: "text", value: "2026-01-01 00:00:00.000" },
        SourceProcessGUID: { type: "guid", value: "{365ABB72-A1E3-5C8E-0000-0010CEF72200}" },
        SourceProcessId: { type: "uint32", value: 3588 },
        TargetImage: { type: "text", value: "C:\\Windows\\System32\\svchost.exe" },
        GrantedAccess: { type: "hexInt32", value: 0x1fffff },
    },
};

function events(count: number, from = 1): EvtxFixture[] {
    return Array.from({ length: count }, (_, index) => ({ ...access, recordId: from + index }));
}

function load(bytes: Buffer): Promise<LoadedRecording> {
    return loadRecording(recordingFile(bytes, "log.evtx"));
}

function recordIds(recording: LoadedRecording): (number | undefined)[] {
    return recording.events.map((event) => event.recordId);
}

/** Offset of the nth record of the first chunk. */
function recordOffset(file: Buffer, index: number): number {
    let offset = 4096 + 512;
    for (let passed = 0; passed < index; passed++) offset += file.readUInt32LE(offset + 4);
    return offset;
}

describe("EVTX", () => {
    it("gives values as Windows prints them, by the type that the sensor's manifest has", async () => {
        const { events } = await load(evtxFile([[access]]));
        assert.deepEqual(events, [
            {
                id: 10,
                level: 4,
                channel: "Microsoft-Windows-Sysmon/Operational",
                computer: "HOST-1",
                timeCreated: "2026-01-01T00:00:00.0000000Z",
                recordId: 7,
                userSid: "S-1-5-18",
                processId: 2100,
                threadId: 2104,
                fields: {
                    RuleName: "",
                    UtcTime: "2026-01-01 00:00:00.000",
                    SourceProcessGUID: "{365abb72-a1e3-5c8e-0000-0010cef72200}",
                    SourceProcessId: "3588",
                    TargetImage: "C:\\Windows\\System32\\svchost.exe",
                    GrantedAccess: "0x1fffff",
                },
            },
        ]);
    });

    const values: readonly (readonly [
        field: string,
        id: number,
        value: EvtxFixture["fields"][string],
        text: string,
    ])[] = [
        ["Initiated", 3, { type: "boolean", value: true }, "true"],
        ["Initiated", 3, { type: "boolean", value: false }, "false"],
        ["LogonId", 1, { type: "hexInt64", value: 0x3e7n }, "0x3e7"],
        ["LogonId", 1, { type: "hexInt64", value: 0xfedc_ba98_7654_3210n }, "0xfedcba9876543210"],
        ["ProcessId", 1, { type: "uint32", value: 4_294_967_295 }, "4294967295"],
        ["CommandLine", 1, { type: "text", value: "a\rb\u3100 \u{1f600}" }, "a\rb\u3100 \u{1f600}"],
        [
            "CommandLine",
            1,
            { type: "text", value: "365ABB72-A1E3-5C8E-0000-0010CEF72200" },
            "365ABB72-A1E3-5C8E-0000-0010CEF72200",
        ],
    ];
    for (const [field, id, value, text] of values) {
        it(`prints ${field} of type ${value.type} as ${JSON.stringify(text)}`, async () => {
            const { events } = await load(evtxFile([[{ id, recordId: 1, fields: { [field]: value } }]]));
            assert.equal(events[0]?.fields[field], text);
        });
    }

    for (const ticks of [0n, 1n, 4_808_963n, 6_619_304n, 9_999_999n]) {
        it(`keeps the 100 ns of a time that ends in ${ticks}`, async () => {
            const time = 134_116_992_000_000_000n + ticks;
            const { events } = await load(evtxFile([[{ ...access, time }]]));
            assert.equal(events[0]?.timeCreated, `2026-01-01T00:00:00.${ticks.toString().padStart(7, "0")}Z`);
        });
    }

    it("reads every chunk, passes over unused ones, and counts other channels", async () => {
        const file = evtxFile([events(3), [{ ...access, recordId: 4, channel: "Security" }]]);
        const recording = await load(Buffer.concat([file, Buffer.alloc(65_536)]));
        assert.deepEqual(recordIds(recording), [1, 2, 3]);
        assert.deepEqual(recording.counts, { read: 4, sysmon: 3, otherChannels: { Security: 1 } });
        assert.deepEqual(recording.problems, []);
    });

    it("takes a file whose events are all of other channels", async () => {
        const recording = await load(evtxFile([[{ ...access, channel: "System" }]]));
        assert.deepEqual(recording.counts, { read: 1, sysmon: 0, otherChannels: { System: 1 } });
    });

    it("gives what a file that was cut off within a chunk still holds", async () => {
        const file = evtxFile([events(3), events(3, 4)]);
        const chunk = 4096 + 65_536;
        const recording = await load(file.subarray(0, chunk + recordOffset(file, 2) - 4096 + 10));
        assert.deepEqual(recordIds(recording), [1, 2, 3, 4, 5]);
        assert.deepEqual(
            recording.problems.map(({ offset }) => offset),
            [chunk, chunk + recordOffset(file, 2) - 4096],
        );
    });

    it("says that chunks are missing where a file was cut off between two", async () => {
        const recording = await load(evtxFile([events(1), events(1, 2)]).subarray(0, 4096 + 65_536));
        assert.deepEqual(recordIds(recording), [1]);
        assert.match(recording.problems[0]?.message ?? "", /its header counts 2 chunks of 64 KB, 1 are there/);
    });

    it("passes over a chunk that is overwritten", async () => {
        const file = evtxFile([events(1), events(1, 2), events(1, 3)]);
        file.fill(0xee, 4096 + 65_536, 4096 + 2 * 65_536);
        const recording = await load(file);
        assert.deepEqual(recordIds(recording), [1, 3]);
        assert.deepEqual(recording.problems, [
            { message: "a damaged chunk of 64 KB: it does not start with ElfChnk", offset: 4096 + 65_536 },
        ]);
    });

    it("finds the next whole record behind one whose header is damaged", async () => {
        const file = evtxFile([events(4)]);
        const offset = recordOffset(file, 1);
        file.writeUInt32LE(0xffff_ffff, offset + 4);
        const recording = await load(file);
        assert.deepEqual(recordIds(recording), [1, 3, 4]);
        assert.ok(recording.problems.some((problem) => problem.offset === offset && /no record/.test(problem.message)));
    });

    it("leaves out a record that cannot be decoded, not those behind it", async () => {
        const file = evtxFile([events(3)]);
        const offset = recordOffset(file, 1);
        // The type of the first value becomes a GUID, which it is far too short for.
        const size = file.readUInt32LE(offset + 4);
        file.fill(0x0f, offset + 28, offset + size - 4);
        const recording = await load(file);
        assert.deepEqual(recordIds(recording), [1, 3]);
        assert.ok(recording.problems.some((problem) => problem.offset === offset));
    });

    it("warns of values that a wrong checksum puts in doubt", async () => {
        const file = evtxFile([[access]]);
        const at = file.indexOf(Buffer.from("svchost.exe", "utf16le"));
        file.write("z", at, "latin1");
        const recording = await load(file);
        assert.equal(recording.events[0]?.fields.TargetImage, "C:\\Windows\\System32\\zvchost.exe");
        assert.deepEqual(recording.problems, [
            { message: "the checksum of this chunk of 64 KB is wrong: values in it may be", offset: 4096 },
        ]);
    });

    it("does not blame the checksum of a log that was copied while it was open", async () => {
        const file = evtxFile([[access]]);
        file.writeUInt32LE(1, 120);
        file.writeUInt32LE(0, 4096 + 52);
        assert.deepEqual((await load(file)).problems, []);
    });

    it("refuses a log without records", async () => {
        await assert.rejects(load(evtxFile([])), (error: RecordingError) => /no events in it/.test(error.message));
    });

    it("refuses a file that ends within its header", async () => {
        await assert.rejects(load(evtxFile([[access]]).subarray(0, 1000)), /the file ends within its header/);
    });

    it("ends on any damage, and gives no more events than there were", async () => {
        const sound = evtxFile([events(6)]);
        const used = sound.readUInt32LE(4096 + 48);
        const hit = fc.tuple(fc.integer({ min: 0, max: 4096 + used }), fc.integer({ min: 0, max: 255 }));
        await fc.assert(
            fc.asyncProperty(fc.array(hit, { minLength: 1, maxLength: 40 }), async (hits) => {
                const file = Buffer.from(sound);
                for (const [offset, byte] of hits) file.writeUInt8(byte, offset);
                file.write("ElfFile\0", "latin1");
                const loaded = await load(file).catch((error: unknown) => error);
                if (loaded instanceof RecordingError) return;
                assert.ok(typeof loaded === "object" && loaded !== null && "events" in loaded, String(loaded));
                assert.ok(Array.isArray(loaded.events) && loaded.events.length <= 6);
            }),
            { numRuns: 300 },
        );
    });
});
