import { createHash } from "node:crypto";
import * as fs from "node:fs";
import { createRequire } from "node:module";
import * as path from "node:path";
import { packagePath } from "../package/root";

/** Queries that were checked before and found without error: binding them takes a pack's time, and they seldom change. */
export interface CleanQueries {
    /** Whether a query was found clean, with what it was checked against. */
    has(query: string, against: unknown): boolean;
    /** Notes that it was. */
    add(query: string, against: unknown): void;
}

const load = createRequire(__filename);

/**
 * Queries found clean by this very checker, in a file of the user's cache. Where none can be written, none is kept.
 *
 * @param folders Where to keep it, the preferred folder first. Default: those of the user.
 */
export function cleanQueries(folders = userFolders()): CleanQueries {
    const { sourcesHash } = load(packagePath("bin", "freshness.cjs")) as { sourcesHash: () => string | undefined };
    const { version } = load(packagePath("package.json")) as { version: string };
    // A checker that was changed must look again.
    const file = `clean-queries-${digest(version, sourcesHash() ?? "").slice(0, 16)}`;
    const places = folders.map((folder) => path.join(folder, file));
    const known = new Set(places.flatMap(linesOf));
    return {
        has: (query, against) => known.has(digest(query, JSON.stringify(against))),
        add: (query, against) => {
            const line = digest(query, JSON.stringify(against));
            known.add(line);
            for (const place of places) {
                try {
                    fs.mkdirSync(path.dirname(place), { recursive: true });
                    fs.appendFileSync(place, `${line}\n`);
                    return;
                } catch {
                    // The next folder, then; or it is checked again the next time.
                }
            }
        },
    };
}

/** Where bound queries are kept as well; what is old there is swept. */
function userFolders(): string[] {
    const { cacheFolders } = load(packagePath("bin", "cacheFolders.cjs")) as { cacheFolders: () => string[] };
    return cacheFolders().map((folder) => path.join(folder, "queries"));
}

function linesOf(file: string): string[] {
    try {
        return fs.readFileSync(file, "utf8").split("\n");
    } catch {
        return [];
    }
}

function digest(...parts: string[]): string {
    return createHash("sha256").update(JSON.stringify(parts)).digest("hex");
}
