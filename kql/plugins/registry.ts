import { bagUnpack } from "./bagUnpack";
import type { Plugin } from "./define";
import { ipv4Lookup } from "./ipv4Lookup";
import { narrow } from "./narrow";
import { pivot } from "./pivot";

const plugins: ReadonlyMap<string, Plugin> = new Map([
    ["bag_unpack", bagUnpack],
    ["ipv4_lookup", ipv4Lookup],
    ["narrow", narrow],
    ["pivot", pivot],
]);

/** The plugin of this name. */
export function findPlugin(name: string): Plugin | undefined {
    return plugins.get(name);
}
