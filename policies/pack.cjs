"use strict";
// What Pulumi starts as the policy pack: it as compiled where that is current, else its sources, which Pulumi compiles
// with their types checked, and which takes half a minute.
const { isFresh } = require("../bin/freshness.cjs");

module.exports = require(isFresh() ? "../dist/policies" : "./index");
