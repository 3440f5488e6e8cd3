import { coerce, convertTo } from "../compile/coerce";
import { parameterOf } from "../compile/calls";
import type { Operator } from "../compile/compiler";
import { columnAt, Frame, nullOf, valueIn, type Expr } from "../plan/expression";
import type { Run } from "../plan/run";
import { Scan } from "../plan/scan";
import type { SyntaxNode } from "../syntax";
import { Table } from "../table";
import type { Column, Value } from "../types";
import { parameter } from "./parameters";

/** A column that `scan` adds, and its value where no step gives it one. */
interface Declared {
    readonly column: Column;
    readonly otherwise: Expr;
}

/** One step, its expressions over the record and what the steps up to it have matched. */
interface Step {
    readonly condition: Expr;
    /** Values for columns of the record, by their places. */
    readonly assignments: readonly { readonly place: number; readonly expr: Expr }[];
    readonly shown: boolean;
}

/** The records that the steps up to one have matched, and the number of the match. */
interface Sequence {
    readonly match: number;
    /** By step; undefined where a step has matched none. */
    readonly records: readonly (readonly Value[] | undefined)[];
}

/**
 * `scan`: sequences of records that match steps, as the documentation lays their logic down: each record is held against
 * the steps from the last to the first; a step takes over the sequence of the one before it, or goes on with its own.
 */
export const scan: Operator = ({ node, input, scope, compiler }) => {
    if (!input.serialized) throw node.error("KQ102", "scan needs rows in an order of the query's own: sort them first");
    const declared = declaredColumns(node, (value) => compiler.scalar(value, scope));
    const record = [...input.columns, ...declared.map(({ column }) => column)];
    const matchName = parameter(node, "with_match_id")?.name;
    const stepNodes = node.list("Steps");
    // The expressions of the steps see a row that has the record first, then what each step has matched.
    const wide = Scan.of({ columns: [...record, ...stepNodes.flatMap(() => record)], read: () => noRows });
    const current = wide.select(wide.outputs.slice(0, record.length));
    const inStep = scope.withRow(current);
    stepNodes.forEach((step, index) => {
        const columns = record.map(({ name, type }, place) => {
            return [name, columnAt(type, (index + 1) * record.length + place)] as const;
        });
        inStep.bind(step.child("Name").name, { kind: "record", columns: new Map(columns) });
    });
    const steps = stepNodes.map((step): Step => {
        const output = step.optional("ScanStepOutput")?.child("OutputKind").text ?? "all";
        if (output === "last") throw step.error("KQ201", "a step of scan with output=last is not supported");
        const assignments = step.optional("ComputationClause")?.list("Assignments") ?? [];
        return {
            condition: coerce(compiler.scalar(step.child("Condition"), inStep), "bool"),
            assignments: assignments.map((assignment) => {
                const place = record.findIndex(({ name }) => name === assignment.child("Name").name);
                const column = record[place];
                if (column === undefined)
                    throw assignment.error("KQ101", `${assignment.child("Name").text} is no column`);
                return { place, expr: convertTo(compiler.scalar(assignment.child("Expression"), inStep), column.type) };
            }),
            shown: output !== "none",
        };
    });
    const columns: Column[] = matchName === undefined ? record : [...record, { name: matchName, type: "long" }];
    return Scan.computed(
        columns,
        (run) => {
            const rows = new Scanner(steps, declared, record, run).over(input.table(run));
            return new Table(
                columns,
                columns.map((_, column) => rows.map((row) => row[column] ?? null)),
                rows.length,
            );
        },
        true,
    );
};

const noRows = new Table([], [], 0);

function declaredColumns(node: SyntaxNode, compile: (value: SyntaxNode) => Expr): Declared[] {
    return (node.optional("DeclareClause")?.list("Declarations") ?? []).map((declaration) => {
        const found = parameterOf(declaration);
        if (found.kind === "table") throw declaration.error("KQ102", `${found.name} is no scalar column`);
        const { name, type } = found;
        const otherwise = found.default === undefined ? nullOf(type) : convertTo(compile(found.default), type);
        return { column: { name, type }, otherwise };
    });
}

/** Takes the records of a run one by one. */
class Scanner {
    private readonly sequences: (Sequence | undefined)[];
    private readonly answers: Value[][] = [];
    private readonly absent: readonly Value[];
    private readonly defaults: readonly Value[];
    private nextMatch = 0;

    constructor(
        private readonly steps: readonly Step[],
        declared: readonly Declared[],
        record: readonly Column[],
        private readonly run: Run,
    ) {
        this.sequences = steps.map(() => undefined);
        this.defaults = declared.map(({ otherwise }) => valueIn(run, otherwise));
        const own = record.slice(0, record.length - declared.length);
        this.absent = [...own.map(({ type }): Value => (type === "string" ? "" : null)), ...this.defaults];
    }

    over(table: Table): readonly Value[][] {
        const { vectors } = table;
        for (let row = 0; row < table.length; row++) {
            this.run.visit();
            const record = [...vectors.map((vector) => vector[row] ?? null), ...this.defaults];
            for (let step = this.steps.length - 1; step >= 0; step--) this.take(step, record);
        }
        return this.answers;
    }

    private take(index: number, record: readonly Value[]): void {
        const step = this.steps[index];
        if (step === undefined) return;
        const before = index === 0 ? undefined : this.sequences[index - 1];
        if (before !== undefined && this.matches(step, record, before)) {
            this.sequences[index - 1] = undefined;
            this.extend(index, step, record, before);
            return;
        }
        const active = this.sequences[index];
        if (active === undefined && index > 0) return;
        const own = active ?? { match: this.nextMatch, records: [] };
        if (!this.matches(step, record, own)) return;
        if (active === undefined) this.nextMatch++;
        this.extend(index, step, record, own);
    }

    private matches(step: Step, record: readonly Value[], sequence: Sequence): boolean {
        return step.condition.evaluate(this.frame(record, sequence)) === true;
    }

    private extend(index: number, step: Step, record: readonly Value[], sequence: Sequence): void {
        const frame = this.frame(record, sequence);
        const extended = [...record];
        for (const { place, expr } of step.assignments) extended[place] = expr.evaluate(frame);
        for (const value of extended) this.run.keep(value);
        const records = this.steps.map((_, step) => (step === index ? extended : sequence.records[step]));
        this.sequences[index] = { match: sequence.match, records };
        if (!step.shown) return;
        this.answers.push([...extended, sequence.match]);
        this.run.produce(this.answers.length);
    }

    /** The record, then what each step has matched; columns of steps without a match are null or have their default. */
    private frame(record: readonly Value[], { records }: Sequence): Frame {
        const values = [...record, ...this.steps.flatMap((_, step) => records[step] ?? this.absent)];
        const table = new Table(
            [],
            values.map((value) => [value]),
            1,
        );
        return new Frame(table, 0, this.run);
    }
}
