import { spawnSync } from "node:child_process";
import * as path from "node:path";
import { packagePath, packageRoot } from "../package/root";
import type { Benchmark, Contender } from "./benchmark";

const command = packagePath("bin", "sysmon-azure.cjs");
/** The same without a snapshot. */
const plainCommand = packagePath("bin", "command.cjs");
const recording = packagePath("detections", "recordings", "hancitor-verclsid", "events.jsonl");

/** How long it takes until a command has answered, from nothing: a process of its own each time. */
export function* benchmarks(): Generator<Benchmark> {
    // Compiles what is not compiled yet, and makes the snapshot.
    run(process.execPath, [packagePath("bin", "build.cjs")]);
    const query = ["kql", "print answer = 42"];
    const overRecording = ["kql", "Event | summarize count() by EventID", "--table", `Event=${recording}`];
    yield {
        kind: "race",
        title: "start of a command",
        unit: "starts",
        baseline: "node by itself",
        clock: "wall",
        contenders: [
            start("node by itself", process.execPath, ["--eval", "0"]),
            start("kql", process.execPath, [command, ...query], 0.4),
            start("kql without a snapshot", process.execPath, [plainCommand, ...query]),
            start("kql over a recording", process.execPath, [command, ...overRecording], 0.4),
            start("npm start", npm, ["start"], 2),
        ],
    };
}

const npm = process.platform === "win32" ? "npm.cmd" : "npm";

function start(name: string, program: string, args: readonly string[], goalSeconds?: number): Contender {
    return {
        name,
        ...(goalSeconds === undefined ? {} : { goal: 1 / goalSeconds }),
        run: () => {
            run(program, args);
            return 1;
        },
    };
}

function run(program: string, args: readonly string[]): void {
    // What this process was started with is not what a person starts the command with.
    const { NODE_OPTIONS: _, ...env } = process.env;
    const { status, error, stderr } = spawnSync(program, args, {
        cwd: packageRoot,
        env,
        encoding: "utf8",
        shell: program === npm && process.platform === "win32",
        maxBuffer: 1 << 30,
    });
    if (status === 0) return;
    throw new Error(`${path.basename(program)} ${args.join(" ")} failed: ${error?.message ?? stderr}`);
}
