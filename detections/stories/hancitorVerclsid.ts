import type { SysmonEvent } from "../../sysmon/events/event";
import { callTraces, modules, programs } from "./programs";
import { everydayLife, workstation } from "./workstation";

/**
 * A mail brings a document; its macro starts verclsid.exe suspended, opens it with all rights out of code that it wrote
 * into Word's memory, and goes on inside of it: look-ups and connections of a program that has no business on the network.
 */
export function hancitorVerclsid(): readonly SysmonEvent[] {
    const machine = workstation({
        computer: "WS-0417.corp.example",
        startedAt: "2026-03-03T09:12:04.000Z",
        machine: "5d1c8a40",
        firstRecord: 184_210,
        seed: 20_170_304,
        serviceHosts: 71,
    });
    const { story, explorer } = machine;
    everydayLife(machine, 40, 4_000);
    const outlook = story.start(programs.outlook, explorer);
    story.open(explorer, outlook, "0x1fffff", callTraces.creation);
    everydayLife(machine, 10, 2_000);
    const document =
        "C:\\Users\\user\\AppData\\Local\\Microsoft\\Windows\\INetCache\\Content.Outlook\\K7Q2M1XD\\delivery & invoice.doc";
    story.createFile(outlook, document);
    const word = story.start(programs.word, outlook, {
        commandLine: `"${programs.word.image}" /n "${document}" /o ""`,
        directory: "C:\\Users\\user\\Documents\\",
    });
    story.open(outlook, word, "0x1fffff", callTraces.creation);
    story.wait(2_400);
    story.load(word, modules.vbe7);
    everydayLife(machine, 6, 1_000);
    const verclsid = story.start(programs.verclsid, word, {
        commandLine: `"${programs.verclsid.image}"`,
        directory: "C:\\Users\\user\\Documents\\",
    });
    story.wait(16);
    story.open(word, verclsid, "0x1fffff", callTraces.macro);
    story.wait(320);
    story.load(verclsid, modules.winhttp);
    story.wait(1_900);
    story.connect(verclsid, "api.ipify.example", "198.51.100.7", 443);
    story.wait(4_100);
    story.connect(verclsid, "gate.invoice-office.example", "203.0.113.61", 80);
    everydayLife(machine, 40, 3_000);
    story.exit(word);
    everydayLife(machine, 10, 3_000);
    return story.events();
}
