import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { packagePath, packageRoot } from "../../package/root";
import { temporaryFolder } from "../support/temporaryFolder";

const hancitor = packagePath("detections", "recordings", "hancitor-verclsid");
const events = path.join(hancitor, "events.jsonl");
const files = temporaryFolder({
    "rows.jsonl": `{"a": 1, "b": "x"}\n{"a": 2, "b": "y"}\n`,
    "twice.kql": "let twice = (n: long) { n * 2 };",
    "wrong.kql": "Event | where Nothing == 1\n| wherever",
});
const file = (name: string): string => path.join(files, name);

/** Commands that parse queries, and how each must end. */
const commands: readonly { readonly args: readonly string[]; readonly code: number }[] = [
    { args: ["kql", "range n from 1 to 3 step 1 | summarize sum(n), make_list(n)", "--json"], code: 0 },
    { args: ["kql", "range n from 1 to 20000 step 1 | extend s = strcat('row ', n)"], code: 0 },
    {
        args: ["kql", "T | extend c = twice(a)", "--table", `T=${file("rows.jsonl")}`, "--function", file("twice.kql")],
        code: 0,
    },
    {
        args: [
            "kql",
            "Event | parse EventData with * 'SourceImage\">' Image '<' * | summarize count() by Image",
            "--table",
            `Event=${events}`,
        ],
        code: 0,
    },
    {
        args: [
            "kql",
            "print ago(1d), datetime(2017-05-04), format_datetime(now(), 'yyyy')",
            "--now",
            "2017-10-18T12:00:00Z",
        ],
        code: 0,
    },
    { args: ["kql", "print 1 |"], code: 2 },
    { args: ["kql", "print 1 | where x == 1", "--debug"], code: 2 },
    { args: ["kql", "Nowhere | count", "--no-color"], code: 2 },
    { args: ["kql", "--unknown"], code: 2 },
    { args: ["kql", "--help"], code: 0 },
    { args: ["kql", "check", file("wrong.kql"), "--json"], code: 1 },
    { args: ["rehearse", hancitor, "--json"], code: 0 },
    { args: ["plan", "--json"], code: 0 },
    { args: ["plan", "--stack", "nowhere"], code: 2 },
    { args: ["coverage", "--json"], code: 0 },
    { args: ["rehearse", file("nothing.evtx")], code: 2 },
];

/** How a process ended, and what it wrote. */
interface Ended {
    readonly status: number | null;
    readonly signal: string | null;
    readonly stdout: string;
    readonly stderr: string;
}

/** Tells which modules are loaded when a process starts. */
const telling = `console.log(Object.keys(require.cache).join("\\n"));`;

function withoutNodeOptions(): NodeJS.ProcessEnv {
    const { NODE_OPTIONS: _, NODE_V8_COVERAGE: __, ...env } = process.env;
    return env;
}

function run(script: string, args: readonly string[], cache: string): Ended {
    const { status, signal, stdout, stderr } = spawnSync(process.execPath, [packagePath("bin", script), ...args], {
        cwd: packageRoot,
        env: { ...withoutNodeOptions(), XDG_CACHE_HOME: cache, LOCALAPPDATA: cache },
        encoding: "utf8",
        maxBuffer: 100_000_000,
    });
    return { status, signal, stdout, stderr };
}

describe("a command answers the same", () => {
    let cache: string;
    before(() => {
        cache = temporaryFolder();
        run("sysmon-azure.cjs", ["kql", "print 1"], cache);
        assert.equal(fs.readdirSync(path.join(cache, "sysmon-azure")).length, 1, "a snapshot to start from");
    });

    it("from a snapshot in which its modules are loaded", () => {
        const script = path.join(temporaryFolder({ "telling.cjs": telling }), "telling.cjs");
        const [blob = ""] = fs.readdirSync(path.join(cache, "sysmon-azure"));
        const { stdout } = spawnSync(
            process.execPath,
            ["--snapshot-blob", path.join(cache, "sysmon-azure", blob), script],
            { encoding: "utf8", stdio: ["ignore", "pipe", "inherit", "pipe"], env: withoutNodeOptions() },
        );
        const loaded = stdout.split("\n");
        for (const file of ["dist/cli/rehearse.js", "dist/kql/index.js", "node_modules/@pulumi/pulumi/index.js"]) {
            assert.ok(loaded.includes(packagePath(...file.split("/"))), file);
        }
    });

    for (const { args, code } of commands) {
        it(`from a snapshot as without: ${args.map((arg) => path.basename(arg)).join(" ")}`, () => {
            const without = run("command.cjs", args, cache);
            assert.deepEqual(run("sysmon-azure.cjs", args, cache), without);
            assert.equal(without.status, code);
        });
    }
});
