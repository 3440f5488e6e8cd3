import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { packagePath } from "../../package/root";
import { temporaryFolder } from "../support/temporaryFolder";

/** How a process ended, and what it wrote. */
interface Ended {
    readonly code: number | null;
    readonly signal: NodeJS.Signals | null;
    readonly stdout: string;
    readonly stderr: string;
}

interface Start {
    readonly script: string;
    readonly args?: readonly string[];
    readonly env?: NodeJS.ProcessEnv;
    readonly nodeArgs?: readonly string[];
    readonly stdin?: string;
    /** Called with what was written first. */
    readonly onOutput?: (text: string, pid: number | undefined) => void;
}

function start({ script, args = [], env = {}, nodeArgs = [], stdin = "", onOutput }: Start): Promise<Ended> {
    const { NODE_OPTIONS: _, NODE_V8_COVERAGE: __, ...inherited } = process.env;
    const child = spawn(process.execPath, [...nodeArgs, script, ...args], { env: { ...inherited, ...env } });
    child.stdin.end(stdin);
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    if (onOutput) child.stdout.once("data", (text: string) => onOutput(text, child.pid));
    return new Promise((resolve, reject) => {
        child.on("error", reject);
        child.on("close", (code, signal) => resolve({ code, signal, stdout, stderr }));
    });
}

interface Installed {
    /** False where the folder for its snapshots is taken by a file. */
    readonly ownCache?: boolean;
    /** Further files by path. */
    readonly files?: Readonly<Record<string, string>>;
}

/** The script that starts an installed package, whose command does as this one says. */
function installed(main: string, { ownCache = true, files = {} }: Installed = {}): string {
    const folder = temporaryFolder({ "dist/cli/main.js": main, ...files, ...(ownCache ? {} : { ".cache": "" }) });
    fs.cpSync(packagePath("bin"), path.join(folder, "bin"), { recursive: true });
    fs.symlinkSync(packagePath("node_modules"), path.join(folder, "node_modules"), "junction");
    return path.join(folder, "bin", "sysmon-azure.cjs");
}

/** A command that tells how it was started. */
const telling = `console.log(JSON.stringify({
    parser: typeof globalThis.Kusto,
    argv: process.argv.slice(1),
    execArgv: process.execArgv,
    stdin: require("node:fs").readFileSync(0, "utf8"),
}));`;

interface Told {
    readonly parser: "object" | "undefined";
    readonly argv: readonly string[];
    readonly execArgv: readonly string[];
    readonly stdin: string;
}

function told({ stdout }: Ended): Told {
    return JSON.parse(stdout) as Told;
}

/** Files of snapshots in a cache. */
function blobs(cache: string): string[] {
    const folder = path.join(cache, "sysmon-azure");
    return fs.existsSync(folder) ? fs.readdirSync(folder).map((name) => path.join(folder, name)) : [];
}

