import { Command } from "commander";
import { createRequire } from "node:module";
import * as path from "node:path";
import { KqlError, openDatabase, readStoredFunction, type StoredFunction, type TableData } from "../../kql";
import { BadInput } from "../exit";
import type { Output } from "../output";
import type * as TableSources from "../tableSources";
import { textTable } from "../textTable";
import { checkCommand } from "./check";
import { findingLine, readText } from "./text";

interface KqlOptions {
    file?: string;
    table: string[];
    function: string[];
    now?: string;
    json?: true;
}

/** `kql`: runs a query over tables in files; `kql check`: is a query valid. */
export function kqlCommand(output: Output): Command {
    // `check` has options of the same names: what stands behind it is its own.
    return new Command("kql")
        .enablePositionalOptions()
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
                tables: await tablesOf(options.table),
                functions: options.function.map(functionOf),
                ...(options.now === undefined ? {} : { now: instant(options.now) }),
            });
            try {
                const result = database.query(text);
                output.line(options.json ? JSON.stringify(result) : textTable(result));
            } catch (error) {
                throw error instanceof KqlError ? new BadInput(findingLine(source, error)) : error;
            }
        })
        .addCommand(checkCommand(output));
}

const load = createRequire(__filename);

/** What reads recordings takes longer to load than all else; a query without tables need not wait for it. */
async function tablesOf(options: readonly string[]): Promise<Record<string, TableData>> {
    return options.length === 0 ? {} : (load("../tableSources") as typeof TableSources).readTables(options);
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

function instant(text: string): string {
    if (Number.isNaN(Date.parse(text)))
        throw new BadInput(`--now takes a time such as 2026-01-31T12:00:00Z; found "${text}".`);
    return text;
}
