import type { SysmonEvent } from "../../sysmon/events/event";
import { brought, callTraces, modules, programs } from "./programs";
import { unsigned } from "./story";
import { everydayLife, workstation } from "./workstation";

/**
 * Somebody with administrator's rights takes credentials in every way there is: memory protection off, a tool under
 * another name, comsvcs.dll, mimikatz inside PowerShell, a tool with its own system calls, code inside lsass.exe, a
 * package that lsass.exe is to load, and a disk read past the file system.
 */
export function credentialTheft(): readonly SysmonEvent[] {
    const machine = workstation({
        computer: "SRV-APP07.corp.example",
        startedAt: "2026-04-21T01:47:05.000Z",
        machine: "39c0f1d8",
        firstRecord: 1_204_871,
        seed: 20_260_421,
        serviceHosts: 54,
    });
    const { story, explorer, lsass, person } = machine;
    const operator = { ...person, user: "CORP\\operator", logonId: "0x1c40d7", integrity: "High" } as const;
    everydayLife(machine, 30, 3_000);
    const console = story.start(programs.cmd, explorer, { account: operator, directory: "C:\\Users\\operator\\" });
    story.open(explorer, console, "0x1fffff", callTraces.creation);

    const reg = story.start(programs.reg, console, {
        commandLine:
            "reg  add HKLM\\SYSTEM\\CurrentControlSet\\Control\\SecurityProviders\\WDigest /v UseLogonCredential /t REG_DWORD /d 1 /f",
    });
    story.setValue(
        reg,
        "HKLM\\System\\CurrentControlSet\\Control\\SecurityProviders\\WDigest\\UseLogonCredential",
        "DWORD (0x00000001)",
    );
    story.exit(reg);
    everydayLife(machine, 8, 2_000);

    const renamed = { ...programs.procdump, image: "C:\\Users\\operator\\AppData\\Local\\Temp\\up64.exe" };
    const dumper = story.start(renamed, console, { commandLine: "up64.exe  -accepteula -ma 812 lsass.dmp" });
    story.wait(120);
    story.open(dumper, lsass, "0x1fffff", callTraces.dump);
    story.wait(900);
    story.createFile(dumper, "C:\\Users\\operator\\AppData\\Local\\Temp\\lsass.dmp");
    story.exit(dumper);
    everydayLife(machine, 8, 2_000);

    const powershell = story.start(programs.powershell, console, { commandLine: "powershell  -nop -ep bypass" });
    story.load(powershell, modules.clr);
    story.load(powershell, modules.automation);
    story.pipe(powershell, `\\PSHost.133901224471882104.${powershell.pid}.DefaultAppDomain.powershell`, "create");
    const comsvcs = story.start(programs.rundll32, powershell, {
        commandLine: `"${programs.rundll32.image}" C:\\windows\\System32\\comsvcs.dll MiniDump 812 C:\\ProgramData\\m.bin full`,
    });
    story.open(powershell, comsvcs, "0x1fffff", callTraces.scriptCreation);
    story.wait(80);
    story.open(comsvcs, lsass, "0x1fffff", callTraces.comsvcs);
    story.wait(700);
    story.createFile(comsvcs, "C:\\ProgramData\\m.bin");
    story.exit(comsvcs);
    everydayLife(machine, 8, 2_000);

    story.open(powershell, lsass, "0x1010", callTraces.reflected);
    story.wait(2_000);
    story.readDevice(powershell, "\\Device\\HarddiskVolume3");
    everydayLife(machine, 8, 2_000);

    const tool = brought("C:\\Users\\operator\\AppData\\Local\\Temp\\sc.exe");
    const caller = story.start(tool, console, { commandLine: "sc.exe" });
    story.load(caller, tool, unsigned);
    story.wait(30);
    story.open(caller, lsass, "0x1438", [`${tool.image}+19c4`, `${tool.image}+1ab1`, `${tool.image}+22d0`]);
    story.wait(40);
    story.startThread(caller, lsass, { address: "0x000002A4D9C30000" });
    story.exit(caller);
    everydayLife(machine, 8, 2_000);

    story.setValue(powershell, "HKLM\\System\\CurrentControlSet\\Control\\Lsa\\Security Packages", "Binary Data");
    story.wait(3_000);
    story.load(lsass, brought("C:\\Windows\\System32\\mslog.dll"), unsigned);
    everydayLife(machine, 30, 3_000);
    story.exit(powershell);
    story.exit(console);
    return story.events();
}
