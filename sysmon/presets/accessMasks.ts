/**
 * The access masks that give an opener every specific right to a process: `0x1F0FFF`, `0x1F1FFF` and so on up to
 * `0x1FFFFF` (PROCESS_ALL_ACCESS since Windows Vista). Code that means to write and run memory in another process often
 * asks for all of them (Microsoft's article of 2017 on Sysmon and in-memory attacks).
 */
export const allAccessMasks: readonly string[] = Array.from(
    { length: 16 },
    (_, nibble) => `0x1F${nibble.toString(16).toUpperCase()}FFF`,
);
