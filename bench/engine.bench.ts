import type { Benchmark } from "./benchmark";
import { byList } from "./engine/byList";
import { byPolicy } from "./engine/byPolicy";

/** The engine with few machines by list, and any number by policy; `engineAtScale.slow` has the longer lists. */
export function* benchmarks(): Generator<Benchmark> {
    yield byList(10);
    yield byPolicy([10, 10_000]);
}
