import { plannedSensors, type Plan } from "../rehearsal/analysis";
import type { JudgedResource } from "./policy";

/** Resources that are judged, as what readers of a plan take. */
export function planOf(resources: readonly JudgedResource[]): Plan {
    return { project: "", stack: "", resources: [...resources], outputs: {}, warnings: [] };
}

/** The sensors of a stack, and those that carry no readable configuration. */
export function sensorsOf(resources: readonly JudgedResource[]): ReturnType<typeof plannedSensors> {
    return plannedSensors(planOf(resources), ".");
}
