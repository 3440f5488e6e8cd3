/**
 * Codes of what can be wrong with a detection or a recording; a code never changes its meaning.
 *
 * - `DT001` a folder or file cannot be read
 * - `DT002` a file that must be there is missing or empty
 * - `DT003` a folder's name is no detection name
 * - `DT101` the file is not YAML
 * - `DT102` unknown key
 * - `DT103` a required key is missing
 * - `DT104` a value that is not accepted
 * - `DT201` two detections share a name
 * - `DT202` two detections share an id
 * - `DT203` the window is shorter than the frequency
 * - `DT204` an event id or field that Sysmon does not have
 * - `DT205` the listed fields are not those that the query uses
 * - `DT206` a parameter that cannot work: unused, or named like something else in the query
 * - `DT207` an entity identifier that Sentinel does not know
 * - `DT208` a value for a parameter that is not accepted
 * - `DT209` the planned query is longer than a rule may be
 * - `DT210` a column that alerts or entities need and the query does not return
 * - `DT211` an ATT&CK technique that is unknown, or tactics that do not fit the techniques
 * - `DT212` an alert's title, description or details that Sentinel refuses
 * - `DT213` incidents are grouped by an entity that the detection does not have
 * - `DT214` the listed tables are not those that the query reads
 * - `DT215` failing periods that can never be met
 * - `DT216` a table is read farther back than the rule's window
 */
export type DetectionCode =
    | "DT001"
    | "DT002"
    | "DT003"
    | "DT101"
    | "DT102"
    | "DT103"
    | "DT104"
    | "DT201"
    | "DT202"
    | "DT203"
    | "DT204"
    | "DT205"
    | "DT206"
    | "DT207"
    | "DT208"
    | "DT209"
    | "DT210"
    | "DT211"
    | "DT212"
    | "DT213"
    | "DT214"
    | "DT215"
    | "DT216";

/** One thing wrong with a detection or a recording. */
export interface DetectionProblem {
    /** Path of the file or folder. */
    readonly file: string;
    /** 1-based line, where the problem has a place in the file. */
    readonly line?: number;
    /** 1-based column, where the problem has a place in the file. */
    readonly column?: number;
    /** A {@link DetectionCode}, or the `KQ…` code of a problem in the query. */
    readonly code: DetectionCode | `KQ${string}`;
    /** What is wrong and what to do, one sentence. */
    readonly message: string;
}

/** Makes a problem of one file, at the place of a key. */
export type ProblemAt = (
    path: readonly PropertyKey[],
    code: DetectionProblem["code"],
    message: string,
) => DetectionProblem;

/** Everything wrong with what was loaded, at once. */
export class DetectionsError extends Error {
    /** Every problem, by file and place. */
    readonly problems: readonly DetectionProblem[];

    constructor(problems: readonly DetectionProblem[]) {
        super(problems.map(formatProblem).join("\n"));
        this.name = "DetectionsError";
        this.problems = problems;
    }
}

/** A problem in one line, as compilers print it: `file:line:column: CODE message`. */
export function formatProblem(problem: DetectionProblem): string {
    const place = [problem.file, problem.line, problem.column].filter((part) => part !== undefined).join(":");
    return `${place}: ${problem.code} ${problem.message}`;
}
