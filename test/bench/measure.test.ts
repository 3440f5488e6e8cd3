import assert from "node:assert/strict";
import type { Race } from "../../bench/benchmark";
import { measure } from "../../bench/measure";
import { median } from "../../bench/median";

describe("the median", () => {
    for (const [numbers, expected] of [
        [[5], 5],
        [[9, 1, 4], 4],
        [[8, 1, 4, 2], 3],
        [[10, 9, 2], 9],
    ] as const) {
        it(`of ${numbers.join(", ")} is ${expected}`, () => assert.equal(median(numbers), expected));
    }

    it("of nothing is no number", () => assert.ok(Number.isNaN(median([]))));
});

describe("measuring a race", () => {
    /** Contenders that move a clock of their own, by milliseconds a run. */
    function raceOf(runs: Readonly<Record<string, (run: number) => number>>) {
        let time = 0;
        const order: string[] = [];
        const contenders = Object.entries(runs).map(([name, msOf]) => {
            let done = 0;
            const run = (): number => {
                order.push(name);
                time += msOf(done++);
                return 10;
            };
            return { name, run };
        });
        const race: Race = { kind: "race", title: "t", unit: "things", baseline: "a", contenders };
        return { race, order, now: () => time };
    }

    it("gives the units a second and the time of a run", async () => {
        const { race, now } = raceOf({ a: () => 20, b: () => 5 });
        const timings = await measure(race, { rounds: 3, roundMs: 1 }, now);
        assert.deepEqual(timings, [
            { name: "a", rate: 500, msPerRun: 20, goal: null },
            { name: "b", rate: 2000, msPerRun: 5, goal: null },
        ]);
    });

    it("lets every contender begin in turn, after a round to warm up", async () => {
        const { race, order, now } = raceOf({ a: () => 10, b: () => 10 });
        await measure(race, { rounds: 2, roundMs: 1 }, now);
        assert.deepEqual(order, ["a", "b", "b", "a", "a", "b"]);
    });

    it("repeats a short run until the round is long enough", async () => {
        const { race, order, now } = raceOf({ a: () => 10 });
        const [timing] = await measure(race, { rounds: 1, roundMs: 35 }, now);
        assert.equal(order.length, 8);
        assert.equal(timing?.msPerRun, 10);
    });

    it("counts neither the first round nor one that was disturbed", async () => {
        const { race, now } = raceOf({ a: (run) => [900, 10, 700, 10][run] ?? 0 });
        const [timing] = await measure(race, { rounds: 3, roundMs: 1 }, now);
        assert.equal(timing?.msPerRun, 10);
    });
});
