import { coerce } from "../compile/coerce";
import { Scan } from "../plan/scan";
import { PerRun, type Run } from "../plan/run";
import { Table } from "../table";
import type { Column, ScalarType, Value } from "../types";
import { conversion } from "../values/conversions";
import { isBag, typeOfDynamic, type Dynamic } from "../values/dynamic";
import { isDecimal } from "../values/order";
import type { Plugin } from "./define";

/**
 * `bag_unpack(bag [, prefix [, conflict [, ignored]]])`: a column a key, in alphabetical order, typed by its values. Where
 * a key is a column of the rows as well, the one that is kept stands among the keys (examples of the article on it).
 */
export const bagUnpack: Plugin = ({ call, input }) => {
    const bags = coerce(call.arg(0), "dynamic");
    const bagName = input.outputs.find(({ expr }) => expr === call.arg(0))?.name;
    const given = call.named(["column", "OutputColumnPrefix", "columnsConflict", "ignoredProperties"]);
    const [, prefixAt, conflictAt, ignoredAt] = given;
    const prefix = prefixAt === undefined ? "" : call.text(prefixAt);
    const conflict = conflictAt === undefined ? "error" : call.text(conflictAt);
    if (!["error", "replace_source", "keep_source"].includes(conflict)) {
        throw call.fail(
            "KQ102",
            `bag_unpack() has no way ${conflict} out of a conflict; it has error, replace_source, keep_source`,
        );
    }
    const ignored = ignoredAt === undefined ? null : call.constant(ignoredAt);
    const skip = new Set(Array.isArray(ignored) ? ignored.map(String) : []);
    const kept = input.outputs.filter(({ name }) => name !== bagName);
    const result = new PerRun((run: Run): Scan => {
        const rows: number[] = [];
        const values: Dynamic[] = [];
        const frame = input.frame(run);
        input.each(run, (current) => {
            rows.push(current.row);
            values.push(bags.evaluate(current));
        });
        const table = input.select(kept).pick(run, frame, rows);
        const found = columnsOf(values, skip, prefix, run);
        const names = new Set(found.map(({ column }) => column.name));
        const own = table.columns.map((column, place) => ({ column, vector: table.vector(place) }));
        const twice = own.find(({ column }) => names.has(column.name));
        if (twice !== undefined && conflict === "error") {
            throw call.fail(
                "KQ102",
                `bag_unpack finds a key ${twice.column.name}, but the rows have that column; give a prefix`,
            );
        }
        const unpacked = found.map((made) => {
            const source = own.find(({ column }) => column.name === made.column.name);
            return conflict === "keep_source" ? (source ?? made) : made;
        });
        const all = [...own.filter(({ column }) => !names.has(column.name)), ...unpacked];
        const columns = all.map(({ column }) => column);
        const vectors = all.map(({ vector }) => vector);
        const unpackedTable = new Table(columns, vectors, table.length);
        return Scan.of({ columns, read: () => unpackedTable });
    });
    return { kind: "open", resolve: (run) => result.in(run) };
};

function columnsOf(
    values: readonly Dynamic[],
    skip: ReadonlySet<string>,
    prefix: string,
    run: Run,
): { readonly column: Column; readonly vector: readonly Value[] }[] {
    const types = new Map<string, ScalarType>();
    for (const value of values) {
        if (!isBag(value)) continue;
        for (const [key, entry] of value) {
            if (skip.has(key) || entry === null) continue;
            if (!types.has(key)) run.hold(8 * values.length);
            types.set(key, widened(types.get(key), entry));
        }
    }
    return [...types.keys()].sort().map((key) => {
        const type = types.get(key) ?? "dynamic";
        const convert = conversion("dynamic", type);
        const vector = values.map((value) =>
            isBag(value) ? convert(value.get(key) ?? null) : type === "string" ? "" : null,
        );
        return { column: { name: `${prefix}${key}`, type }, vector };
    });
}

/** The type of a column that holds values of this type so far and another value now. */
function widened(before: ScalarType | undefined, value: Dynamic): ScalarType {
    const type = typeOf(value);
    if (before === undefined || before === type) return type;
    const numbers = new Set([before, type]);
    return numbers.has("long") && numbers.has("real") ? "real" : "dynamic";
}

function typeOf(value: Dynamic): ScalarType {
    if (isDecimal(value)) return "decimal";
    switch (typeOfDynamic(value)) {
        case "bool":
            return "bool";
        case "long":
            return "long";
        case "double":
            return "real";
        case "string":
            return "string";
        case "datetime":
            return "datetime";
        case "timespan":
            return "timespan";
        case "guid":
            return "guid";
        default:
            return "dynamic";
    }
}
