"use strict";
// The snapshot of a process in which the parser of KQL and the modules of commands are loaded: where it is kept, how it is
// made, started and checked.
const { spawn } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");
const v8 = require("node:v8");
const { crc32 } = require("node:zlib");
const { cacheFolders } = require("./cacheFolders.cjs");
const { root, stampFile } = require("./freshness.cjs");

const program = path.join(__dirname, "snapshotMain.cjs");

const dayMs = 24 * 60 * 60 * 1000;
/** What was not used for so long is removed when a snapshot is made. */
const keptMs = 30 * dayMs;

/** Signals by which somebody ends a process. By any other it ends itself. */
const endings = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGKILL"];
/** Those of them that a process can hand on. */
const handedOn = endings.filter((signal) => signal !== "SIGKILL");

/** The folder of the parser's package. */
function parserFolder() {
    return path.dirname(require.resolve("@kusto/language-service-next/package.json"));
}

/** How the names of the snapshots start that this Node has for the package in this place. */
function nameHere() {
    return `start-${process.version}-${process.platform}-${process.arch}-${hex(crc32(root))}-`;
}

/**
 * How the name of a fitting snapshot starts. V8 takes a snapshot only in the very program that wrote it, under the same
 * flags, on a processor with the same features, and modules belong to one place: the name tells all of these.
 */
function fittingName(fresh) {
    const { size, mtimeMs } = fs.statSync(process.execPath);
    const manifests = [root, parserFolder()].map((folder) => read(path.join(folder, "package.json")));
    const modules = fresh ? `built from ${read(stampFile)}` : "the parser alone";
    const what = [v8.cachedDataVersionTag(), size, mtimeMs, read(program), ...manifests, modules];
    return `${nameHere()}${hex(crc32(what.join("\n")))}-`;
}

/**
 * The name of a snapshot ends with the checksum of its content. An empty one says that this Node was found unable to
 * make or to load any.
 */
function ending(content) {
    return `${hex(crc32(content))}.blob`;
}

function hex(checksum) {
    return checksum.toString(16).padStart(8, "0");
}

/**
 * What is known of the snapshot for this Node: `{ file }`, the file of a sound one; `{ make: true }` where it has yet to
 * be made; `{ make: false }` where it cannot be. A damaged one, which would crash Node, is removed. `fresh` says whether
 * the compiled modules may be run; if not, the snapshot is one of the parser alone.
 */
function findSnapshot(fresh) {
    try {
        const name = fittingName(fresh);
        let make = true;
        for (const folder of cacheFolders()) {
            for (const candidate of namesIn(folder)) {
                if (!candidate.startsWith(name) || !candidate.endsWith(".blob")) continue;
                const file = path.join(folder, candidate);
                const content = read(file);
                if (content === undefined || candidate !== name + ending(content)) remove(file);
                else if (content.length === 0) make = false;
                else {
                    markUsed(file);
                    return { file };
                }
            }
        }
        return { make };
    } catch {
        return { make: false }; // The command itself will tell what is wrong with the installation.
    }
}

/**
 * Makes the snapshot for this Node, in a process beside this one; it never fails. The file appears under its name only
 * when it is whole and has been seen to load.
 */
async function makeSnapshot(fresh) {
    const name = fittingName(fresh);
    const temporary = temporaryFile(name);
    if (temporary === undefined) return;
    let running;
    const cleanUp = () => {
        running?.kill();
        remove(temporary);
    };
    process.once("exit", cleanUp);
    const node = (...args) => {
        // Nothing of this process's environment is to be kept.
        running = spawn(process.execPath, ["--snapshot-blob", temporary, ...args], { stdio: "ignore", env: {} });
        return ended(running);
    };
    const parser = ["bridge.min.js", "Kusto.Language.Bridge.min.js"].map((file) => path.join(parserFolder(), file));
    const build = (dist) => {
        const content = JSON.stringify({ parser, dist, http2Constants: require("node:http2").constants });
        return node("--build-snapshot", program, content);
    };
    let last = await build(fresh ? path.join(root, "dist") : null);
    // Not every module can be in one; the parser can.
    if (fresh && last.code !== 0 && !endings.includes(last.signal)) last = await build(null);
    if (last.code === 0) last = await node();
    try {
        if (last.code === 0) {
            const folder = path.dirname(temporary);
            const made = name + ending(fs.readFileSync(temporary));
            fs.renameSync(temporary, path.join(folder, made));
            removeUnused(folder, made);
        } else if (!endings.includes(last.signal)) {
            fs.writeFileSync(path.join(path.dirname(temporary), name + ending("")), "");
        }
    } catch {
        // The slow way serves as well.
    }
    cleanUp();
    process.off("exit", cleanUp);
}

