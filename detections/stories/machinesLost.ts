import type { SysmonEvent } from "../../sysmon/events/event";
import { merged, minutes, server } from "./fleet";
import { scheduledTasks } from "./workstation";

/**
 * Servers of which one never sent an event, so that it is in the manifest alone, one loses its agent after two hours, and
 * one sends all that it has an hour late.
 */
export function machinesLost(): readonly SysmonEvent[] {
    const startedAt = "2026-06-23T07:30:00.000Z";
    const lost = server("SRV-DB02", 17, startedAt);
    const late = server("SRV-EDGE01", 18, startedAt);
    scheduledTasks(lost, 125 * minutes, 6 * minutes);
    scheduledTasks(late, 260 * minutes, 10 * minutes);
    return merged(lost, late);
}
