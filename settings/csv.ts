/** Rows of a CSV text, or the line that is wrong. */
export type ReadCsv = { rows: string[][] } | { line: number; problem: string };

/** Reads CSV (RFC 4180): values between commas, in quotes where they have a comma, a quote or a line break. */
export function readCsv(text: string): ReadCsv {
    const value = /"((?:[^"]|"")*)"|[^",\r\n]*/y;
    const separator = /,|\r?\n|$/y;
    const rows: string[][] = [];
    let row: string[] = [];
    let at = text.startsWith("\uFEFF") ? 1 : 0;
    for (;;) {
        value.lastIndex = at;
        const [whole = "", quoted] = value.exec(text) ?? [];
        row.push(quoted === undefined ? whole : quoted.replace(/""/g, '"'));
        separator.lastIndex = at + whole.length;
        const found = separator.exec(text)?.[0];
        if (found === undefined) {
            const line = text.slice(0, at).split("\n").length;
            return { line, problem: "a quote that is not closed, or with text beside it" };
        }
        at = separator.lastIndex;
        if (found === ",") continue;
        // An empty line is no row.
        if (row.length > 1 || row[0] !== "") rows.push(row);
        if (found === "") return { rows };
        row = [];
    }
}
