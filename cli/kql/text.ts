import * as fs from "node:fs";
import type { KqlError } from "../../kql";
import { BadInput } from "../exit";

/** A query's file as text. */
export function readText(file: string): string {
    try {
        return fs.readFileSync(file, "utf8");
    } catch (error) {
        throw new BadInput(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
    }
}

/** One finding or error as editors and terminals take it. */
export function findingLine(
    source: string,
    { line, column, code, message }: Pick<KqlError, "line" | "column" | "code" | "message">,
): string {
    return `${source}:${line}:${column} ${code} ${message}`;
}
