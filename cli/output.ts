import pc from "picocolors";

/** Where a command writes, and in what form. */
export interface Output {
    /** Writes a text to standard output. */
    write(text: string): void;
    /** Writes a line to standard output. */
    line(text?: string): void;
    /** Writes a line to standard error: problems, progress. */
    note(text: string): void;
    /** Colors, or the identity where none are wanted. */
    readonly colors: Colors;
    /** Columns to draw in, 80 to 120. */
    readonly width: number;
    /** Whether a person watches standard error. */
    readonly interactive: boolean;
}

/** The functions that color a text. */
export type Colors = ReturnType<typeof pc.createColors>;

/** The process's own streams; colors on a terminal only, and never against `NO_COLOR` or `--no-color`. */
export function processOutput(options: { color: boolean }): Output {
    const colored = options.color && process.stdout.isTTY && !process.env.NO_COLOR;
    return {
        write: (text) => void process.stdout.write(text),
        line: (text = "") => void process.stdout.write(`${text}\n`),
        note: (text) => void process.stderr.write(`${text}\n`),
        colors: pc.createColors(colored),
        width: Math.min(120, Math.max(80, process.stdout.columns || 100)),
        interactive: process.stderr.isTTY,
    };
}