/** An empty file beside which the snapshot will lie; undefined where no folder can be written. */
function temporaryFile(name) {
    for (const folder of cacheFolders()) {
        try {
            fs.mkdirSync(folder, { recursive: true });
            const file = path.join(folder, `${name}${process.pid}.tmp`);
            fs.writeFileSync(file, "");
            return file;
        } catch {
            // The next one, then.
        }
    }
    return undefined;
}

/**
 * Runs a script in a process that starts from a snapshot, with the arguments, the streams and the end of this one. Where
 * it does not come to start, `otherwise` is called, and this Node does without from then on. A snapshot of files that
 * have changed is removed once it has served its parser.
 */
async function runFromSnapshot(file, script, otherwise) {
    const child = spawn(process.execPath, ["--snapshot-blob", file, script, ...process.argv.slice(1)], {
        // Whatever Node says of a snapshot that it refuses would go to standard error before the start.
        stdio: ["inherit", "inherit", "inherit", "pipe"],
    });
    let told = "";
    child.stdio[3]?.on("data", (text) => (told += text)).on("error", () => undefined);
    // A terminal sends Ctrl-C to both processes, `kill` to this one only.
    const handOn = (signal) => child.kill(signal);
    for (const signal of handedOn) process.on(signal, handOn);
    const { code, signal } = await ended(child);
    for (const signal of handedOn) process.off(signal, handOn);
    if (told === "outdated") remove(file);
    if (told !== "" || endings.includes(signal)) {
        if (signal) process.kill(process.pid, signal);
        else process.exitCode = code;
        return;
    }
    // Another start may have replaced it in between, which says nothing about this Node.
    if (!fs.existsSync(file)) return otherwise();
    remove(file);
    try {
        fs.writeFileSync(file.replace(/[0-9a-f]{8}\.blob$/, ending("")), "");
    } catch {
        // Then it will be tried again.
    }
    otherwise();
}

/** How a process ended, once all that it wrote for us has arrived. */
function ended(child) {
    return new Promise((resolve) => {
        child.on("error", () => resolve({ code: null, signal: null }));
        child.on("close", (code, signal) => resolve({ code, signal }));
    });
}

/** Removes what the one just made replaces, and what has long served nobody. */
function removeUnused(folder, made) {
    const here = nameHere();
    for (const name of namesIn(folder)) {
        const file = path.join(folder, name);
        const age = Date.now() - (fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? Infinity);
        const replaced = name.startsWith(here) && name.endsWith(".blob") && name !== made;
        if (replaced || (/^(start|kql-parser)-/.test(name) && age > keptMs)) remove(file);
    }
}

function namesIn(folder) {
    try {
        return fs.readdirSync(folder);
    } catch {
        return [];
    }
}

function read(file) {
    try {
        return fs.readFileSync(file);
    } catch {
        return undefined;
    }
}

function remove(file) {
    try {
        fs.rmSync(file, { force: true });
    } catch {
        // It stays, unused.
    }
}

function markUsed(file) {
    try {
        const now = new Date();
        if (now - fs.statSync(file).mtime > dayMs) fs.utimesSync(file, now, now);
    } catch {
        // It will be made again in a month.
    }
}

module.exports = { findSnapshot, makeSnapshot, runFromSnapshot };
