/** How a text report is drawn. */
export interface Style {
    /** Columns to draw in, 80 to 120. */
    readonly width: number;
    /** Colors, or functions that leave a text as it is. */
    readonly colors: Record<"bold" | "dim" | "red" | "yellow" | "green" | "cyan", (text: string) => string>;
}

/** A text cut to a number of columns, the end shown as `…`. */
export function cut(text: string, columns: number): string {
    return text.length <= columns ? text : `${text.slice(0, Math.max(0, columns - 1))}…`;
}

/** A number and its noun: `1 event`, `2 events`. */
export function count(number: number, noun: string): string {
    return `${number.toLocaleString("en-US")} ${noun}${number === 1 ? "" : "s"}`;
}
