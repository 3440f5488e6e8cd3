import { Table } from "../table";
import type { Column, Value } from "../types";
import type { Int64 } from "../values/int64";
import { columnAt, Frame, memoized, type Expr } from "./expression";
import { PerRun, type PerPart, type Run } from "./run";

/** Where a piece of a query stands, for people. */
export interface Site {
    /** The text, its white space made single. */
    readonly text: string;
    readonly line: number;
    readonly column: number;
    /** The stored function that it stands in; absent for the query itself. */
    readonly functionName?: string;
}

/** Where rows come from. */
export interface Source {
    readonly columns: readonly Column[];
    /** The stored table that the rows are read from; absent for rows that were worked out. */
    readonly tableName?: string;
    /** The rows in a run. */
    read(run: Run): Table;
    /**
     * The same rows without some that no longer matter once a filter follows; undefined where the filter changes
     * nothing here. Absent for sources whose rows do not depend on what follows.
     */
    readonly narrowedBy?: (filter: Filter) => Source | undefined;
}

/** A condition that rows must meet. */
export interface Filter {
    readonly expr: Expr;
    readonly site: Site;
}

/** A column of a scan and how its values are worked out. */
export interface Output {
    readonly name: string;
    readonly expr: Expr;
}

/** Slots that the frames of a scan must have, counted while the scan is built. */
export interface Layout {
    slots: number;
}

/** What a scan keeps beside its rows. */
interface Shape {
    readonly source: Source;
    readonly layout: Layout;
    readonly filters: readonly Filter[];
    readonly outputs: readonly Output[];
    /** Whether the order of the rows is the query's own, so that functions over neighbors make sense. */
    readonly serialized: boolean;
    /** What `union withsource=` calls these rows; absent where they are known by their place only. */
    readonly label: string | undefined;
}

/**
 * Rows of a source, filtered and seen through expressions, one row at a time: any chain of `where`, `extend`, `project`
 * and `parse` is one scan. Columns are worked out only where a row is kept and a value is asked for.
 */
export class Scan {
    readonly kind = "closed";
    readonly source: Source;
    readonly layout: Layout;
    readonly filters: readonly Filter[];
    readonly outputs: readonly Output[];
    readonly serialized: boolean;
    readonly label: string | undefined;

    private constructor(shape: Shape) {
        this.source = shape.source;
        this.layout = shape.layout;
        this.filters = shape.filters;
        this.outputs = shape.outputs;
        this.serialized = shape.serialized;
        this.label = shape.label;
    }

    /** All rows and columns of a source. */
    static of(source: Source, serialized = false, label?: string): Scan {
        const outputs = source.columns.map(({ name, type }, index) => ({ name, expr: columnAt(type, index) }));
        return new Scan({ source, layout: { slots: 0 }, filters: [], outputs, serialized, label });
    }

    /** Rows that are worked out once in each run. */
    static computed(columns: readonly Column[], compute: (run: Run) => Table, serialized = false): Scan {
        return Scan.of(computedSource(columns, compute), serialized);
    }

    get columns(): Column[] {
        return this.outputs.map(({ name, expr }) => ({ name, type: expr.type }));
    }

    /** The output of this name. */
    find(name: string): Output | undefined {
        return this.outputs.find((output) => output.name === name);
    }

    /** The rows that meet a condition as well. */
    where(filter: Filter): Scan {
        const source = (this.serialized ? undefined : this.source.narrowedBy?.(filter)) ?? this.source;
        return this.change({ source, filters: [...this.filters, filter], label: undefined });
    }

    /** The same rows with other columns. */
    select(outputs: readonly Output[]): Scan {
        return this.change({ outputs, label: undefined });
    }

    /** The same rows, read by way of another source of the same columns. */
    over(source: Source): Scan {
        return this.change({ source });
    }

    /** The same rows, whatever filters follow. */
    materialized(): Scan {
        const { source: before } = this;
        if (before.narrowedBy === undefined) return this;
        const source: Source = { columns: before.columns, read: (run) => before.read(run) };
        return this.change({ source });
    }

    /** The same rows under a name. */
    named(label: string | undefined): Scan {
        return this.change({ label });
    }

    /** The same rows, their order being the query's own. */
    inOrder(): Scan {
        return this.change({ serialized: true });
    }

    /** A column to be worked out at most once a row. */
    define(name: string, expr: Expr): Output {
        if (!expr.reads.row || expr.kept === true) return { name, expr };
        return { name, expr: memoized(expr, this.layout.slots++) };
    }

