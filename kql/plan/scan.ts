import type { Passing, RowMemory } from "../rowMemory";
import { chosen, Table, type Vector } from "../table";
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
    /** Scans each of which must have a row for there to be any here. Absent: none is known. */
    readonly needs?: readonly Scan[];
}

/** A condition that rows must meet. */
export interface Filter {
    readonly expr: Expr;
    readonly site: Site;
}

/** Filters parted by what their verdict depends on. */
interface Verdicts {
    /** Those that depend on the row alone: their verdict never changes. */
    readonly lasting: readonly Filter[];
    /** For each lasting filter up to the first without a key, a key of it and those before. */
    readonly chains: readonly string[];
    /** All others. */
    readonly fleeting: readonly Filter[];
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
    private parted: Verdicts | undefined;
    private readsOthers: boolean | undefined;

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
        const { narrowedBy: _, ...source } = before;
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

    /**
     * A frame to evaluate expressions of this scan on, over the rows of the source: those that {@link each} visits. Where
     * the source is part of a shared table, it is over the whole.
     */
    frame(run: Run): Frame {
        return this.frameOver(this.source.read(run), run);
    }

    /** Whether a filter or a column looks at other rows than its own. */
    get readsNeighbors(): boolean {
        return (this.readsOthers ??= [...this.filters, ...this.outputs].some(({ expr }) => expr.reads.neighbors));
    }

    /** The filters whose verdict on a row never changes: they depend on that row alone. */
    get lasting(): readonly Filter[] {
        return this.verdicts.lasting;
    }

    /** Visits each row that is kept, with a {@link frame} set to it. */
    each(run: Run, visit: (frame: Frame) => void): void {
        const table = this.source.read(run);
        const { length, shared } = table;
        const frame = this.frameOver(table, run);
        const lasting = shared === undefined ? undefined : this.remembered(shared.memory, run);
        if (lasting?.rows.length === 0) return;
        const filters = lasting === undefined ? this.filters : this.verdicts.fleeting;
        const tests = filters.map(({ expr }) => expr.evaluate);
        const places = shared?.places;
        rows: for (let index = 0; index < length; index++) {
            run.visit();
            const row = places === undefined ? index : (places[index] ?? index);
            if (lasting?.has(row) === false) continue;
            frame.row = row;
            for (const test of tests) if (test(frame) !== true) continue rows;
            visit(frame);
        }
    }

    /** Indexes of the rows of the source that the lasting filters let through. */
    survivors(run: Run): readonly number[] {
        const table = this.source.read(run);
        const { shared, length } = table;
        if (shared === undefined) return met(this.lasting, this.frameOver(table, run), indexes(length));
        const { rows, has } = this.remembered(shared.memory, run);
        const { places } = shared;
        if (places === undefined || rows.length === 0) return rows;
        return indexes(length).filter((index) => has(places[index] ?? index));
    }

    /** How many rows each of the lasting filters lets through, those before it having met all earlier ones. */
    funnel(run: Run): { readonly filter: Filter; readonly rowsIn: number; readonly rowsOut: number }[] {
        const table = this.source.read(run);
        const frame = this.frameOver(table, run);
        let rows = table.shared?.places ?? indexes(table.length);
        return this.lasting.map((filter) => {
            const rowsIn = rows.length;
            rows = met([filter], frame, rows);
            return { filter, rowsIn, rowsOut: rows.length };
        });
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

    /**
     * Source rows by their place, in this order, worked out: at once, save for columns of the source as they are, which
     * wide tables have many of and most queries use few of.
     */
    pick(run: Run, frame: Frame, rows: readonly number[]): Table {
        const { table } = frame;
        const worked = this.outputs.map(({ expr: { column, evaluate } }) => {
            if (column !== undefined) return undefined;
            run.hold(8 * rows.length);
            return rows.map((row) => {
                run.visit();
                frame.row = row;
                const value = evaluate(frame);
                run.keep(value);
                return value;
            });
        });
        const vectorAt = (place: number): Vector => {
            const known = worked[place];
            if (known !== undefined) return known;
            run.hold(8 * rows.length);
            return chosen(table.vector(this.outputs[place]?.expr.column ?? -1), rows);
        };
        return new Table(this.columns, vectorAt, rows.length);
    }

    /** All rows of the source; vectors that are the source's own are not copied. */
    private whole(run: Run): Table {
        const table = this.source.read(run);
        const frame = new Frame(table, this.layout.slots, run);
        const { length } = table;
        const { columns } = this.source;
        const same =
            this.outputs.length === columns.length &&
            this.outputs.every(({ name, expr }, index) => columns[index]?.name === name && expr.column === index);
        if (same) return table;
        const vectors = this.outputs.map(({ expr }): Vector => {
            if (expr.column !== undefined) return table.vector(expr.column);
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

    /** Whether there is no row, nor would be over a part of the stored tables, nor at another time. False: not known. */
    isBarren(run: Run): boolean {
        if (this.source.tableName !== undefined) return this.survivors(run).length === 0;
        return this.source.needs?.some((scan) => scan.isBarren(run)) ?? false;
    }

    private frameOver(table: Table, run: Run): Frame {
        const memory = table.shared?.memory;
        return new Frame(memory?.table ?? table, this.layout.slots, run, memory);
    }

    private get verdicts(): Verdicts {
        return (this.parted ??= partedFilters(this.filters));
    }

    /** The rows that the lasting filters let through, out of those that queries remember. */
    private remembered(memory: RowMemory<Table>, run: Run): Passing {
        const { lasting, chains } = this.verdicts;
        return memory.passingOf(this.filters, () => {
            let frame: Frame | undefined;
            const meeting = (filters: readonly Filter[], rows: readonly number[]): readonly number[] =>
                met(filters, (frame ??= new Frame(memory.table, this.layout.slots, run, memory)), rows);
            let rows = memory.rows;
            for (const [index, chain] of chains.entries()) {
                const before = rows;
                rows = memory.rowsOf(chain, () => meeting(lasting.slice(index, index + 1), before));
                if (rows.length === 0) return rows;
            }
            return meeting(lasting.slice(chains.length), rows);
        });
    }

    private change(change: Partial<Shape>): Scan {
        return new Scan({ ...this, ...change });
    }
}

function partedFilters(filters: readonly Filter[]): Verdicts {
    const lasts = ({ expr: { reads } }: Filter): boolean => !reads.clock && !reads.data && !reads.neighbors;
    const lasting = filters.filter(lasts);
    const chains: string[] = [];
    for (const { expr } of lasting) {
        if (expr.key === undefined) break;
        chains.push(`${chains.at(-1) ?? ""}\n${expr.key}`);
    }
    return { lasting, chains, fleeting: filters.filter((filter) => !lasts(filter)) };
}

/** Those of the rows, ascending, that meet all filters. */
function met(filters: readonly Filter[], frame: Frame, rows: readonly number[]): readonly number[] {
    if (filters.length === 0) return rows;
    return rows.filter((row) => {
        frame.run.visit();
        frame.row = row;
        return filters.every(({ expr }) => expr.evaluate(frame) === true);
    });
}

function indexes(length: number): number[] {
    return Array.from({ length }, (_, index) => index);
}

/** A source whose rows are worked out once in each run; there are none without rows of each of the scans it needs. */
export function computedSource(
    columns: readonly Column[],
    compute: (run: Run) => Table,
    needs: readonly Scan[] = [],
): Source {
    const rows = new PerRun((run) => {
        const table = compute(run);
        run.produce(table.length);
        run.hold(8 * table.length * columns.length);
        return table;
    });
    return { columns, read: (run) => rows.in(run), needs };
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
