import { findAggregate } from "../aggregates/registry";
import type { Aggregate } from "../aggregates/define";
import { Call } from "../functions/call";
import { coerce } from "../compile/coerce";
import { PerRun, type Run } from "../plan/run";
import { Scan, type Output } from "../plan/scan";
import { Table } from "../table";
import type { Column, Value } from "../types";
import { keyOf } from "../values/order";
import { Groups } from "../operators/rows";
import type { Plugin, PluginContext } from "./define";

/** `pivot(column [, aggregate [, keys …]])`: a column for each value of a column, in alphabetical order. */
export const pivot: Plugin = (context) => {
    const { call, input } = context;
    const names = coerce(call.arg(0), "string");
    const aggregate = aggregateOf(context);
    const keys = keysOf(context);
    const pivoted = new PerRun((run: Run): Scan => {
        const table = pivotTable(input, names.evaluate, aggregate, keys, run);
        return Scan.of({ columns: table.columns, read: () => table });
    });
    return { kind: "open", resolve: (run) => pivoted.in(run) };
};

function aggregateOf({ call }: PluginContext): Aggregate {
    const count: Aggregate = {
        type: "long",
        start: () => {
            let rows = 0;
            return { add: () => void rows++, result: () => rows };
        },
    };
    if (call.count < 2) return count;
    const node = call.argNode(1);
    const make = node.kind === "FunctionCallExpression" ? findAggregate(node.child("Name").name) : undefined;
    if (make === undefined) throw node.error("KQ201", `${node.text}: the second argument of pivot() is an aggregate`);
    return make(new Call(node, call.scope, call.compiler));
}

/** The columns that rows are told apart by: those given, or all that neither name nor value is taken from. */
function keysOf({ call, input }: PluginContext): Output[] {
    if (call.count > 2) {
        return call.nodes.slice(2).map((node) => {
            const output = input.find(node.name);
            if (output === undefined) throw node.error("KQ101", `${node.text} is no column of these rows`);
            return output;
        });
    }
    const used = new Set([call.argNode(0).name]);
    const aggregated = call.nodes[1]?.optional("ArgumentList")?.list("Expressions") ?? [];
    for (const node of aggregated) used.add(node.name);
    return input.outputs.filter(({ name }) => !used.has(name));
}

/** What a cell with its aggregate takes, about. */
const bytesPerCell = 128;

function pivotTable(
    input: Scan,
    nameOf: (frame: Parameters<Output["expr"]["evaluate"]>[0]) => string,
    aggregate: Aggregate,
    keys: readonly Output[],
    run: Run,
): Table {
    const groups = new Groups(keys.length, run);
    const keyParts = keys.map(({ expr }) => keyOf(expr.type));
    const rows: { readonly keys: readonly Value[]; readonly cells: Map<string, ReturnType<Aggregate["start"]>> }[] = [];
    const names = new Set<string>();
    input.each(run, (frame) => {
        const values = keys.map(({ expr }) => expr.evaluate(frame));
        const index = groups.indexOf(values.map((value, place) => keyParts[place]?.(value)));
        const row = (rows[index] ??= { keys: values, cells: new Map() });
        const name = nameOf(frame);
        names.add(name);
        let cell = row.cells.get(name);
        if (cell === undefined) {
            cell = aggregate.start();
            row.cells.set(name, cell);
            run.hold(bytesPerCell);
        }
        cell.add(frame);
        run.produce(rows.length);
    });
    const sorted = [...names].sort();
    run.hold(8 * sorted.length * rows.length);
    const columns = [
        ...keys.map(({ name, expr }): Column => ({ name, type: expr.type })),
        ...sorted.map((name): Column => ({ name, type: aggregate.type })),
    ];
    const absent = aggregate.start().result();
    const vectors = [
        ...keys.map((_, place) => rows.map((row) => row.keys[place] ?? null)),
        ...sorted.map((name) => rows.map(({ cells }) => cells.get(name)?.result() ?? absent)),
    ];
    return new Table(columns, vectors, rows.length);
}
