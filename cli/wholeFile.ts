import * as fs from "node:fs";
import { BadInput } from "./exit";

/** Writes a file whole or not at all. */
export function writeWhole(file: string, content: string): void {
    const partial = `${file}.${process.pid}.partial`;
    try {
        fs.writeFileSync(partial, content);
        fs.renameSync(partial, file);
    } catch (error) {
        fs.rmSync(partial, { force: true });
        throw new BadInput(`${file} cannot be written: ${error instanceof Error ? error.message : String(error)}`);
    }
}
