import { combine, expression } from "../plan/expression";
import { isArray, type Dynamic } from "../values/dynamic";
import { formatIpv4, parseIpv4, prefixMask } from "../values/ipv4";
import { ipv6Equal, ipv6InRange, ipv6Order, parseIpv6 } from "../values/ipv6";
import { textOfDynamic } from "../values/json";
import type { ScalarFunction } from "./call";
import { checkCount, fixed } from "./define";

const privateRanges = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"].map(parseIpv4);

/** Whether two addresses share the bits that the shorter of their prefixes (and a given one) keeps; null for no address. */
function sameNetwork(a: string, b: string, prefix = 32): boolean | null {
    const [x, y] = [parseIpv4(a), parseIpv4(b)];
    if (x === null || y === null || prefix < 0 || prefix > 32) return null;
    const mask = prefixMask(Math.min(prefix, x.prefix, y.prefix));
    return ((x.address ^ y.address) & mask) === 0;
}

/** -1, 0 or 1 as one network stands to another. */
function compareNetworks(a: string, b: string, prefix = 32): number | null {
    const [x, y] = [parseIpv4(a), parseIpv4(b)];
    if (x === null || y === null || prefix < 0 || prefix > 32) return null;
    const mask = prefixMask(Math.min(prefix, x.prefix, y.prefix));
    const [p, q] = [(x.address & mask) >>> 0, (y.address & mask) >>> 0];
    return p < q ? -1 : p > q ? 1 : 0;
}

/** The range that a text names: whether an address is in it. */
function inRange(address: string, range: string): boolean | null {
    const [ip, network] = [parseIpv4(address), parseIpv4(range)];
    if (ip === null || network === null) return null;
    return ((ip.address ^ network.address) & prefixMask(network.prefix)) === 0;
}

const isPrivate = fixed(["string"], "bool", (text) => {
    const ip = parseIpv4(text);
    if (ip === null) return null;
    return privateRanges.some(
        (range) => range !== null && ((ip.address ^ range.address) & prefixMask(range.prefix)) === 0,
    );
});

/** `ipv4_is_in_any_range(address, range, … or an array of them)`, and its relative for IPv6; null for no address. */
function isInAnyRange(test: (address: string, range: string) => boolean | null): ScalarFunction {
    return (call) => {
        checkCount(call, 2, 64);
        const address = call.typed(0, "string");
        const ranges = call.args.slice(1).map((_, index) => call.typed(index + 1, "dynamic"));
        return expression("bool", combine(call.args), (frame) => {
            const text = address.evaluate(frame);
            if (test(text, text) === null) return null;
            const all = ranges.flatMap((range): readonly Dynamic[] => {
                const value = range.evaluate(frame);
                return isArray(value) ? value : [value];
            });
            return all.some((range) => test(text, textOfDynamic(range)) === true);
        });
    };
}

function parsed(text: string): number | null {
    const ip = parseIpv4(text);
    return ip === null ? null : (ip.address & prefixMask(ip.prefix)) >>> 0;
}

/** `format_ipv4(address [, prefix])`: the network as text. */
function formatted(withMask: boolean): ScalarFunction {
    return (call) => {
        checkCount(call, 1, 2);
        const value = call.arg(0);
        const isText = value.type === "string" || value.type === "dynamic";
        const text = call.typed(0, "string");
        const number = call.typed(0, isText ? "real" : "long");
        const prefix = call.count > 1 ? call.typed(1, "long") : undefined;
        return expression("string", combine(call.args), (frame) => {
            const bits = Number(prefix?.evaluate(frame) ?? 32);
            const ip = isText
                ? parseIpv4(text.evaluate(frame))
                : { address: Number(number.evaluate(frame) ?? Number.NaN) | 0, prefix: 32 };
            if (ip === null || bits < 0 || bits > 32) return "";
            const kept = Math.min(bits, ip.prefix);
            const address = formatIpv4(ip.address & prefixMask(kept));
            return withMask ? `${address}/${kept}` : address;
        });
    };
}

