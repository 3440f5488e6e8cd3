import { z } from "zod";
import type { Connection } from "../connection";
import { queryWorkspace } from "../logAnalytics";

/** A table that Sysmon's events are collected into. */
export type SysmonTable = "Event" | "WindowsEvent";

/** What a workspace has heard of one machine. Times are ISO 8601. */
export interface HeardMachine {
    /** Resource id in lower case. */
    readonly id: string;
    /** When the agent last said that it is alive; absent where it did not within a day. */
    readonly lastHeartbeat?: string;
    /** Sysmon's events of the last day; absent where there are none. */
    readonly sysmon?: { readonly events: number; readonly last: string; readonly eventIds: readonly number[] };
    /** SHA-256 of the configuration that Sysmon said it was given last, within 30 days. */
    readonly configSha256?: string;
}

const provider = "Microsoft-Windows-Sysmon";

/** Where a table has what is asked for. */
const columns = {
    Event: { provider: "Source", data: "EventData" },
    WindowsEvent: { provider: "Provider", data: "tostring(EventData)" },
} as const;

/** What the queries ask for, by what they find out. `_ResourceId` is that of the machine. */
export function heardQueries(table: SysmonTable): { heartbeat: string; sysmon: string; configuration: string } {
    const { provider: source, data } = columns[table];
    const events = `${table}
| where ${source} == "${provider}"`;
    return {
        heartbeat: `Heartbeat
| where TimeGenerated > ago(1d)
| summarize Last = max(TimeGenerated) by Machine = tolower(_ResourceId)`,
        sysmon: `${events}
| where TimeGenerated > ago(1d)
| summarize Events = count(), Last = max(TimeGenerated), EventIds = make_set(EventID) by Machine = tolower(_ResourceId)`,
        // Event 16: Sysmon was given a configuration.
        configuration: `${events}
| where TimeGenerated > ago(30d) and EventID == 16
| extend Sha256 = tolower(extract("SHA256=([0-9A-Fa-f]{64})", 1, ${data}))
| summarize arg_max(TimeGenerated, Sha256) by Machine = tolower(_ResourceId)
| project Machine, Sha256`,
    };
}

/** A list of numbers, which the service writes as JSON in a text. */
const numbers = z.preprocess(
    (value) => (typeof value === "string" ? (JSON.parse(value) as unknown) : value),
    z.array(z.number()),
);

/**
 * Every machine that a workspace has heard of.
 *
 * @param customerId Workspace id (customer id), a GUID.
 * @throws LiveError where nobody is signed in, Azure refuses or cannot be reached.
 */
export async function heardMachines(
    connection: Connection,
    customerId: string,
    table: SysmonTable,
): Promise<HeardMachine[]> {
    const queries = heardQueries(table);
    const heartbeats = await queryWorkspace(connection, {
        customerId,
        query: queries.heartbeat,
        row: z.object({ Machine: z.string(), Last: z.string() }),
    });
    const sysmon = await queryWorkspace(connection, {
        customerId,
        query: queries.sysmon,
        row: z.object({ Machine: z.string(), Events: z.number(), Last: z.string(), EventIds: numbers }),
    });
    const configurations = await queryWorkspace(connection, {
        customerId,
        query: queries.configuration,
        row: z.object({ Machine: z.string(), Sha256: z.string() }),
    });
    const lastHeartbeats = new Map(heartbeats.map(({ Machine, Last }) => [Machine, Last]));
    const events = new Map(
        sysmon.map(({ Machine, Events, Last, EventIds }) => [
            Machine,
            { events: Events, last: Last, eventIds: [...EventIds].sort((one, other) => one - other) },
        ]),
    );
    const hashes = new Map(configurations.map(({ Machine, Sha256 }) => [Machine, Sha256]));
    return [...new Set([...lastHeartbeats.keys(), ...events.keys()])].sort().map((id) => {
        const lastHeartbeat = lastHeartbeats.get(id);
        const own = events.get(id);
        const configSha256 = hashes.get(id);
        return {
            id,
            ...(lastHeartbeat === undefined ? {} : { lastHeartbeat }),
            ...(own === undefined ? {} : { sysmon: own }),
            ...(configSha256 ? { configSha256 } : {}),
        };
    });
}
