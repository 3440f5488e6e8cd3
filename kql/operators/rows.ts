import { columnOf } from "../compile/calls";
import type { Operator } from "../compile/compiler";
import type { Run } from "../plan/run";
import { Scan } from "../plan/scan";
import { Table } from "../table";
import { dotNetTypes, type Column, type Value } from "../types";
import { keyOf } from "../values/order";
import { expressionsOver, projected } from "../compile/projection";
import { rowCount } from "./order";

/** `take` and `limit`: the first rows, whichever those are. */
export const take: Operator = ({ node, input, scope, compiler }) => {
    const count = rowCount(node.child("Expression"), scope, compiler);
    return Scan.computed(
        input.columns,
        (run) => {
            const most = count(run);
            const table = input.table(run);
            if (table.length <= most) return table;
            return table.select(Array.from({ length: most }, (_, row) => row));
        },
        input.serialized,
    );
};

/** `count`: one row with the number of rows. */
export const count: Operator = ({ node, input }) => {
    const name = node.optional("AsIdentifier")?.optional("Identifier")?.name ?? "Count";
    const columns = [{ name, type: "long" }] as const;
    return Scan.computed(columns, (run) => {
        let rows = 0;
        input.each(run, () => rows++);
        return new Table(columns, [[rows]], 1);
    });
};

/** `distinct`: each combination of values once. */
export const distinct: Operator = ({ node, input, scope, compiler }) => {
    const expressions = node.list("Expressions");
    const all = expressions.some(({ kind }) => kind === "StarExpression");
    const { scan, named } = all ? { scan: input, named: [] } : expressionsOver(expressions, input, scope, compiler);
    const outputs = all ? input.outputs : projected(scan, named);
    const columns = outputs.map(({ name, expr }) => ({ name, type: expr.type }));
    const keys = outputs.map(({ expr }) => keyOf(expr.type));
    return Scan.computed(columns, (run) => {
        const seen = new Groups(outputs.length, run);
        const vectors = outputs.map((): Value[] => []);
        let length = 0;
        scan.each(run, (frame) => {
            const values = outputs.map(({ expr }) => expr.evaluate(frame));
            if (seen.indexOf(values.map((value, index) => keys[index]?.(value))) < length) return;
            values.forEach((value, index) => vectors[index]?.push(value));
            run.produce(++length);
        });
        return new Table(columns, vectors, length);
    });
};

/** What a key takes beside its characters, about. */
const bytesPerKey = 48;

/** Numbers combinations of keys in the order they first come. */
export class Groups {
    private readonly root = new Map<unknown, unknown>();
    size = 0;

    constructor(
        private readonly depth: number,
        private readonly run: Run,
    ) {}

    /** The number of a combination; a new one gets the next. */
    indexOf(keys: readonly unknown[]): number {
        let level = this.root;
        for (let index = 0; index < this.depth - 1; index++) {
            const next = level.get(keys[index]);
            if (next instanceof Map) level = next;
            else {
                const made = new Map<unknown, unknown>();
                level.set(keys[index], made);
                level = made;
            }
        }
        const last = this.depth === 0 ? undefined : keys[this.depth - 1];
        const known = level.get(last);
        if (typeof known === "number") return known;
        for (const key of keys) this.hold(key);
        level.set(last, this.size);
        return this.size++;
    }

    /** As {@link indexOf}, of a combination that is one key alone. */
    indexOfOne(key: unknown): number {
        const known = this.root.get(key);
        if (typeof known === "number") return known;
        this.hold(key);
        this.root.set(key, this.size);
        return this.size++;
    }

    private hold(key: unknown): void {
        this.run.hold(typeof key === "string" ? bytesPerKey + key.length : bytesPerKey);
    }
}

/** `getschema`: a row a column. */
export const getSchema: Operator = ({ input }) => {
    const columns = [
        { name: "ColumnName", type: "string" },
        { name: "ColumnOrdinal", type: "int" },
        { name: "DataType", type: "string" },
        { name: "ColumnType", type: "string" },
    ] as const;
    const described = input.columns;
    const vectors: Value[][] = [
        described.map(({ name }) => name),
        described.map((_, index) => index),
        described.map(({ type }) => dotNetTypes[type]),
        described.map(({ type }) => type),
    ];
    return Scan.computed(columns, () => new Table(columns, vectors, described.length));
};

/** `assert-schema`: the rows as they are, where their columns are those that the query names. */
export const assertSchema: Operator = ({ node, input }) => {
    const declared = node.child("Schema").list("Columns").map(columnOf);
    const written = (columns: readonly Column[]): string =>
        columns.map(({ name, type }) => `${name}: ${type}`).join(", ");
    if (written(declared) !== written(input.columns)) {
        throw node.error("KQ102", `the columns are not (${written(declared)}) but (${written(input.columns)})`);
    }
    return input;
};

/** `as`: a name for the rows so far, for what follows. */
export const as: Operator = ({ node, input, scope }) => {
    const { name } = node.child("Name");
    const rows = input.settled().named(name);
    scope.bind(name, { kind: "table", relation: rows });
    return rows;
};

/** `render` changes no row. */
export const unchanged: Operator = ({ input }) => input;
