import type { Call } from "../functions/call";
import type { Relation, Scan } from "../plan/scan";

/** What a plugin works on. */
export interface PluginContext {
    readonly call: Call;
    readonly input: Scan;
}

/** A plugin of `evaluate`. */
export type Plugin = (context: PluginContext) => Relation;
