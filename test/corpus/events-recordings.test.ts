import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { gunzipSync } from "node:zlib";
import { loadRecording, sysmonChannel } from "../../sysmon/events";
import { normalizeTime } from "../../sysmon/events/eventTime";
import { describeShared, sharedIsThere, sharedPath } from "../support/shared";

interface Summary {
    readonly sysmonEvents: number;
    readonly byId: Readonly<Record<string, number>>;
    readonly otherChannels?: Readonly<Record<string, number>>;
    readonly truth: string;
}

/** An event as independent readers saw it. */
interface TruthEvent {
    readonly id: number;
    readonly version?: number;
    readonly level?: number;
    readonly computer: string;
    readonly timeCreated: string;
    readonly recordId: number | null;
    readonly userSid?: string;
    readonly processId?: number;
    readonly threadId?: number;
    readonly fields: Readonly<Record<string, string>>;
}

describeShared("real recordings", () => {
    for (const [name, summary] of Object.entries(summaries())) {
        it(`${name}: counts and every event are what other readers saw`, async () => {
            const recording = await loadRecording(sharedPath("events", name));
            assert.deepEqual(recording.problems, []);
            assert.equal(recording.counts.sysmon, summary.sysmonEvents);
            assert.deepEqual(recording.counts.otherChannels, summary.otherChannels ?? {});
            const byId: Record<string, number> = {};
            for (const event of recording.events) byId[event.id] = (byId[event.id] ?? 0) + 1;
            assert.deepEqual(byId, summary.byId);
            const truth = truthEvents(summary.truth);
            assert.equal(recording.events.length, truth.length);
            for (const [index, expected] of truth.entries()) {
                const event = recording.events[index];
                assert.ok(event !== undefined);
                const told = Object.fromEntries(Object.entries(expected.fields).filter(([, value]) => value !== ""));
                const seen = Object.fromEntries(Object.entries(event.fields).filter(([, value]) => value !== ""));
                assert.deepEqual(seen, told, `fields of event ${index}`);
                assert.equal(event.id, expected.id);
                assert.equal(event.channel, sysmonChannel);
                assert.equal(event.computer, expected.computer);
                assert.equal(event.recordId, expected.recordId ?? undefined);
                assert.equal(
                    ticks(event.timeCreated),
                    ticks(normalizeTime(expected.timeCreated)),
                    `time of event ${index}`,
                );
                for (const key of ["version", "level", "userSid", "processId", "threadId"] as const) {
                    if (expected[key] !== undefined)
                        assert.equal(event[key], expected[key], `${key} of event ${index}`);
                }
            }
        });
    }
});

/** A time with all its seven digits. */
function ticks(time: string | undefined): string {
    const [seconds = "", digits = ""] = (time ?? "").replace("Z", "").split(".");
    return `${seconds}.${digits.padEnd(7, "0")}`;
}

// Both files are written by the corpus's own tool, so their shape is taken as it is documented there.
function summaries(): Record<string, Summary> {
    if (!sharedIsThere) return {};
    return JSON.parse(fs.readFileSync(sharedPath("events", "summary.json"), "utf8")) as Record<string, Summary>;
}

function truthEvents(name: string): TruthEvent[] {
    const bytes = fs.readFileSync(sharedPath("events", name));
    const text = (path.extname(name) === ".gz" ? gunzipSync(bytes) : bytes).toString("utf8");
    return text
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => JSON.parse(line) as TruthEvent);
}
