"use strict";
// Mocha's dots, what fails as soon as it does, a line for what was left out and why, and a closing line that any
// continuous integration can read.
const { reporters } = require("mocha");

module.exports = class Reporter extends reporters.Dot {
    constructor(runner, options) {
        super(runner, options);
        // At once: what is stopped before its end would tell nothing of what failed.
        runner.on("fail", (test, error) => {
            process.stdout.write(
                `\n  failed: ${test.fullTitle()}\n    ${String(error?.message ?? error)
                    .split("\n", 3)
                    .join("\n    ")}\n`,
            );
        });
        const leftOut = new Map();
        runner.on("pending", (test) => {
            const [suite, reason = "pending"] = test.fullTitle().split(" left out: ");
            leftOut.set(reason, [...(leftOut.get(reason) ?? []), suite]);
        });
        runner.once("end", () => {
            for (const [reason, suites] of leftOut) {
                process.stdout.write(`Left out, because ${reason}: ${suites.join(", ")}\n`);
            }
            const { passes = 0, failures = 0, pending = 0 } = this.stats;
            process.stdout.write(`${passes} passed, ${failures} failed${pending > 0 ? `, ${pending} skipped` : ""}\n`);
        });
    }
};
