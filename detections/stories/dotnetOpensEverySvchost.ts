import type { SysmonEvent } from "../../sysmon/events/event";
import { callTraces, modules, programs } from "./programs";
import { everydayLife, workstation } from "./workstation";

/**
 * An administrator lists processes through PowerShell remoting. The remoting host opens every process that it may, with
 * all rights, out of jitted code: each access meets the criterion that an attack on one service host meets.
 */
export function dotnetOpensEverySvchost(): readonly SysmonEvent[] {
    const machine = workstation({
        computer: "WS-0233.corp.example",
        startedAt: "2026-03-10T13:05:47.000Z",
        machine: "c42f9d18",
        firstRecord: 51_877,
        seed: 20_200_806,
        serviceHosts: 79,
    });
    const { story, serviceHosts, processes, services, person } = machine;
    const administrator = {
        ...person,
        user: "CORP\\operator",
        logonId: "0x2bd04e",
        session: 0,
        integrity: "High",
    } as const;
    everydayLife(machine, 30, 3_000);
    const host = story.start(programs.wsmprovhost, serviceHosts[1] ?? services, {
        commandLine: "C:\\Windows\\system32\\wsmprovhost.exe -Embedding",
        account: administrator,
    });
    story.wait(420);
    story.load(host, modules.clr);
    story.load(host, modules.automation);
    story.pipe(host, `\\PSHost.133856105480213390.${host.pid}.DefaultAppDomain.wsmprovhost`, "create");
    story.wait(800);
    for (const process of processes) {
        story.open(host, process, "0x1410", callTraces.dotnet);
        story.wait(story.between(4, 30));
        story.open(host, process, "0x1f3fff", callTraces.dotnet);
        story.wait(story.between(4, 30));
    }
    everydayLife(machine, 20, 2_000);
    story.exit(host);
    everydayLife(machine, 10, 2_000);
    return story.events();
}
