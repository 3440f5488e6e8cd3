import type { DetectionProblem } from "./problems";
import type { Detection } from "./schema";

/** What the query language's parser says of a detection's query as planned, in the lines of its query.kql. */
export function queryProblems(_detection: Detection): DetectionProblem[] {
    return [];
}
