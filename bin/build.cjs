#!/usr/bin/env node
"use strict";
// Compiles the package into `dist`, makes the snapshot that commands start from, and has the rules bound that `npm start`
// rehearses. What is there already and was made from the sources as they lie here is left alone.
const { spawnSync } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");
const { root, stampFile, sourcesHash, isFresh } = require("./freshness.cjs");
const { findSnapshot, makeSnapshot } = require("./snapshot.cjs");

const stale = process.argv.includes("--force") || !isFresh();
if (stale) compile();
// Neither is a failure where it cannot be made: commands start without them, only slower.
const made = findSnapshot(true).make ? makeSnapshot(true) : Promise.resolve();
if (stale) void made.then(bindRules);

/** A rehearsal keeps what it finds out about each rule; what it tells is for nobody yet. */
function bindRules() {
    spawnSync(process.execPath, [path.join(__dirname, "sysmon-azure.cjs"), "rehearse"], { cwd: root, stdio: "ignore" });
}

function compile() {
    const dist = path.join(root, "dist");
    fs.rmSync(dist, { recursive: true, force: true });
    const tsc = require.resolve("typescript/bin/tsc", { paths: [root] });
    const result = spawnSync(process.execPath, [tsc, "-p", path.join(root, "tsconfig.build.json")], {
        cwd: root,
        stdio: "inherit",
    });
    if (result.status !== 0) {
        fs.rmSync(dist, { recursive: true, force: true });
        process.exit(result.status ?? 1);
    }
    fs.writeFileSync(stampFile, sourcesHash() ?? "");
}
