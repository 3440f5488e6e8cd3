import assert from "node:assert/strict";
import { runClock, type ClockRow, type Groups, type Schedule } from "../../rehearsal/alertClock";

const minute = 60_000;

/** A schedule like that of the shipped rules: every 5 minutes over 30. */
const schedule: Schedule = {
    frequency: 5 * minute,
    window: 30 * minute,
    threshold: 0,
    failingPeriods: { toAlert: 1, of: 1 },
    clockOffsets: [],
};

/** Rows by the minutes at which they happen and become visible. */
function rows(...times: [time: number, ingested: number][]): ClockRow[] {
    return times.map(([time, ingested]) => ({ time: time * minute, ingested: ingested * minute }));
}

/** A query that answers with every visible row. */
function all(visible: readonly number[]): Groups<number> {
    return new Map(visible.length > 0 ? [["host", [...visible]]] : []);
}

/** A query that answers with what was ingested between 6 minutes and 1 minute ago. */
function newOnly(seen: readonly ClockRow[]) {
    return (visible: readonly number[], now: number): Groups<number> => {
        const fresh = visible.filter((index) => {
            const ingested = seen[index]?.ingested ?? 0;
            return ingested > now - 6 * minute && ingested <= now - minute;
        });
        return new Map(fresh.length > 0 ? [["host", fresh]] : []);
    };
}

describe("The clock of a rule", () => {
    it("is silent without rows", () => {
        assert.deepEqual(runClock([], schedule, all), { rings: [], mostRows: 0 });
    });

    it("rings at every phase for a row that stays in the window longer than the time between two evaluations", () => {
        const { rings } = runClock(rows([0, 3]), schedule, all);
        assert.ok(rings.length > 1, "an overlapping window rings again and again");
        assert.ok(rings.every(({ certainty }) => certainty === "always"));
    });

    it("rings once for a row that counts as new in one evaluation only", () => {
        const seen = rows([0, 3]);
        const { rings } = runClock(seen, { ...schedule, clockOffsets: [6 * minute, minute] }, newOnly(seen));
        assert.equal(rings.length, 1);
        assert.equal(rings[0]?.certainty, "always");
    });

    it("rings at some phases where the row leaves the window before every phase has seen it", () => {
        const { rings } = runClock(rows([0, 3]), { ...schedule, window: 5 * minute }, all);
        assert.equal(rings.length, 1);
        assert.equal(rings[0]?.certainty, "sometimes");
    });

    it("does not see a row that arrives after it has left the window", () => {
        assert.deepEqual(runClock(rows([0, 31]), schedule, all).rings, []);
    });

    it("shows the phase that sees most rows in one alert", () => {
        const seen = rows([0, 3], [4, 7]);
        const { rings } = runClock(seen, { ...schedule, clockOffsets: [6 * minute, minute] }, newOnly(seen));
        assert.equal(Math.max(...rings.map(({ rows: found }) => found.length)), 2);
    });

    it("is not certain of a ring that only the narrow reading of the range gives", () => {
        const seen = rows([0, 3], [-60, -57]);
        const single = (visible: readonly number[]): Groups<number> =>
            new Map(visible.length === 1 ? [["host", [...visible]]] : []);
        const { rings } = runClock(seen, { ...schedule, clockOffsets: [minute] }, single);
        const late = rings.filter(({ at }) => at > 3 * minute);
        assert.ok(late.length > 0);
        assert.ok(late.every(({ certainty }) => certainty === "sometimes"));
    });

    it("rings for groups of their own", () => {
        const byRow = (visible: readonly number[]): Groups<number> =>
            new Map(visible.map((index) => [`host ${index}`, [index]]));
        const { rings } = runClock(rows([0, 3], [0, 3]), { ...schedule, window: 5 * minute }, byRow);
        assert.deepEqual(
            rings.map(({ group }) => group),
            ["host 0", "host 1"],
        );
    });

    it("keeps silent up to the threshold, and says how near it came", () => {
        const { rings, mostRows } = runClock(rows([0, 3], [1, 4]), { ...schedule, threshold: 2 }, all);
        assert.deepEqual([rings.length, mostRows], [0, 2]);
    });

    it("waits for failing periods", () => {
        const two = { ...schedule, failingPeriods: { toAlert: 2, of: 3 } };
        assert.equal(runClock(rows([0, 3]), { ...two, window: 5 * minute }, all).rings.length, 0);
        assert.ok(runClock(rows([0, 3]), two, all).rings.length > 0);
    });

    it("stays within its evaluations on a long recording", () => {
        const many = Array.from({ length: 5_000 }, (_, index) => ({
            time: index * 700,
            ingested: index * 700 + 3 * minute,
        }));
        let asked = 0;
        const { rings } = runClock(many, schedule, (visible) => {
            asked++;
            return all(visible);
        });
        assert.ok(rings.length > 0);
        assert.ok(asked <= 400, `asked ${asked} times`);
    });
});
