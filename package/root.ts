import * as fs from "node:fs";
import * as path from "node:path";

/**
 * Folder of the installed package, whichever way its code runs: from the sources, or compiled from `dist`.
 * Data files (scripts, detections, recordings) are never copied into `dist`; they are read from here.
 */
export const packageRoot: string = findRoot(__dirname);

/** Absolute path of a file or folder that the package ships. */
export function packagePath(...segments: string[]): string {
    return path.join(packageRoot, ...segments);
}

function findRoot(from: string): string {
    const manifest = path.join(from, "package.json");
    if (fs.existsSync(manifest)) return from;
    const parent = path.dirname(from);
    if (parent === from) throw new Error(`No package.json above ${__dirname}: the package is not installed whole.`);
    return findRoot(parent);
}
