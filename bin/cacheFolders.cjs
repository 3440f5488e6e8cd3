"use strict";
// Where things are kept that can be made again.
const os = require("node:os");
const path = require("node:path");

const own = path.resolve(__dirname, "..", ".cache");

/** Folders of this package for such things, the preferred one first; any may be missing, or not be ours to write. */
function cacheFolders() {
    const cache = process.platform === "win32" ? process.env.LOCALAPPDATA : process.env.XDG_CACHE_HOME;
    if (cache && path.isAbsolute(cache)) return [path.join(cache, "sysmon-azure"), own];
    try {
        return [path.join(os.homedir(), ".cache", "sysmon-azure"), own];
    } catch {
        return [own]; // A user without a home.
    }
}

module.exports = { cacheFolders };
