"use strict";
// Whether `dist` was built from the sources as they lie here. Content decides, not time stamps, which git does not keep.
const crypto = require("node:crypto");
const fs = require("node:fs");
const path = require("node:path");

const root = path.resolve(__dirname, "..");
const stampFile = path.join(root, "dist", ".built-from");
const config = path.join(root, "tsconfig.build.json");

/** SHA-256 over every source that the build reads, or undefined in an installed package, which has no sources. */
function sourcesHash() {
    if (!fs.existsSync(config)) return undefined;
    const hash = crypto.createHash("sha256");
    const add = (file) =>
        hash.update(path.relative(root, file)).update("\0").update(fs.readFileSync(file)).update("\0");
    for (const name of ["package.json", "tsconfig.json", "tsconfig.build.json"]) add(path.join(root, name));
    for (const entry of JSON.parse(fs.readFileSync(config, "utf8")).include) walk(path.join(root, entry), add);
    return hash.digest("hex");
}

function walk(place, add) {
    const stat = fs.statSync(place, { throwIfNoEntry: false });
    if (!stat) return;
    if (stat.isFile()) {
        if (place.endsWith(".ts")) add(place);
        return;
    }
    for (const name of fs.readdirSync(place).sort()) walk(path.join(place, name), add);
}

/** True where `dist` may be run: it was built from these very sources, or there are none. */
function isFresh() {
    const wanted = sourcesHash();
    if (wanted === undefined) return true;
    return fs.existsSync(stampFile) && fs.readFileSync(stampFile, "utf8") === wanted;
}

module.exports = { root, stampFile, sourcesHash, isFresh };
