import * as fs from "node:fs";
import * as readline from "node:readline";
import type { TableData } from "../kql";
import {
    eventTable,
    eventTableColumns,
    loadRecording,
    windowsEventTable,
    windowsEventTableColumns,
    type SysmonEvent,
} from "../sysmon/events";
import { BadInput } from "./exit";

type Row = Readonly<Record<string, unknown>>;
type ColumnType = "string" | "long" | "real" | "bool" | "datetime" | "dynamic";

/** Columns of the tables that are known by name. */
const knownColumns: Readonly<Record<string, TableData["columns"]>> = {
    Event: eventTableColumns,
    WindowsEvent: windowsEventTableColumns,
};

/**
 * The tables behind `--table NAME=FILE`. A `.jsonl` file holds a row a line, as an object by column; `Event` and
 * `WindowsEvent` also take a recording of any kind, whose events become the rows that the service would write.
 *
 * @throws BadInput where a file is no table.
 */
export async function readTables(options: readonly string[]): Promise<Record<string, TableData>> {
    const tables: Record<string, TableData> = {};
    for (const option of options) {
        const [, name, file] = /^([A-Za-z_][A-Za-z0-9_]*)=(.+)$/.exec(option) ?? [];
        if (name === undefined || file === undefined) {
            throw new BadInput(`--table takes NAME=FILE, such as Event=attack.evtx; found "${option}".`);
        }
        if (!fs.existsSync(file)) throw new BadInput(`--table ${name}: there is no file ${file}.`);
        const rows = /\.jsonl$/i.test(file) ? await readRows(file) : undefined;
        tables[name] = rows && !rows.some(isEvent) ? tableOf(name, rows) : await recordedTable(name, file);
    }
    return tables;
}

/** A recording as the rows that collection would write. */
async function recordedTable(name: string, file: string): Promise<TableData> {
    const write = { Event: eventTable, WindowsEvent: windowsEventTable }[name];
    if (!write) {
        throw new BadInput(
            `--table ${name}: ${file} is no .jsonl of rows; recordings fill the tables Event and WindowsEvent.`,
        );
    }
    const { events } = await loadRecording(file);
    return write(events, { ingestionTimes: events.map(({ timeCreated }: SysmonEvent) => timeCreated) });
}

/** A normalized event is no row of a table, though both are objects. */
function isEvent(row: Row): boolean {
    return typeof row.id === "number" && typeof row.fields === "object";
}

async function readRows(file: string): Promise<Row[]> {
    const rows: Row[] = [];
    let line = 0;
    for await (const text of readline.createInterface({ input: fs.createReadStream(file), crlfDelay: Infinity })) {
        line++;
        if (text.trim() === "") continue;
        const row = parseRow(text);
        if (!row) throw new BadInput(`${file}:${line}: no JSON object; a table's file holds a row a line.`);
        rows.push(row);
    }
    return rows;
}

function parseRow(text: string): Row | undefined {
    try {
        const value: unknown = JSON.parse(text);
        return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : undefined;
    } catch {
        return undefined;
    }
}

/** Rows as a table: columns by the table's name where it is known, otherwise by what the rows hold. */
function tableOf(name: string, rows: readonly Row[]): TableData {
    const columns = knownColumns[name] ?? inferColumns(rows);
    return { columns, rows: rows.map((row) => columns.map((column) => row[column.name] ?? null)) };
}

function inferColumns(rows: readonly Row[]): TableData["columns"] {
    const types = new Map<string, ColumnType | undefined>();
    for (const row of rows) {
        for (const [name, value] of Object.entries(row)) {
            const type = typeOf(value);
            const before = types.get(name);
            types.set(name, before === undefined || type === undefined ? (before ?? type) : widest(before, type));
        }
    }
    return [...types].map(([name, type]) => ({ name, type: type ?? "string" }));
}

const isoTime = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?Z?$/;

function typeOf(value: unknown): ColumnType | undefined {
    switch (typeof value) {
        case "string":
            return isoTime.test(value) ? "datetime" : "string";
        case "number":
            return Number.isInteger(value) ? "long" : "real";
        case "boolean":
            return "bool";
        default:
            return value === null ? undefined : "dynamic";
    }
}

/** The type that holds values of both. */
function widest(a: ColumnType, b: ColumnType): ColumnType {
    if (a === b) return a;
    const numbers: readonly ColumnType[] = ["long", "real"];
    if (numbers.includes(a) && numbers.includes(b)) return "real";
    const texts: readonly ColumnType[] = ["string", "datetime"];
    return texts.includes(a) && texts.includes(b) ? "string" : "dynamic";
}
