import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { huntingQuery, loadHunts, shippedRecordings, sysmonParsed, type Hunt } from "../../detections";
import { checkQuery, openDatabase, workspaceTables, type QueryResult } from "../../kql";
import { findRecordings } from "../../rehearsal/recordings";
import { eventTable, loadRecording, windowsEventTable, type SysmonEvent } from "../../sysmon/events";

const hunts = loadHunts();
const now = "2026-06-01T00:00:00Z";
const functionAlias = "SysmonParsed";

/** What each query shows of the attacks that were recorded: a text among the values of one of its rows. */
const shown: Readonly<Record<string, string>> = {
    "driver-first-seen": "C:\\ProgramData\\k\\kx.sys",
    "rare-call-path": "C:\\Windows\\System32\\lsass.exe",
    "rare-memory-access": "c:\\windows\\system32\\lsass.exe",
    "rare-named-pipe": "\\postex_8a1c",
    "rare-network-program": "c:\\windows\\system32\\verclsid.exe",
    "rare-parent": "w3wp.exe",
    "unsigned-module-on-few-machines": "C:\\Windows\\System32\\mslog.dll",
};

/** Whether a value, or one in a list of values, is this text. */
const holds = (value: unknown, text: string): boolean => (Array.isArray(value) ? value : [value]).includes(text);

for (const table of ["Event", "WindowsEvent"] as const) {
    describe(`hunting queries over ${table}`, () => {
        const functions = [{ name: functionAlias, body: sysmonParsed(table) }];
        let ask: (hunt: Hunt) => QueryResult;

        before(async () => {
            const { sources } = findRecordings(shippedRecordings());
            const events: SysmonEvent[] = [];
            for (const file of sources.flatMap(({ files }) => files))
                events.push(...(await loadRecording(file)).events);
            const rows = (table === "Event" ? eventTable : windowsEventTable)(events, {
                resourceId: "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/vm",
                ingestionTimes: events.map(({ timeCreated }) => timeCreated),
            });
            const database = openDatabase({ tables: { [table]: rows }, functions, now });
            ask = (hunt) => database.query(huntingQuery(hunt));
        });

        for (const hunt of hunts) {
            it(`${hunt.name} has no issue`, () => {
                const options = { functions, tables: workspaceTables, kind: "hunting" } as const;
                assert.deepEqual(checkQuery(huntingQuery(hunt), options), []);
            });

            it(`${hunt.name} shows what was recorded of an attack`, () => {
                const text = shown[hunt.name] ?? assert.fail(`say what ${hunt.name} shows`);
                const found = ask(hunt).rows.filter((row) => row.some((value) => holds(value, text)));
                assert.notEqual(found.length, 0);
            });
        }
    });
}

describe("the text of a hunting query", () => {
    it("calls the saved function by the name that it has", () => {
        const query = `${functionAlias} | count`;
        assert.equal(huntingQuery({ query }), query);
        const functions = [{ name: "OurSysmon", body: sysmonParsed("Event") }];
        const text = huntingQuery({ query }, "OurSysmon");
        assert.deepEqual(checkQuery(text, { functions, tables: workspaceTables, kind: "hunting" }), []);
        assert.match(text, /^let SysmonParsed = OurSysmon;\n/);
    });

    it("brings the shared functions that it calls, and no others", () => {
        assert.deepEqual(
            huntingQuery({ query: `${functionAlias} | extend F = FileNameOf(Image)` }).match(/^let \w+/gm),
            ["let FileNameOf"],
        );
    });
});

describe("the folder of hunting queries", () => {
    let folder: string;
    beforeEach(() => {
        folder = fs.mkdtempSync(path.join(os.tmpdir(), "sysmon-azure-hunts-"));
    });
    afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

    const yaml = `id: 00000000-0000-4000-8000-00000000000a
title: Pipes
description: Pipes.
reading: Read them.
tactics: [CommandAndControl]
techniques: [T1071]
data: { events: [17], fields: [PipeName] }
references: [https://example.com/]
`;
    const write = (name: string, files: Record<string, string>): void => {
        fs.mkdirSync(path.join(folder, name));
        for (const [file, text] of Object.entries(files)) fs.writeFileSync(path.join(folder, name, file), text);
    };

    it("is read, each query by the name of its folder", () => {
        write("rare-pipes", { "hunt.yaml": yaml, "query.kql": "SysmonParsed | where PipeName != ''" });
        assert.deepEqual(
            loadHunts(folder).map(({ name, title }) => [name, title]),
            [["rare-pipes", "Pipes"]],
        );
    });

    it("is refused with all that is wrong in it", () => {
        write("Rare_Pipes", { "hunt.yaml": `${yaml}severity: High\n`, "query.kql": "SysmonParsed" });
        write("a", { "hunt.yaml": yaml, "query.kql": "SysmonParsed | where Image != ''" });
        write("b", {
            "hunt.yaml": yaml.replace("T1071", "T0000"),
            "query.kql": "SysmonParsed | where PipeName != ''",
        });
        write("c", { "hunt.yaml": yaml });
        assert.throws(() => loadHunts(folder), {
            name: "DetectionsError",
            message: /DT003[^]*DT102[^]*DT205[^]*DT205[^]*DT211[^]*DT002[^]*DT202/,
        });
    });
});
