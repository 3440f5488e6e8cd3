import type { Operator } from "../compile/compiler";
import { resultName } from "../compile/names";
import { Scan } from "../plan/scan";
import { Table } from "../table";
import type { Value } from "../types";
import { rowCount } from "./order";
import { Groups } from "./rows";
import { keyOf } from "../values/order";

/** `sample`: rows spread evenly over all, so that the same rows come out each time; any choice would be as good. */
export const sample: Operator = ({ node, input, scope, compiler }) => {
    const count = rowCount(node.child("Expression"), scope, compiler);
    return Scan.computed(input.columns, (run) => {
        const table = input.table(run);
        const most = Math.min(count(run), table.length);
        return table.select(Array.from({ length: most }, (_, index) => Math.floor((index * table.length) / most)));
    });
};

/** `sample-distinct n of x`: the first values of a column or expression, each once. */
export const sampleDistinct: Operator = ({ node, input, scope, compiler }) => {
    const count = rowCount(node.child("Expression"), scope, compiler);
    const of = node.child("OfExpression");
    const expr = compiler.scalar(of, scope.withRow(input));
    const columns = [{ name: resultName(of) ?? "Column1", type: expr.type }];
    const key = keyOf(expr.type);
    return Scan.computed(columns, (run) => {
        const most = count(run);
        const seen = new Groups(1, run);
        const values: Value[] = [];
        input.each(run, (frame) => {
            if (values.length >= most) return;
            const value = expr.evaluate(frame);
            if (seen.indexOf([key(value)]) === values.length) values.push(value);
        });
        return new Table(columns, [values], values.length);
    });
};
