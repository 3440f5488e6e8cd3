import type { SysmonEvent } from "../../sysmon/events/event";
import { callTraces, modules, programs } from "./programs";
import { everydayLife, workstation } from "./workstation";

/**
 * A workbook's macro injects an implant into a rundll32.exe that it starts for that. The implant talks through pipes,
 * hides behind explorer.exe as parent of what it starts, queues shellcode to a program's first thread, runs an assembly
 * in it, and in the end moves into explorer.exe.
 */
export function implantSpawnsAndInjects(): readonly SysmonEvent[] {
    const machine = workstation({
        computer: "WS-0129.corp.example",
        startedAt: "2026-04-14T10:02:19.000Z",
        machine: "a07d52e3",
        firstRecord: 78_305,
        seed: 20_260_414,
        serviceHosts: 68,
    });
    const { story, explorer } = machine;
    everydayLife(machine, 40, 3_000);
    const excel = story.start(programs.excel, explorer, {
        commandLine: `"${programs.excel.image}" "C:\\Users\\user\\Downloads\\rates-2026.xlsm"`,
        directory: "C:\\Users\\user\\Documents\\",
    });
    story.open(explorer, excel, "0x1fffff", callTraces.creation);
    story.wait(2_100);
    story.load(excel, modules.vbe7);
    everydayLife(machine, 5, 900);

    const host = story.start(programs.rundll32, excel, { commandLine: programs.rundll32.image });
    story.open(excel, host, "0x1fffff", callTraces.macro);
    story.wait(31);
    story.startThread(excel, host, { address: "0x000001D2B5F00000" });
    story.wait(640);
    story.load(host, modules.winhttp);
    story.pipe(host, "\\msagent_4f", "create");
    story.connect(host, "cdn.rates-update.example", "203.0.113.88", 443);
    everydayLife(machine, 15, 4_000);

    const worker = story.start(programs.werfault, host, {
        commandLine: programs.werfault.image,
        namedParent: explorer,
    });
    story.open(host, worker, "0x1fffff", callTraces.implantCreation);
    story.wait(12);
    story.open(host, worker, "0x1038", callTraces.implant);
    story.wait(210);
    story.pipe(worker, "\\postex_8a1c", "create");
    story.pipe(host, "\\postex_8a1c", "connect");
    story.load(worker, modules.clr);
    story.wait(2_700);
    story.exit(worker);
    everydayLife(machine, 10, 3_000);

    story.open(host, explorer, "0x143a", callTraces.implant);
    story.wait(9);
    story.startThread(host, explorer, { address: "0x0000000003B10000" });
    everydayLife(machine, 40, 3_000);
    story.exit(host);
    story.exit(excel);
    return story.events();
}
