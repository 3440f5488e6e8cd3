import type { SysmonEvent } from "../../sysmon/events/event";
import { callTraces, createdBy, modules, openedBy, programs } from "./programs";
import { system } from "./story";
import { everydayLife, workstation } from "./workstation";

/**
 * A day of an administrator's work without any attack, with what comes nearest to one: everything here is done by duty,
 * and looks in one or two respects like what an attacker does.
 */
export function quietAdministration(): readonly SysmonEvent[] {
    const machine = workstation({
        computer: "SRV-MGMT01.corp.example",
        startedAt: "2026-05-12T06:30:00.000Z",
        machine: "0c7e5ab9",
        firstRecord: 3_018_442,
        seed: 20_260_512,
        serviceHosts: 57,
    });
    const { story, explorer, lsass, winlogon, defender, person, processes, services, serviceHosts } = machine;
    const [eventLog = services] = serviceHosts;
    const operator = { ...person, user: "CORP\\operator", logonId: "0x2d90aa", integrity: "High" } as const;
    const csrss = story.running(programs.csrss, system);
    const wininit = story.running(programs.wininit, system);
    const sysmon = story.running(programs.sysmon, system);
    everydayLife(machine, 40, 3_000);

    // Windows and its antivirus look at lsass.exe, and error reporting writes dumps.
    story.open(wininit, lsass, "0x1fffff", callTraces.plain);
    story.open(defender, lsass, "0x1410", openedBy(programs.defender.image));
    story.open(serviceHosts[1] ?? services, lsass, "0x1478", callTraces.remoteCall);
    const report = story.start(programs.werfault, services, {
        commandLine: `${programs.werfault.image} -u -p ${lsass.pid} -s 612`,
    });
    story.open(report, lsass, "0x1fffff", callTraces.dump);
    story.createFile(
        report,
        "C:\\Windows\\System32\\config\\systemprofile\\AppData\\Local\\CrashDumps\\lsass.exe.812.dmp",
    );
    story.exit(report);
    everydayLife(machine, 10, 2_000);

    // The console's own threads, and those of the kernel.
    const console = story.start(programs.cmd, explorer, { account: operator });
    story.open(explorer, console, "0x1fffff", callTraces.creation);
    story.startThread(csrss, console, {
        address: "0x00007FFB91C0A2B0",
        module: "C:\\Windows\\System32\\KERNELBASE.dll",
        function: "CtrlRoutine",
    });
    story.startThread(explorer, csrss, { address: "0xFFFFF8054260ABC5" });
    story.exit(story.start(programs.wevtutil, console, { commandLine: "wevtutil  qe System /c:20 /f:text" }));
    story.exit(story.start(programs.wevtutil, console, { commandLine: "wevtutil  el" }));
    story.exit(story.start(programs.sc, console, { commandLine: "sc  query Sysmon64" }));
    story.exit(story.start(programs.fltmc, console, { commandLine: "fltmc  instances" }));
    story.exit(
        story.start(programs.reg, console, {
            commandLine: "reg  query HKLM\\SYSTEM\\CurrentControlSet\\Control\\Lsa /v RunAsPPL",
        }),
    );
    story.deleteFile(console, "C:\\Users\\operator\\Documents\\export.evtx");
    everydayLife(machine, 10, 2_000);

    // PowerShell lists processes, starts programs and hosts its engine where it belongs.
    const powershell = story.start(programs.powershell, console, { commandLine: "powershell  Get-Process" });
    story.open(console, powershell, "0x1fffff", createdBy(programs.cmd.image));
    story.load(powershell, modules.clr);
    story.load(powershell, modules.automation);
    story.pipe(powershell, `\\PSHost.133914096318842077.${powershell.pid}.DefaultAppDomain.powershell`, "create");
    for (const process of processes) {
        story.open(powershell, process, "0x1410", callTraces.dotnet);
        story.wait(story.between(2, 12));
    }
    const notepad = story.start(programs.notepad, powershell);
    story.open(powershell, notepad, "0x1fffff", callTraces.scriptCreation);
    const management = story.start(programs.mmc, explorer, {
        commandLine: `"${programs.mmc.image}" C:\\Windows\\System32\\eventvwr.msc`,
        account: operator,
    });
    story.load(management, modules.automation);
    const manager = story.start(programs.taskmgr, explorer, { account: operator });
    story.open(manager, lsass, "0x1410", openedBy(programs.taskmgr.image));
    story.open(manager, winlogon, "0x1400", openedBy(programs.taskmgr.image));
    everydayLife(machine, 10, 2_000);

    // Programs of Windows with arguments, as they ought to be started.
    story.exit(
        story.start(programs.rundll32, explorer, {
            commandLine: `"${programs.rundll32.image}" C:\\Windows\\System32\\shell32.dll,Control_RunDLL desk.cpl`,
        }),
    );
    const host = story.start(programs.svchost, services, {
        commandLine: "C:\\Windows\\system32\\svchost.exe -k appmodel -p -s StateRepository",
        account: system,
    });
    story.exit(story.start(programs.audiodg, serviceHosts[3] ?? services, { account: system }));
    everydayLife(machine, 10, 2_000);

    // A backup reads a volume, an update brings drivers and times of files, downloads carry their mark.
    const backup = story.start(programs.vssvc, services, { account: system });
    story.readDevice(backup, "\\Device\\HarddiskVolumeShadowCopy4");
    story.readDevice(story.kernel, "\\Device\\HarddiskVolume2");
    story.loadDriver("C:\\Windows\\System32\\drivers\\WdFilter.sys", {
        signed: true,
        signer: "Microsoft Windows",
        status: "Valid",
    });
    story.loadDriver("C:\\Windows\\System32\\drivers\\dump_storahci.sys", {
        signed: false,
        signer: "",
        status: "Unavailable",
    });
    const installer = story.start(programs.msiexec, services, {
        commandLine: `${programs.msiexec.image} /V`,
        account: system,
    });
    story.setCreationTime(installer, "C:\\Program Files\\Contoso\\Agent\\agent.exe", "2025-11-03 09:12:40.000");
    const edge = story.start(programs.edge, explorer);
    story.createStream(
        edge,
        "C:\\Users\\user\\Downloads\\agent.msi:Zone.Identifier",
        "[ZoneTransfer]  ZoneId=3  HostUrl=https://download.contoso.example/agent.msi",
    );
    story.tamper(edge, "Image is replaced");
    story.bindWmi("NT AUTHORITY\\SYSTEM", "SCM Event Log", "select * from MSFT_SCMEventLogEvent", {
        type: "NT Event Log",
        destination: "Service Control Manager",
    });
    everydayLife(machine, 10, 2_000);

    // The stack's installer gives the sensor a new configuration and a new version.
    story.sensorConfiguration("C:\\ProgramData\\sysmon-azure-9a4c1d7e20b84f63a5d0c8e17f3b2a64\\sysmon.xml");
    story.setValue(sysmon, "HKLM\\System\\CurrentControlSet\\Services\\SysmonDrv\\Parameters\\Rules", "Binary Data");
    story.sensorState("Stopped");
    story.wait(9_000);
    story.setValue(services, "HKLM\\System\\CurrentControlSet\\Services\\SysmonDrv\\ImagePath", "SysmonDrv.sys");
    story.sensorState("Started");
    story.sensorError("QUEUE", "Events dropped from driver queue: ProcessAccess:3");
    story.setValue(
        eventLog,
        "HKLM\\System\\CurrentControlSet\\Services\\EventLog\\System\\MaxSize",
        "DWORD (0x04000000)",
    );
    story.setValue(
        lsass,
        "HKLM\\System\\CurrentControlSet\\Control\\Lsa\\LsaPid",
        `DWORD (0x${lsass.pid.toString(16).padStart(8, "0")})`,
    );
    everydayLife(machine, 60, 3_000);
    story.exit(notepad);
    story.exit(powershell);
    story.exit(manager);
    story.exit(management);
    story.exit(host);
    story.exit(console);
    return story.events();
}
