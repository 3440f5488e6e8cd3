import * as fs from "node:fs";
import * as path from "node:path";
import { Command } from "commander";
import type { Benchmark, BenchmarkFile } from "./benchmark";
import { calibration } from "./calibration";
import { measure } from "./measure";
import { formatResult, measurementResult, raceResult, type Result } from "./report";

const suffix = ".bench.ts";

/** Names of the benchmark files that lie beside this one, without the suffix. */
function benchmarkNames(): string[] {
    return fs
        .readdirSync(__dirname)
        .filter((file) => file.endsWith(suffix))
        .map((file) => file.slice(0, -suffix.length))
        .sort();
}

function isBenchmarkModule(module: unknown): module is { readonly benchmarks: BenchmarkFile } {
    return (
        typeof module === "object" &&
        module !== null &&
        "benchmarks" in module &&
        typeof module.benchmarks === "function"
    );
}

async function resultOf(benchmark: Benchmark): Promise<Result> {
    return benchmark.kind === "race"
        ? raceResult(benchmark, await measure(benchmark))
        : measurementResult(benchmark, await benchmark.measure());
}

async function run(names: readonly string[], { json }: { readonly json: boolean }): Promise<void> {
    const results: Result[] = [];
    const add = async (benchmark: Benchmark): Promise<void> => {
        const result = await resultOf(benchmark);
        results.push(result);
        if (!json) console.log(`${formatResult(result)}\n`);
    };
    await add(calibration);
    for (const name of names) {
        const file: unknown = await import(path.join(__dirname, `${name}${suffix}`));
        if (!isBenchmarkModule(file)) throw new Error(`bench/${name}${suffix} exports no function benchmarks`);
        for await (const benchmark of await file.benchmarks()) await add(benchmark);
    }
    if (json) console.log(JSON.stringify(results, null, 4));
}

const known = benchmarkNames();
const command = new Command("bench")
    .description("Measures speed, in CPU time and beside a baseline of the same run.")
    .argument("[name...]", `what to measure: ${known.join(", ")}; default: all but .slow`)
    .option("--json", "print JSON", false)
    .action(async (names: readonly string[], options: { readonly json: boolean }) => {
        const unknown = names.find((name) => !known.includes(name));
        if (unknown !== undefined)
            command.error(`There is no benchmark ${unknown}, only ${known.join(", ")}.`, { exitCode: 2 });
        await run(names.length === 0 ? known.filter((name) => !name.endsWith(".slow")) : names, options);
    });
void command.parseAsync();
