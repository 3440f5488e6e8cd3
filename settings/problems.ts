/** Codes of what can be wrong with settings. A code never changes its meaning. */
export const settingsCodes = {
    ST001: "The stack file is not valid YAML.",
    ST002: "The settings, or the stack file around them, are no mapping.",
    ST101: "No such key.",
    ST102: "A required key is missing.",
    ST103: "A value of the wrong kind.",
    ST104: "Not one of the accepted words.",
    ST105: "A text of the wrong form.",
    ST106: "A number or a length out of range.",
    ST107: "A secret where none is accepted.",
    ST201: "Tags that Azure refuses.",
    ST202: "A machine is listed twice.",
    ST203: "A scale set without its orchestration mode, or a mode for what is no scale set.",
    ST204: "An identity that this kind of machine cannot use.",
    ST205: "A delivery that this machine cannot take.",
    ST206: "An agent on a machine without identity.",
    ST207: "Nobody is told of alerts.",
    ST208: "More action groups than a rule takes.",
    ST209: "A name is used twice in one list.",
    ST210: "A detection is both included and excluded.",
    ST211: "A rule's window is shorter than its frequency.",
    ST212: "No detection of that name.",
    ST213: "A workspace in another subscription.",
    ST214: "Sysmon configurations that contradict one another.",
    ST215: "A detection that this kind of rule cannot hold.",
    ST216: "A table that exists with Microsoft Sentinel only, in a stack without it.",
    ST217: "Rules of Microsoft Sentinel in a stack without it.",
    ST218: "A rollout ring that no machine is in, or that is not there.",
    ST219: "A fleet that cannot fetch the installer, or is out of reach.",
    ST220: "A lab outside of dev.",
    ST221: "A watchlist that is not one table.",
    ST222: "A lab that cannot fetch the installer.",
    ST223: "Logs of Microsoft Sentinel in a stack without it.",
    ST301: "A file or folder that a setting names is not there.",
} as const;

/** Code of a problem in settings. */
export type SettingsCode = keyof typeof settingsCodes;

/** Keys and list indexes from the top of the settings to a value: `["machines", 2, "id"]`. */
export type SettingsPath = readonly (string | number)[];

/** One thing that is wrong with the settings of a stack. */
export interface SettingsProblem {
    /** Stable code. */
    code: SettingsCode;
    /** Where the settings come from: the name of the stack file. */
    source: string;
    /** Line in the stack file, from 1, where the text of the file was read. */
    line?: number;
    /** Column in the stack file, from 1, where the text of the file was read. */
    column?: number;
    /** Full key: `sysmon-azure:machines[2].id`. */
    path: string;
    /** Keys and indexes that `path` is made of. */
    keys: SettingsPath;
    /** What stands there; never a secret. */
    found: string;
    /** What is accepted there. */
    accepted: string;
    /** The key or word that was probably meant. */
    nearest?: string;
}

/** Namespace of the package's keys in a stack file. */
export const settingsNamespace = "sysmon-azure";

/** The full key of a setting: `sysmon-azure:machines[2].id`. */
export function settingsKey(path: SettingsPath): string {
    const [first, ...rest] = path;
    const steps = rest.map((step) => {
        if (typeof step === "number") return `[${step}]`;
        return /^[A-Za-z_][\w-]*$/.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`;
    });
    return first === undefined ? settingsNamespace : `${settingsNamespace}:${first}${steps.join("")}`;
}

/** A problem at a path; `source` is the name of the stack file. */
export function problemAt(
    source: string,
    path: SettingsPath,
    details: Pick<SettingsProblem, "code" | "found" | "accepted" | "nearest">,
): SettingsProblem {
    const { code, found, accepted, nearest } = details;
    return {
        code,
        source,
        path: settingsKey(path),
        keys: path,
        found,
        accepted,
        ...(nearest === undefined ? {} : { nearest }),
    };
}

/** One line for a person: where, which key, what stands there, what is accepted, what was probably meant, the code. */
export function describeProblem(problem: SettingsProblem): string {
    const { source, line, column, path, found, accepted, nearest, code } = problem;
    const place = line === undefined ? source : `${source}:${line}:${column ?? 1}`;
    const meant = nearest === undefined ? "" : `; did you mean ${nearest}?`;
    const report = `${place}  ${path}: found ${found}; accepted: ${accepted}${meant}  [${code}]`;
    return report.replace(/\p{Cc}+/gu, " ");
}

/** All problems under one heading, a line each. */
export function describeProblems(problems: readonly SettingsProblem[]): string {
    const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
    return [
        `${count} in the settings of this stack:`,
        ...problems.map((problem) => `  ${describeProblem(problem)}`),
    ].join("\n");
}
