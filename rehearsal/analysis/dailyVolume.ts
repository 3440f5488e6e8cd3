import { openChain } from "../openChain";
import type { Chain } from "../plan/chains";
import { everydaySamples, forecastVolume, measureVolume, type VolumeSample } from "./volume";
import { shippedRecordings } from "../../detections";
import { findRecordings } from "../recordings";

/** What the machines of a plan would send a day. */
export interface DailyVolume {
    /** GB of all machines; a GB are 10^9 bytes. */
    readonly gbPerDay: number;
    /** Machines counted, those to come as {@link DailyVolumeOptions.machinesToCome}. */
    readonly machines: number;
    /** Whether the recordings last less than a day of one machine: a rough guess then. */
    readonly rough: boolean;
    /** Names of the recordings that it is measured over. */
    readonly recordings: readonly string[];
}

/** How machines that a plan does not list are counted. */
export interface DailyVolumeOptions {
    /** How many machines a chain without listed machines stands for. Default: 1. */
    readonly machinesToCome?: number;
}

/** The everyday recordings that the package ships. */
export function shippedEveryday(): Promise<VolumeSample[]> {
    return everydaySamples(findRecordings(shippedRecordings()).sources);
}

/**
 * What the machines of some chains would send a day, if each did all day what those of the samples did.
 *
 * @returns Null where the samples are too short to tell.
 * @throws ChainError where a chain cannot work.
 */
export function dailyVolume(
    chains: readonly Chain[],
    samples: readonly VolumeSample[],
    { machinesToCome = 1 }: DailyVolumeOptions = {},
): DailyVolume | null {
    let gbPerDay = 0;
    let machines = 0;
    let rough = false;
    for (const chain of chains) {
        const hosts = chain.machines.length === 0 ? machinesToCome : chain.machines.length;
        const forecast = forecastVolume(measureVolume(openChain(chain), samples), { hosts });
        if (forecast === null) return null;
        gbPerDay += forecast.gbPerDay;
        machines += hosts;
        rough ||= forecast.rough;
    }
    return { gbPerDay, machines, rough, recordings: samples.map(({ recording }) => recording) };
}
