import type { SysmonEvent } from "../../sysmon/events/event";
import { brought, callTraces, modules, openedBy, programs, sectionMadeBy } from "./programs";
import { unsigned } from "./story";
import { everydayLife, workstation } from "./workstation";

/**
 * A loader written in .NET runs PowerShell inside of itself, makes a process of a file that it changes meanwhile, has
 * mavinject.exe load a library into another, and stays: a consumer in WMI, a program in a stream, and a file that looks
 * as old as Windows.
 */
export function managedLoaderStays(): readonly SysmonEvent[] {
    const machine = workstation({
        computer: "WS-0388.corp.example",
        startedAt: "2026-05-19T07:55:30.000Z",
        machine: "f41a7b06",
        firstRecord: 417_733,
        seed: 20_260_519,
        serviceHosts: 73,
    });
    const { story, explorer, person } = machine;
    everydayLife(machine, 30, 3_000);
    const folder = "C:\\Users\\user\\AppData\\Roaming\\Sync";
    const loader = brought(`${folder}\\syncui.exe`);
    story.createFile(explorer, loader.image);
    const process = story.start(loader, explorer, { directory: `${folder}\\` });
    story.open(explorer, process, "0x1fffff", callTraces.creation);
    story.wait(160);
    story.load(process, modules.clr);
    story.load(process, modules.automation);
    story.pipe(process, `\\PSHost.133920141305512266.${process.pid}.DefaultAppDomain.syncui`, "create");
    everydayLife(machine, 10, 2_000);

    const changed = brought(`${folder}\\cache.exe`);
    story.createFile(process, changed.image);
    const unnamed = story.start(changed, process, { commandLine: ".\\cache.exe", directory: `${folder}\\` });
    story.open(process, unnamed, "0x1fffff", sectionMadeBy(loader.image), "cache.exe");
    story.wait(35);
    story.tamper(unnamed, "Image is locked for access");
    everydayLife(machine, 10, 2_000);

    const notepad = story.start(programs.notepad, process, { directory: `${folder}\\` });
    story.open(process, notepad, "0x1fffff", callTraces.scriptCreation);
    const library = brought("C:\\ProgramData\\fmt.dll");
    story.createFile(process, library.image);
    const injector = story.start(programs.mavinject, process, {
        commandLine: `"${programs.mavinject.image}" ${notepad.pid} /INJECTRUNNING ${library.image}`,
    });
    story.open(process, injector, "0x1fffff", callTraces.scriptCreation);
    story.open(injector, notepad, "0x10143a", openedBy(programs.mavinject.image));
    story.startThread(injector, notepad, {
        address: "0x00007FFB9285E540",
        module: "C:\\Windows\\System32\\KERNEL32.DLL",
        function: "LoadLibraryW",
    });
    story.load(notepad, library, unsigned);
    story.exit(injector);
    everydayLife(machine, 10, 2_000);

    story.bindWmi(
        person.user,
        "SyncUpdate",
        "SELECT * FROM __InstanceModificationEvent WITHIN 60 WHERE TargetInstance ISA 'Win32_LocalTime' AND TargetInstance.Hour = 9",
        { type: "Command Line", destination: `${folder.replaceAll("\\", "\\\\")}\\\\syncui.exe` },
    );
    story.createStream(process, "C:\\ProgramData\\desktop.ini:sync.dll");
    story.setCreationTime(process, loader.image, "2021-06-05 12:04:51.000");
    everydayLife(machine, 40, 3_000);
    story.exit(notepad);
    story.exit(process);
    return story.events();
}
