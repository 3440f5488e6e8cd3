import { createHash } from "node:crypto";
import * as fs from "node:fs";
import { createRequire } from "node:module";
import * as path from "node:path";
import type { BindingStore } from "../kql";
import { packagePath } from "../package/root";

/** What was written so long ago, in milliseconds, is removed. */
const keptMs = 30 * 24 * 60 * 60 * 1000;

const load = createRequire(__filename);

/**
 * Bound queries in files of the user's cache. Each file begins with the checksum of the rest, so that a damaged one
 * counts as missing. Where nothing can be written nothing is kept.
 */
export function boundQueryFiles(): BindingStore {
    const { cacheFolders } = load(packagePath("bin", "cacheFolders.cjs")) as { cacheFolders: () => string[] };
    const folders = cacheFolders().map((folder) => path.join(folder, "queries"));
    let swept = false;
    return {
        read: (key) => {
            for (const folder of folders) {
                const text = contentOf(path.join(folder, key));
                if (text !== undefined) return text;
            }
            return undefined;
        },
        write: (key, text) => {
            for (const folder of folders) {
                try {
                    fs.mkdirSync(folder, { recursive: true });
                    if (!swept) removeOld(folder);
                    swept = true;
                    const temporary = path.join(folder, `${key}.${process.pid}`);
                    fs.writeFileSync(temporary, `${checksum(text)}\n${text}`);
                    fs.renameSync(temporary, path.join(folder, key));
                    return;
                } catch {
                    // The next folder, then; or the query is bound again the next time.
                }
            }
        },
    };
}

function contentOf(file: string): string | undefined {
    try {
        const content = fs.readFileSync(file, "utf8");
        const end = content.indexOf("\n");
        const text = content.slice(end + 1);
        return content.slice(0, end) === checksum(text) ? text : undefined;
    } catch {
        return undefined;
    }
}

function checksum(text: string): string {
    return createHash("sha256").update(text).digest("hex");
}

function removeOld(folder: string): void {
    for (const name of fs.readdirSync(folder)) {
        const file = path.join(folder, name);
        if (Date.now() - fs.statSync(file).mtimeMs > keptMs) fs.rmSync(file, { force: true });
    }
}
