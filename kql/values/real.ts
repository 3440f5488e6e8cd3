/** The text of a real as the engine prints it: the shortest one that reads back, `1E+21` style beyond plain digits. */
export function formatReal(value: number): string {
    if (Number.isNaN(value)) return "NaN";
    if (!Number.isFinite(value)) return value > 0 ? "Infinity" : "-Infinity";
    if (Object.is(value, -0)) return "-0.0";
    const plain = String(value);
    const exponent = /^(-?)(\d+)(?:\.(\d+))?e([+-])(\d+)$/.exec(plain);
    if (exponent === null) return /^-?\d+$/.test(plain) ? `${plain}.0` : plain;
    const [, sign = "", whole = "", fraction, direction = "+", power = ""] = exponent;
    return `${sign}${whole}${fraction === undefined ? "" : `.${fraction}`}E${direction}${power.padStart(2, "0")}`;
}

/** The real that a text stands for, or null: decimal digits with an optional point and exponent, `NaN`, `inf`. */
export function parseReal(text: string): number | null {
    const trimmed = text.trim();
    if (/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(trimmed)) return Number(trimmed);
    switch (trimmed.toLowerCase()) {
        case "nan":
            return Number.NaN;
        case "inf":
        case "+inf":
        case "infinity":
            return Number.POSITIVE_INFINITY;
        case "-inf":
        case "-infinity":
            return Number.NEGATIVE_INFINITY;
        default:
            return null;
    }
}
