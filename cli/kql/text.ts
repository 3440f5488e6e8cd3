import * as fs from "node:fs";
import { BadInput } from "../exit";

/** A query's file as text. */
export function readText(file: string): string {
    try {
        return fs.readFileSync(file, "utf8").replace(/^\uFEFF/, "");
    } catch (error) {
        throw new BadInput(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
    }
}

/** What stands in a line about a text. */
export interface LineOfText {
    readonly line: number;
    readonly column: number;
    /** Stable code. */
    readonly code: string;
    readonly message: string;
}

/** One error as editors and terminals take it. */
export function findingLine(source: string, { line, column, code, message }: LineOfText): string {
    return `${source}:${line}:${column} ${code} ${message}`;
}
