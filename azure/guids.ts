import { createHash } from "node:crypto";

/** Namespace of all GUIDs made here (RFC 9562, version 5). Changing it renames every resource named by a GUID. */
const namespace = "6f4d2c0e-93b1-5a7e-8d36-1f0c5b9e7a42";

const guidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Whether a text is a GUID in the form with hyphens and without braces, in either case. */
export function isGuid(text: string): boolean {
    return guidPattern.test(text);
}

/**
 * The same GUID for the same keys, another for any others: the order of the keys and the borders between them count.
 * For resources that Azure names by GUID, such as role assignments.
 */
export function deterministicGuid(...keys: string[]): string {
    const hash = createHash("sha1")
        .update(Buffer.from(namespace.replaceAll("-", ""), "hex"))
        .update(JSON.stringify(keys), "utf8")
        .digest();
    hash.writeUInt8((hash.readUInt8(6) & 0x0f) | 0x50, 6);
    hash.writeUInt8((hash.readUInt8(8) & 0x3f) | 0x80, 8);
    const hex = hash.toString("hex", 0, 16);
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
