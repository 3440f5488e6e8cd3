import { coerce, convertTo } from "../compile/coerce";
import { combine, expression, type Expr } from "../plan/expression";
import type { ScalarType } from "../types";
import { ticksPerDay } from "../values/calendar";
import { decimal } from "../values/decimal";
import { add, floorTo, int64, negate, subtract, truncate, type Int64 } from "../values/int64";
import type { Call, ScalarFunction } from "./call";
import { checkCount, fixed } from "./define";

/** A function of a real; what is no number comes out as null, as the engine has it. */
function ofReal(body: (value: number) => number): ScalarFunction {
    return fixed(["real"], "real", (value) => {
        const result = body(value);
        return Number.isNaN(result) && !Number.isNaN(value) ? null : result;
    });
}

/** A function of two 64-bit integers, bit by bit. */
function bitwise(body: (a: bigint, b: bigint) => bigint): ScalarFunction {
    return fixed(["long", "long"], "long", (a, b) => int64(body(BigInt(a), BigInt(b))));
}

const abs: ScalarFunction = (call) => {
    checkCount(call, 1, 1);
    const arg = call.arg(0);
    switch (arg.type) {
        case "timespan": {
            const { evaluate } = arg;
            return expression("timespan", arg.reads, (frame) => magnitude(evaluate(frame)));
        }
        case "decimal": {
            const { evaluate } = arg;
            return expression("decimal", arg.reads, (frame) => {
                const value = evaluate(frame);
                return value === null || value.unscaled >= 0n ? value : decimal(-value.unscaled, value.scale);
            });
        }
        case "real":
        case "dynamic": {
            const { evaluate } = coerce(arg, "real");
            return expression("real", arg.reads, (frame) => {
                const value = evaluate(frame);
                return value === null ? null : Math.abs(value);
            });
        }
        case "bool":
        case "int":
        case "long":
        case "string":
        case "guid":
        case "datetime": {
            const { evaluate } = coerce(arg, "long");
            return expression("long", arg.reads, (frame) => magnitude(evaluate(frame)));
        }
    }
};

function magnitude(value: Int64 | null): Int64 | null {
    return value === null || value >= 0 ? value : negate(value);
}

/** Rounds half away from zero, of the number as it is held. */
function roundTo(value: number, digits: number): number {
    if (!Number.isFinite(value)) return value;
    const [mantissa = "", exponent = "0"] = String(Math.abs(value)).split("e");
    const shifted = Math.round(Number(`${mantissa}e${Number(exponent) + digits}`));
    return Math.sign(value) * Number(`${shifted}e${-digits}`);
}

const round: ScalarFunction = (call) => {
    checkCount(call, 1, 2);
    const digits = call.count > 1 ? call.integer(1) : 0;
    if (isWhole(call.arg(0))) return wholeRound(coerce(call.arg(0), "long"), digits);
    const arg = coerce(call.arg(0), "real");
    return expression("real", arg.reads, (frame) => {
        const value = arg.evaluate(frame);
        return value === null ? null : roundTo(value, digits);
    });
};

function isWhole(expr: Expr): boolean {
    return expr.type === "int" || expr.type === "long";
}

function wholeRound(arg: Extract<Expr, { type: "long" }>, digits: number): Expr {
    return expression("long", arg.reads, (frame) => {
        const value = arg.evaluate(frame);
        return value === null || digits >= 0 ? value : truncate(roundTo(Number(value), digits));
    });
}

/** `bin(value, size)` and `floor`: the multiple of the size at or below the value. */
export const bin: ScalarFunction = (call) => {
    checkCount(call, 2, 2);
    return binned(call, call.arg(0), call.arg(1), undefined);
};

/** `bin_at(value, size, fixed point)`. */
export const binAt: ScalarFunction = (call) => {
    checkCount(call, 3, 3);
    return binned(call, call.arg(0), call.arg(1), call.arg(2));
};

/** `bin_auto(value)`: as `bin_at`, by the size and the fixed point that the query sets. */
const binAuto: ScalarFunction = (call) => {
    checkCount(call, 1, 1);
    const { options } = call.scope.query;
    const size = options.get("query_bin_auto_size");
    if (size === undefined) {
        throw call.fail("KQ102", "bin_auto() has no size to go by; begin the query with set query_bin_auto_size=1h;");
    }
    return binned(call, call.arg(0), size, options.get("query_bin_auto_at"));
};

