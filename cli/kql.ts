import { Command } from "commander";
import * as fs from "node:fs";
import * as path from "node:path";
import { checkQuery, KqlError, openDatabase, readStoredFunction, type StoredFunction } from "../kql";
import { sysmonParsed } from "../detections";
import { BadInput, ExitCode } from "./exit";
import type { Output } from "./output";
import { readTables } from "./tableSources";
import { textTable } from "./textTable";

interface KqlOptions {
    file?: string;
    table: string[];
    function: string[];
    now?: string;
    json?: true;
}

/** `kql`: runs a query over tables in files; `kql check`: is a query valid. */
export function kqlCommand(output: Output): Command {
    return new Command("kql")
        .description("Run a KQL query over rows or recordings.")
        .argument("[query]", "the query; or --file")
        .option("--file <file>", "a file with the query")
        .option(
            "--table <name=file>",
            "a table: rows as .jsonl; Event and WindowsEvent also take recordings",
            collect,
            [],
        )
        .option(
            "--function <file>",
            "a stored function: `let f = (x: long) { … };`, or the body of one named as the file",
            collect,
            [],
        )
        .option("--now <time>", "the present, ISO 8601; default: the clock's")
        .option("--json", "columns and rows as JSON")
        .action(async (query: string | undefined, options: KqlOptions) => {
            const { text, source } = queryText(query, options.file);
            const database = openDatabase({
                tables: await readTables(options.table),
                functions: options.function.map(functionOf),
                ...(options.now === undefined ? {} : { now: instant(options.now) }),
            });
            try {
                const result = database.query(text);
                output.line(options.json ? JSON.stringify(result) : textTable(result));
            } catch (error) {
                throw error instanceof KqlError ? new BadInput(errorLine(source, error)) : error;
            }
        })
        .addCommand(checkCommand(output));
}

function checkCommand(output: Output): Command {
    return new Command("check")
        .description("Is a query valid: syntax and names, with line and column.")
        .argument("<file...>", "files with a query each")
        .option("--json", "a list of findings as JSON")
        .action((files: string[], options: { json?: true }) => {
            const functions = [{ name: "SysmonParsed", body: sysmonParsed("Event") }];
            const findings = files.flatMap((file) =>
                checkQuery(readText(file), { functions }).map((issue) => ({ file, ...issue })),
            );
            if (options.json) output.line(JSON.stringify(findings, null, 2));
            else for (const finding of findings) output.line(errorLine(finding.file, finding));
            if (findings.some(({ severity }) => severity === "error")) process.exitCode = ExitCode.CheckFailed;
        });
}

function collect(value: string, before: string[]): string[] {
    return [...before, value];
}

function queryText(query: string | undefined, file: string | undefined): { text: string; source: string } {
    if (query !== undefined && file !== undefined) throw new BadInput("Give a query or --file, not both.");
    if (file !== undefined) return { text: readText(file), source: file };
    if (query === undefined) throw new BadInput("No query: give one as an argument, or --file.");
    return { text: query, source: "query" };
}

function functionOf(file: string): StoredFunction {
    return readStoredFunction(path.basename(file).replace(/\..*$/, ""), readText(file));
}

function readText(file: string): string {
    try {
        return fs.readFileSync(file, "utf8");
    } catch (error) {
        throw new BadInput(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
    }
}

function instant(text: string): string {
    if (Number.isNaN(Date.parse(text)))
        throw new BadInput(`--now takes a time such as 2026-01-31T12:00:00Z; found "${text}".`);
    return text;
}

function errorLine(
    source: string,
    { line, column, code, message }: Pick<KqlError, "line" | "column" | "code" | "message">,
): string {
    return `${source}:${line}:${column} ${code} ${message}`;
}
