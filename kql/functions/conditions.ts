import { convertTo, isNumericType, widest } from "../compile/coerce";
import { combine, expression, type Expr } from "../plan/expression";
import type { ScalarType, Value } from "../types";
import { textOfDynamic } from "../values/json";
import { isDecimal, orderOf } from "../values/order";
import type { Call, ScalarFunction } from "./call";
import { checkCount, fixed } from "./define";

/** The one type that alternatives have in common: the wider of numbers, else that of the first that is no dynamic. */
export function commonType(call: Call, exprs: readonly Expr[]): ScalarType {
    const types = [...new Set(exprs.map(({ type }) => type))];
    const [first, second] = types;
    if (first === undefined) throw call.fail("KQ102", `${call.name}() has no alternatives`);
    if (second === undefined) return first;
    if (types.every(isNumericType)) return types.reduce(widest);
    if (types.includes("dynamic")) return types.length === 2 && types.includes("string") ? "string" : "dynamic";
    throw call.fail("KQ102", `the alternatives of ${call.name}() have types ${types.join(", ")}; convert them to one`);
}

const iff: ScalarFunction = (call) => {
    checkCount(call, 3, 3);
    const test = call.typed(0, "bool");
    const type = commonType(call, [call.arg(1), call.arg(2)]);
    const yes = convertTo(call.arg(1), type);
    const no = convertTo(call.arg(2), type);
    return expression<ScalarType>(type, combine([test, yes, no]), (frame) =>
        test.evaluate(frame) === true ? yes.evaluate(frame) : no.evaluate(frame),
    );
};

/** `assert(condition, message)`: true, or an error with the message. */
const assertion: ScalarFunction = (call) => {
    checkCount(call, 2, 2);
    const test = call.typed(0, "bool");
    const message = call.text(1);
    return expression("bool", test.reads, (frame) => {
        if (test.evaluate(frame) === true) return true;
        throw call.fail("KQ102", `assert() fails: ${message}`);
    });
};

/** `case(condition, value, …, otherwise)`. */
const choose: ScalarFunction = (call) => {
    if (call.count < 3 || call.count % 2 === 0) {
        throw call.fail("KQ102", "case() takes pairs of a condition and a value, and one value for all other rows");
    }
    const pairs = Array.from({ length: (call.count - 1) / 2 }, (_, index) => ({
        test: call.typed(index * 2, "bool"),
        value: call.arg(index * 2 + 1),
    }));
    const last = call.arg(call.count - 1);
    const type = commonType(call, [...pairs.map(({ value }) => value), last]);
    const branches = pairs.map(({ test, value }) => ({ test: test.evaluate, value: convertTo(value, type) }));
    const otherwise = convertTo(last, type);
    return expression<ScalarType>(type, combine(call.args), (frame) => {
        for (const { test, value } of branches) if (test(frame) === true) return value.evaluate(frame);
        return otherwise.evaluate(frame);
    });
};

/** `coalesce`: the first value that is neither null nor the empty text. */
const coalesce: ScalarFunction = (call) => {
    checkCount(call, 2, 64);
    const type = commonType(call, call.args);
    const exprs = call.args.map((arg) => convertTo(arg, type));
    return expression<ScalarType>(type, combine(exprs), (frame) => {
        let value: Value = null;
        for (const expr of exprs) {
            value = expr.evaluate(frame);
            if (value !== null && value !== "") return value;
        }
        return value;
    });
};

function isNull(negated: boolean): ScalarFunction {
    return (call) => {
        checkCount(call, 1, 1);
        const arg = call.arg(0);
        return expression("bool", arg.reads, (frame) => (arg.evaluate(frame) === null) !== negated);
    };
}

/** Whether the text of a value is empty; a null has none. */
function isEmpty(negated: boolean): ScalarFunction {
    return (call) => {
        checkCount(call, 1, 1);
        const arg = call.arg(0);
        const empty = (value: Value): boolean =>
            value === null ||
            (arg.type === "dynamic" && !isDecimal(value) ? textOfDynamic(value) === "" : value === "");
        return expression("bool", arg.reads, (frame) => empty(arg.evaluate(frame)) !== negated);
    };
}

const not = fixed(["bool"], "bool", (value) => !value);

/** `min_of` and `max_of`: nulls do not count. */
function extremeOf(sign: 1 | -1): ScalarFunction {
    return (call) => {
        checkCount(call, 1, 64);
        const type = commonType(call, call.args);
        const exprs = call.args.map((arg) => convertTo(arg, type));
        const order = orderOf(type);
        return expression<ScalarType>(type, combine(exprs), (frame) => {
            let best: Value = null;
            for (const expr of exprs) {
                const value = expr.evaluate(frame);
                if (value === null) continue;
                if (best === null || order(value, best) * sign > 0) best = value;
            }
            return best;
        });
    };
}

/** `column_ifexists("name", otherwise)`: the column where the rows have it. */
const columnIfExists: ScalarFunction = (call) => {
    checkCount(call, 2, 2);
    const name = call.text(0);
    const column = call.scope.row?.find(name);
    return column?.expr ?? call.arg(1);
};

/** Functions that choose, and those that ask for what is not there. */
export const conditionFunctions: Readonly<Record<string, ScalarFunction>> = {
    assert: assertion,
    case: choose,
    coalesce,
    column_ifexists: columnIfExists,
    columnifexists: columnIfExists,
    iff,
    iif: iff,
    isempty: isEmpty(false),
    isfinite: fixed(["real"], "bool", (value) => Number.isFinite(value)),
    isinf: fixed(["real"], "bool", (value) => Math.abs(value) === Number.POSITIVE_INFINITY),
    isnan: fixed(["real"], "bool", (value) => Number.isNaN(value)),
    isnotempty: isEmpty(true),
    isnotnull: isNull(true),
    isnull: isNull(false),
    max_of: extremeOf(1),
    min_of: extremeOf(-1),
    not,
    notempty: isEmpty(true),
    notnull: isNull(true),
};
