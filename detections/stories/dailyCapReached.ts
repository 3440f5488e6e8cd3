import type { SysmonEvent } from "../../sysmon/events/event";
import { merged, minutes, server } from "./fleet";
import { scheduledTasks } from "./workstation";

/** Three servers at work. What the workspace keeps of it, the manifest says: from its daily cap on, nothing. */
export function dailyCapReached(): readonly SysmonEvent[] {
    const machines = ["SRV-WEB21", "SRV-WEB22", "SRV-WEB23"].map((name, index) =>
        server(name, 14 + index, "2026-06-16T14:05:00.000Z"),
    );
    for (const machine of machines) scheduledTasks(machine, 330 * minutes, 10 * minutes);
    return merged(...machines);
}
