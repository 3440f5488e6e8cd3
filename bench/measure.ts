import type { Clock, Contender, Race } from "./benchmark";
import { median } from "./median";

/** What was measured of one contender. */
export interface Timing {
    readonly name: string;
    /** Units a second, the median of all rounds. */
    readonly rate: number;
    /** Milliseconds a run, the median of all rounds. */
    readonly msPerRun: number;
    /** Units a second to reach; null for none. */
    readonly goal: number | null;
}

/** How long to measure. */
export interface Effort {
    /** Rounds that count; one more warms up. */
    readonly rounds: number;
    /** Shortest time of a contender in a round, in milliseconds. */
    readonly roundMs: number;
}

/** Enough for a median that holds within a few percent on a quiet machine. */
export const usualEffort: Effort = { rounds: 7, roundMs: 150 };

/** Milliseconds by a clock, from any start. */
export type Milliseconds = () => number;

const clocks: Readonly<Record<Clock, Milliseconds>> = {
    cpu: () => {
        const { user, system } = process.cpuUsage();
        return (user + system) / 1000;
    },
    wall: () => performance.now(),
};

/**
 * Measures the contenders of a race in turn, round after round, each round beginning with another one: what slows the
 * machine down for a while hits all of them.
 */
export async function measure(
    race: Race,
    effort: Effort = usualEffort,
    now: Milliseconds = clocks[race.clock ?? "cpu"],
): Promise<Timing[]> {
    const samples = race.contenders.map((): Sample[] => []);
    for (let round = 0; round <= effort.rounds; round++) {
        for (let turn = 0; turn < race.contenders.length; turn++) {
            const index = (round + turn) % race.contenders.length;
            const contender = race.contenders[index];
            if (contender === undefined) continue;
            const sample = await sampleOf(contender, effort.roundMs, now);
            if (round > 0) samples[index]?.push(sample);
        }
    }
    return race.contenders.map(({ name, goal }, index) => ({
        name,
        rate: median((samples[index] ?? []).map((sample) => (sample.units / sample.ms) * 1000)),
        msPerRun: median((samples[index] ?? []).map((sample) => sample.ms / sample.runs)),
        goal: goal ?? null,
    }));
}

interface Sample {
    readonly units: number;
    readonly runs: number;
    readonly ms: number;
}

async function sampleOf(contender: Contender, atLeast: number, now: Milliseconds): Promise<Sample> {
    const start = now();
    let units = 0;
    let runs = 0;
    while (runs === 0 || now() - start < atLeast) {
        units += await contender.run();
        runs++;
    }
    return { units, runs, ms: now() - start };
}
