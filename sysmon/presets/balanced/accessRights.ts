/**
 * Digits one of which every mask with PROCESS_VM_OPERATION (0x8) has: no memory of another process is written or mapped
 * without that right. A filter sees the mask as text, so this is a little wider than the right. The masks of everyday
 * looking (0x400, 0x1000, 0x1400, 0x1410, 0x101400) have none of them.
 */
export const writingDigits = ["8", "9", "a", "b", "c", "d", "e", "f"] as const;

/** Masks that tell no more than what everybody may know of a process, wait for it, or set limits. */
export const limitedMasks = ["0x1000", "0x2000", "0x3000", "0x100000", "0x101000", "0x103000"] as const;

/** Masks that may also query all of a process (0x400). None reads memory, takes handles, ends or suspends anything. */
export const harmlessMasks = [...limitedMasks, "0x400", "0x1400", "0x3400", "0x100400", "0x101400"] as const;

/** The same with PROCESS_VM_READ (0x10), which harms only who has secrets in memory. */
export const readingMasks = [...harmlessMasks, "0x10", "0x410", "0x1010", "0x1410"] as const;

/** Masks with PROCESS_CREATE_PROCESS (0x80) and without the right to write: what makes a process the parent of another. */
export const parentMasks = ["0x80", "0xc0", "0x480", "0x4c0", "0x1080", "0x10c0", "0x1480", "0x14c0"] as const;

/** Masks with PROCESS_SUSPEND_RESUME (0x800) and nothing more than query. */
export const suspendingMasks = ["0x800", "0xc00", "0x1800", "0x1c00", "0x100800", "0x101800"] as const;
