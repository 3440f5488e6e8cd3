import type { SysmonEvent } from "../../sysmon/events/event";
import { merged, minutes, server } from "./fleet";
import { scheduledTasks } from "./workstation";

/**
 * A night of three servers without an attack: one busy, one nearly idle, one that works hard for two hours and then does
 * as little as before.
 */
export function quietFleet(): readonly SysmonEvent[] {
    const startedAt = "2026-06-30T21:40:00.000Z";
    const busy = server("SRV-APP05", 19, startedAt);
    const idle = server("SRV-LIC01", 20, startedAt);
    const batch = server("SRV-BATCH02", 21, startedAt);
    scheduledTasks(busy, 380 * minutes, 7 * minutes);
    scheduledTasks(idle, 380 * minutes, 25 * minutes);
    scheduledTasks(batch, 130 * minutes, 12 * minutes);
    scheduledTasks(batch, 100 * minutes, 2 * minutes);
    scheduledTasks(batch, 150 * minutes, 12 * minutes);
    return merged(busy, idle, batch);
}
