import { explainConfig, readConfig } from "../../sysmon";
import { openChain } from "../openChain";
import type { Chain } from "../plan/chains";
import type { PlannedRule } from "../plan/rules";
import type { Coverage, Life } from "./coverage";
import type { DailyVolume } from "./dailyVolume";

/** How far an event of some id gets: not written by the sensor, written only, or in a table. */
export type EventReach = "unlogged" | "logged" | "collected";

/** What one policy has to say of a stack. */
export interface PolicyLine {
    /** Name of the policy. */
    readonly policy: string;
    /** What was found, in a sentence. */
    readonly message: string;
    /** Whether it stops a deployment. */
    readonly mandatory: boolean;
}

/** What a machine, or every machine to come, is watched by. */
export interface WatchedMachine {
    /** How far events get, by id. */
    readonly events: ReadonlyMap<number, EventReach>;
    /** What becomes of each planned detection there. */
    readonly detections: ReadonlyMap<string, Life>;
}

/** What a plan means for detection, as far as two plans are compared. */
export interface DetectionState {
    /** By machine as `resource group/name`; machines to come under {@link machinesToCome}. */
    readonly machines: ReadonlyMap<string, WatchedMachine>;
    /** The rules that are switched on. */
    readonly rules: readonly PlannedRule[];
    /** What the machines would send; null where nothing tells. */
    readonly volume: DailyVolume | null;
    /** What policies have to say. */
    readonly policies: readonly PolicyLine[];
}

/** Stands for machines that a plan does not list. */
export const machinesToCome = "machines to come";

/** What a plan's parts mean for detection; `coverage` is that of the same chains and rules, in their order. */
export function detectionState(
    parts: Omit<DetectionState, "machines"> & { readonly chains: readonly Chain[]; readonly coverage: Coverage },
): DetectionState {
    const { chains, coverage, ...rest } = parts;
    const machines = new Map<string, WatchedMachine>();
    for (const [index, chain] of chains.entries()) {
        const watched: WatchedMachine = {
            events: reachOf(chain),
            detections: new Map(
                coverage.chains[index]?.detections.map(({ detection, life }) => [detection, life] as const),
            ),
        };
        for (const machine of chain.machines.length === 0 ? [machinesToCome] : chain.machines) {
            machines.set(machine, better(machines.get(machine), watched));
        }
    }
    return { machines, ...rest };
}

const reaches: readonly EventReach[] = ["unlogged", "logged", "collected"];
const lives: readonly Life[] = ["dead", "unproven", "alive"];

/** A machine that several data collection rules collect from has the best of each. */
function better(one: WatchedMachine | undefined, other: WatchedMachine): WatchedMachine {
    if (one === undefined) return other;
    return {
        events: best(one.events, other.events, reaches),
        detections: best(one.detections, other.detections, lives),
    };
}

function best<Key, Value>(
    one: ReadonlyMap<Key, Value>,
    other: ReadonlyMap<Key, Value>,
    order: readonly Value[],
): Map<Key, Value> {
    const merged = new Map(one);
    for (const [key, value] of other) {
        const known = merged.get(key);
        if (known === undefined || order.indexOf(value) > order.indexOf(known)) merged.set(key, value);
    }
    return merged;
}

/** How far events of each id get in a chain, whatever is in them. */
function reachOf(chain: Chain): Map<number, EventReach> {
    const { config } = readConfig(chain.sensor.configXml);
    const { collects } = openChain(chain);
    const summaries = config === undefined ? [] : explainConfig(config);
    return new Map(
        summaries.map(({ id, logged }): [number, EventReach] => {
            if (logged === "nothing") return [id, "unlogged"];
            return [id, collects(anEvent(id)) ? "collected" : "logged"];
        }),
    );
}

/** An event of an id with nothing in it: a data collection rule picks by id and level. */
function anEvent(id: number): Parameters<ReturnType<typeof openChain>["collects"]>[0] {
    return {
        id,
        level: id === 255 ? 2 : 4,
        channel: "Microsoft-Windows-Sysmon/Operational",
        computer: "",
        timeCreated: "2020-01-01T00:00:00Z",
        fields: {},
    };
}
