import { convertTo } from "../compile/coerce";
import { expression, type Expr } from "../plan/expression";
import type { ScalarType } from "../types";
import { conversion, dynamicOfText } from "../values/conversions";

import { member, typeOfDynamic, type Dynamic } from "../values/dynamic";
import { parseXml } from "../values/xml";
import { toJson } from "../values/json";
import { jsonPathSteps } from "../values/jsonPath";
import type { Call, ScalarFunction } from "./call";
import { checkCount, fixed } from "./define";

/** `tolong(…)` and its relatives. */
function to(type: ScalarType): ScalarFunction {
    return (call) => {
        checkCount(call, 1, 1);
        return convertTo(call.arg(0), type);
    };
}

/** `todynamic` and its aliases: text is read as JSON. */
function toDynamic(call: Call): Expr {
    checkCount(call, 1, 1);
    const arg = call.arg(0);
    if (arg.type !== "dynamic") return convertTo(arg, "dynamic");
    const { evaluate } = arg;
    return expression("dynamic", arg.reads, (frame) => {
        const value = evaluate(frame);
        return typeof value === "string" ? dynamicOfText(value) : value;
    });
}

const getType: ScalarFunction = (call) => {
    checkCount(call, 1, 1);
    const arg = call.arg(0);
    if (arg.type !== "dynamic") return expression("string", { ...arg.reads }, () => arg.type);
    const { evaluate } = arg;
    return expression("string", arg.reads, (frame) => typeOfDynamic(evaluate(frame)));
};

const extractJson: ScalarFunction = (call) => {
    checkCount(call, 2, 3);
    const steps = jsonPathSteps(call.text(0));
    if (steps === undefined)
        throw call.argNode(0).error("KQ201", `${call.text(0)}: this form of JSON path is not supported`);
    const type = call.typeArgument(2) ?? "string";
    const { evaluate, reads } = call.typed(1, "string");
    const convert = conversion("dynamic", type);
    return expression<ScalarType>(type, reads, (frame) => {
        let value: Dynamic = dynamicOfText(evaluate(frame));
        for (const step of steps) value = member(value, step);
        return convert(value);
    });
};

/** `tohex(number [, width])`. */
const toHex = fixed(
    ["long"],
    "string",
    (value, width) =>
        BigInt.asUintN(64, BigInt(value))
            .toString(16)
            .padStart(Number(width ?? 0), "0"),
    ["long"],
);

/** Functions between types. */
export const conversionFunctions: Readonly<Record<string, ScalarFunction>> = {
    dynamic_to_json: fixed(["dynamic"], "string", toJson),
    extract_json: extractJson,
    extractjson: extractJson,
    gettype: getType,
    parse_json: toDynamic,
    parse_xml: fixed(["string"], "dynamic", parseXml),
    parsejson: toDynamic,
    tobool: to("bool"),
    toboolean: to("bool"),
    todatetime: to("datetime"),
    todecimal: to("decimal"),
    todouble: to("real"),
    todynamic: toDynamic,
    toguid: to("guid"),
    tohex: toHex,
    toint: to("int"),
    tolong: to("long"),
    toobject: toDynamic,
    toreal: to("real"),
    tostring: to("string"),
    totime: to("timespan"),
    totimespan: to("timespan"),
};
