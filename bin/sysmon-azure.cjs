#!/usr/bin/env node
"use strict";
// Starts the command: in this process, or, where it will read queries, in one that starts from a snapshot in which the
// parser of KQL is loaded already. What that saves, and why it takes a second process: docs/startup.md.
const path = require("node:path");

const script = path.join(__dirname, "command.cjs");
const inThisProcess = () => require(script);

/** Commands that parse queries. Another that does is only slower to start. */
const parsing = new Set(["kql", "rehearse", "coverage", "diff"]);

/** Options of Node, a debugger and coverage are for the process that they were given to. */
const plain = process.execArgv.length === 0 && !process.env.NODE_OPTIONS && !process.env.NODE_V8_COVERAGE;

if (plain && parsing.has(process.argv[2])) {
    const { findSnapshot, makeSnapshot, runFromSnapshot } = require("./parserSnapshot.cjs");
    const snapshot = findSnapshot();
    if (snapshot.file !== undefined) {
        void runFromSnapshot(snapshot.file, script, inThisProcess);
    } else {
        // Beside the command, on another core.
        if (snapshot.make) void makeSnapshot();
        inThisProcess();
    }
} else {
    inThisProcess();
}
