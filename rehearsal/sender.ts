/** A machine as the workspace knows it. */
export interface Sender {
    /** Resource id that its rows carry, in lower case. */
    readonly resourceId: string;
    /** Time from what it sends to its row, in milliseconds. */
    readonly latencyMs: number;
}
