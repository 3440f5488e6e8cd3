import * as fs from "node:fs";
import * as path from "node:path";

/** A file to check. */
export interface RuleFile {
    readonly file: string;
    /** Whether it was named, and not come upon in a folder. */
    readonly asked: boolean;
}

/** Endings of files that can hold queries. */
const endings: ReadonlySet<string> = new Set([".kql", ".csl", ".kusto", ".yaml", ".yml", ".json"]);

/**
 * The files that paths stand for: themselves, and what is in folders, all levels down, in the order of names. Hidden
 * folders and those of packages are passed over.
 *
 * @param unread Takes a line about each path that cannot be read.
 */
export function filesOf(paths: readonly string[], unread: string[]): RuleFile[] {
    return paths.flatMap((given): RuleFile[] => {
        try {
            return fs.statSync(given).isDirectory()
                ? within(given).map((file) => ({ file, asked: false }))
                : [{ file: given, asked: true }];
        } catch (error) {
            unread.push(`${given} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
            return [];
        }
    });
}

function within(folder: string): string[] {
    const entries = fs.readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
    return entries.flatMap((entry) => {
        const file = path.join(folder, entry.name);
        if (entry.isDirectory()) return /^\.|^node_modules$/.test(entry.name) ? [] : within(file);
        return entry.isFile() && endings.has(path.extname(entry.name).toLowerCase()) ? [file] : [];
    });
}
