const prime1 = 0x9e3779b185ebca87n;
const prime2 = 0xc2b2ae3d27d4eb4fn;
const prime3 = 0x165667b19e3779f9n;
const prime4 = 0x85ebca77c2b2ae63n;
const prime5 = 0x27d4eb2f165667c5n;

const wrap = (value: bigint): bigint => BigInt.asUintN(64, value);
const rotated = (value: bigint, by: bigint): bigint => wrap(value << by) | (value >> (64n - by));
const round = (state: bigint, input: bigint): bigint => wrap(rotated(wrap(state + wrap(input * prime2)), 31n) * prime1);
const merged = (hash: bigint, state: bigint): bigint => wrap(wrap(hash ^ round(0n, state)) * prime1 + prime4);

/** xxHash64 of bytes, seed 0 (xxHash specification 0.1.1), as an unsigned integer. */
export function xxHash64(bytes: Buffer): bigint {
    const { length } = bytes;
    let at = 0;
    let hash = prime5;
    if (length >= 32) {
        let [a, b, c, d] = [wrap(prime1 + prime2), prime2, 0n, wrap(-prime1)];
        for (; at + 32 <= length; at += 32) {
            a = round(a, bytes.readBigUInt64LE(at));
            b = round(b, bytes.readBigUInt64LE(at + 8));
            c = round(c, bytes.readBigUInt64LE(at + 16));
            d = round(d, bytes.readBigUInt64LE(at + 24));
        }
        hash = wrap(rotated(a, 1n) + rotated(b, 7n) + rotated(c, 12n) + rotated(d, 18n));
        for (const state of [a, b, c, d]) hash = merged(hash, state);
    }
    hash = wrap(hash + BigInt(length));
    for (; at + 8 <= length; at += 8) {
        hash = wrap(rotated(hash ^ round(0n, bytes.readBigUInt64LE(at)), 27n) * prime1 + prime4);
    }
    if (at + 4 <= length) {
        hash = wrap(rotated(hash ^ wrap(BigInt(bytes.readUInt32LE(at)) * prime1), 23n) * prime2 + prime3);
        at += 4;
    }
    for (; at < length; at++) hash = wrap(rotated(hash ^ wrap(BigInt(bytes[at] ?? 0) * prime5), 11n) * prime1);
    hash = wrap((hash ^ (hash >> 33n)) * prime2);
    hash = wrap((hash ^ (hash >> 29n)) * prime3);
    return hash ^ (hash >> 32n);
}