function binned(call: Call, value: Expr, size: Expr, point: Expr | undefined): Expr {
    const reads = combine([value, size, ...(point === undefined ? [] : [point])]);
    const type = binType(call, value, size);
    if (type === "real") {
        const [a, b, c] = [
            coerce(value, "real"),
            coerce(size, "real"),
            point === undefined ? undefined : coerce(point, "real"),
        ];
        return expression("real", reads, (frame) => {
            const x = a.evaluate(frame);
            const step = b.evaluate(frame);
            const from = c === undefined ? 0 : c.evaluate(frame);
            if (x === null || step === null || from === null || step === 0) return null;
            return Math.floor((x - from) / step) * step + from;
        });
    }
    const a = coerce(value, type);
    const b = coerce(size, type === "datetime" ? "timespan" : type);
    const c = point === undefined ? undefined : coerce(point, type);
    return expression<ScalarType>(type, reads, (frame) => {
        const x = a.evaluate(frame);
        const step = b.evaluate(frame);
        const from = c === undefined ? 0 : c.evaluate(frame);
        if (x === null || step === null || from === null) return null;
        return from === 0 ? binOf(x, step, type) : flooredFrom(x, step, from);
    });
}

/** Bins of dates are counted from the first day of the calendar, so that weeks begin on Mondays. */
const firstDay = -635_556_672_000_000_000n;

/** The multiple of a size at or below a value of a type; null for a size of zero. */
export function binOf(value: Int64, size: Int64, type: ScalarType): Int64 | null {
    const fromDay = type === "datetime" && !(typeof size === "number" && ticksPerDay % size === 0);
    return fromDay ? flooredFrom(value, size, firstDay) : floorTo(value, size);
}

function flooredFrom(value: Int64, size: Int64, origin: Int64): Int64 | null {
    const floor = floorTo(subtract(value, origin), size);
    return floor === null ? null : add(floor, origin);
}

function binType(call: Call, value: Expr, size: Expr): "long" | "real" | "datetime" | "timespan" {
    switch (value.type) {
        case "datetime":
        case "timespan":
            return value.type;
        case "real":
        case "decimal":
        case "dynamic":
            return "real";
        case "int":
        case "long":
        case "bool":
            return size.type === "real" || size.type === "decimal" ? "real" : "long";
        case "string":
        case "guid":
            throw call.fail("KQ102", `a ${value.type} cannot be put into bins`);
    }
}

const ceiling: ScalarFunction = (call) => {
    checkCount(call, 1, 1);
    if (isWhole(call.arg(0))) return convertTo(call.arg(0), "long");
    const arg = convertTo(call.arg(0), "real");
    return expression("real", arg.reads, (frame) => {
        const value = arg.evaluate(frame);
        return typeof value === "number" ? Math.ceil(value) : null;
    });
};

const sign: ScalarFunction = fixed(["real"], "real", (value) => Math.sign(value));

/** Functions of numbers. */
export const numberFunctions: Readonly<Record<string, ScalarFunction>> = {
    abs,
    acos: ofReal(Math.acos),
    asin: ofReal(Math.asin),
    atan: ofReal(Math.atan),
    atan2: fixed(["real", "real"], "real", (y, x) => Math.atan2(y, x)),
    bin,
    bin_at: binAt,
    bin_auto: binAuto,
    binary_and: bitwise((a, b) => a & b),
    binary_not: fixed(["long"], "long", (value) => int64(~BigInt(value))),
    binary_or: bitwise((a, b) => a | b),
    binary_shift_left: bitwise((a, b) => a << (((b % 64n) + 64n) % 64n)),
    binary_shift_right: bitwise((a, b) => a >> (((b % 64n) + 64n) % 64n)),
    binary_xor: bitwise((a, b) => a ^ b),
    bitset_count_ones: fixed(
        ["long"],
        "long",
        (value) => [...BigInt.asUintN(64, BigInt(value)).toString(2)].filter((bit) => bit === "1").length,
    ),
    ceiling,
    cos: ofReal(Math.cos),
    cot: ofReal((value) => 1 / Math.tan(value)),
    degrees: ofReal((value) => (value * 180) / Math.PI),
    exp: ofReal(Math.exp),
    exp10: ofReal((value) => 10 ** value),
    exp2: ofReal((value) => 2 ** value),
    floor: bin,
    log: ofReal(Math.log),
    log10: ofReal(Math.log10),
    log2: ofReal(Math.log2),
    pi: fixed([], "real", () => Math.PI),
    pow: fixed(["real", "real"], "real", (base, exponent) => base ** exponent),
    radians: ofReal((value) => (value * Math.PI) / 180),
    round,
    sign,
    sin: ofReal(Math.sin),
    sqrt: ofReal(Math.sqrt),
    tan: ofReal(Math.tan),
};
