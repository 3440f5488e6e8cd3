#!/usr/bin/env node
"use strict";
// Starts the command: in this process, or, where it will read queries or plan a stack, in one that starts from a snapshot
// in which what that takes is loaded already. What it saves, and why it takes a second process: docs/startup.md.
const path = require("node:path");

/** Finds out whether the command is compiled as its sources lie here, and runs it as compiled or from them. */
const command = path.join(__dirname, "command.cjs");
/** The command as compiled. */
const compiled = path.join(__dirname, "..", "dist", "cli", "main.js");

/** Commands that load much. Another that does is only slower to start. */
const loading = new Set(["kql", "rehearse", "coverage", "diff", "plan"]);

/** Options of Node, a debugger and coverage are for the process that they were given to. */
const plain = process.execArgv.length === 0 && !process.env.NODE_OPTIONS && !process.env.NODE_V8_COVERAGE;

if (plain && loading.has(process.argv[2])) {
    const { isFresh } = require("./freshness.cjs");
    const { findSnapshot, makeSnapshot, runFromSnapshot } = require("./snapshot.cjs");
    const fresh = isFresh();
    const script = fresh ? compiled : command;
    const inThisProcess = () => require(script);
    const snapshot = findSnapshot(fresh);
    if (snapshot.file !== undefined) {
        void runFromSnapshot(snapshot.file, script, inThisProcess);
    } else {
        // Beside the command, on another core.
        if (snapshot.make) void makeSnapshot(fresh);
        inThisProcess();
    }
} else {
    require(command);
}
