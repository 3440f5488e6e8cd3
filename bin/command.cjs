"use strict";
// Runs the compiled command where it is current, the sources where they have changed since: never a stale answer.
const { isFresh } = require("./freshness.cjs");

if (isFresh()) {
    require("../dist/cli/main.js");
} else {
    require("tsx/cjs");
    require("../cli/main.ts");
}
