import type { Position } from "./config";

/** Weight of an issue: `error` = the sensor rejects the file, or nothing of an event it names can ever be logged. */
export type Severity = "error" | "warning" | "info";

/** What each code means. A code never changes its meaning. */
export const issueCodes = {
    SM001: { severity: "error", meaning: "The file is not well-formed XML." },
    SM002: { severity: "error", meaning: "The bytes of the file are no text in an encoding the sensor reads." },
    SM003: { severity: "error", meaning: "The file is larger or nested deeper than any configuration." },
    SM004: { severity: "error", meaning: "The file has a document type of its own." },
    SM005: { severity: "error", meaning: "The root element is not Sysmon." },
    SM010: { severity: "error", meaning: "The schema version is missing or no number." },
    SM011: { severity: "error", meaning: "The schema version is older than the sensor accepts." },
    SM012: { severity: "warning", meaning: "The schema version is newer than the newest that is known." },
    SM020: { severity: "error", meaning: "The sensor has no element of this name." },
    SM021: { severity: "error", meaning: "The element must not stand here." },
    SM022: { severity: "error", meaning: "The element has no attribute of this name." },
    SM023: { severity: "error", meaning: "Text stands where only elements may." },
    SM024: { severity: "error", meaning: "The attribute has a value that the sensor does not accept." },
    SM025: { severity: "error", meaning: "A RuleGroup has no groupRelation." },
    SM026: { severity: "error", meaning: "The element came with a later schema version than the file's." },
    SM027: { severity: "error", meaning: "The event has no field of this name." },
    SM028: { severity: "error", meaning: "The field came with a later schema version than the file's." },
    SM029: { severity: "error", meaning: "The option takes no text." },
    SM030: { severity: "error", meaning: "The sensor has no condition of this name." },
    SM031: { severity: "error", meaning: "The rule name is longer than 255 bytes of UTF-8." },
    SM032: { severity: "error", meaning: "A Rule has nothing inside: loading it crashes the sensor." },
    SM101: { severity: "warning", meaning: "A block has neither onmatch nor default: the sensor ignores it." },
    SM102: { severity: "warning", meaning: "A block has both onmatch and default: the sensor ignores it." },
    SM103: { severity: "warning", meaning: "No event has all fields of the block: the sensor drops it." },
    SM104: { severity: "warning", meaning: "An earlier block of the same event was dropped: so is this one." },
    SM105: { severity: "warning", meaning: "A Rule holds no filter: the sensor passes over it." },
    SM106: { severity: "warning", meaning: "The option is documented, but not in the published schema." },
    SM107: { severity: "info", meaning: "The value depends on environment variables of the machine." },
    SM108: { severity: "warning", meaning: "The relation of a Rule is another word: the sensor takes it for and." },
    SM109: { severity: "warning", meaning: "The schema version is read otherwise than it is written." },
    SM200: { severity: "error", meaning: "Nothing of an event that the file names can ever be logged." },
    SM201: { severity: "warning", meaning: "A filter can never match." },
    SM202: { severity: "warning", meaning: "A filter matches every event." },
    SM203: { severity: "warning", meaning: "A negative condition among alternatives matches nearly every event." },
    SM204: { severity: "warning", meaning: "Conditions that must all hold contradict one another." },
    SM205: { severity: "warning", meaning: "A comparison of order on a number compares text." },
    SM206: { severity: "warning", meaning: "A list has an empty item." },
    SM207: { severity: "warning", meaning: "An item of a list begins or ends with a space." },
    SM208: { severity: "warning", meaning: "A file name is compared with a whole path." },
    SM209: { severity: "warning", meaning: "A filter does not work for every event of its block that has the field." },
    SM210: { severity: "info", meaning: "A rule never decides: another one is tried before it." },
    SM211: { severity: "info", meaning: "Something stands twice." },
    SM212: { severity: "warning", meaning: "An exclude drops everything that an include asks for." },
    SM213: { severity: "info", meaning: "An event has several blocks: what none of them matches is not logged." },
    SM220: { severity: "warning", meaning: "The condition came with a later schema version than the file's." },
    SM221: { severity: "warning", meaning: "How the filters are combined depends on the schema version." },
    SM230: { severity: "warning", meaning: "An exclude goes by a file name, which anybody can give to a file." },
    SM231: { severity: "warning", meaning: "An exclude names a place in which users can write." },
    SM232: { severity: "info", meaning: "An exclude names a part of a path that may stand anywhere." },
    SM233: { severity: "warning", meaning: "An exclude hides threads that load a library: the commonest injection." },
    SM240: { severity: "warning", meaning: "Copies of deleted files or of the clipboard are kept without a limit." },
    SM241: { severity: "warning", meaning: "A rule makes the sensor block what programs do." },
    SM250: { severity: "warning", meaning: "Nothing is logged of an event that a detection needs." },
    SM251: { severity: "warning", meaning: "An event that must raise an alert is not logged." },
    SM260: { severity: "info", meaning: "An event that is logged by default is switched off." },
    SM261: { severity: "info", meaning: "Every event of a kind is logged." },
    SM262: { severity: "info", meaning: "The file does not mention some events: nothing of them is logged." },
    SM299: { severity: "info", meaning: "The file is too large for all comparisons: some findings may be missing." },
} as const satisfies Readonly<Record<string, { readonly severity: Severity; readonly meaning: string }>>;

/** A stable code of an issue. */
export type IssueCode = keyof typeof issueCodes;

/** Something wrong with a configuration, or worth knowing, and where. */
export interface Issue {
    readonly code: IssueCode;
    readonly severity: Severity;
    /** What is wrong and what to do, in one or two sentences. */
    readonly message: string;
    /** Line in the file, from 1. */
    readonly line: number;
    /** Column in UTF-16 units, from 1. */
    readonly column: number;
}

/** An issue of this code, with the severity that the code has. */
export function issueAt(code: IssueCode, position: Position, message: string): Issue {
    return { code, severity: issueCodes[code].severity, message, line: position.line, column: position.column };
}
