import { eventTable, windowsEventTable, type SysmonEvent } from "../../sysmon/events";
import type { OpenChain } from "../openChain";
import type { EventTableName } from "../plan/collections";
import type { RecordingSource } from "../recordings";
import { recordedEvents } from "./recordedEvents";

/** Everyday events from which a volume is measured. */
export interface VolumeSample {
    /** Name of the recording. */
    readonly recording: string;
    /** Its events. */
    readonly events: readonly SysmonEvent[];
}

/** What one chain stores of everyday events. */
export interface Volume {
    /** The table that the events go to. */
    readonly table: EventTableName;
    /** By event id, for each id in the samples. */
    readonly events: readonly EventVolume[];
    /** Bytes as billed, of all that is stored. */
    readonly bytes: number;
    /** Distinct machines in the samples. */
    readonly hosts: number;
    /** Hours that the samples last, each machine's counted on its own. */
    readonly hostHours: number;
    /** Names of the samples. */
    readonly recordings: readonly string[];
}

/** What becomes of the events of one id. */
export interface EventVolume {
    /** Event id. */
    readonly id: number;
    /** How many the samples hold. */
    readonly read: number;
    /** How many of them are logged, collected and stored. */
    readonly kept: number;
    /** Bytes of those as billed. */
    readonly bytes: number;
}

/** A volume as machines would send it, day for day and month for month. A GB are 10^9 bytes, a month 730 hours. */
export interface VolumeForecast {
    /** Events that one machine sends a day. */
    readonly eventsPerHostDay: number;
    /** Bytes that one machine sends a day. */
    readonly bytesPerHostDay: number;
    /** Number of machines. */
    readonly hosts: number;
    /** GB that they all send a day. */
    readonly gbPerDay: number;
    /** GB that they all send a month. */
    readonly gbPerMonth: number;
    /** What a month costs at the given price for a GB; null where none is given. */
    readonly pricePerMonth: number | null;
    /** Whether the samples last less than a day of one machine: a forecast from them is a rough guess. */
    readonly rough: boolean;
}

/** What a volume and a forecast take for granted. */
export const volumeAssumptions: readonly string[] = [
    "A row is billed by the text in its columns, in UTF-8; TenantId, Type and columns that begin with _ are free.",
    "A GB are 10^9 bytes, a month are 730 hours; the price is for ingestion of analytics logs, retention comes on top.",
    "Every machine does at all hours what those of the recordings did while they were recorded.",
    "A recording holds what its own sensor logged: where that was less than this configuration logs, the volume is a lower bound.",
];

/** Less than this tells nothing of a day: hours. */
export const shortestSample = 1 / 6;

/** From here on a forecast is no mere guess: hours. */
export const wholeDay = 24;

const hoursPerMonth = 730;

/**
 * The everyday recordings among some: those in which nothing is expected to ring. An attack in a few minutes of recording
 * says nothing of what a machine sends a day, nor does one with a fleet, which is thinned to what silence needs. What cannot
 * be read is left out.
 */
export async function everydaySamples(sources: readonly RecordingSource[]): Promise<VolumeSample[]> {
    const quiet = sources.filter(
        ({ manifest }) => manifest === undefined || (manifest.expect.ring.length === 0 && manifest.fleet === undefined),
    );
    const samples = await Promise.all(
        quiet.map(async ({ name, files }) => ({ recording: name, events: await recordedEvents(files) })),
    );
    return samples.filter(({ events }) => events.length > 0);
}

/** What a chain stores of the samples: rows as the service writes them, sized as it bills them (`_BilledSize`). */
export function measureVolume(chain: OpenChain, samples: readonly VolumeSample[]): Volume {
    const events = samples.flatMap((sample) => sample.events);
    const kept = events.filter((event) => chain.decide(event).logged && chain.collects(event));
    const sizes = billedSizes(kept, chain);
    const ids = [...new Set(events.map(({ id }) => id))].sort((left, right) => left - right);
    return {
        table: chain.table,
        events: ids.map((id) => {
            const read = events.filter((event) => event.id === id).length;
            const stored = kept.flatMap((event, index) => (event.id === id ? [sizes[index] ?? 0] : []));
            return { id, read, kept: stored.length, bytes: sum(stored) };
        }),
        bytes: sum(sizes),
        hosts: new Set(events.map(({ computer }) => computer.toLowerCase())).size,
        hostHours: sum(samples.map(hostHours)),
        recordings: samples.map(({ recording }) => recording),
    };
}

/**
 * What machines would send if each did all day what the machines of the samples did.
 *
 * @returns Null where the samples are shorter than {@link shortestSample}.
 */
export function forecastVolume(
    volume: Volume,
    options: { readonly hosts: number; readonly pricePerGb?: number },
): VolumeForecast | null {
    const { events, bytes, hostHours: hours } = volume;
    if (hours < shortestSample) return null;
    const { hosts, pricePerGb } = options;
    const gbPerHour = (hosts * bytes) / hours / 1e9;
    return {
        eventsPerHostDay: (24 * sum(events.map(({ kept }) => kept))) / hours,
        bytesPerHostDay: (24 * bytes) / hours,
        hosts,
        gbPerDay: 24 * gbPerHour,
        gbPerMonth: hoursPerMonth * gbPerHour,
        pricePerMonth: pricePerGb === undefined ? null : pricePerGb * hoursPerMonth * gbPerHour,
        rough: hours < wholeDay,
    };
}

function billedSizes(events: readonly SysmonEvent[], { table, resourceId }: OpenChain): number[] {
    const write = table === "Event" ? eventTable : windowsEventTable;
    const { columns, rows } = write(events, {
        resourceId,
        ingestionTimes: events.map(({ timeCreated }) => timeCreated),
    });
    const size = columns.findIndex(({ name }) => name === "_BilledSize");
    return rows.map((row) => Number(row[size]));
}

/** From the first to the last event of each machine. */
function hostHours({ events }: VolumeSample): number {
    const spans = new Map<string, { from: number; to: number }>();
    for (const { computer, timeCreated } of events) {
        const time = Date.parse(timeCreated);
        const host = computer.toLowerCase();
        const { from, to } = spans.get(host) ?? { from: time, to: time };
        spans.set(host, { from: Math.min(from, time), to: Math.max(to, time) });
    }
    return sum([...spans.values()].map(({ from, to }) => (to - from) / 3_600_000));
}

function sum(numbers: readonly number[]): number {
    return numbers.reduce((total, number) => total + number, 0);
}
