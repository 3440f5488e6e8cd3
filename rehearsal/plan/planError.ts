/** Why a stack cannot be planned, or its plan not be judged: a message for the person who reads it. */
export class PlanError extends Error {
    override readonly name = "PlanError";
}
