"use strict";
// What `node --build-snapshot` runs. It loads the parser of KQL and has it build its grammar; then it loads the modules
// of the commands that start from the snapshot. A process that does so begins at the main function below.
const fs = require("node:fs");
const { Module, createRequire, isBuiltin } = require("node:module");
const path = require("node:path");
const { startupSnapshot } = require("node:v8");
const vm = require("node:vm");

/** Scripts of the parser, in order; the compiled package's folder, or null; what Node's http2 has for `constants`. */
const { parser, dist, http2Constants } = JSON.parse(process.argv[2]);

for (const file of parser) vm.runInThisContext(fs.readFileSync(file, "utf8"), { filename: file });

// Grammar and binder come to be on first use. These make what nearly every query needs of them.
const { KustoCode, GlobalState } = globalThis.Kusto.Language;
const queries = [
    `datatable(EventID: long, EventData: string, TimeGenerated: datetime)[10, "<Data>", datetime(2017-01-01)]
    | where EventID == 10 and EventData has "lsass" and TimeGenerated > ago(1d)
    | parse EventData with * '<Data Name="SourceImage">' SourceImage '<' *
    | extend Path = extract("a(b)", 1, SourceImage), Xml = parse_xml(EventData)
    | mv-expand Xml
    | join kind=leftouter (range EventID from 1 to 3 step 1) on EventID
    | summarize count() by SourceImage, bin(EventID, 1)
    | top 3 by count_`,
    `let f = (a: long) { a + 1 }; union isfuzzy=true (print b = f(1)) | project b | sort by b desc | take 1`,
];
for (const query of queries) KustoCode.ParseAndAnalyze(query, GlobalState.Default).GetDiagnostics();

/**
 * Modules by file. Node's own loader cannot be kept in a snapshot, what it would have loaded can: this is a loader for as
 * long as the snapshot is made, and its modules are Node's from the start of the process.
 */
let modules = Object.create(null);
/** Whether this is a process that started from the snapshot. */
let started = false;
/** What loading added to the globals. */
let added = [];
/** What loading read of files and folders, as it was then. */
const seen = new Map();
/** What loading read of the environment, and found. */
const environment = new Map();

/** What tells whether a file or a folder is still the same. */
function stateOf(place) {
    const stat = fs.statSync(place, { throwIfNoEntry: false });
    return stat && `${stat.size} ${stat.ctimeMs} ${stat.ino}`;
}

/** Modules of Node that a snapshot cannot hold. They are loaded when something of them is first used. */
const onDemand = new Set(["dns", "http", "http2", "https", "net", "tls", "worker_threads"]);

function builtin(id) {
    const name = id.replace(/^node:/, "");
    if (!onDemand.has(name)) return process.getBuiltinModule(name);
    return new Proxy(
        {},
        {
            get(_, key) {
                // The one thing of these that a module reads when it loads.
                if (name === "http2" && key === "constants") return http2Constants;
                // What compiled imports look at before they copy anything.
                if (key === "__esModule") return true;
                if (!started) throw new Error(`${name}.${String(key)} is read when a module loads.`);
                const real = process.getBuiltinModule(name);
                return key === "default" ? real : real[key];
            },
        },
    );
}

function requireFrom(file) {
    const { resolve } = createRequire(file);
    const require = (id) => {
        if (isBuiltin(id)) return builtin(id);
        return started ? createRequire(file)(id) : load(resolve(id));
    };
    require.resolve = (...args) => (started ? createRequire(file).resolve : resolve)(...args);
    return Object.defineProperty(require, "cache", { get: () => (started ? Module._cache : modules) });
}

function load(file) {
    const known = modules[file];
    if (known) return known.exports;
    const module = new Module(file);
    module.filename = file;
    modules[file] = module;
    const text = fs.readFileSync(file, "utf8");
    if (file.endsWith(".json")) {
        module.exports = JSON.parse(text);
    } else {
        const run = vm.runInThisContext(Module.wrap(text.replace(/^#!.*/, "")), { filename: file });
        const { exports } = module;
        run.call(exports, exports, requireFrom(file), module, file, path.dirname(file));
    }
    module.loaded = true;
    return module.exports;
}

/** Leaves nothing of the modules behind. */
function forgetModules() {
    modules = Object.create(null);
    for (const name of added) Reflect.deleteProperty(globalThis, name);
}

/** Loads what the commands load, and remembers what that read. */
function loadCommands() {
    const globals = new Set(Reflect.ownKeys(globalThis));
    const { readFileSync, readdirSync } = fs;
    const { env } = process;
    const noted = (read) =>
        function (place, ...rest) {
            if (typeof place === "string") seen.set(path.resolve(place), stateOf(place));
            return read.call(this, place, ...rest);
        };
    fs.readFileSync = noted(readFileSync);
    fs.readdirSync = noted(readdirSync);
    process.env = new Proxy(env, {
        get(target, name) {
            // What gRPC reads is for connections, of which no command opens any that starts from a snapshot.
            if (typeof name === "string" && !name.startsWith("GRPC_")) environment.set(name, target[name]);
            return target[name];
        },
    });
    // Modules load others by this, too.
    Module.createRequire = requireFrom;
    let whole = false;
    try {
        load(path.join(dist, "cli", "startup.js")).loadCommands();
        whole = true;
    } catch {
        // Whoever loads them without a snapshot will hear what is wrong.
    }
    Module.createRequire = createRequire;
    Object.assign(fs, { readFileSync, readdirSync });
    process.env = env;
    added = Reflect.ownKeys(globalThis).filter((name) => !globals.has(name));
    if (!whole) forgetModules();
}

if (dist !== null) loadCommands();

/** How the modules of the snapshot are to this process: just what it would load, or not, here or anywhere. */
function fitness() {
    for (const [place, state] of seen) if (stateOf(place) !== state) return "outdated";
    for (const [name, value] of environment) if (process.env[name] !== value) return "foreign";
    return "fitting";
}

startupSnapshot.setDeserializeMainFunction(() => {
    const [script] = process.argv.splice(1, 1);
    // A trial: the snapshot loads.
    if (script === undefined) return;
    started = true;
    const fit = fitness();
    if (fit === "fitting") Object.assign(Module._cache, modules);
    else forgetModules();
    // Tells that it did start; from here on all is as in a process that was started without a snapshot.
    fs.writeSync(3, fit);
    fs.closeSync(3);
    process.execArgv.splice(0);
    createRequire(script)(script);
});
