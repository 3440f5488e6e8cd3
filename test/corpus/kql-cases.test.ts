import assert from "node:assert/strict";
import * as fs from "node:fs";
import { KqlError, openDatabase, type TableData } from "../../kql";
import { sameUnordered, sameValue } from "../support/kqlAnswers";
import { describeShared, sharedIsThere, sharedPath } from "../support/shared";

/** A query and its true answer, or that it must be refused. */
interface Case {
    readonly name: string;
    readonly query: string;
    readonly columns: readonly { readonly name: string; readonly type: string }[];
    readonly rows: readonly (readonly unknown[])[];
    readonly source: string;
    readonly ordered: boolean;
    readonly table?: string;
    readonly error?: string;
    readonly arraysAsSets?: boolean;
    readonly binderDiffers?: boolean;
}

function readJson(name: string): unknown {
    return JSON.parse(fs.readFileSync(sharedPath("kql", name), "utf8"));
}

const tables = new Map<string, TableData>();

function eventTable(file: string): TableData {
    const known = tables.get(file) ?? (readJson(file) as TableData);
    tables.set(file, known);
    return known;
}

function check(one: Case): void {
    const database = openDatabase({ tables: one.table === undefined ? {} : { Event: eventTable(one.table) } });
    if (one.error !== undefined) {
        assert.throws(() => database.query(one.query), KqlError);
        return;
    }
    const { columns, rows } = database.query(one.query);
    assert.deepEqual(
        columns.map(({ name }) => name),
        one.columns.map(({ name }) => name),
    );
    if (one.binderDiffers !== true) assert.deepEqual(columns, one.columns);
    const same = (a: readonly unknown[], b: readonly unknown[]): boolean =>
        a.every((value, index) => sameValue(value, b[index], one.columns[index]?.type ?? "dynamic", one.arraysAsSets));
    const equal = one.ordered
        ? rows.length === one.rows.length && rows.every((row, index) => same(row, one.rows[index] ?? []))
        : sameUnordered<readonly unknown[]>(rows, one.rows, same);
    if (!equal) assert.deepEqual(rows, one.rows);
}

describeShared("KQL, held against recorded answers", () => {
    const cases = sharedIsThere ? (readJson("cases.json") as Case[]) : [];

    for (const one of cases) it(`${one.name} (${one.source})`, () => check(one));
});
