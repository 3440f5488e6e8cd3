import { formatDatetime } from "./calendar";
import { formatDecimal } from "./decimal";
import { DynamicReal, DynamicScalar, isArray, isBag, type Dynamic, type TypedScalar } from "./dynamic";
import { int64 } from "./int64";
import { formatReal } from "./real";
import { formatTimespan } from "./timespan";

/** The text of a typed scalar, as it stands in JSON between quotes. */
export function scalarText(scalar: TypedScalar): string {
    switch (scalar.type) {
        case "datetime":
            return formatDatetime(scalar.value);
        case "timespan":
            return formatTimespan(scalar.value);
        case "guid":
            return scalar.value;
        case "decimal":
            return formatDecimal(scalar.value);
    }
}

/** Most values that one dynamic value may hold when it becomes text: arrays that share their elements grow fast. */
const mostInText = 2_000_000;

/** Counts values that are written out. */
export class WriteBudget {
    private left: number;

    constructor(private readonly most: number) {
        this.left = most;
    }

    /** Counts one; a RangeError where there are too many. */
    take(): void {
        if (this.left-- <= 0) throw new RangeError(`dynamic values that hold more than ${this.most} values`);
    }
}

/** The JSON text of a dynamic value, without any white space. */
export function toJson(value: Dynamic): string {
    return jsonOf(value, new WriteBudget(mostInText));
}

function jsonOf(value: Dynamic, budget: WriteBudget): string {
    budget.take();
    if (value === null) return "null";
    switch (typeof value) {
        case "boolean":
        case "bigint":
            return String(value);
        case "string":
            return JSON.stringify(value);
        case "number":
            return Number.isInteger(value) ? String(value) : formatReal(value);
        default:
            if (value instanceof DynamicReal) return realJson(value.value);
            if (value instanceof DynamicScalar) return JSON.stringify(scalarText(value.scalar));
            if (isArray(value)) return `[${value.map((item) => jsonOf(item, budget)).join(",")}]`;
            return `{${[...value].map(([key, entry]) => `${JSON.stringify(key)}:${jsonOf(entry, budget)}`).join(",")}}`;
    }
}

function realJson(value: number): string {
    return Number.isFinite(value) ? formatReal(value) : JSON.stringify(formatReal(value));
}

/** The text of a dynamic value in a place for strings: a string without its quotes, nothing for null, else JSON. */
export function textOfDynamic(value: Dynamic): string {
    if (value === null) return "";
    if (typeof value === "string") return value;
    if (value instanceof DynamicScalar) return scalarText(value.scalar);
    return toJson(value);
}

/** The dynamic value of a JSON text; undefined for a text that is not JSON. */
export function parseJson(text: string): Dynamic | undefined {
    const reader = new JsonReader(text);
    try {
        return reader.document();
    } catch (error) {
        if (error instanceof NotJson) return undefined;
        throw error;
    }
}

class NotJson extends Error {}

/** Deepest nesting that is read, so that a hostile text cannot exhaust the stack. */
const deepest = 512;

class JsonReader {
    private at = 0;

    constructor(private readonly text: string) {}

    document(): Dynamic {
        const value = this.value(0);
        this.space();
        if (this.at < this.text.length) throw new NotJson();
        return value;
    }

    private value(depth: number): Dynamic {
        if (depth > deepest) throw new NotJson();
        this.space();
        switch (this.text[this.at]) {
            case "{":
                return this.bag(depth);
            case "[":
                return this.array(depth);
            case '"':
                return this.string();
            case "t":
                return this.word("true", true);
            case "f":
                return this.word("false", false);
            case "n":
                return this.word("null", null);
            default:
                return this.number();
        }
    }

    private space(): void {
        while (this.at < this.text.length) {
            const code = this.text.charCodeAt(this.at);
            if (code !== 32 && code !== 9 && code !== 10 && code !== 13) return;
            this.at++;
        }
    }

