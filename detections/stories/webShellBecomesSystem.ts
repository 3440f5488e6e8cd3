import type { SysmonEvent } from "../../sysmon/events/event";
import { brought, callTraces, createdBy, openedBy, programs } from "./programs";
import { networkService, system, unsigned } from "./story";
import { everydayLife, workstation } from "./workstation";

/**
 * A web shell runs as the account of a web site. A tool makes a service of the system connect to a forged pipe, takes its
 * identity, opens a process of the system to copy its token, makes a service that gives its identity away, and starts a service host of its own as SYSTEM, filled with
 * another image.
 */
export function webShellBecomesSystem(): readonly SysmonEvent[] {
    const machine = workstation({
        computer: "SRV-WEB11.corp.example",
        startedAt: "2026-04-28T14:36:52.000Z",
        machine: "6be914f0",
        firstRecord: 640_118,
        seed: 20_260_428,
        serviceHosts: 52,
    });
    const { story, serviceHosts, services, winlogon } = machine;
    const site = {
        ...networkService,
        user: "IIS APPPOOL\\DefaultAppPool",
        logonId: "0x8d1f2",
        integrity: "High",
    } as const;
    everydayLife(machine, 30, 3_000);
    const pool = story.start(programs.w3wp, serviceHosts[1] ?? services, {
        commandLine: `c:\\windows\\system32\\inetsrv\\w3wp.exe -ap "DefaultAppPool" -v "v4.0" -l "webengine4.dll"`,
        account: site,
    });
    everydayLife(machine, 10, 3_000);
    const shell = story.start(programs.cmd, pool, { commandLine: `"cmd.exe" /c C:\\Windows\\Temp\\ep.exe whoami` });
    story.open(pool, shell, "0x1fffff", callTraces.creation);
    const tool = brought("C:\\Windows\\Temp\\ep.exe");
    story.createFile(pool, tool.image);
    const potato = story.start(tool, shell, { commandLine: "C:\\Windows\\Temp\\ep.exe  whoami" });
    story.load(potato, tool, unsigned);
    story.wait(90);
    story.pipe(potato, "\\2f6c1b7a-40d2-4d0e-a3fb-95c0d4e8a611\\pipe\\srvsvc", "create");
    story.pipe(story.kernel, "\\lsass", "connect");
    story.pipe(story.kernel, "\\2f6c1b7a-40d2-4d0e-a3fb-95c0d4e8a611\\pipe\\srvsvc", "connect");
    story.wait(60);
    story.open(potato, winlogon, "0x1400", openedBy(tool.image));
    const who = story.start(programs.whoami, potato, { commandLine: "whoami", account: system });
    story.wait(200);
    story.exit(who);
    everydayLife(machine, 10, 2_000);

    const service = story.start(programs.cmd, services, {
        commandLine: "cmd.exe /c echo gkvwxq > \\\\.\\pipe\\gkvwxq",
        account: system,
    });
    story.pipe(potato, "\\gkvwxq", "create");
    story.pipe(service, "\\gkvwxq", "connect");
    story.exit(service);
    everydayLife(machine, 5, 2_000);

    const hollow = story.start(programs.svchost, potato, {
        commandLine: "C:\\Windows\\System32\\svchost.exe -k netsvcs",
        account: system,
    });
    story.open(potato, hollow, "0x1fffff", createdBy(tool.image));
    story.wait(70);
    story.tamper(hollow, "Image is replaced");
    story.connect(hollow, "telemetry.web-cache.example", "198.51.100.44", 443);
    story.exit(potato);
    story.exit(shell);
    everydayLife(machine, 40, 3_000);
    return story.events();
}
