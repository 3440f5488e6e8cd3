import assert from "node:assert/strict";
import type { Race } from "../../bench/benchmark";
import { formatNumber, formatResult, measurementResult, raceResult } from "../../bench/report";

const race: Race = { kind: "race", title: "sorting", unit: "numbers", baseline: "plain", contenders: [] };
const timings = [
    { name: "quick", rate: 2_512_345, msPerRun: 0.0123456, goal: 500_000 },
    { name: "plain", rate: 100_000, msPerRun: 12, goal: null },
];

describe("the report of a race", () => {
    it("compares every contender with the baseline", () => {
        const result = raceResult(race, timings);
        assert.equal(result.kind, "race");
        assert.deepEqual(
            result.contenders.map(({ name, ratio }) => [name, ratio]),
            [
                ["quick", 25.12345],
                ["plain", 1],
            ],
        );
    });

    it("is a table, with a goal where there is one", () => {
        assert.equal(
            formatResult(raceResult(race, timings)),
            [
                "sorting",
                "         numbers/CPU-s  CPU ms/run  ratio     goal",
                "  quick      2,510,000       0.012   25.1  500,000",
                "  plain        100,000          12      1",
            ].join("\n"),
        );
    });

    it("leaves out the goals where there are none, and says what clock ran", () => {
        assert.equal(
            formatResult(raceResult({ ...race, clock: "wall" }, timings.slice(1))),
            ["sorting", "         numbers/s  ms/run  ratio", "  plain    100,000      12      1"].join("\n"),
        );
    });

    it("refuses a baseline that does not run", () => {
        assert.throws(() => raceResult({ ...race, baseline: "none" }, timings), /no contender "none"/);
    });
});

describe("the report of a measurement", () => {
    it("is a list of figures", () => {
        const figures = [
            { name: "first", value: 81.26, unit: "ms", goal: "under 100" },
            { name: "heap", value: 0, unit: "MB" },
        ];
        assert.equal(
            formatResult(measurementResult({ kind: "measurement", title: "loading", measure: () => figures }, figures)),
            ["loading", "  first  81.3 ms  under 100", "  heap      0 MB"].join("\n"),
        );
    });
});

describe("numbers", () => {
    for (const [value, text] of [
        [2_512_345, "2,510,000"],
        [81.26, "81.3"],
        [0.01234, "0.012"],
        [7, "7"],
    ] as const) {
        it(`${value} is ${text}`, () => assert.equal(formatNumber(value), text));
    }
});
