import type { SysmonEvent } from "../../sysmon/events/event";
import { callTraces, modules, programs } from "./programs";
import { everydayLife, workstation } from "./workstation";

/**
 * Half an hour of work without any attack, with what comes nearest to one: all rights to a service host from code that a
 * module backs, few rights from jitted code, all rights from jitted code to a program that is being debugged, and Windows'
 * own use of verclsid.exe.
 */
export function quietWorkstation(): readonly SysmonEvent[] {
    const machine = workstation({
        computer: "WS-0302.corp.example",
        startedAt: "2026-03-12T08:00:00.000Z",
        machine: "1b96e7f3",
        firstRecord: 330_019,
        seed: 20_260_312,
        serviceHosts: 66,
    });
    const { story, explorer, serviceHosts, services, processes } = machine;
    everydayLife(machine, 120, 3_500);
    const word = story.start(programs.word, explorer);
    story.open(explorer, word, "0x1fffff", callTraces.creation);
    story.load(word, modules.vbe7);
    everydayLife(machine, 60, 3_500);
    const check = story.start(programs.verclsid, explorer, {
        commandLine: `"${programs.verclsid.image}" /S /C {5E2121EE-0300-11D4-8D3B-444553540000} /I {00000000-0000-0000-C000-000000000046} /X 0x401`,
    });
    story.open(explorer, check, "0x1fffff", callTraces.creation);
    story.wait(240);
    story.exit(check);
    everydayLife(machine, 60, 3_500);
    const edge = story.start(programs.edge, explorer);
    story.connect(edge, "intranet.corp.example", "192.0.2.80", 443);
    story.pipe(edge, "<Anonymous Pipe>", "create");
    everydayLife(machine, 40, 3_500);
    const host = story.start(programs.svchost, services, {
        commandLine: "C:\\Windows\\system32\\svchost.exe -k wsappx -p -s ClipSVC",
    });
    story.open(services, host, "0x1fffff", callTraces.creation);
    const studio = story.start(programs.devenv, explorer);
    story.load(studio, modules.clr);
    const debugged = story.start(programs.notepad, studio);
    story.open(studio, debugged, "0x1fffff", callTraces.dotnet);
    for (const process of serviceHosts) {
        story.open(studio, process, "0x1410", callTraces.dotnet);
        story.wait(story.between(2, 12));
    }
    everydayLife(machine, 60, 3_500);
    story.exit(debugged);
    const manager = story.start(programs.taskmgr, explorer);
    for (const process of processes) {
        story.open(manager, process, "0x1410", callTraces.plain);
        story.wait(story.between(2, 12));
    }
    everydayLife(machine, 120, 3_500);
    story.exit(manager);
    story.exit(word);
    return story.events();
}
