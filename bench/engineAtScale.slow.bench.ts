import type { Benchmark } from "./benchmark";
import { byList } from "./engine/byList";
import { withPolicies } from "./engine/withPolicies";

/** The engine with as many machines as a list is for: minutes, most of them for the plain program. */
export function* benchmarks(): Generator<Benchmark> {
    yield byList(100);
    yield byList(300);
    yield withPolicies(300);
}
