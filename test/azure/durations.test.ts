import assert from "node:assert/strict";
import fc from "fast-check";
import {
    allowedDuration,
    durationMs,
    evaluationFrequencies,
    formatDuration,
    muteDurations,
    queryTimeRanges,
    windowSizes,
} from "../../azure";

describe("durations", () => {
    const cases: [string, number | undefined][] = [
        ["PT5M", 300_000],
        ["PT1H30M", 5_400_000],
        ["P1DT12H", 129_600_000],
        ["P2D", 172_800_000],
        ["P1W", 604_800_000],
        ["PT0S", 0],
        ["PT1.5S", 1_500],
        ["PT90M", 5_400_000],
        ["P1M", undefined],
        ["P1Y", undefined],
        ["P", undefined],
        ["PT", undefined],
        ["P1DT", undefined],
        ["P1W1D", undefined],
        ["5m", undefined],
        ["pt5m", undefined],
        ["-PT5M", undefined],
        [" PT5M", undefined],
        ["PT5M\n", undefined],
        ["", undefined],
    ];
    for (const [text, ms] of cases) {
        it(`${JSON.stringify(text)} is ${ms === undefined ? "no duration" : `${ms} ms`}`, () => {
            assert.equal(durationMs(text), ms);
        });
    }

    it("are read back as they were written", () => {
        fc.assert(
            fc.property(fc.nat({ max: 400 * 86_400_000 }), (ms) => {
                assert.equal(durationMs(formatDuration(ms)), ms);
            }),
        );
    });

    it("are written as Azure lists them", () => {
        for (const listed of [...evaluationFrequencies, ...windowSizes, ...queryTimeRanges, ...muteDurations]) {
            assert.equal(formatDuration(durationMs(listed) ?? -1), listed);
        }
    });

    it("are accepted in another spelling, and sent in Azure's", () => {
        assert.equal(allowedDuration("PT60M", evaluationFrequencies), "PT1H");
        assert.equal(allowedDuration("PT24H", windowSizes), "P1D");
        assert.equal(allowedDuration("PT7M", windowSizes), undefined);
        assert.equal(allowedDuration("soon", windowSizes), undefined);
    });

    it("that a rule may use differ by what they are for", () => {
        assert.equal(evaluationFrequencies.includes("P2D"), false);
        assert.equal(windowSizes.includes("P2D"), true);
        assert.deepEqual(
            [queryTimeRanges, muteDurations].map((list) => list.includes("PT20M")),
            [true, false],
        );
        assert.equal(queryTimeRanges.includes("PT1M"), false);
    });
});
