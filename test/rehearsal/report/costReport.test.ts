import assert from "node:assert/strict";
import pc from "picocolors";
import { forecastVolume, type Volume } from "../../../rehearsal/analysis/volume";
import { costReport } from "../../../rehearsal/report/costReport";

const style = { width: 80, colors: pc.createColors(false) };

const volume: Volume = {
    table: "WindowsEvent",
    events: [
        { id: 1, read: 1_500, kept: 1_200, bytes: 4_000_000 },
        { id: 10, read: 9_000, kept: 0, bytes: 0 },
    ],
    bytes: 4_000_000,
    hosts: 2,
    hostHours: 48,
    recordings: ["monday", "tuesday"],
};

const report = (change: Partial<Volume> = {}, pricePerGb?: number): string => {
    const changed = { ...volume, ...change };
    const options = pricePerGb === undefined ? { hosts: 100 } : { hosts: 100, pricePerGb };
    return costReport([{ volume: changed, forecast: forecastVolume(changed, options) }], style);
};

describe("the report of cost on a terminal", () => {
    it("shows events and bytes by id, and the whole", () => {
        assert.match(report(), /^Cost, table WindowsEvent\n/);
        assert.match(report(), /^ +1 {2}ProcessCreate +1,500 +1,200 +4,000,000$/m);
        assert.match(report(), /^ +all +10,500 +1,200 +4,000,000$/m);
    });

    it("says what it was measured over", () => {
        assert.match(report(), /Measured over 48\.00 hours of 2 machines: monday, tuesday\./);
    });

    it("forecasts a machine's day and the stack's month", () => {
        const flowing = report().replace(/\s+/g, " ");
        assert.match(
            flowing,
            /One machine sends 600 events and 2 MB a day; 100 machines 0\.2 GB a day, 6\.08 GB a month\./,
        );
        assert.doesNotMatch(flowing, /costs|rough guess/);
    });

    it("names the price where one is given", () => {
        assert.match(report({}, 3).replace(/\s+/g, " "), /6\.08 GB a month, which costs 18\.25\./);
    });

    it("says where the forecast is a rough guess", () => {
        assert.match(report({ hostHours: 2 }).replace(/\s+/g, " "), /A rough guess from 2\.0 hours/);
    });

    it("refuses to tell of a day from minutes", () => {
        const text = report({ hostHours: 0.05 });
        assert.match(text, /too short to tell of a day: record at least 10 minutes/);
        assert.doesNotMatch(text, /GB a month,/);
    });

    it("says that there is no recording of everyday life", () => {
        assert.match(report({ recordings: [], hostHours: 0 }), /No recording of everyday life/);
    });

    it("says what it assumes", () => {
        assert.match(report(), /Assumed:\n[^]+10\^9 bytes/);
    });

    it("stays within the columns", () => {
        const longest = Math.max(
            ...report({}, 3)
                .split("\n")
                .map((line) => line.length),
        );
        assert.ok(longest <= style.width, `${longest} columns`);
    });
});