describe("the start of a command that reads queries", () => {
    /** An installed command, and a cache with its snapshot for this Node. */
    let command: string;
    let cache: string;
    before(async () => {
        command = installed("");
        cache = temporaryFolder();
        await start({ script: command, args: ["kql"], env: { XDG_CACHE_HOME: cache, LOCALAPPDATA: cache } });
    });

    /** That command, now doing as this script says: its snapshot is of other modules. */
    function doing(main: string): string {
        fs.writeFileSync(path.join(path.dirname(command), "..", "dist", "cli", "main.js"), main);
        return command;
    }

    /** A copy of that cache, to be spoiled. */
    function ownCache(): string {
        const copy = temporaryFolder();
        fs.cpSync(cache, copy, { recursive: true });
        return copy;
    }

    it("leaves one snapshot, whole, under its final name", () => {
        assert.equal(blobs(cache).length, 1);
        assert.match(blobs(cache).join(), /start-v[\d.]+-\w+-\w+-[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}\.blob$/);
    });

    it("finds the parser loaded where there is a snapshot", async () => {
        const ended = await start({
            script: doing(telling),
            args: ["kql"],
            env: { XDG_CACHE_HOME: cache, LOCALAPPDATA: cache },
        });
        assert.equal(told(ended).parser, "object");
    });

    it("gives the command its arguments, its standard input and no option of Node", async () => {
        const script = doing(telling);
        const args = ["kql", "--json", "--", "print 'a b'", ""];
        const ended = await start({
            script,
            args,
            stdin: "some text",
            env: { XDG_CACHE_HOME: cache, LOCALAPPDATA: cache },
        });
        assert.deepEqual(told(ended), { parser: "object", argv: [script, ...args], execArgv: [], stdin: "some text" });
        assert.equal(ended.stderr, "");
    });

    it("ends with the command's exit code", async () => {
        const script = doing("process.exitCode = 2;");
        const { code } = await start({ script, args: ["kql"], env: { XDG_CACHE_HOME: cache, LOCALAPPDATA: cache } });
        assert.equal(code, 2);
    });

    it("hands output of any size on", async () => {
        const script = doing(`process.stdout.write("x".repeat(3_000_000));`);
        const { stdout } = await start({ script, args: ["kql"], env: { XDG_CACHE_HOME: cache, LOCALAPPDATA: cache } });
        assert.equal(stdout.length, 3_000_000);
    });

    const waiting = `process.stdout.write(String(process.pid)); setInterval(() => undefined, 1000);`;
    for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) {
        it(`takes the command along when ${signal} ends it`, async () => {
            let command = 0;
            const ended = await start({
                script: doing(waiting),
                args: ["kql"],
                env: { XDG_CACHE_HOME: cache, LOCALAPPDATA: cache },
                onOutput: (text, launcher = 0) => {
                    command = Number(text);
                    process.kill(launcher, signal);
                },
            });
            assert.equal(ended.signal, signal);
            assert.throws(() => process.kill(command, 0), { code: "ESRCH" });
        });
    }

    it("ends by the signal by which the command ended", async () => {
        const script = doing(`process.kill(process.pid, "SIGTERM"); setInterval(() => undefined, 1000);`);
        const { signal } = await start({ script, args: ["kql"], env: { XDG_CACHE_HOME: cache, LOCALAPPDATA: cache } });
        assert.equal(signal, "SIGTERM");
    });

    describe("needs no snapshot", () => {
        const others: { title: string; args?: string[]; env?: NodeJS.ProcessEnv; nodeArgs?: string[] }[] = [
            { title: "for a command that reads no query", args: ["events"] },
            { title: "under NODE_OPTIONS", env: { NODE_OPTIONS: "--max-old-space-size=500" } },
            { title: "under options of Node", nodeArgs: ["--stack-trace-limit=50"] },
            { title: "under coverage", env: { NODE_V8_COVERAGE: path.join(temporaryFolder(), "coverage") } },
        ];
        for (const { title, args = ["kql"], env = {}, nodeArgs = [] } of others) {
            it(title, async () => {
                const script = doing(telling);
                const ended = await start({
                    script,
                    args,
                    env: { XDG_CACHE_HOME: cache, LOCALAPPDATA: cache, ...env },
                    nodeArgs,
                });
                assert.deepEqual(told(ended), {
                    parser: "undefined",
                    argv: [script, ...args],
                    execArgv: nodeArgs,
                    stdin: "",
                });
            });
        }

        it("where no folder can be written", async () => {
            const taken = path.join(temporaryFolder({ file: "" }), "file");
            const script = installed(telling, { ownCache: false });
            const ended = await start({ script, args: ["kql"], env: { XDG_CACHE_HOME: taken, LOCALAPPDATA: taken } });
            assert.deepEqual([ended.code, told(ended).parser, ended.stderr], [0, "undefined", ""]);
        });
    });

    it("keeps the snapshot beside the package where the user's cache cannot be written", async () => {
        const taken = path.join(temporaryFolder({ file: "" }), "file");
        const script = installed(telling);
        await start({ script, args: ["kql"], env: { XDG_CACHE_HOME: taken, LOCALAPPDATA: taken } });
        const ended = await start({ script, args: ["kql"], env: { XDG_CACHE_HOME: taken, LOCALAPPDATA: taken } });
        assert.equal(told(ended).parser, "object");
    });

    const damages: { title: string; damage: (content: Buffer) => Buffer }[] = [
        { title: "cut short", damage: (content) => content.subarray(0, content.length / 2) },
        {
            title: "changed by a bit",
            damage: (content) => content.fill(content.readUInt8(9_000_000) ^ 1, 9_000_000, 9_000_001),
        },
        { title: "replaced by something else", damage: () => Buffer.from("no snapshot") },
    ];
    for (const { title, damage } of damages) {
        it(`takes no snapshot that was ${title}, and makes a sound one`, async () => {
            const spoiled = ownCache();
            for (const file of blobs(spoiled)) fs.writeFileSync(file, damage(fs.readFileSync(file)));
            const script = doing(telling);
            const first = await start({
                script,
                args: ["kql"],
                env: { XDG_CACHE_HOME: spoiled, LOCALAPPDATA: spoiled },
            });
            assert.deepEqual([first.code, told(first).parser, first.stderr], [0, "undefined", ""]);
            const second = await start({
                script,
                args: ["kql"],
                env: { XDG_CACHE_HOME: spoiled, LOCALAPPDATA: spoiled },
            });
            assert.equal(told(second).parser, "object");
        });
    }

    it("does without where Node refuses a snapshot, once and for all", async () => {
        const spoiled = ownCache();
        for (const file of blobs(spoiled)) {
            // The checksum of these nine characters, as everybody publishes it for CRC-32.
            fs.writeFileSync(file.replace(/[0-9a-f]{8}\.blob$/, "cbf43926.blob"), "123456789");
            fs.rmSync(file);
        }
        const script = doing(telling);
        for (const _ of ["first", "second"]) {
            const ended = await start({
                script,
                args: ["kql"],
                env: { XDG_CACHE_HOME: spoiled, LOCALAPPDATA: spoiled },
            });
            assert.deepEqual([ended.code, told(ended).parser], [0, "undefined"]);
        }
    });

    it("leaves the snapshots of other versions of Node alone, until they go unused for a month", async () => {
        const others = temporaryFolder({
            "sysmon-azure/start-v1.0.0-linux-x64-00000000-00000001.blob": "",
            "sysmon-azure/start-v1.0.0-linux-x64-00000000-00000002.blob": "",
        });
        const [kept = "", old = ""] = blobs(others).sort();
        fs.utimesSync(old, new Date(0), new Date(0));
        await start({ script: doing(""), args: ["kql"], env: { XDG_CACHE_HOME: others, LOCALAPPDATA: others } });
        assert.deepEqual([fs.existsSync(kept), fs.existsSync(old)], [true, false]);
    });

    it("replaces the snapshot that the package had before it changed", async () => {
        const own = temporaryFolder();
        const env = { XDG_CACHE_HOME: own, LOCALAPPDATA: own };
        const script = installed("", { files: { "package.json": `{ "version": "1.0.0" }` } });
        await start({ script, args: ["kql"], env });
        const before = blobs(own);
        fs.writeFileSync(path.join(path.dirname(script), "..", "package.json"), `{ "version": "2.0.0" }`);
        await start({ script, args: ["kql"], env });
        assert.deepEqual([before.length, blobs(own).length], [1, 1]);
        assert.notDeepEqual(blobs(own), before);
    });

    it("removes what it began when the command ends at once", async () => {
        const left = temporaryFolder();
        await start({
            script: doing("process.exit(0);"),
            args: ["kql"],
            env: { XDG_CACHE_HOME: left, LOCALAPPDATA: left },
        });
        assert.deepEqual(blobs(left), []);
    });

    describe("with modules of the command in the snapshot", () => {
        /** Tells whether a module was loaded when the snapshot was made, what it gives, and how often it was loaded. */
        const main = `const { kept, value } = require("../content.js");
            const parser = typeof globalThis.Kusto;
            console.log(JSON.stringify({ kept, value: value(), loads: globalThis.loads, parser }));`;
        const kept = `globalThis.loads = (globalThis.loads ?? 0) + 1;
            exports.kept = Boolean(require("node:v8").startupSnapshot.isBuildingSnapshot());`;

        interface Change {
            /** What the module does, which gives its `value`. */
            readonly content: string;
            readonly files?: Readonly<Record<string, string>>;
            /** What is different at the second start, in the folder of the modules or the environment. */
            readonly change?: (folder: string) => void;
            readonly env?: NodeJS.ProcessEnv;
        }

        /** What the command tells at its starts after the one that makes the snapshot. */
        async function starts({ content, files = {}, change, env = {} }: Change, count: number): Promise<unknown[]> {
            const script = installed(main, {
                files: {
                    "dist/cli/startup.js": `exports.loadCommands = () => void require("../content.js");`,
                    "dist/content.js": `${kept}\n${content}`,
                    ...files,
                },
            });
            const own = temporaryFolder();
            const told: unknown[] = [];
            for (let round = 0; round <= count; round++) {
                if (round === 1) change?.(path.join(path.dirname(script), "..", "dist"));
                const there = { XDG_CACHE_HOME: own, LOCALAPPDATA: own, ...(round === 0 ? {} : env) };
                const { stdout, stderr } = await start({ script, args: ["kql"], env: there });
                assert.equal(stderr, "");
                told.push(JSON.parse(stdout));
            }
            return told.slice(1);
        }

        const fromSnapshot = (value: unknown): unknown => ({ kept: true, value, loads: 1, parser: "object" });
        const loadedAfresh = (value: unknown): unknown => ({ kept: false, value, loads: 1, parser: "object" });
        /** At a start that makes another snapshot. */
        const withoutSnapshot = (value: unknown): unknown => ({ kept: false, value, loads: 1, parser: "undefined" });
        const one = "exports.value = () => 1;";

        it("finds them loaded", async () => {
            assert.deepEqual(await starts({ content: one }, 1), [fromSnapshot(1)]);
        });

        const changes: { title: string; change: Change }[] = [
            {
                title: "a module",
                change: {
                    content: one,
                    change: (folder) =>
                        fs.writeFileSync(path.join(folder, "content.js"), `${kept}\nexports.value = () => 2;`),
                },
            },
            {
                title: "a file that a module read",
                change: {
                    content: `const text = require("node:fs").readFileSync(require("node:path").join(__dirname, "data"), "utf8");
                        exports.value = () => Number(text);`,
                    files: { "dist/data": "1" },
                    change: (folder) => fs.writeFileSync(path.join(folder, "data"), "2"),
                },
            },
            {
                title: "a folder that a module listed",
                change: {
                    content: `const names = require("node:fs").readdirSync(require("node:path").join(__dirname, "data"));
                        exports.value = () => names.length;`,
                    files: { "dist/data/one": "" },
                    change: (folder) => fs.writeFileSync(path.join(folder, "data", "two"), ""),
                },
            },
        ];
        for (const { title, change } of changes) {
            it(`loads them afresh where ${title} has changed, and makes another snapshot`, async () => {
                assert.deepEqual(await starts(change, 3), [loadedAfresh(2), withoutSnapshot(2), fromSnapshot(2)]);
            });
        }

        it("loads them afresh where a variable has another value than they found", async () => {
            const content = `const { GREETING = "none" } = process.env; exports.value = () => GREETING;`;
            assert.deepEqual(await starts({ content, env: { GREETING: "hello" } }, 1), [loadedAfresh("hello")]);
        });

        it("keeps nothing of the environment that it is made in", async () => {
            const content = `const { GREETING = "none" } = process.env; exports.value = () => GREETING;`;
            process.env.GREETING = "secret";
            try {
                assert.deepEqual(await starts({ content, env: { GREETING: "" } }, 1), [loadedAfresh("")]);
            } finally {
                delete process.env.GREETING;
            }
        });

        const onDemand: { title: string; content: string }[] = [
            {
                title: "a module of Node that no snapshot can hold",
                content: `const net = require("node:net"); exports.value = () => net.isIPv6("::1");`,
            },
            {
                title: "a module that is loaded later",
                content: `exports.value = () => require("./later.js").later;`,
            },
        ];
        for (const { title, content } of onDemand) {
            it(`finds ${title} when it is used`, async () => {
                const files = { "dist/later.js": "exports.later = true;" };
                assert.deepEqual(await starts({ content, files }, 1), [fromSnapshot(true)]);
            });
        }

        const unfit: { title: string; content: string }[] = [
            { title: "holds what no snapshot can", content: `exports.held = new Intl.Collator("en"); ${one}` },
            { title: "reads more of Node than a snapshot has", content: `require("node:net").isIPv6("::1"); ${one}` },
            {
                title: "fails where a snapshot is made",
                content: `if (exports.kept) throw new Error("not here"); ${one}`,
            },
        ];
        for (const { title, content } of unfit) {
            it(`has the parser alone where a module ${title}`, async () => {
                assert.deepEqual(await starts({ content }, 1), [loadedAfresh(1)]);
            });
        }
    });
});
