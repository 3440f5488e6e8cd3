import { isDeepStrictEqual } from "node:util";
import { loadTable, prepareQuery, type TableData } from "../../kql";
import type { Race } from "../benchmark";

/** A question asked twice: as a query, and as the code that somebody would write who has only this one to ask. */
export interface Question {
    readonly title: string;
    readonly query: string;
    readonly tables: Readonly<Record<string, TableData>>;
    /** Rows of the answer as the query gives them, in any order. */
    readonly byHand: () => readonly (readonly unknown[])[];
    /** Rows a second to reach. Default: none. */
    readonly goal?: number;
}

/** The instant of all queries; none depends on it. */
export const now = "2024-05-17T12:00:00Z";

/**
 * The query, read and compiled before, beside the code by hand.
 * @throws Error where the two do not answer the same: a wrong answer wins no race.
 */
export function raceOf({ title, query, tables, byHand, goal }: Question): Race {
    const prepared = prepareQuery(query, {
        tables: Object.fromEntries(Object.entries(tables).map(([name, { columns }]) => [name, columns])),
    });
    const loaded = Object.fromEntries(Object.entries(tables).map(([name, data]) => [name, loadTable(data, name)]));
    const rows = Object.values(tables).reduce((sum, table) => sum + table.rows.length, 0);
    const ask = (): readonly (readonly unknown[])[] => prepared.run({ tables: loaded, now }).rows;
    const answer = sorted(byHand());
    if (answer.length === 0) throw new Error(`${title}: the answer is empty`);
    if (!isDeepStrictEqual(sorted(ask()), answer)) throw new Error(`${title}: the two answers are not the same`);
    return {
        kind: "race",
        title: `query: ${title}`,
        unit: "rows",
        baseline: "hand-written JavaScript",
        contenders: [
            {
                name: "query",
                ...(goal === undefined ? {} : { goal }),
                run: () => {
                    ask();
                    return rows;
                },
            },
            {
                name: "hand-written JavaScript",
                run: () => {
                    byHand();
                    return rows;
                },
            },
        ],
    };
}

function sorted(rows: readonly (readonly unknown[])[]): string[] {
    return rows.map((row) => JSON.stringify(row)).sort();
}
