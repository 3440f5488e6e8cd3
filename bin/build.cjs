#!/usr/bin/env node
"use strict";
// Compiles the package into `dist`; does nothing when `dist` was built from the sources as they lie here.
const { spawnSync } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");
const { root, stampFile, sourcesHash, isFresh } = require("./freshness.cjs");

if (!process.argv.includes("--force") && isFresh()) process.exit(0);

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
