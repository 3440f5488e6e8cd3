/** A query of a data collection rule that the event log or the service would refuse. */
export class XPathError extends Error {
    override readonly name = "XPathError";

    /**
     * @param reason what is wrong and what to write instead.
     * @param column where in the query, from 1, channel included.
     * @param query the query as it was given.
     */
    constructor(
        readonly reason: string,
        readonly column: number,
        readonly query: string,
    ) {
        super(`column ${column}: ${reason}`);
    }
}
