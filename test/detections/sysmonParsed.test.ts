import assert from "node:assert/strict";
import { sysmonColumn, sysmonColumns, sysmonParsed, sysmonParsedCut } from "../../detections";
import { latestEvents } from "../../sysmon/schema";

describe("columns of SysmonParsed", () => {
    it("are unique", () => {
        assert.equal(new Set(sysmonColumns.map((column) => column.name)).size, sysmonColumns.length);
    });

    it("hold every field of every event", () => {
        for (const event of latestEvents) {
            for (const field of event.fields) {
                const column = sysmonColumns.find((candidate) => candidate.field === field.name);
                assert.ok(column?.events.includes(event.id), `${event.id} ${field.name}`);
            }
        }
    });

    const types: readonly (readonly [column: string, type: string])[] = [
        ["TimeGenerated", "datetime"],
        ["IngestionTime", "datetime"],
        ["EventID", "int"],
        ["_ResourceId", "string"],
        ["Image", "string"],
        ["ProcessGuid", "string"],
        ["GrantedAccess", "string"],
        ["LogonId", "string"],
        ["ProcessId", "long"],
        ["DestinationPort", "long"],
        ["Initiated", "bool"],
        ["UtcTime", "datetime"],
        ["PreviousCreationUtcTime", "datetime"],
        ["Archived", "string"],
    ];
    for (const [column, type] of types) {
        it(`${column} is a ${type}`, () => assert.equal(sysmonColumn(column)?.type, type));
    }

    it("leave the name Type to the table", () => {
        assert.equal(sysmonColumn("Type"), undefined);
        assert.deepEqual(sysmonColumn("SysmonType"), {
            name: "SysmonType",
            type: "string",
            field: "Type",
            events: [20, 25],
        });
    });
});

describe("text of SysmonParsed", () => {
    const cut = {
        events: [10],
        columns: ["GrantedAccess", "SourceProcessId", "UtcTime", "NoSuchColumn"],
        window: "30m",
    };

    it("cut for table Event reads fields out of the XML text", () => {
        assert.equal(
            sysmonParsedCut("Event", cut),
            [
                "Event",
                "| where TimeGenerated > ago(30m)",
                '| where Source == "Microsoft-Windows-Sysmon" and EventID in (10)',
                "| project",
                "    TimeGenerated,",
                "    Computer,",
                "    _ResourceId,",
                "    EventID,",
                "    IngestionTime = ingestion_time(),",
                `    UtcTime = todatetime(extract(@'<Data Name="UtcTime">([^<]*)</Data>', 1, EventData)),`,
                `    SourceProcessId = tolong(extract(@'<Data Name="SourceProcessId">([^<]*)</Data>', 1, EventData)),`,
                `    GrantedAccess = extract(@'<Data Name="GrantedAccess">([^<]*)</Data>', 1, EventData)`,
            ].join("\n"),
        );
    });

    it("cut for table WindowsEvent reads fields out of the property bag", () => {
        assert.equal(
            sysmonParsedCut("WindowsEvent", { ...cut, events: [] }),
            [
                "WindowsEvent",
                "| where TimeGenerated > ago(30m)",
                '| where Provider == "Microsoft-Windows-Sysmon"',
                "| project",
                "    TimeGenerated,",
                "    Computer,",
                "    _ResourceId,",
                "    EventID,",
                "    IngestionTime = ingestion_time(),",
                "    UtcTime = todatetime(tostring(EventData.UtcTime)),",
                "    SourceProcessId = tolong(tostring(EventData.SourceProcessId)),",
                "    GrantedAccess = tostring(EventData.GrantedAccess)",
            ].join("\n"),
        );
    });

    it("whole has every column once and no time filter", () => {
        for (const table of ["Event", "WindowsEvent"] as const) {
            const text = sysmonParsed(table);
            const projected = text.slice(text.indexOf("| project")).split(",\n");
            assert.equal(projected.length, sysmonColumns.length);
            assert.doesNotMatch(text, /ago\(/);
        }
    });

    it("uses nothing that a scheduled-query rule may not", () => {
        for (const table of ["Event", "WindowsEvent"] as const)
            assert.doesNotMatch(sysmonParsed(table), /\b(bag_unpack|pivot|narrow|union|search|limit|take)\b/);
    });
});
