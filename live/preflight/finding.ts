import type { Answered } from "../resourceManager";

/** What is looked at before an `up`. */
export const checks = [
    "provider",
    "permission",
    "resource group",
    "workspace",
    "action group",
    "machine",
    "identity",
    "agent",
    "sensor",
] as const;

/** A thing that is looked at. */
export type Check = (typeof checks)[number];

/**
 * What a look has found. An `error` makes `up` fail or leaves a machine or a person in silence; a `warning` is worth a
 * look; what is `ok` is told for the record.
 */
export interface Finding {
    readonly check: Check;
    readonly severity: "error" | "warning" | "ok";
    /** What it is about: a machine, a scope, a name. */
    readonly subject: string;
    /** What was found. */
    readonly message: string;
    /** What to do; empty where all is well. */
    readonly advice: string;
}

/** What a finding is about. */
export type Subject = Pick<Finding, "check" | "subject">;

/** What could not be seen, and which role would show it. */
export function unseen(about: Subject, answer: Answered<unknown> | undefined, what: string): Finding {
    const message = answer?.kind === "missing" ? "is not there" : `cannot be checked: you may not read ${what}`;
    return warning(about, message, "Ask for the role Reader, and run this again.");
}

/** All is well. */
export function ok(about: Subject, message: string): Finding {
    return { ...about, severity: "ok", message, advice: "" };
}

/** Worth a look. */
export function warning(about: Subject, message: string, advice: string): Finding {
    return { ...about, severity: "warning", message, advice };
}

/** Stops an `up`, or silences somebody. */
export function error(about: Subject, message: string, advice: string): Finding {
    return { ...about, severity: "error", message, advice };
}

/** Whether two names are one to Azure, which ignores case. */
export function same(one: string, other: string): boolean {
    return one.toLowerCase() === other.toLowerCase();
}
