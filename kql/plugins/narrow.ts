import { Scan } from "../plan/scan";
import { Table } from "../table";
import type { Value } from "../types";
import { textOf } from "../values/text";
import type { Plugin } from "./define";

/** `narrow()`: a row for each value of each row, as text. */
export const narrow: Plugin = ({ input }) => {
    const columns = [
        { name: "Row", type: "long" },
        { name: "Column", type: "string" },
        { name: "Value", type: "string" },
    ] as const;
    return Scan.computed(columns, (run) => {
        const table = input.table(run);
        const rows: Value[] = [];
        const names: Value[] = [];
        const values: Value[] = [];
        const texts = table.columns.map(({ type }) => textOf(type));
        for (let row = 0; row < table.length; row++) {
            table.columns.forEach(({ name }, column) => {
                rows.push(row);
                names.push(name);
                values.push(texts[column]?.(table.vector(column)[row] ?? null) ?? "");
            });
        }
        return new Table(columns, [rows, names, values], rows.length);
    });
};
