/** An IPv4 address and the number of its leading bits that name its network. */
export interface Ipv4 {
    /** As a signed 32-bit integer, for bitwise work. */
    readonly address: number;
    readonly prefix: number;
}

/** The address that a text stands for, with its prefix after a slash; null for no address. */
export function parseIpv4(text: string): Ipv4 | null {
    const match = /^\s*(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})(?:\/(\d{1,2}))?\s*$/.exec(text);
    if (match === null) return null;
    const parts = match.slice(1, 5);
    const prefix = Number(match[5] ?? "32");
    if (prefix > 32 || parts.some((part) => Number(part) > 255 || (part.length > 1 && part.startsWith("0"))))
        return null;
    return { address: parts.reduce((address, part) => (address << 8) | Number(part), 0), prefix };
}

/** The bits that a prefix of this length keeps, as a signed 32-bit integer. */
export function prefixMask(prefix: number): number {
    return prefix === 0 ? 0 : -1 << (32 - prefix);
}

/** Dotted text of a 32-bit address. */
export function formatIpv4(address: number): string {
    return [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join(".");
}
