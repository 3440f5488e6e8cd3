import type { Benchmark } from "./benchmark";
import { byList } from "./engine/byList";

/** The engine with few machines; `engineAtScale.slow` has the others. */
export function* benchmarks(): Generator<Benchmark> {
    yield byList(10);
}
