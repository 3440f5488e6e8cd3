import type { SysmonEvent } from "../../sysmon/events/event";
import { merged, minutes, server } from "./fleet";
import { programs } from "./programs";
import { system } from "./story";
import { scheduledTasks } from "./workstation";

/**
 * Somebody gives the sensor of a server another configuration, which logs a program or two: nothing stops, nothing is
 * unloaded, and of what happens next to nothing is told.
 */
export function filterEmptied(): readonly SysmonEvent[] {
    const machine = server("SRV-APP03", 13, "2026-06-09T00:20:00.000Z");
    const { story } = machine;
    const sysmon = story.running(programs.sysmon, system);

    scheduledTasks(machine, 390 * minutes, 2 * minutes);
    story.sensorConfiguration("C:\\ProgramData\\c.xml");
    story.wait(60);
    story.setValue(sysmon, "HKLM\\System\\CurrentControlSet\\Services\\SysmonDrv\\Parameters\\Rules", "Binary Data");
    scheduledTasks(machine, 150 * minutes, 30 * minutes);
    return merged(machine);
}
