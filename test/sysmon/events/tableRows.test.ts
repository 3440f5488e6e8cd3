import assert from "node:assert/strict";
import {
    eventTable,
    eventTableColumns,
    loadRecording,
    windowsEventTable,
    windowsEventTableColumns,
    type SysmonEvent,
    type TableRows,
} from "../../../sysmon/events";
import { recordingFile } from "./recordingFile";
import { processAccess } from "./sysmonEvent";

const machine =
    "/subscriptions/AAAA1111-0000-0000-0000-000000000000/resourceGroups/RG/providers/Microsoft.Compute/virtualMachines/HOST-1";
const options = { resourceId: machine, ingestionTimes: ["2026-01-31T12:03:00Z"] };

function firstRow({ columns, rows }: TableRows): Record<string, unknown> {
    return Object.fromEntries(columns.map(({ name }, index) => [name, rows[0]?.[index]]));
}

const escaped =
    '<Data Name="RuleName">-</Data><Data Name="UtcTime">2026-01-31 12:00:00.123</Data>' +
    '<Data Name="SourceImage">C:\\Program Files\\R&amp;D\\&quot;a&quot; &lt;b&gt;.exe</Data>' +
    '<Data Name="TargetImage">C:\\Windows\\System32\\svchost.exe</Data><Data Name="GrantedAccess">0x1fffff</Data>' +
    '<Data Name="CallTrace">C:\\Windows\\SYSTEM32\\ntdll.dll+9c534|UNKNOWN(00007FFF31F61C82)</Data>';

describe("rows of the table Event", () => {
    it("are what the agent writes", () => {
        const { _BilledSize, ParameterXml, ...row } = firstRow(eventTable([processAccess], options));
        assert.ok(typeof _BilledSize === "number" && _BilledSize > 1000 && _BilledSize < 3000);
        assert.ok(typeof ParameterXml === "string" && ParameterXml.startsWith("<Param>-</Param><Param>2026-01-31"));
        assert.deepEqual(row, {
            TenantId: "",
            SourceSystem: "OpsManager",
            TimeGenerated: "2026-01-31T12:00:00.1234567Z",
            Computer: "HOST-1",
            EventID: 10,
            EventLevel: 4,
            EventLevelName: "Information",
            ManagementGroupName: "",
            _ResourceId: machine.toLowerCase(),
            _SubscriptionId: "aaaa1111-0000-0000-0000-000000000000",
            _IsBillable: "true",
            Source: "Microsoft-Windows-Sysmon",
            EventLog: "Microsoft-Windows-Sysmon/Operational",
            EventCategory: 10,
            EventData:
                '<DataItem Type="System.XmlData" time="2026-01-31T12:00:00.1234567+00:00" ' +
                'sourceHealthServiceId="00000000-0000-0000-0000-000000000000">' +
                `<EventData xmlns="http://schemas.microsoft.com/win/2004/08/events/event">${escaped}</EventData></DataItem>`,
            RenderedDescription: [
                "Process accessed:",
                ...Object.entries(processAccess.fields).map(([name, value]) => `${name}: ${value}`),
            ].join("\r\n"),
            UserName: "S-1-5-18",
            Message: "",
            AzureDeploymentID: "",
            Role: "",
            Type: "Event",
        });
    });

    it("carry an ingestion time each", () => {
        const table = eventTable([processAccess], options);
        assert.deepEqual(table.ingestionTimes, ["2026-01-31T12:03:00Z"]);
        assert.throws(
            () => eventTable([processAccess, processAccess], options),
            /2 events need as many ingestion times, not 1/,
        );
    });

    it("read back as a recording", async () => {
        const row = firstRow(eventTable([processAccess], options));
        const [event] = (await loadRecording(recordingFile(JSON.stringify(row)))).events;
        assert.deepEqual(event?.fields, processAccess.fields);
        assert.equal(event.timeCreated, processAccess.timeCreated);
    });

    it("are cut at 64 KB, never within a character", () => {
        const event: SysmonEvent = { ...processAccess, fields: { CommandLine: "\u20ac".repeat(30_000) } };
        const { EventData } = firstRow(eventTable([event], options));
        assert.ok(typeof EventData === "string");
        const bytes = Buffer.byteLength(EventData);
        assert.ok(bytes <= 65_536 && bytes > 65_532);
        assert.ok(EventData.endsWith("\u20ac"));
    });

    it("name levels as Windows does, and know errors of the sensor", () => {
        const levels = [0, 1, 2, 3, 4, 5].map(
            (level) => firstRow(eventTable([{ ...processAccess, level }], options)).EventLevelName,
        );
        assert.deepEqual(levels, ["", "Critical", "Error", "Warning", "Information", "Verbose"]);
    });

    it("take events that tell little", () => {
        const bare: SysmonEvent = {
            id: 200,
            channel: "c",
            computer: "",
            timeCreated: "2026-01-31T12:00:00Z",
            fields: {},
        };
        const row = firstRow(eventTable([bare], { ingestionTimes: ["2026-01-31T12:03:00Z"] }));
        assert.deepEqual(
            [row.EventLevel, row.UserName, row._ResourceId, row._SubscriptionId, row.RenderedDescription],
            [null, "", "", "", "Event 200:"],
        );
    });
});

describe("rows of the table WindowsEvent", () => {
    it("hold the fields as a dynamic value", () => {
        const { _BilledSize, ...row } = firstRow(windowsEventTable([processAccess], options));
        assert.ok(typeof _BilledSize === "number" && _BilledSize > 400);
        assert.deepEqual(row, {
            TenantId: "",
            SourceSystem: "OpsManager",
            TimeGenerated: "2026-01-31T12:00:00.1234567Z",
            Computer: "HOST-1",
            EventID: 10,
            EventLevel: 4,
            EventLevelName: "Information",
            ManagementGroupName: "",
            _ResourceId: machine.toLowerCase(),
            _SubscriptionId: "aaaa1111-0000-0000-0000-000000000000",
            _IsBillable: "true",
            Provider: "Microsoft-Windows-Sysmon",
            Channel: "Microsoft-Windows-Sysmon/Operational",
            Task: 10,
            Opcode: "0",
            Keywords: "0x8000000000000000",
            Version: 3,
            EventData: processAccess.fields,
            RawEventData: "",
            EventOriginId: "",
            EventRecordId: "42",
            Correlation: "",
            SystemProcessId: 2100,
            SystemThreadId: 2104,
            SystemUserId: "S-1-5-18",
            Type: "WindowsEvent",
        });
    });

    it("cut a field at 64 KB", () => {
        const event: SysmonEvent = { ...processAccess, fields: { CommandLine: "x".repeat(70_000) } };
        assert.deepEqual(firstRow(windowsEventTable([event], options)).EventData, { CommandLine: "x".repeat(65_536) });
    });
});

describe("columns of the tables", () => {
    for (const [table, columns] of [
        ["Event", eventTableColumns],
        ["WindowsEvent", windowsEventTableColumns],
    ] as const) {
        it(`of ${table} have a name each`, () => {
            assert.equal(new Set(columns.map(({ name }) => name)).size, columns.length);
            assert.ok(columns.some(({ name, type }) => name === "TimeGenerated" && type === "datetime"));
        });
    }
});
