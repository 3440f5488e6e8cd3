import { convertTo } from "../compile/coerce";
import type { Operator } from "../compile/compiler";
import { resultName } from "../compile/names";
import { Scan } from "../plan/scan";
import { Table } from "../table";
import type { Column, Value } from "../types";
import { add, type Int64 } from "../values/int64";
import { keyOf } from "../values/order";
import { rowCount } from "./order";
import { Groups } from "./rows";

/** `top-hitters n of x [by y]`: the values that come most often, or with the largest sums; exactly, not about. */
export const topHitters: Operator = ({ node, input, scope, compiler }) => {
    const most = rowCount(node.child("Expression"), scope, compiler);
    const inRow = scope.withRow(input);
    const of = node.child("OfExpression");
    const by = node.optional("ByClause")?.child("Expression");
    const value = compiler.scalar(of, inRow);
    const name = resultName(of) ?? "Column1";
    const given = by === undefined ? undefined : compiler.scalar(by, inRow);
    const type = given?.type === "real" || given?.type === "decimal" ? "real" : "long";
    const summed = given === undefined ? undefined : convertTo(given, type);
    const columns: Column[] = [
        { name, type: value.type },
        {
            name: by === undefined ? `approximate_count_${name}` : `approximate_sum_${resultName(by) ?? ""}`,
            type,
        },
    ];
    return Scan.computed(columns, (run) => {
        const groups = new Groups(1, run);
        const key = keyOf(value.type);
        const values: Value[] = [];
        const sums: Int64[] = [];
        input.each(run, (frame) => {
            const found = value.evaluate(frame);
            const index = groups.indexOf([key(found)]);
            if (index === values.length) {
                values.push(found);
                sums.push(0);
            }
            const amount = summed === undefined ? 1 : summed.evaluate(frame);
            if (typeof amount !== "number" && typeof amount !== "bigint") return;
            const before = sums[index] ?? 0;
            sums[index] = type === "real" ? Number(before) + Number(amount) : add(before, amount);
        });
        const places = values.map((_, place) => place);
        places.sort((a, b) => {
            const [x, y] = [sums[a] ?? 0, sums[b] ?? 0];
            return x > y ? -1 : x < y ? 1 : a - b;
        });
        const chosen = places.slice(0, most(run));
        const vectors = [chosen.map((place) => values[place] ?? null), chosen.map((place) => sums[place] ?? 0)];
        return new Table(columns, vectors, chosen.length);
    });
};
