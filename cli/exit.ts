/** How a command ends. */
export enum ExitCode {
    /** All is well. */
    Fine = 0,
    /** The command worked, and what it checked does not hold. */
    CheckFailed = 1,
    /** Bad input or usage: the command could not do its work, or not on all that it was given. */
    BadInput = 2,
}

/** Bad input or usage, in words for the person who typed it. */
export class BadInput extends Error {
    override readonly name = "BadInput";
}
