"use strict";
// What Pulumi runs as the program: it as compiled where that is current, else its sources, which Pulumi's language host
// compiles with their types checked: on a fresh machine that takes longer than a preview.
const { isFresh } = require("./bin/freshness.cjs");

module.exports = require(isFresh() ? "./dist/index.js" : "./index");
