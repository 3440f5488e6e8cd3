/** Something wrong with a value, told to the person who gave it. */
export interface Problem {
    /** Path below the value that was checked, such as `windowSize`; empty for the value itself. */
    field: string;
    /** What was found and what is accepted, in one sentence without the path. */
    reason: string;
}
