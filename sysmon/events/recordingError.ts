/** Nothing of a recording could be read, or not all of it. The message says which file, what is wrong, what to do. */
export class RecordingError extends Error {
    override readonly name = "RecordingError";

    /**
     * @param path the recording, as the caller named it.
     * @param reason what is wrong, without the path.
     */
    constructor(
        readonly path: string,
        readonly reason: string,
        options?: ErrorOptions,
    ) {
        super(`${path}: ${reason}`, options);
    }
}
