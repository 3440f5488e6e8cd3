/** A decimal number: `unscaled / 10^scale`, with at most 34 significant digits. */
export interface Decimal {
    readonly unscaled: bigint;
    /** Digits after the point, never negative. */
    readonly scale: number;
}

const largestScale = 34;

/** A decimal without needless trailing zeros, cut to the digits that a decimal can hold. */
export function decimal(unscaled: bigint, scale: number): Decimal {
    let digits = unscaled;
    let places = scale;
    while (places > largestScale) {
        digits /= 10n;
        places--;
    }
    while (places > 0 && digits % 10n === 0n) {
        digits /= 10n;
        places--;
    }
    return { unscaled: digits, scale: places };
}

/** The decimal that a text stands for, or null. */
export function parseDecimal(text: string): Decimal | null {
    const match = /^\s*([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?\s*$/.exec(text);
    if (match === null) return null;
    const [, sign = "", whole = "", fraction = "", exponent = "0"] = match;
    if (whole === "" && fraction === "") return null;
    const magnitude = BigInt(`${whole}${fraction}`);
    const scale = fraction.length - Number(exponent);
    const signed = sign === "-" ? -magnitude : magnitude;
    return scale >= 0 ? decimal(signed, scale) : decimal(signed * 10n ** BigInt(-scale), 0);
}

/** The decimal nearest to a real, from its shortest text; null for no number. */
export function decimalOfReal(value: number): Decimal | null {
    return Number.isFinite(value) ? parseDecimal(String(value)) : null;
}

/** Plain digits with a point where there is a fraction. */
export function formatDecimal(value: Decimal): string {
    const negative = value.unscaled < 0n;
    const digits = (negative ? -value.unscaled : value.unscaled).toString().padStart(value.scale + 1, "0");
    const whole = digits.slice(0, digits.length - value.scale);
    const fraction = digits.slice(digits.length - value.scale);
    return `${negative ? "-" : ""}${whole}${fraction === "" ? "" : `.${fraction}`}`;
}

/** The real nearest to a decimal. */
export function realOfDecimal(value: Decimal): number {
    return Number(formatDecimal(value));
}

function aligned(a: Decimal, b: Decimal): { left: bigint; right: bigint; scale: number } {
    const scale = Math.max(a.scale, b.scale);
    return {
        left: a.unscaled * 10n ** BigInt(scale - a.scale),
        right: b.unscaled * 10n ** BigInt(scale - b.scale),
        scale,
    };
}

/** Sum of two decimals. */
export function addDecimals(a: Decimal, b: Decimal): Decimal {
    const { left, right, scale } = aligned(a, b);
    return decimal(left + right, scale);
}

/** Difference of two decimals. */
export function subtractDecimals(a: Decimal, b: Decimal): Decimal {
    const { left, right, scale } = aligned(a, b);
    return decimal(left - right, scale);
}

/** Product of two decimals. */
export function multiplyDecimals(a: Decimal, b: Decimal): Decimal {
    return decimal(a.unscaled * b.unscaled, a.scale + b.scale);
}

/** Quotient of two decimals; null for a division by zero. */
export function divideDecimals(a: Decimal, b: Decimal): Decimal | null {
    const { left, right } = aligned(a, b);
    return right === 0n ? null : decimal((left * 10n ** BigInt(largestScale)) / right, largestScale);
}

/** Remainder that is never negative; null for a division by zero. */
export function moduloDecimals(a: Decimal, b: Decimal): Decimal | null {
    const { left, right, scale } = aligned(a, b);
    if (right === 0n) return null;
    const size = right < 0n ? -right : right;
    const rest = left % size;
    return decimal(rest < 0n ? rest + size : rest, scale);
}

/** Negative, zero or positive as `a` is below, equal to or above `b`. */
export function compareDecimals(a: Decimal, b: Decimal): number {
    const { left, right } = aligned(a, b);
    return left < right ? -1 : left > right ? 1 : 0;
}
