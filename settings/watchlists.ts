import * as fs from "node:fs";
import * as path from "node:path";
import { readCsv } from "./csv";
import type { SettingsProblem } from "./problems";
import type { WatchlistSettings } from "./settings";

/** A watchlist with its rows. */
export interface Watchlist extends Pick<WatchlistSettings, "alias" | "displayName" | "description" | "searchKey"> {
    /** Names of the columns. */
    readonly columns: string[];
    /** A value for each column, a row each. */
    readonly rows: string[][];
}

/**
 * Reads the rows of a watchlist.
 *
 * @param folder Folder of Pulumi.yaml.
 * @param report Takes what is wrong with a file; the list is then not to be used.
 */
export function readWatchlist(
    { content, ...list }: WatchlistSettings,
    folder: string,
    report: (details: Pick<SettingsProblem, "code" | "found" | "accepted">) => void,
): Watchlist {
    if (content.kind === "rows") {
        const columns = [...new Set(content.rows.flatMap((row) => Object.keys(row)))];
        return { ...list, columns, rows: content.rows.map((row) => columns.map((column) => row[column] ?? "")) };
    }
    const refuse = (found: string, accepted: string): void => report({ code: "ST221", found, accepted });
    const file = content.path;
    const read = readCsv(fs.readFileSync(path.resolve(folder, file), "utf8"));
    if ("problem" in read) refuse(`${file}:${read.line}: ${read.problem}`, "CSV with quoted values");
    const [columns = [], ...rows] = "rows" in read ? read.rows : [];
    const uneven = rows.findIndex((row) => row.length !== columns.length);
    if (uneven >= 0)
        refuse(
            `${file}: row ${uneven + 1} with ${rows[uneven]?.length} values`,
            `${columns.length}, as its first line has`,
        );
    if ("rows" in read && !columns.includes(list.searchKey))
        refuse(`${file} without a column ${list.searchKey}`, `searchKey: ${columns.join(", ")}`);
    return { ...list, columns, rows };
}
