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

/** An installed package whose command does as this script says; the folder for its snapshots may be taken by a file. */
function installed(main: string, { ownCache = true } = {}): string {
    const folder = temporaryFolder({ "dist/cli/main.js": main, ...(ownCache ? {} : { ".cache": "" }) });
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
    /** A cache with a snapshot for this Node. */
    let cache: string;
    before(async () => {
        cache = temporaryFolder();
        await start({ script: installed(""), args: ["kql"], env: { XDG_CACHE_HOME: cache, LOCALAPPDATA: cache } });
    });

    /** A copy of that cache, to be spoiled. */
    function ownCache(): string {
        const copy = temporaryFolder();
        fs.cpSync(cache, copy, { recursive: true });
        return copy;
    }

    it("leaves one snapshot, whole, under its final name", () => {
        assert.equal(blobs(cache).length, 1);
        assert.match(blobs(cache).join(), /kql-parser-[\d.]+-v[\d.]+-\w+-\w+-[0-9a-f]{8}-[0-9a-f]{8}\.blob$/);
    });

    it("finds the parser loaded where there is a snapshot", async () => {
        const ended = await start({
            script: installed(telling),
            args: ["kql"],
            env: { XDG_CACHE_HOME: cache, LOCALAPPDATA: cache },
        });
        assert.equal(told(ended).parser, "object");
    });

    it("gives the command its arguments, its standard input and no option of Node", async () => {
        const script = installed(telling);
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
        const script = installed("process.exitCode = 2;");
        const { code } = await start({ script, args: ["kql"], env: { XDG_CACHE_HOME: cache, LOCALAPPDATA: cache } });
        assert.equal(code, 2);
    });

    it("hands output of any size on", async () => {
        const script = installed(`process.stdout.write("x".repeat(3_000_000));`);
        const { stdout } = await start({ script, args: ["kql"], env: { XDG_CACHE_HOME: cache, LOCALAPPDATA: cache } });
        assert.equal(stdout.length, 3_000_000);
    });

    const waiting = `process.stdout.write(String(process.pid)); setInterval(() => undefined, 1000);`;
    for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) {
        it(`takes the command along when ${signal} ends it`, async () => {
            let command = 0;
            const ended = await start({
                script: installed(waiting),
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
        const script = installed(`process.kill(process.pid, "SIGTERM"); setInterval(() => undefined, 1000);`);
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
                const script = installed(telling);
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
            const script = installed(telling);
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
        const script = installed(telling);
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
            "sysmon-azure/kql-parser-1.0.0-v1.0.0-linux-x64-00000000-00000001.blob": "",
            "sysmon-azure/kql-parser-1.0.0-v1.0.0-linux-x64-00000000-00000002.blob": "",
        });
        const [kept = "", old = ""] = blobs(others);
        fs.utimesSync(old, new Date(0), new Date(0));
        await start({ script: installed(""), args: ["kql"], env: { XDG_CACHE_HOME: others, LOCALAPPDATA: others } });
        assert.deepEqual([fs.existsSync(kept), fs.existsSync(old)], [true, false]);
    });

    it("removes what it began when the command ends at once", async () => {
        const left = temporaryFolder();
        await start({
            script: installed("process.exit(0);"),
            args: ["kql"],
            env: { XDG_CACHE_HOME: left, LOCALAPPDATA: left },
        });
        assert.deepEqual(blobs(left), []);
    });
});
