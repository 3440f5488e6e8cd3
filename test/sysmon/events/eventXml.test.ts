import assert from "node:assert/strict";
import fc from "fast-check";
import { eventXml, loadRecording } from "../../../sysmon/events";
import { recordingFile } from "./recordingFile";
import { anyEvent, processAccess } from "./sysmonEvent";

describe("XML of an event", () => {
    it("is what wevtutil prints", () => {
        assert.equal(
            eventXml({ ...processAccess, fields: { RuleName: "", TargetImage: 'C:\\R&D\\"<a>"' } }),
            '<Event xmlns="http://schemas.microsoft.com/win/2004/08/events/event"><System>' +
                '<Provider Name="Microsoft-Windows-Sysmon" Guid="{5770385f-c22a-43e0-bf4c-06f5698ffbd9}"/>' +
                "<EventID>10</EventID><Version>3</Version><Level>4</Level><Task>10</Task><Opcode>0</Opcode>" +
                '<Keywords>0x8000000000000000</Keywords><TimeCreated SystemTime="2026-01-31T12:00:00.1234567Z"/>' +
                '<EventRecordID>42</EventRecordID><Execution ProcessID="2100" ThreadID="2104"/>' +
                "<Channel>Microsoft-Windows-Sysmon/Operational</Channel><Computer>HOST-1</Computer>" +
                '<Security UserID="S-1-5-18"/></System><EventData><Data Name="RuleName"></Data>' +
                '<Data Name="TargetImage">C:\\R&amp;D\\&quot;&lt;a&gt;&quot;</Data></EventData></Event>',
        );
    });

    it("reads back as the event, whatever its fields hold", async () => {
        await fc.assert(
            fc.asyncProperty(fc.array(anyEvent, { minLength: 1, maxLength: 5 }), async (events) => {
                const { events: read, problems } = await loadRecording(recordingFile(events.map(eventXml).join("\n")));
                assert.deepEqual(problems, []);
                assert.deepEqual(read, events);
            }),
        );
    });
});
