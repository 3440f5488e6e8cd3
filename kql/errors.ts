/** Where in a query, or in the stored function it calls, something stands. Lines and columns count from 1. */
export interface QueryPosition {
    readonly line: number;
    readonly column: number;
    /** Name of the stored function whose text the position refers to; absent for the query itself. */
    readonly functionName?: string;
}

/** What a query is refused for. A code never changes its meaning. */
export const errorCodes = {
    KQ100: "the text is not KQL",
    KQ101: "a name that nothing declares",
    KQ102: "types, arguments or operands that do not fit",
    KQ103: "another error of the official binder",
    KQ200: "an operator, function, aggregate or plugin that this interpreter does not have",
    KQ201: "a form of something that it has otherwise",
    KQ202: "an answer that depends on chance or on the environment",
    KQ300: "more rows than the limits allow",
    KQ301: "more time than the limits allow",
    KQ302: "nesting too deep, or a value too large to be held",
    KQ303: "more memory than the limits allow",
    KQ400: "a table, or a row of it, that does not fit its columns",
    KQ401: "a stored function that does not stand on its own",
    KQ402: "a clock that cannot be read",
} as const;

/** Code of what a query is refused for. */
export type KqlErrorCode = keyof typeof errorCodes;

/** A query, or the data given to it, that is refused: never answered approximately. */
export class KqlError extends Error {
    override readonly name = "KqlError";
    /** Line in the query (or in the stored function named in the message), from 1. */
    readonly line: number;
    /** Column in that line, from 1. */
    readonly column: number;
    /** Stored function that the position refers to; absent for the query itself. */
    readonly functionName: string | undefined;

    constructor(
        readonly code: KqlErrorCode,
        /** What is wrong and what to do, without the position. */
        readonly reason: string,
        position: QueryPosition = { line: 1, column: 1 },
    ) {
        const where = position.functionName === undefined ? "" : ` in function ${position.functionName}`;
        super(`${reason} (line ${position.line}, column ${position.column}${where}) [${code}]`);
        this.line = position.line;
        this.column = position.column;
        this.functionName = position.functionName;
    }
}
