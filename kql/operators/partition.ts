import type { Operator } from "../compile/compiler";
import { PerPart } from "../plan/run";
import { givenSource, Scan, withColumns } from "../plan/scan";
import { Table, workedOut } from "../table";
import type { Value } from "../types";
import { keyOf } from "../values/order";
import { parameter } from "./parameters";
import { Groups } from "./rows";

/** Most partitions of the legacy strategy, the default (Kusto documentation). */
const mostLegacyPartitions = 64;

/** `partition by x (…)`: a subquery over the rows of each value of a column, the answers one after the other. */
export const partition: Operator = ({ node, input, scope, compiler }) => {
    const operand = node.child("Operand");
    if (operand.kind !== "PartitionSubquery") {
        throw operand.error(
            "KQ201",
            "partition with a source of its own, in braces, is not supported; use parentheses",
        );
    }
    const legacy = (parameter(node, "hint.strategy")?.text ?? "legacy") === "legacy";
    const by = compiler.scalar(node.child("ByExpression"), scope.withRow(input));
    const key = keyOf(by.type);
    const current = new PerPart<Table>();
    const part = Scan.of(givenSource(input.columns, current), input.serialized);
    const subquery = compiler.relation(operand.child("Subquery"), scope.inner().withInput(part));
    return withColumns([subquery], ([result]) => {
        if (result === undefined) throw new Error("partition without its subquery");
        return Scan.computed(result.columns, (run) => {
            const groups = new Groups(1, run);
            const rows: number[][] = [];
            const frame = input.frame(run);
            input.each(run, (kept) => {
                const group = groups.indexOf([key(by.evaluate(kept))]);
                const found = rows[group];
                if (found === undefined) rows.push([kept.row]);
                else found.push(kept.row);
            });
            if (legacy && rows.length > mostLegacyPartitions) {
                throw node.error(
                    "KQ102",
                    `${rows.length} partitions; without hint.strategy=native there may be ${mostLegacyPartitions}`,
                );
            }
            const vectors = result.columns.map((): Value[] => []);
            let length = 0;
            for (const group of rows) {
                const answer = run.forked((fork) => {
                    current.give(fork, input.pick(run, frame, group));
                    return workedOut(result.table(fork));
                });
                answer.vectors.forEach((vector, column) => {
                    for (const value of vector) vectors[column]?.push(value);
                });
                length += answer.length;
                run.produce(length);
            }
            return new Table(result.columns, vectors, length);
        });
    });
};
