import type { Position } from "./config";

/** Weight of an issue: `error` = the sensor rejects the file. */
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
