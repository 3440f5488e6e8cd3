import type { QueryResult } from "../kql";

/** Widest column that is drawn; longer values are cut. */
const widest = 60;

/** A result as a table of aligned columns. */
export function textTable({ columns, rows }: QueryResult): string {
    const cells = [columns.map(({ name }) => name), ...rows.map((row) => row.map(cell))];
    const widths = columns.map((_, index) => Math.max(...cells.map((row) => row[index]?.length ?? 0)));
    const lines = cells.map((row) =>
        row
            .map((text, index) => text.padEnd(widths[index] ?? 0))
            .join("  ")
            .trimEnd(),
    );
    const rule = widths.map((width) => "-".repeat(width)).join("  ");
    return [lines[0] ?? "", rule, ...lines.slice(1)].join("\n");
}

function cell(value: unknown): string {
    const text = typeof value === "string" ? value : value === null || value === undefined ? "" : JSON.stringify(value);
    const line = text.replace(/\s+/g, " ");
    return line.length > widest ? `${line.slice(0, widest - 1)}…` : line;
}
