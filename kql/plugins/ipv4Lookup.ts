import { coerce } from "../compile/coerce";
import { UniqueNames } from "../compile/names";
import { Scan, withColumns } from "../plan/scan";
import { Table } from "../table";
import type { Column, Value } from "../types";
import { parseIpv4, prefixMask } from "../values/ipv4";
import type { Plugin } from "./define";

/** `ipv4_lookup(table, address, network [, return_unmatched])`: the rows of a table whose network an address is in. */
export const ipv4Lookup: Plugin = ({ call, input }) => {
    const addresses = coerce(call.arg(1), "string");
    const networkName = call.argNode(2).name;
    const last = call.nodes[call.count - 1];
    const option = last?.kind === "SimpleNamedExpression" ? last.child("Expression") : call.nodes[3];
    const unmatched = option !== undefined && option.text.toLowerCase() === "true";
    const ranges = call.compiler.relation(call.argNode(0), call.scope.inner());
    return withColumns([ranges], ([lookup]) => {
        if (lookup === undefined) throw new Error("ipv4_lookup without its table");
        const key = lookup.columns.findIndex(({ name }) => name === networkName);
        if (key < 0) throw call.argNode(2).error("KQ101", `${networkName} is no column of the table that is looked up`);
        const names = new UniqueNames();
        const columns = [...input.columns, ...lookup.columns].map(({ name, type }): Column => ({
            name: names.add(name),
            type,
        }));
        return Scan.computed(columns, (run) => {
            const table = lookup.table(run);
            const networks = table.vector(key).map((text) => (typeof text === "string" ? parseIpv4(text) : null));
            const left: number[] = [];
            const right: number[] = [];
            const frame = input.frame(run);
            input.each(run, (current) => {
                const address = parseIpv4(addresses.evaluate(current));
                let found = false;
                networks.forEach((network, row) => {
                    if (network === null || address === null) return;
                    const mask = prefixMask(network.prefix);
                    if (((network.address ^ address.address) & mask) !== 0) return;
                    found = true;
                    left.push(current.row);
                    right.push(row);
                });
                if (!found && unmatched) {
                    left.push(current.row);
                    right.push(-1);
                }
                run.produce(left.length);
            });
            const kept = input.pick(run, frame, left);
            const looked = table.vectors.map((vector, place): Value[] => {
                const absent = table.columns[place]?.type === "string" ? "" : null;
                return right.map((row) => (row < 0 ? absent : (vector[row] ?? null)));
            });
            return new Table(columns, [...kept.vectors, ...looked], left.length);
        });
    });
};
