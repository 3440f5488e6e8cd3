/** Numbers that look random and are the same on every machine, from a seed. */
export class Random {
    constructor(private state: number) {}

    /** A whole number from 0 up to, not including, `limit`. */
    below(limit: number): number {
        // The generator "mulberry32".
        this.state = (this.state + 0x6d2b79f5) | 0;
        let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
        mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
        return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000) * limit);
    }

    /** One of some things. */
    pick<T>(things: readonly [T, ...T[]]): T {
        return things[this.below(things.length)] ?? things[0];
    }

    /** Hexadecimal digits in lower case. */
    hex(digits: number): string {
        return Array.from({ length: digits }, () => this.below(16).toString(16)).join("");
    }
}
