import * as fs from "node:fs";
import * as path from "node:path";
import type { DetectionProblem } from "./problems";

/** The text of a file, or why there is none. */
export type TextReading =
    { readonly ok: true; readonly text: string } | { readonly ok: false; readonly problem: DetectionProblem };

/** Reads a file, whatever its line ends. One that is empty counts as missing. */
export function readText(file: string): TextReading {
    try {
        const text = fs
            .readFileSync(file, "utf8")
            .replace(/^\uFEFF/, "")
            .replace(/\r\n?/g, "\n");
        if (text.trim() !== "") return { ok: true, text };
        return { ok: false, problem: { file, code: "DT002", message: `${path.basename(file)} is empty` } };
    } catch (error) {
        if (error instanceof Error && "code" in error && error.code === "ENOENT")
            return { ok: false, problem: { file, code: "DT002", message: `${path.basename(file)} is missing` } };
        return { ok: false, problem: { file, code: "DT001", message: `the file cannot be read: ${reasonOf(error)}` } };
    }
}

/** Why reading failed, in words. */
export function reasonOf(error: unknown): string {
    return error instanceof Error ? error.message : String(error);
}
