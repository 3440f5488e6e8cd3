import type { SysmonEvent } from "../../sysmon/events/event";
import { merged, minutes, server } from "./fleet";
import { callTraces, modules, programs } from "./programs";
import { scheduledTasks } from "./workstation";

/**
 * Invoke-Phant0m as its victim's fleet sees it: a server that logged all night opens its own Event Log service with all
 * rights, and is not heard any more, while its agent goes on. A second server does its work as ever.
 */
export function phant0mSilencesServer(): readonly SysmonEvent[] {
    const startedAt = "2026-06-02T01:10:00.000Z";
    const victim = server("SRV-FILE07", 11, startedAt);
    const other = server("SRV-FILE08", 12, startedAt);
    const { story, services, serviceHosts, person } = victim;
    const [eventLog = services] = serviceHosts;

    scheduledTasks(victim, 200 * minutes, 6 * minutes);
    const host = story.start(programs.wsmprovhost, serviceHosts[1] ?? services, {
        commandLine: "C:\\Windows\\system32\\wsmprovhost.exe -Embedding",
        account: { ...person, user: "CORP\\operator", logonId: "0x7a11c0", session: 0, integrity: "High" },
    });
    story.wait(2_100);
    story.load(host, modules.clr);
    story.load(host, modules.automation);
    story.wait(1_400);
    story.open(host, eventLog, "0x1fffff", callTraces.script);

    scheduledTasks(other, 360 * minutes, 10 * minutes);
    return merged(victim, other);
}