/** The fewest networks that make up a range of addresses. */
const rangeToCidrs = fixed(["string", "string"], "dynamic", (first, last) => {
    const [from, to] = [parsed(first), parsed(last)];
    if (from === null || to === null || from > to) return null;
    const networks: Dynamic[] = [];
    for (let at = from; at <= to;) {
        let size = at === 0 ? 2 ** 32 : at & -at;
        size = size < 0 ? 2 ** 31 : size;
        while (at + size - 1 > to) size /= 2;
        networks.push(`${formatIpv4(at)}/${32 - Math.log2(size)}`);
        at += size;
    }
    return networks;
});

/** Addresses in a text that stand by themselves: no letter, digit or dot touches them. */
function addressesIn(text: string): string[] {
    return [...text.matchAll(/(?<![\w.])(\d{1,3}(?:\.\d{1,3}){3})(?![\w]|\.\d)/g)]
        .map((match) => match[1] ?? "")
        .filter((address) => parseIpv4(address) !== null);
}

/** `has_ipv4` and its relatives: an address, or one that begins so, in a text. */
function hasAddress(several: boolean, prefix: boolean): ScalarFunction {
    return (call) => {
        checkCount(call, 2, several ? 64 : 2);
        const text = call.typed(0, "string");
        const wanted = call.args.slice(1).map((_, index) => call.typed(index + 1, "dynamic"));
        return expression("bool", combine(call.args), (frame) => {
            const found = addressesIn(text.evaluate(frame));
            const needles = wanted.flatMap((needle): readonly Dynamic[] => {
                const value = needle.evaluate(frame);
                return isArray(value) ? value : [value];
            });
            return needles.map(textOfDynamic).some((needle) => {
                if (!prefix) return parseIpv4(needle) !== null && found.includes(needle);
                return needle.endsWith(".")
                    ? found.some((address) => address.startsWith(needle))
                    : found.includes(needle);
            });
        });
    };
}

/** Functions of network addresses. */
export const networkFunctions: Readonly<Record<string, ScalarFunction>> = {
    format_ipv4: formatted(false),
    format_ipv4_mask: formatted(true),
    has_any_ipv4: hasAddress(true, false),
    has_any_ipv4_prefix: hasAddress(true, true),
    has_ipv4: hasAddress(false, false),
    has_ipv4_prefix: hasAddress(false, true),
    ipv4_compare: fixed(["string", "string"], "long", (a, b, prefix) => compareNetworks(a, b, Number(prefix ?? 32)), [
        "long",
    ]),
    ipv4_is_in_any_range: isInAnyRange(inRange),
    ipv4_is_in_range: fixed(["string", "string"], "bool", inRange),
    ipv4_is_match: fixed(["string", "string"], "bool", (a, b, prefix) => sameNetwork(a, b, Number(prefix ?? 32)), [
        "long",
    ]),
    ipv4_is_private: isPrivate,
    ipv4_netmask_suffix: fixed(["string"], "long", (text) => parseIpv4(text)?.prefix ?? null),
    ipv4_range_to_cidr_list: rangeToCidrs,
    ipv6_compare: fixed(["string", "string"], "long", (a, b, prefix) => ipv6Order(a, b, Number(prefix ?? 128)), [
        "long",
    ]),
    ipv6_is_in_any_range: isInAnyRange((text, range) => ipv6InRange(text, range)),
    ipv6_is_in_range: fixed(["string", "string"], "bool", ipv6InRange),
    ipv6_is_match: fixed(["string", "string"], "bool", (a, b, prefix) => ipv6Equal(a, b, Number(prefix ?? 128)), [
        "long",
    ]),
    parse_ipv4: fixed(["string"], "long", parsed),
    parse_ipv4_mask: fixed(["string", "long"], "long", (text, prefix) => {
        const ip = parseIpv4(text);
        return ip === null || prefix < 0 || prefix > 32 ? null : (ip.address & prefixMask(Number(prefix))) >>> 0;
    }),
    parse_ipv6: fixed(["string"], "string", (text) => parseIpv6(text) ?? ""),
    parse_ipv6_mask: fixed(["string", "long"], "string", (text, prefix) => parseIpv6(text, Number(prefix)) ?? ""),
};