    private word<T extends Dynamic>(word: string, value: T): T {
        if (!this.text.startsWith(word, this.at)) throw new NotJson();
        this.at += word.length;
        return value;
    }

    private number(): Dynamic {
        const pattern = /-?\d+(\.\d+)?([eE][+-]?\d+)?/y;
        pattern.lastIndex = this.at;
        const match = pattern.exec(this.text);
        if (match === null) throw new NotJson();
        const [whole, fraction, exponent] = match;
        this.at += whole.length;
        if (fraction === undefined && exponent === undefined) {
            const integer = BigInt(whole);
            return BigInt.asIntN(64, integer) === integer ? int64(integer) : new DynamicReal(Number(whole));
        }
        const real = Number(whole);
        return Number.isInteger(real) ? new DynamicReal(real) : real;
    }

    private string(): string {
        const from = this.at;
        let end = from + 1;
        for (;;) {
            const code = this.text.charCodeAt(end);
            if (Number.isNaN(code)) throw new NotJson();
            if (code === 34) break;
            end += code === 92 ? 2 : 1;
        }
        this.at = end + 1;
        const raw = this.text.slice(from, this.at);
        if (!raw.includes("\\")) return raw.slice(1, -1);
        try {
            return String(JSON.parse(raw.replaceAll(/\p{Cc}/gu, (control) => JSON.stringify(control).slice(1, -1))));
        } catch {
            throw new NotJson();
        }
    }

    private array(depth: number): Dynamic {
        const items: Dynamic[] = [];
        this.at++;
        this.space();
        if (this.text[this.at] === "]") {
            this.at++;
            return items;
        }
        for (;;) {
            items.push(this.value(depth + 1));
            if (this.separator("]")) return items;
        }
    }

    private bag(depth: number): Dynamic {
        const entries = new Map<string, Dynamic>();
        this.at++;
        this.space();
        if (this.text[this.at] === "}") {
            this.at++;
            return entries;
        }
        for (;;) {
            this.space();
            if (this.text[this.at] !== '"') throw new NotJson();
            const key = this.string();
            this.space();
            if (this.text[this.at] !== ":") throw new NotJson();
            this.at++;
            entries.set(key, this.value(depth + 1));
            if (this.separator("}")) return entries;
        }
    }

    /** Passes a comma, or the closing character: then the collection is done. */
    private separator(close: "]" | "}"): boolean {
        this.space();
        const next = this.text[this.at];
        this.at++;
        if (next === close) return true;
        if (next !== ",") throw new NotJson();
        return false;
    }
}

/** The dynamic value of data that came from JSON (or looks so): integers become longs, objects bags. */
export function dynamicOf(data: unknown): Dynamic {
    if (data === null || data === undefined) return null;
    switch (typeof data) {
        case "boolean":
        case "string":
            return data;
        case "number":
            return Number.isInteger(data) ? (Number.isSafeInteger(data) ? data : new DynamicReal(data)) : data;
        case "bigint":
            return int64(data);
        case "object":
            if (Array.isArray(data)) return data.map(dynamicOf);
            return new Map(Object.entries(data).map(([key, entry]) => [key, dynamicOf(entry)]));
        default:
            return null;
    }
}

/** Data as JSON has it: longs beyond 2^53 and numbers that JSON lacks as text, typed scalars as text. */
export function plainOf(value: Dynamic, budget: WriteBudget): unknown {
    budget.take();
    if (value === null || typeof value === "boolean" || typeof value === "string") return value;
    if (typeof value === "number") return value;
    if (typeof value === "bigint") return String(value);
    if (value instanceof DynamicReal) return Number.isFinite(value.value) ? value.value : formatReal(value.value);
    if (value instanceof DynamicScalar) return scalarText(value.scalar);
    if (isArray(value)) return value.map((item) => plainOf(item, budget));
    if (isBag(value)) return Object.fromEntries([...value].map(([key, entry]) => [key, plainOf(entry, budget)]));
    return null;
}
