"use strict";
// Mocha's dots, and a closing line that any continuous integration can read.
const { reporters } = require("mocha");

module.exports = class Reporter extends reporters.Dot {
    constructor(runner, options) {
        super(runner, options);
        runner.once("end", () => {
            const { passes = 0, failures = 0, pending = 0 } = this.stats;
            process.stdout.write(`${passes} passed, ${failures} failed${pending > 0 ? `, ${pending} skipped` : ""}\n`);
        });
    }
};
