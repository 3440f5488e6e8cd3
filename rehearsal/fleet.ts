/**
 * What the machines of a recording send beside their Sysmon events, and until when: without it nothing can be missed.
 * A recording's manifest says it; rules that read more than the table of events are exercised by such recordings alone.
 */
import { durationMs, parseMachineId } from "../azure";
import type { RecordedFleet, RecordingManifest } from "../detections";
import { loadTable, workspaceTables } from "../kql";
import type { SysmonEvent } from "../sysmon/events";
import type { Sender } from "./sender";
import type { StoredRows } from "./tableStation";

/** What a recording gives beside its events. */
export interface Surroundings {
    /** Rows of tables beside that of the events, by table. */
    readonly tables: ReadonlyMap<string, StoredRows>;
    /** When the recording ends, in milliseconds since 1970; absent where nobody says. */
    readonly until?: number;
    /** The machine that sent an event. */
    readonly senderOf: (event: SysmonEvent) => Sender;
    /** Whether an event that was sent reaches the workspace. */
    readonly arrives: (event: SysmonEvent) => boolean;
    /** Whether an alert's resource is one that the recording speaks of: about other machines of a plan it knows nothing. */
    readonly knows: (resourceId: unknown) => boolean;
}

/** What a chain makes of recordings. */
export interface SurroundingsOptions {
    /** Resource id of the chain's first machine. */
    readonly resourceId: string;
    /** Time between an event and its row's visibility, in milliseconds. */
    readonly latencyMs: number;
}

/** What a recording gives beside its events, as its manifest says; nothing where it says nothing. */
export function surroundingsOf(
    manifest: RecordingManifest | undefined,
    events: readonly SysmonEvent[],
    { resourceId, latencyMs }: SurroundingsOptions,
): Surroundings {
    const { fleet, rows = {} } = manifest ?? {};
    const first = { resourceId, latencyMs };
    const written = Object.entries(rows).map(([table, given]): [string, StoredRows] => [
        table,
        storeAll(
            table,
            given.map((row) => timedRow(row, latencyMs)),
        ),
    ]);
    if (fleet === undefined) {
        return { tables: new Map(written), senderOf: () => first, arrives: () => true, knows: () => true };
    }

    const machines = fleet.machines.map((machine, index) => ({
        ...machine,
        resourceId: (
            machine.machine ?? (index === 0 ? resourceId : madeUpBeside(resourceId, machine.host))
        ).toLowerCase(),
        latencyMs: machine.latency === undefined ? latencyMs : (durationMs(machine.latency) ?? latencyMs),
    }));
    const senders = new Map(machines.map((machine) => [machine.host.toLowerCase(), machine]));
    const ids = new Set(machines.map((machine) => machine.resourceId));
    return {
        tables: new Map([...written, ["Heartbeat", storeAll("Heartbeat", heartbeats(fleet, machines, events))]]),
        until: Date.parse(fleet.until),
        senderOf: ({ computer }) => senders.get(computer.toLowerCase()) ?? first,
        arrives: ({ computer, timeCreated }) => {
            const silentFrom = senders.get(computer.toLowerCase())?.silentFrom;
            return silentFrom === undefined || Date.parse(timeCreated) < Date.parse(silentFrom);
        },
        knows: (id) => typeof id !== "string" || parseMachineId(id).kind === "rejected" || ids.has(id.toLowerCase()),
    };
}

type FleetMachine = RecordedFleet["machines"][number] & Sender;

/** A row by column, and its times in milliseconds since 1970. */
interface TimedRow {
    readonly values: Readonly<Record<string, unknown>>;
    readonly time: number;
    readonly ingested: number;
}

/** One row a machine and beat, in the order of time; machines do not beat in step. */
function heartbeats(
    fleet: RecordedFleet,
    machines: readonly FleetMachine[],
    events: readonly SysmonEvent[],
): TimedRow[] {
    const every = durationMs(fleet.heartbeat) ?? 60_000;
    const until = Date.parse(fleet.until);
    const begin = fleet.from ?? events[0]?.timeCreated;
    const from = begin === undefined ? until : Date.parse(begin);
    const rows = machines.flatMap((machine, index) => {
        const { host, heartbeatUntil, resourceId, latencyMs, osType } = machine;
        const last = heartbeatUntil === undefined ? until : Date.parse(heartbeatUntil);
        const beats: TimedRow[] = [];
        for (let time = from + ((index * 7_000) % every); time <= last; time += every) {
            const values = {
                TimeGenerated: new Date(time).toISOString(),
                Computer: host,
                _ResourceId: resourceId,
                OSType: osType,
                Category: "Azure Monitor Agent",
                Type: "Heartbeat",
            };
            beats.push({ values, time, ingested: time + latencyMs });
        }
        return beats;
    });
    return rows.sort((left, right) => left.time - right.time);
}

/** A row as a manifest has it. */
function timedRow(row: { readonly TimeGenerated: string }, latencyMs: number): TimedRow {
    const time = Date.parse(row.TimeGenerated);
    return { values: row, time, ingested: time + latencyMs };
}

/** Rows as the table holds them; columns that a row does not name are empty. */
function storeAll(name: string, rows: readonly TimedRow[]): StoredRows {
    const columns = workspaceTables[name] ?? [];
    const table = loadTable(
        {
            columns,
            rows: rows.map(({ values }) =>
                columns.map(({ name: column, type }) => values[column] ?? (type === "string" ? "" : null)),
            ),
            ingestionTimes: rows.map(({ ingested }) => new Date(ingested).toISOString()),
        },
        name,
    ).forManyQueries();
    return { table, clock: rows.map(({ time, ingested }) => ({ time, ingested })) };
}

/** The id of a machine that no plan names, beside one that it does. */
function madeUpBeside(resourceId: string, host: string): string {
    return resourceId.replace(/[^/]*$/, host.replace(/\..*$/, ""));
}
