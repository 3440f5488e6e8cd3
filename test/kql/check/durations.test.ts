import assert from "node:assert/strict";
import { durationMilliseconds, durationText } from "../../../kql/check/durations";

describe("A duration in a rule", () => {
    for (const [text, milliseconds] of [
        ["1h", 3_600_000],
        ["14d", 1_209_600_000],
        ["30M", 1_800_000],
        ["45s", 45_000],
        ["PT5M", 300_000],
        ["P1D", 86_400_000],
        ["P1DT2H3M4S", 93_784_000],
        ["hourly", undefined],
        ["P", undefined],
        ["PT", undefined],
        ["1w", undefined],
    ] as const) {
        it(`of ${text} is ${milliseconds ?? "none"}`, () => assert.equal(durationMilliseconds(text), milliseconds));
    }

    for (const [milliseconds, text] of [
        [60_000, "1m"],
        [90_000, "90s"],
        [86_400_000, "1d"],
        [5_400_000, "90m"],
        [1, "1ms"],
        [0, "0ms"],
    ] as const) {
        it(`of ${milliseconds} ms is written ${text}`, () => assert.equal(durationText(milliseconds), text));
    }
});
