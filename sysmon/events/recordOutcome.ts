import { sysmonChannel, type SysmonEvent } from "./event";

/** Something in a recording that could not be read, while the rest could. */
export interface RecordingProblem {
    /** What could not be read, and why. */
    readonly message: string;
    /** Line in a text recording, from 1. */
    readonly line?: number;
    /** Byte offset in an EVTX recording, from 0, after unpacking. */
    readonly offset?: number;
}

/** What a reader makes of one record. */
export type RecordOutcome =
    | { readonly kind: "sysmon"; readonly event: SysmonEvent }
    | { readonly kind: "other"; readonly channel: string }
    | { readonly kind: "problem"; readonly problem: RecordingProblem };

/** An outcome for what could not be read. */
export function problemOutcome(
    message: string,
    place: { readonly line?: number; readonly offset?: number } = {},
): RecordOutcome {
    return { kind: "problem", problem: { message, ...place } };
}

/** Whether a channel is Sysmon's; the event log compares names of channels without regard to case. */
export function isSysmonChannel(channel: string): boolean {
    return channel === sysmonChannel || channel.toLowerCase() === sysmonChannel.toLowerCase();
}
