import type { SysmonEvent } from "../../sysmon/events/event";
import { callTraces, modules, programs } from "./programs";
import { everydayLife, workstation } from "./workstation";

/**
 * Somebody with administrator's rights runs a script in PowerShell: it asks WMI which svchost.exe hosts the Event Log
 * service, opens that one with all rights, and ends the service's threads. Ending a thread leaves no Sysmon event.
 */
export function invokePhant0m(): readonly SysmonEvent[] {
    const machine = workstation({
        computer: "SRV-FILE02.corp.example",
        startedAt: "2026-03-05T22:40:31.000Z",
        machine: "8e07b3c1",
        firstRecord: 902_144,
        seed: 20_170_518,
        serviceHosts: 58,
    });
    const { story, explorer, serviceHosts, services, person } = machine;
    const [eventLog = services] = serviceHosts;
    const administrator = { ...person, user: "CORP\\operator", logonId: "0x91f3b2", integrity: "High" } as const;
    everydayLife(machine, 30, 5_000);
    const powershell = story.start(programs.powershell, explorer, {
        commandLine: "powershell.exe -NoProfile -ExecutionPolicy Bypass -File C:\\ProgramData\\p.ps1",
        account: administrator,
        directory: "C:\\ProgramData\\",
    });
    story.open(explorer, powershell, "0x1fffff", callTraces.creation);
    const console = story.start(programs.conhost, powershell, {
        commandLine: "\\??\\C:\\Windows\\system32\\conhost.exe 0xffffffff -ForceV1",
    });
    story.wait(310);
    story.load(powershell, modules.clr);
    story.load(powershell, modules.automation);
    story.load(powershell, modules.amsi);
    story.pipe(powershell, `\\PSHost.133851672320107742.${powershell.pid}.DefaultAppDomain.powershell`, "create");
    story.wait(900);
    const wmi = story.start(programs.wmiprvse, serviceHosts[1] ?? services, {
        commandLine: "C:\\Windows\\system32\\wbem\\wmiprvse.exe -secured -Embedding",
    });
    everydayLife(machine, 5, 700);
    story.open(powershell, eventLog, "0x1f3fff", callTraces.script);
    story.wait(47);
    story.open(powershell, eventLog, "0x1fffff", callTraces.script);
    story.wait(2_300);
    story.exit(console);
    story.exit(powershell);
    everydayLife(machine, 40, 4_000);
    story.exit(wmi);
    return story.events();
}
