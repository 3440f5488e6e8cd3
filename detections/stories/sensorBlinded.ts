import type { SysmonEvent } from "../../sysmon/events/event";
import { brought, callTraces, openedBy, programs } from "./programs";
import { system, unsigned } from "./story";
import { everydayLife, workstation } from "./workstation";

/**
 * Somebody with administrator's rights blinds a machine step by step: drivers that reach into the kernel, the antivirus
 * suspended, another configuration for the sensor, its altitude and start type changed, the event log crashed, switched off and cleared, and
 * at last the sensor's driver unloaded. From then on the sensor only reports errors, and its last word is that it stops.
 */
export function sensorBlinded(): readonly SysmonEvent[] {
    const machine = workstation({
        computer: "SRV-SQL03.corp.example",
        startedAt: "2026-05-06T23:18:44.000Z",
        machine: "d2c48e71",
        firstRecord: 2_561_090,
        seed: 20_260_506,
        serviceHosts: 49,
    });
    const { story, explorer, person, services, serviceHosts, defender } = machine;
    const [eventLog = services] = serviceHosts;
    const sysmon = story.running(programs.sysmon, system);
    const operator = { ...person, user: "CORP\\operator", logonId: "0x71e00c", integrity: "High" } as const;
    everydayLife(machine, 30, 3_000);
    const console = story.start(programs.cmd, explorer, { account: operator, directory: "C:\\ProgramData\\k\\" });
    story.open(explorer, console, "0x1fffff", callTraces.creation);
    const run = (program: Parameters<typeof story.start>[0], commandLine: string) =>
        story.start(program, console, { commandLine });

    const loader = brought("C:\\ProgramData\\k\\ld.exe");
    const loading = run(loader, "ld.exe  rtcore64.sys");
    story.createFile(loading, "C:\\Windows\\System32\\drivers\\RTCore64.sys");
    story.setValue(
        services,
        "HKLM\\System\\CurrentControlSet\\Services\\kx\\ImagePath",
        "\\??\\C:\\Windows\\System32\\drivers\\RTCore64.sys",
    );
    story.loadDriver("C:\\Windows\\System32\\drivers\\RTCore64.sys", {
        signed: true,
        signer: "MICRO-STAR INTERNATIONAL CO., LTD.",
        status: "Valid",
    });
    story.wait(300);
    story.loadDriver("C:\\ProgramData\\k\\kx.sys", unsigned);
    story.exit(loading);
    everydayLife(machine, 6, 1_500);

    const suspender = run(brought("C:\\ProgramData\\k\\ps.exe"), "ps.exe  suspend MsMpEng.exe");
    story.open(suspender, defender, "0x800", openedBy("C:\\ProgramData\\k\\ps.exe"));
    story.exit(suspender);
    everydayLife(machine, 6, 1_500);

    story.sensorConfiguration("C:\\ProgramData\\k\\c.xml");
    story.wait(1_200);
    const reg = run(
        programs.reg,
        "reg  add HKLM\\SYSTEM\\CurrentControlSet\\Services\\SysmonDrv\\Instances\\Sysmon Instance /v Altitude /t REG_SZ /d 385202 /f",
    );
    story.setValue(
        reg,
        "HKLM\\System\\CurrentControlSet\\Services\\SysmonDrv\\Instances\\Sysmon Instance\\Altitude",
        "385202",
    );
    story.exit(reg);
    story.exit(run(programs.sc, "sc  config Sysmon64 start= disabled"));
    story.setValue(services, "HKLM\\System\\CurrentControlSet\\Services\\Sysmon64\\Start", "DWORD (0x00000004)");
    everydayLife(machine, 6, 1_500);

    const report = story.start(programs.werfault, eventLog, {
        commandLine: `${programs.werfault.image} -u -p ${eventLog.pid} -s 448`,
    });
    story.wait(900);
    story.exit(report);
    const miniNt = run(programs.reg, "reg  add HKLM\\SYSTEM\\CurrentControlSet\\Control\\MiniNt");
    story.createKey(miniNt, "HKLM\\System\\CurrentControlSet\\Control\\MiniNt");
    story.exit(miniNt);
    const clear = run(programs.wevtutil, "wevtutil  cl Security");
    story.exit(clear);
    story.deleteArchived(
        console,
        "C:\\Windows\\System32\\winevt\\Logs\\Microsoft-Windows-PowerShell%4Operational.evtx",
    );
    everydayLife(machine, 20, 2_000);

    const killer = run(brought("C:\\ProgramData\\k\\ps.exe"), "ps.exe  kill Sysmon64.exe");
    story.open(killer, sysmon, "0x1", openedBy("C:\\ProgramData\\k\\ps.exe"));
    story.wait(700);
    story.exit(run(programs.fltmc, "fltmc  unload SysmonDrv"));
    story.wait(400);
    story.sensorError(
        "DriverCommunication",
        "Failed to retrieve events - Last error: The I/O operation has been aborted.",
    );
    story.wait(2_000);
    story.sensorState("Stopped");
    return story.events();
}
