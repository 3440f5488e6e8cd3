import { createHash } from "node:crypto";
import { coerce } from "../compile/coerce";
import { combine, expression } from "../plan/expression";
import type { Value } from "../types";
import { toDotNetTicks } from "../values/calendar";
import { int64, modulo } from "../values/int64";
import { xxHash64 } from "../values/xxHash64";
import { checkCount } from "./define";
import type { ScalarFunction } from "./call";

function hash(algorithm: string): ScalarFunction {
    return (call) => {
        checkCount(call, 1, 1);
        const text = coerce(call.arg(0), "string");
        return expression("string", text.reads, (frame) => {
            const value = text.evaluate(frame);
            return value === "" ? "" : createHash(algorithm).update(value, "utf8").digest("hex");
        });
    };
}

function bytesOfInteger(value: Value): Buffer {
    const bytes = Buffer.alloc(8);
    if (typeof value === "number" || typeof value === "bigint") bytes.writeBigInt64LE(BigInt(value));
    return bytes;
}

/** `hash(value [, modulus])`, `hash_xxhash64`: xxHash64 of a text in UTF-8, or of the 8 bytes of an integer. */
const xxHash: ScalarFunction = (call) => {
    checkCount(call, 1, 2);
    const value = call.arg(0);
    const by = call.count > 1 ? call.typed(1, "long") : undefined;
    const bytes = (found: Value): Buffer => {
        switch (value.type) {
            case "string":
                return Buffer.from(typeof found === "string" ? found : "", "utf8");
            case "long":
            case "timespan":
                return bytesOfInteger(found);
            case "datetime":
                return bytesOfInteger(
                    typeof found === "number" || typeof found === "bigint" ? toDotNetTicks(found) : null,
                );
            default:
                throw call.fail("KQ201", `${call.name}() of a ${value.type} is not supported; convert it to string`);
        }
    };
    if (!["string", "long", "timespan", "datetime"].includes(value.type)) bytes(null);
    return expression("long", combine(call.args), (frame) => {
        const found = value.evaluate(frame);
        if (found === null) return null;
        const hashed = int64(xxHash64(bytes(found)));
        if (by === undefined) return hashed;
        const modulus = by.evaluate(frame);
        return modulus === null ? null : modulo(hashed, modulus);
    });
};

/** Functions that make a value of fixed size out of any. */
export const hashFunctions: Readonly<Record<string, ScalarFunction>> = {
    hash: xxHash,
    hash_md5: hash("md5"),
    hash_sha1: hash("sha1"),
    hash_sha256: hash("sha256"),
    hash_xxhash64: xxHash,
};
