import { convertTo } from "../compile/coerce";
import { combine, expression, type Expr, type Frame } from "../plan/expression";
import type { ScalarType, Value, ValueOf } from "../types";
import type { Call, ScalarFunction } from "./call";

/** Values of parameters, none of them null. */
type Present<P extends readonly ScalarType[]> = { -readonly [K in keyof P]: NonNullable<ValueOf[P[K]]> };

/** Values of parameters that a call may leave out. */
type Maybe<P extends readonly ScalarType[]> = { -readonly [K in keyof P]: NonNullable<ValueOf[P[K]]> | undefined };

/**
 * A function whose parameters have fixed types and whose value is null where an argument is: the body sees values that
 * are there. Arguments are converted to the types of the parameters.
 */
export function fixed<
    const P extends readonly ScalarType[],
    R extends ScalarType,
    const O extends readonly ScalarType[] = readonly [],
>(
    parameters: P,
    returns: R,
    body: (...values: [...Present<P>, ...Maybe<O>]) => ValueOf[R],
    optional?: O,
): ScalarFunction {
    const types: readonly ScalarType[] = [...parameters, ...(optional ?? [])];
    return (call) => {
        checkCount(call, parameters.length, types.length);
        const args = call.args.map((arg, index) => convertTo(arg, types[index] ?? arg.type));
        return expression<ScalarType>(returns, combine(args), bodyOver(args, body as unknown as Body, returns));
    };
}

/**
 * A body as it is called. That values have the types of the parameters is ensured by the conversions before, which
 * TypeScript cannot follow through a list of parameters.
 */
type Body = (...values: readonly Value[]) => Value;

function evaluations(args: readonly Expr[]): ((frame: Frame) => Value)[] {
    return args.map(({ evaluate }) => evaluate);
}

function bodyOver(args: readonly Expr[], body: Body, returns: ScalarType): (frame: Frame) => Value {
    const absent = returns === "string" ? "" : null;
    const all = evaluations(args);
    const [first, second, third] = all;
    if (first === undefined) return () => body();
    if (second === undefined) {
        return (frame) => {
            const a = first(frame);
            return a === null ? absent : body(a);
        };
    }
    if (third === undefined) {
        return (frame) => {
            const a = first(frame);
            if (a === null) return absent;
            const b = second(frame);
            return b === null ? absent : body(a, b);
        };
    }
    return (frame) => {
        const values: Value[] = [];
        for (const evaluate of all) {
            const value = evaluate(frame);
            if (value === null) return absent;
            values.push(value);
        }
        return body(...values);
    };
}

/** Refuses a call with too few or too many arguments. */
export function checkCount(call: Call, least: number, most: number): void {
    if (call.count >= least && call.count <= most) return;
    const expected = least === most ? String(least) : `${least} to ${most}`;
    throw call.fail("KQ102", `${call.name}() takes ${expected} argument(s), not ${call.count}`);
}
