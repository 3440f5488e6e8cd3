#!/usr/bin/env node
"use strict";
// Compiles the package into `dist`, and makes the snapshot that commands start from. What is there already and was made
// from the sources as they lie here is left alone.
const { spawnSync } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");
const { root, stampFile, sourcesHash, isFresh } = require("./freshness.cjs");
const { findSnapshot, makeSnapshot } = require("./parserSnapshot.cjs");

if (process.argv.includes("--force") || !isFresh()) compile();
// One that cannot be made is no failure: commands start without it, only slower.
if (findSnapshot().make) void makeSnapshot();

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
