import * as fs from "node:fs";
import { z } from "zod";
import { workspaceTables, type DeclaredColumns } from "../../kql";
import { BadInput } from "../exit";
import { readTables } from "../tableSources";
import { readText } from "./text";

const columnList = z.array(z.object({ name: z.string().min(1), type: z.string().min(1) })).min(1);

/**
 * The tables that are known by themselves, and those behind `--table`: `NAME:column:type,…` spells the columns out (text
 * where no type is given), `NAME=FILE` takes them from a list of `{ "name", "type" }` (.json) or from rows.
 *
 * @throws BadInput where one declares no table.
 */
export async function declaredTables(options: readonly string[]): Promise<Record<string, DeclaredColumns>> {
    const tables: Record<string, DeclaredColumns> = { ...workspaceTables };
    for (const option of options) {
        const [, name, mark, rest] = /^([A-Za-z_][A-Za-z0-9_]*)([:=])(.+)$/.exec(option) ?? [];
        if (name === undefined || rest === undefined)
            throw new BadInput(`--table takes NAME:column:type,column:type or NAME=FILE; found "${option}".`);
        tables[name] = mark === ":" ? spelled(rest) : await ofFile(option, name, rest);
    }
    return tables;
}

function spelled(text: string): DeclaredColumns {
    return text.split(",").map((column) => {
        const [name = "", type = "string"] = column.trim().split(":");
        return { name, type };
    });
}

async function ofFile(option: string, name: string, file: string): Promise<DeclaredColumns> {
    if (!/\.json$/i.test(file) || !fs.existsSync(file)) return (await readTables([option]))[name]?.columns ?? [];
    const columns = columnList.safeParse(json(file));
    if (columns.success) return columns.data;
    throw new BadInput(`--table ${name}: ${file} is no list of { "name": …, "type": … }.`);
}

function json(file: string): unknown {
    try {
        return JSON.parse(readText(file));
    } catch (error) {
        if (error instanceof BadInput) throw error;
        return undefined;
    }
}