    /** The same rows read from a table of their own, so that nothing is worked out twice and rows have neighbors. */
    settled(): Scan {
        const plain = this.filters.length === 0 && this.outputs.every(({ expr }) => !expr.reads.neighbors);
        if (plain) return this;
        const computed = Scan.computed(this.columns, (run) => this.table(run), this.serialized);
        return computed.named(this.label);
    }

    /** A frame over the rows of the source, to evaluate expressions of this scan on. */
    frame(run: Run): Frame {
        return new Frame(this.source.read(run), this.layout.slots, run);
    }

    /** Visits each row that is kept, with the frame set to it. */
    each(run: Run, visit: (frame: Frame) => void): void {
        const frame = this.frame(run);
        const tests = this.filters.map(({ expr }) => expr.evaluate);
        const { length } = frame.table;
        rows: for (let row = 0; row < length; row++) {
            run.visit();
            frame.row = row;
            for (const test of tests) if (test(frame) !== true) continue rows;
            visit(frame);
        }
    }

    /** All rows that are kept, worked out. */
    table(run: Run): Table {
        if (this.filters.length === 0) return this.whole(run);
        const rows: number[] = [];
        const frame = this.frame(run);
        this.each(run, ({ row }) => {
            rows.push(row);
            run.produce(rows.length);
        });
        return this.pick(run, frame, rows);
    }

    /** Source rows by their place, in this order, worked out. */
    pick(run: Run, frame: Frame, rows: readonly number[]): Table {
        const vectors = this.outputs.map(({ expr }) => {
            const { column, evaluate } = expr;
            const vector = column === undefined ? undefined : frame.table.vectors[column];
            run.hold(8 * rows.length);
            if (vector !== undefined) return rows.map((row) => vector[row] ?? null);
            return rows.map((row) => {
                run.visit();
                frame.row = row;
                const value = evaluate(frame);
                run.keep(value);
                return value;
            });
        });
        return new Table(this.columns, vectors, rows.length);
    }

    /** All rows of the source; vectors that are the source's own are not copied. */
    private whole(run: Run): Table {
        const frame = this.frame(run);
        const { length } = frame.table;
        const { columns } = this.source;
        const same =
            this.outputs.length === columns.length &&
            this.outputs.every(({ name, expr }, index) => columns[index]?.name === name && expr.column === index);
        if (same) return frame.table;
        const vectors = this.outputs.map(({ expr }): readonly Value[] => {
            const vector = expr.column === undefined ? undefined : frame.table.vectors[expr.column];
            if (vector !== undefined) return vector;
            const values = new Array<Value>(length);
            for (let row = 0; row < length; row++) {
                run.visit();
                frame.row = row;
                const value = expr.evaluate(frame);
                run.keep(value);
                values[row] = value;
            }
            return values;
        });
        return new Table(this.columns, vectors, length);
    }

    private change(change: Partial<Shape>): Scan {
        return new Scan({ ...this, ...change });
    }
}

/** A source whose rows are worked out once in each run. */
export function computedSource(columns: readonly Column[], compute: (run: Run) => Table): Source {
    const rows = new PerRun((run) => {
        const table = compute(run);
        run.produce(table.length);
        run.hold(8 * table.length * columns.length);
        return table;
    });
    return { columns, read: (run) => rows.in(run) };
}

/** A source whose rows each part of a run is given for itself. */
export function givenSource(columns: readonly Column[], given: PerPart<Table>): Source {
    return {
        columns,
        read: (run) => {
            const table = given.in(run);
            if (table === undefined) throw new Error("a subquery was run without its rows");
            return table;
        },
    };
}

/** A relation whose columns are known before any row is read, or one whose columns its rows decide. */
export type Relation = Scan | OpenRelation;

/** A relation whose columns are known only in a run (after `bag_unpack` or `pivot`, say). */
export interface OpenRelation {
    readonly kind: "open";
    /** The relation in a run, with its columns. */
    resolve(run: Run): Scan;
}

/** Works on relations whose columns are known: at once where they are, in the run where one is open. */
export function withColumns(inputs: readonly Relation[], build: (scans: readonly Scan[]) => Relation): Relation {
    const scans = inputs.filter((input) => input.kind === "closed");
    if (scans.length === inputs.length) return build(scans);
    const resolved = new PerRun((run) => {
        const relation = build(inputs.map((input) => (input.kind === "closed" ? input : input.resolve(run))));
        return relation.kind === "closed" ? relation : relation.resolve(run);
    });
    return { kind: "open", resolve: (run) => resolved.in(run) };
}

/** Ticks at which the current row of a frame was ingested. */
export function ingestionTime(frame: Frame): Int64 | null {
    return frame.table.ingestionTimes?.[frame.row] ?? null;
}
