import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { boundQueryFiles } from "../cli/boundQueries";
import { shippedRecordings } from "../detections";
import { keepBindings } from "../kql";
import { packagePath, packageRoot } from "../package/root";
import { plannedChains } from "../rehearsal/plan/chains";
import { planStack } from "../rehearsal/plan/planStack";
import { plannedRules } from "../rehearsal/plan/rules";
import { findRecordings } from "../rehearsal/recordings";
import { rehearse } from "../rehearsal/rehearse";
import { loadRecording } from "../sysmon/events";
import { sharedIsThere, sharedPath } from "../test/support/shared";
import type { Benchmark } from "./benchmark";

/** Bytes of the recordings together: what a public collection of attacks has. */
const wantedBytes = 36 * 1024 * 1024;

/** A rehearsal of the stack `dev` with every detection, over as many recordings as a public collection has. */
export async function* benchmarks(): AsyncGenerator<Benchmark> {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "sysmon-azure-bench-"));
    try {
        const files = copies(folder);
        const of = `of ${files.length} recordings, ${Math.round(wantedBytes / 1024 / 1024)} MiB`;
        yield await inThisProcess(of, folder, files);
        yield {
            kind: "race",
            title: `rehearsal ${of}, the whole command`,
            unit: "files",
            baseline: "of the recordings that we ship",
            clock: "wall",
            contenders: [
                {
                    name: "of these",
                    goal: files.length / 1.2,
                    run: () => command([folder]) * files.length,
                },
                {
                    name: "of the recordings that we ship",
                    run: () => command([]) * files.length,
                },
            ],
        };
    } finally {
        fs.rmSync(folder, { recursive: true, force: true });
    }
}

async function inThisProcess(of: string, folder: string, files: readonly string[]): Promise<Benchmark> {
    // As the command does.
    keepBindings(boundQueryFiles());
    const { plan, folder: project } = await planStack(packageRoot, "dev");
    const { chains, gaps } = plannedChains(plan, project);
    const rules = plannedRules(plan);
    const { sources } = findRecordings([folder]);
    return {
        kind: "race",
        title: `rehearsal ${of}, with ${rules.length} rules`,
        unit: "files",
        baseline: "reading the recordings",
        contenders: [
            {
                name: "rehearsal",
                goal: files.length / 0.6,
                run: async () => {
                    await rehearse({ stack: "dev", chains, rules, gaps, sources });
                    return files.length;
                },
            },
            {
                name: "reading the recordings",
                run: async () => {
                    for (const file of files) await loadRecording(file);
                    return files.length;
                },
            },
        ],
    };
}

/** Recordings again and again, each under a name of its own, until they have the wanted size. */
function copies(folder: string): string[] {
    const originals = sharedIsThere
        ? filesIn(sharedPath("events", "evtx"))
        : shippedRecordings().flatMap((recording) => findRecordings([recording]).sources.flatMap(({ files }) => files));
    const made: string[] = [];
    for (let bytes = 0; bytes < wantedBytes;) {
        for (const original of originals) {
            const copy = path.join(folder, `${made.length}${path.extname(original)}`);
            fs.copyFileSync(original, copy);
            made.push(copy);
            bytes += fs.statSync(copy).size;
        }
    }
    return made;
}

function filesIn(folder: string): string[] {
    return fs
        .readdirSync(folder, { recursive: true, encoding: "utf8" })
        .filter((name) => name.endsWith(".evtx"))
        .sort()
        .map((name) => path.join(folder, name));
}

/** Runs the command and tells how often: once. */
function command(places: readonly string[]): number {
    const { NODE_OPTIONS: _, ...env } = process.env;
    const { status, stderr } = spawnSync(
        process.execPath,
        [packagePath("bin", "sysmon-azure.cjs"), "rehearse", ...places],
        { cwd: packageRoot, env, encoding: "utf8", maxBuffer: 1 << 30 },
    );
    // 1: not every recording rang as expected, which is for tests to judge.
    if (status !== 0 && status !== 1) throw new Error(`the rehearsal failed: ${stderr}`);
    return 1;
}
