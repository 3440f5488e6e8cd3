/**
 * An exact 64-bit signed integer: a number while it is a safe integer, a bigint beyond. Each integer has one
 * representation only, so `===`, `<` and map keys work on mixed values as they do on integers.
 */
export type Int64 = number | bigint;

/** The one representation of an integer, wrapped to 64 bits as the engine wraps. */
export function int64(value: bigint): Int64 {
    const wrapped = BigInt.asIntN(64, value);
    const asNumber = Number(wrapped);
    return Number.isSafeInteger(asNumber) ? asNumber : wrapped;
}

/** Sum, wrapped to 64 bits. */
export function add(a: Int64, b: Int64): Int64 {
    if (typeof a === "number" && typeof b === "number") {
        const sum = a + b;
        if (Number.isSafeInteger(sum)) return sum;
    }
    return int64(BigInt(a) + BigInt(b));
}

/** Difference, wrapped to 64 bits. */
export function subtract(a: Int64, b: Int64): Int64 {
    if (typeof a === "number" && typeof b === "number") {
        const difference = a - b;
        if (Number.isSafeInteger(difference)) return difference;
    }
    return int64(BigInt(a) - BigInt(b));
}

/** Product, wrapped to 64 bits. */
export function multiply(a: Int64, b: Int64): Int64 {
    if (typeof a === "number" && typeof b === "number") {
        const product = a * b;
        if (Number.isSafeInteger(product)) return product === 0 ? 0 : product;
    }
    return int64(BigInt(a) * BigInt(b));
}

/** Quotient rounded toward zero; null for a division by zero. */
export function divide(a: Int64, b: Int64): Int64 | null {
    if (b === 0) return null;
    if (typeof a === "number" && typeof b === "number") {
        const quotient = Math.trunc(a / b);
        // Of two safe integers the real quotient never rounds up to the next whole number.
        return quotient === 0 ? 0 : quotient;
    }
    return int64(BigInt(a) / BigInt(b));
}

/** Remainder that is never negative, as KQL's `%` has it; null for a division by zero. */
export function modulo(a: Int64, b: Int64): Int64 | null {
    if (b === 0) return null;
    if (typeof a === "number" && typeof b === "number") {
        const size = Math.abs(b);
        const remainder = a % size;
        return remainder < 0 ? remainder + size : remainder === 0 ? 0 : remainder;
    }
    const size = BigInt(b) < 0n ? -BigInt(b) : BigInt(b);
    const remainder = BigInt(a) % size;
    return int64(remainder < 0n ? remainder + size : remainder);
}

/** Opposite, wrapped to 64 bits. */
export function negate(a: Int64): Int64 {
    return subtract(0, a);
}

/** Largest multiple of `size` that is not above `value`; null for a size of zero. */
export function floorTo(value: Int64, size: Int64): Int64 | null {
    const rest = modulo(value, size);
    return rest === null ? null : subtract(value, rest);
}

/** The integer part of a real, at the end of the 64-bit range for a real beyond it; null for no number. */
export function truncate(value: number): Int64 | null {
    if (Number.isNaN(value)) return null;
    const whole = Math.trunc(value);
    if (Number.isSafeInteger(whole)) return whole === 0 ? 0 : whole;
    if (whole >= 2 ** 63) return 2n ** 63n - 1n;
    if (whole <= -(2 ** 63)) return -(2n ** 63n);
    return int64(BigInt(whole));
}

/** The integer that a text in KQL's integer syntax stands for: decimal with a sign, or `0x` and hexadecimal digits. */
export function parseInt64(text: string): Int64 | null {
    const trimmed = text.trim();
    if (/^[+-]?\d{1,15}$/.test(trimmed)) {
        const small = Number(trimmed);
        return small === 0 ? 0 : small;
    }
    if (/^[+-]?\d+$/.test(trimmed)) return inRange(BigInt(trimmed.startsWith("+") ? trimmed.slice(1) : trimmed));
    const hex = /^(-?)0[xX]([0-9a-fA-F]{1,16})$/.exec(trimmed);
    if (hex === null) return null;
    const magnitude = BigInt(`0x${hex[2] ?? "0"}`);
    return int64(hex[1] === "-" ? -magnitude : magnitude);
}

function inRange(value: bigint): Int64 | null {
    return BigInt.asIntN(64, value) === value ? int64(value) : null;
}
