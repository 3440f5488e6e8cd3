import assert from "node:assert/strict";
import * as fs from "node:fs";
import { gzipSync } from "node:zlib";
import { loadRecording, RecordingError, type SysmonEvent } from "../../sysmon/events";
import { describeShared, sharedPath } from "../support/shared";
import { recordingFile } from "../sysmon/events/recordingFile";

/** A real recording of each kind, with several chunks, events or lines. */
const recordings = [
    "evtx/PanacheSysmon_vs_AtomicRedTeam01.evtx",
    "evtx/babyshark_mimikatz_powershell.evtx",
    "xml/psinject.wevtutil-qe.xml",
    "xml/conhost.eventviewer.xml",
    "json/psh_lsass_memory_dump_comsvcs_2020-10-18T19500924.json",
];

describeShared("real recordings that are damaged", () => {
    for (const name of recordings) {
        it(`${name}: cut off anywhere, gives the events before the cut and says that it is cut`, async () => {
            const bytes = fs.readFileSync(sharedPath("events", name));
            const whole = await loadRecording(recordingFile(bytes));
            let before = 0;
            for (let part = 1; part < 20; part++) {
                // One byte past an even part, so that no cut falls between two records.
                const read = await loadOrError(bytes.subarray(0, Math.floor((bytes.length * part) / 20) + 1));
                if (read instanceof RecordingError) {
                    assert.equal(before, 0);
                    continue;
                }
                assert.deepEqual(read.events, whole.events.slice(0, read.events.length));
                assert.ok(read.events.length >= before);
                // A log ends with chunks that are not used yet: cutting those loses nothing.
                if (read.events.length < whole.events.length) assert.ok(read.problems.length > 0, `part ${part}`);
                before = read.events.length;
            }
            assert.ok(before > 0);
        });

        it(`${name}: with bytes overwritten, gives no event twice and ends`, async () => {
            const bytes = fs.readFileSync(sharedPath("events", name));
            const whole = await loadRecording(recordingFile(bytes));
            for (let round = 1; round <= 10; round++) {
                const damaged = Buffer.from(bytes);
                for (let at = 4096 + round * 97; at < damaged.length; at += 1021 * round)
                    damaged.writeUInt8(round * 23, at);
                const read = await loadOrError(damaged);
                if (!(read instanceof RecordingError)) assert.ok(read.events.length <= whole.events.length);
            }
        });
    }

    it("packed and cut off, gives what was unpacked", async () => {
        const bytes = fs.readFileSync(sharedPath("events", "evtx", "PanacheSysmon_vs_AtomicRedTeam01.evtx"));
        const packed = gzipSync(bytes);
        const { events, problems } = await loadRecording(recordingFile(packed.subarray(0, packed.length * 0.7)));
        assert.ok(events.length > 100 && events.length < 565);
        assert.ok(problems.some((problem) => problem.message.includes("gzip packing is damaged")));
    });
});

async function loadOrError(
    bytes: Buffer,
): Promise<{ readonly events: readonly SysmonEvent[]; readonly problems: readonly unknown[] } | RecordingError> {
    try {
        return await loadRecording(recordingFile(bytes));
    } catch (error) {
        if (error instanceof RecordingError) return error;
        throw error;
    }
}
