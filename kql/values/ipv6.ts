import { parseIpv4, prefixMask } from "./ipv4";

/** Eight groups of 16 bits. */
type Groups = readonly number[];

interface Ipv6 {
    readonly groups: Groups;
    /** Leading bits that name the network. */
    readonly prefix: number;
}

/**
 * Reads an IPv6 address, or an IPv4 one as the address it is mapped to. A prefix after a dotted tail counts the bits of
 * the IPv4 address.
 */
function read(text: string): Ipv6 | null {
    const match = /^\s*([0-9a-fA-F:.]+)(?:%[\w]+)?(?:\/(\d{1,3}))?\s*$/.exec(text);
    if (match === null) return null;
    const [, address = "", prefixText] = match;
    const dotted = address.includes(".");
    const most = dotted ? 32 : 128;
    const prefix = prefixText === undefined ? most : Number(prefixText);
    if (prefix > most) return null;
    const groups = groupsOf(address);
    if (groups === null) return null;
    return { groups, prefix: dotted ? prefix + 96 : prefix };
}

function groupsOf(address: string): Groups | null {
    if (/^[\d.]+$/.test(address)) {
        const mapped = ipv4Groups(address);
        return mapped === null ? null : [0, 0, 0, 0, 0, 0xffff, ...mapped];
    }
    const halves = address.split("::");
    if (halves.length > 2) return null;
    const [head, tail] = halves.map(partsOf);
    if (head === undefined || head === null || tail === null) return null;
    if (tail === undefined) return head.length === 8 ? head : null;
    const missing = 8 - head.length - tail.length;
    if (missing < 1) return null;
    // A dotted address after nothing but zeros is the IPv4 address as well.
    if (head.length === 0 && tail.length === 2 && address.includes(".")) return [0, 0, 0, 0, 0, 0xffff, ...tail];
    return [...head, ...new Array<number>(missing).fill(0), ...tail];
}

function partsOf(text: string): number[] | null {
    if (text === "") return [];
    const groups: number[] = [];
    const parts = text.split(":");
    for (const [index, part] of parts.entries()) {
        if (part.includes(".")) {
            const tail = index === parts.length - 1 ? ipv4Groups(part) : null;
            if (tail === null) return null;
            groups.push(...tail);
        } else {
            if (!/^[0-9a-fA-F]{1,4}$/.test(part)) return null;
            groups.push(Number.parseInt(part, 16));
        }
    }
    return groups;
}

function ipv4Groups(text: string): [number, number] | null {
    const ip = parseIpv4(text);
    return ip === null ? null : [(ip.address >>> 16) & 0xffff, ip.address & 0xffff];
}

function masked({ groups, prefix }: Ipv6): number[] {
    return groups.map((group, index) => {
        const bits = Math.max(0, Math.min(16, prefix - index * 16));
        return group & ((prefixMask(bits) >>> 16) & 0xffff);
    });
}

/** The network of an address in its long form, of at most `prefix` bits; null for no address. */
export function parseIpv6(text: string, prefix = 128): string | null {
    const ip = read(text);
    return ip === null || prefix < 0 || prefix > 128
        ? null
        : masked({ ...ip, prefix: Math.min(ip.prefix, prefix) })
              .map((group) => group.toString(16).padStart(4, "0"))
              .join(":");
}

/** -1, 0 or 1 as the first bits that two addresses have in common stand to each other; null for no address. */
export function ipv6Order(a: string, b: string, prefix: number): number | null {
    const [x, y] = [read(a), read(b)];
    if (x === null || y === null || prefix < 0 || prefix > 128) return null;
    const common = Math.min(prefix, x.prefix, y.prefix);
    const [p, q] = [masked({ ...x, prefix: common }), masked({ ...y, prefix: common })];
    for (const [index, group] of p.entries()) {
        const other = q[index] ?? 0;
        if (group !== other) return group < other ? -1 : 1;
    }
    return 0;
}

/** Whether two addresses share their first bits; null for no address. */
export function ipv6Equal(a: string, b: string, prefix: number): boolean | null {
    const order = ipv6Order(a, b, prefix);
    return order === null ? null : order === 0;
}

/** Whether an address is in a network; null where one is none. */
export function ipv6InRange(address: string, network: string): boolean | null {
    const [ip, range] = [read(address), read(network)];
    if (ip === null || range === null) return null;
    const whole = masked({ ...ip, prefix: range.prefix });
    return masked(range).every((group, index) => group === whole[index]);
}
