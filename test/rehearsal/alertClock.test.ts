import assert from "node:assert/strict";
import fc from "fast-check";
import { runClock, runClockUntil, type ClockRow, type Groups, type Schedule } from "../../rehearsal/alertClock";

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

describe("The clock of a rule that looks for what is missing", () => {
    const asked: Schedule = { ...schedule, frequency: 15 * minute, window: 360 * minute };
    const twoOfThree = { ...asked, failingPeriods: { toAlert: 2, of: 3 } };
    const until = 300 * minute;

    /** A rule over one row at the beginning that has a row for a group between two instants each. */
    const clock = (planned: Schedule, spans: readonly (readonly [from: number, to: number])[], group = "host") =>
        runClockUntil(rows([0, 0]), planned, until, (_, now) => {
            return new Map(spans.some(([from, to]) => now >= from && now < to) ? [[group, [now]]] : []);
        });

    it("is silent without rows, and where the recording ends before the first is visible", () => {
        const always = (): Groups<number> => new Map([["host", [1]]]);
        assert.deepEqual(runClockUntil([], asked, until, always), { rings: [], mostRows: 0 });
        assert.deepEqual(runClockUntil(rows([0, 400]), asked, until, always), { rings: [], mostRows: 0 });
    });

    it("never rings after the end of the recording", () => {
        const { rings } = clock(twoOfThree, [[240 * minute, Infinity]]);
        assert.ok(rings.length > 0);
        assert.ok(rings.every(({ at }) => at <= until));
    });

    it("finds each of several changes between two evaluations", () => {
        const { rings } = runClockUntil(rows([0, 0]), { ...asked, frequency: 3 * minute }, until, (_, now) => {
            const over = [61, 61.4, 61.7].flatMap((from): [string, number[]][] =>
                now >= from * minute && now < 70 * minute ? [[`host ${from}`, [now]]] : [],
            );
            return new Map(over);
        });
        assert.deepEqual([...new Set(rings.map(({ group }) => group))], ["host 61", "host 61.4", "host 61.7"]);
    });

    it("rings where enough of the last evaluations fail, from whichever phase, to the second", () => {
        fc.assert(
            fc.property(
                fc.integer({ min: 6, max: 250 }),
                fc.integer({ min: 6, max: 120 }),
                fc.constantFrom({ toAlert: 1, of: 1 }, { toAlert: 2, of: 3 }, { toAlert: 3, of: 3 }),
                (start, length, failingPeriods) => {
                    // A third of a minute off, no border falls on one of the evaluation's.
                    const [from, to] = [start * minute, start * minute + length * minute + 20_000];
                    const { frequency } = asked;
                    const alerts = Array.from({ length: frequency / 5_000 }, (_, index) => {
                        const evaluations: boolean[] = [];
                        for (let at = index * 5_000 + 2_500; at < until; at += frequency) {
                            evaluations.push(at >= from && at < to);
                        }
                        return evaluations.some((_, last) => {
                            const seen = evaluations.slice(Math.max(0, last - failingPeriods.of + 1), last + 1);
                            return seen.filter(Boolean).length >= failingPeriods.toAlert;
                        });
                    });
                    const { rings } = clock({ ...asked, failingPeriods }, [[from, to]]);
                    assert.equal(rings.length > 0, alerts.includes(true));
                    if (rings.length > 0) {
                        const certain = rings.every(({ certainty }) => certainty === "always");
                        assert.equal(certain, !alerts.includes(false));
                    }
                },
            ),
            { numRuns: 60 },
        );
    });

    it("finds the few phases from which two evaluations fall into a time hardly longer than a period", () => {
        const [from, to] = [6 * minute, 6 * minute + asked.frequency + 20_000];
        const { rings } = clock(twoOfThree, [[from, to]]);
        const [first] = rings;
        assert.ok(first !== undefined && first.at > from + asked.frequency && first.at < to);
        assert.equal(first.certainty, "sometimes");
    });

    it("is muted for a while after it rang, each group for itself", () => {
        const spans = [[60 * minute, until]] as const;
        const often = clock(asked, spans).rings.map(({ at }) => at);
        const once = clock({ ...asked, mute: 60 * minute }, spans).rings.map(({ at }) => at);
        assert.deepEqual(
            once,
            often.filter((_, index) => index % 4 === 0),
        );
    });
});
