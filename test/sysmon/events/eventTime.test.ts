import assert from "node:assert/strict";
import { millisecondsOf, normalizeTime, timeOfFileTime } from "../../../sysmon/events/eventTime";

describe("times of events", () => {
    const times: readonly (readonly [text: string, time: string | undefined])[] = [
        ["2026-01-31T12:00:00Z", "2026-01-31T12:00:00Z"],
        ["2026-01-31 12:00:00.123", "2026-01-31T12:00:00.123Z"],
        ["2026-01-31T12:00:00.1234567Z", "2026-01-31T12:00:00.1234567Z"],
        ["2026-01-31T12:00:00.123456789Z", "2026-01-31T12:00:00.1234567Z"],
        ["2026-01-31T00:30:00.5+02:00", "2026-01-30T22:30:00.5Z"],
        ["2026-12-31T23:30:00-0130", "2027-01-01T01:00:00Z"],
        [" 2024-02-29T00:00:00z ", "2024-02-29T00:00:00Z"],
        ["2026-02-29T00:00:00Z", undefined],
        ["2026-01-31T24:01:00Z", undefined],
        ["2026-01-31", undefined],
        ["1769860800", undefined],
        ["", undefined],
    ];
    for (const [text, time] of times) {
        it(`reads ${JSON.stringify(text)} as ${time ?? "no time"}`, () => assert.equal(normalizeTime(text), time));
    }

    it("keeps all of a FILETIME", () => {
        assert.equal(timeOfFileTime(0n), "1601-01-01T00:00:00.0000000Z");
        assert.equal(timeOfFileTime(132_052_318_316_619_304n), "2019-06-17T07:57:11.6619304Z");
    });

    it("counts milliseconds with their fraction", () => {
        assert.equal(millisecondsOf("1970-01-01T00:00:01.0005Z"), 1000.5);
        assert.ok(Number.isNaN(millisecondsOf("never")));
    });
});
