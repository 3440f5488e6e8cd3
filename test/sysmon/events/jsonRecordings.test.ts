import assert from "node:assert/strict";
import fc from "fast-check";
import { loadRecording, sysmonChannel, type SysmonEvent } from "../../../sysmon/events";
import { recordingFile } from "./recordingFile";
import { anyEvent, processAccess } from "./sysmonEvent";

type JsonObject = Readonly<Record<string, unknown>>;

async function only(record: JsonObject): Promise<SysmonEvent> {
    const { events, problems } = await loadRecording(recordingFile(JSON.stringify(record)));
    assert.deepEqual(problems, []);
    const [event] = events;
    assert.ok(event !== undefined && events.length === 1);
    return event;
}

describe("normalized JSON", () => {
    it("needs id and fields only", async () => {
        assert.deepEqual(await only({ id: 1, fields: { UtcTime: "2026-01-31 12:00:00.123" } }), {
            id: 1,
            level: 4,
            channel: sysmonChannel,
            computer: "",
            timeCreated: "2026-01-31T12:00:00.123Z",
            fields: { UtcTime: "2026-01-31 12:00:00.123" },
        });
    });

    it("reads back as the events that were written", async () => {
        await fc.assert(
            fc.asyncProperty(fc.array(anyEvent, { minLength: 1, maxLength: 5 }), async (events) => {
                const lines = events.map((event) => JSON.stringify(event)).join("\n");
                const { events: read, problems } = await loadRecording(recordingFile(lines));
                assert.deepEqual(problems, []);
                assert.deepEqual(read, events);
            }),
        );
    });

    const mistakes: readonly (readonly [mistake: string, record: unknown, message: RegExp])[] = [
        ["a number as a value", { id: 1, fields: { ProcessId: 4 } }, /^fields\.ProcessId: expected text/],
        ["an id that is none", { id: "1", fields: {} }, /^id: /],
        [
            "a time that is none",
            { id: 1, timeCreated: "yesterday", fields: {} },
            /^timeCreated: expected a time such as/,
        ],
        ["two mistakes at once", { id: 0, level: "high", fields: {} }, /^id: .*; level: /],
        ["an object of another kind", { name: "x" }, /no event in any known form/],
        ["a list", [1], /no object/],
        ["no JSON", "{", /no JSON/],
    ];
    for (const [mistake, record, message] of mistakes) {
        it(`says of ${mistake} what is wrong, and in which line`, async () => {
            const line = record === "{" ? "{" : JSON.stringify(record);
            const content = `${JSON.stringify(processAccess)}\n\n${line}\n${JSON.stringify(processAccess)}\n`;
            const { events, problems } = await loadRecording(recordingFile(content));
            assert.equal(events.length, 2);
            assert.equal(problems.length, 1);
            assert.equal(problems[0]?.line, 3);
            assert.match(problems[0].message, message);
        });
    }
});

describe("layouts of JSON", () => {
    const records = [1, 2, 3].map((recordId) => ({ ...processAccess, recordId }));
    const layouts: readonly (readonly [layout: string, content: string])[] = [
        ["lines", records.map((record) => JSON.stringify(record)).join("\r\n")],
        ["lines behind a byte order mark", `\ufeff${records.map((record) => JSON.stringify(record)).join("\n")}\n`],
        ["an array on one line", JSON.stringify(records)],
        ["an array over many lines", JSON.stringify(records, null, 2)],
        [
            "objects over many lines, one after the other",
            records.map((record) => JSON.stringify(record, null, 4)).join("\n"),
        ],
        ["an array with an element a line", `[\n${records.map((record) => JSON.stringify(record)).join(",\n")}\n]`],
    ];
    for (const [layout, content] of layouts) {
        it(`takes ${layout}`, async () => {
            const { events, problems } = await loadRecording(recordingFile(content));
            assert.deepEqual(problems, []);
            assert.deepEqual(events, records);
        });
    }

    it("goes on behind a damaged element of an array, and says its line", async () => {
        const content = JSON.stringify(records, null, 1).replace('"recordId": 2', '"recordId": two');
        const { events, problems } = await loadRecording(recordingFile(content));
        assert.deepEqual(
            events.map((event) => event.recordId),
            [1, 3],
        );
        assert.equal(problems[0]?.line, 1 + content.split("\n").indexOf(" {", 2));
    });

    it("says that an array is cut off", async () => {
        const content = JSON.stringify(records);
        const { events, problems } = await loadRecording(recordingFile(content.slice(0, -20)));
        assert.equal(events.length, 2);
        assert.match(problems[0]?.message ?? "", /the file ends within this JSON value/);
    });

    it("takes lines whose first is cut off", async () => {
        const lines = records.map((record) => JSON.stringify(record)).join("\n");
        const { events, problems } = await loadRecording(recordingFile(lines.slice(20)));
        assert.equal(events.length, 2);
        assert.equal(problems[0]?.line, 1);
    });
});

describe("flat JSON", () => {
    const message = [
        "Registry value set:",
        "RuleName: ",
        "EventType: SetValue",
        "UtcTime: 2020-08-06 15:56:04.866",
        "ProcessGuid: {9F85CE58-59ED-5F2B-5000-000000000400}",
        "ProcessId: 3616",
        "Image: C:\\Windows\\a.exe",
        "TargetObject: HKLM\\Software\\R&D",
        "Details: first line",
        "second: line",
    ].join("\r\n");
    const nxlog = {
        EventID: 13,
        EventType: "INFO",
        Version: 2,
        Channel: sysmonChannel,
        Hostname: "HOST-2",
        EventTime: "2020-08-06 11:56:04",
        EventReceivedTime: "2020-08-06 11:56:07",
        "@timestamp": "2020-08-06T15:56:07.158Z",
        SourceModuleName: "eventlog",
        RecordNumber: 409_343,
        ProcessID: 3888,
        ThreadID: 4208,
        UserID: "S-1-5-18",
        Message: message,
        UtcTime: "2020-08-06 15:56:04.866",
        ProcessGuid: "{9F85CE58-59ED-5F2B-5000-000000000400}",
        Image: "C:\\Windows\\a.exe",
        TargetObject: "HKLM\\Software\\R&amp;D",
        port: 60_122,
    };

    it("tells fields from the envelope, and restores what the envelope overwrote or dropped", async () => {
        assert.deepEqual(await only(nxlog), {
            id: 13,
            version: 2,
            level: 4,
            channel: sysmonChannel,
            computer: "HOST-2",
            timeCreated: "2020-08-06T15:56:04.866Z",
            recordId: 409_343,
            userSid: "S-1-5-18",
            processId: 3888,
            threadId: 4208,
            fields: {
                RuleName: "",
                EventType: "SetValue",
                UtcTime: "2020-08-06 15:56:04.866",
                ProcessGuid: "{9f85ce58-59ed-5f2b-5000-000000000400}",
                ProcessId: "3616",
                Image: "C:\\Windows\\a.exe",
                TargetObject: "HKLM\\Software\\R&D",
                Details: "first line\nsecond: line",
            },
        });
    });

    it("leaves entities alone where no NXLog wrote them", async () => {
        const { SourceModuleName, EventReceivedTime, ...record } = nxlog;
        assert.ok(SourceModuleName !== "" && EventReceivedTime !== "");
        assert.equal((await only(record)).fields.TargetObject, "HKLM\\Software\\R&amp;D");
    });

    it("takes the sensor's own version in event 4, not that of its manifest", async () => {
        const state = { EventID: 4, Channel: sysmonChannel, State: "Started", SchemaVersion: "4.90" };
        const rendered = "Sysmon service state changed:\nState: Started\nVersion: 15.15\nSchemaVersion: 4.90";
        assert.equal((await only({ ...state, Version: 3, Message: rendered })).fields.Version, "15.15");
        assert.equal((await only({ ...state, Version: "15.15" })).fields.Version, "15.15");
    });

    it("takes the fields of an event that is newer than this package from its message", async () => {
        const record = { EventID: 90, Channel: sysmonChannel, Novelty: "x", Task: 90, Message: "New:\r\nNovelty: x" };
        assert.deepEqual((await only(record)).fields, { Novelty: "x" });
    });

    it("prefers TimeCreated to every other time", async () => {
        const event = await only({ ...nxlog, TimeCreated: "2020-08-06T15:56:05.001Z" });
        assert.equal(event.timeCreated, "2020-08-06T15:56:05.001Z");
    });

    it("counts other channels", async () => {
        const content = [nxlog, { ...nxlog, Channel: "Security" }].map((record) => JSON.stringify(record)).join("\n");
        const { counts } = await loadRecording(recordingFile(content));
        assert.deepEqual(counts, { read: 2, sysmon: 1, otherChannels: { Security: 1 } });
    });

    it("asks for channel and id", async () => {
        const content = [nxlog, { EventID: 1 }, { EventID: "x", Channel: sysmonChannel }];
        const { problems } = await loadRecording(
            recordingFile(content.map((record) => JSON.stringify(record)).join("\n")),
        );
        assert.deepEqual(
            problems.map((problem) => problem.message),
            ["the record names no channel", "the record has no event id"],
        );
    });
});

describe("JSON of other tools", () => {
    const fields = { UtcTime: "2026-01-31 12:00:00.123", ProcessGuid: "{365ABB72-A1E3-5C8E-0000-0010CEF72200}" };
    const normalized = { ...fields, ProcessGuid: "{365abb72-a1e3-5c8e-0000-0010cef72200}" };

    it("takes Winlogbeat up to version 6", async () => {
        const event = await only({
            "@timestamp": "2026-01-31T12:00:00.124Z",
            log_name: sysmonChannel,
            event_id: 5,
            computer_name: "HOST-3",
            record_number: "2187865",
            process_id: 2440,
            thread_id: 3144,
            version: 3,
            level: "Information",
            user: { identifier: "S-1-5-18" },
            event_data: fields,
        });
        const { version, level, computer, timeCreated, recordId, userSid, processId, threadId } = event;
        assert.deepEqual(
            { version, level, computer, timeCreated, recordId, userSid, processId, threadId },
            {
                version: 3,
                level: 4,
                computer: "HOST-3",
                timeCreated: "2026-01-31T12:00:00.124Z",
                recordId: 2_187_865,
                userSid: "S-1-5-18",
                processId: 2440,
                threadId: 3144,
            },
        );
        assert.deepEqual(event.fields, normalized);
    });

    it("takes Winlogbeat since version 7", async () => {
        const event = await only({
            "@timestamp": "2026-01-31T12:00:00.124Z",
            winlog: {
                channel: sysmonChannel,
                event_id: "5",
                computer_name: "HOST-3",
                record_id: 7,
                process: { pid: 2440, thread: { id: 3144 } },
                event_data: fields,
            },
        });
        assert.equal(event.timeCreated, "2026-01-31T12:00:00.124Z");
        assert.deepEqual([event.recordId, event.processId, event.threadId], [7, 2440, 3144]);
        assert.deepEqual(event.fields, normalized);
    });

    for (const [form, data] of [
        ["JSON in a text", JSON.stringify(fields)],
        ["an object", fields],
    ] as const) {
        it(`takes rows of WindowsEvent with EventData as ${form}`, async () => {
            const event = await only({
                TimeGenerated: "2026-01-31T12:00:00.124Z",
                Channel: sysmonChannel,
                EventID: 5,
                EventLevel: 4,
                Computer: "HOST-4",
                SystemProcessId: 2440,
                EventRecordId: "9",
                EventData: data,
            });
            assert.deepEqual([event.computer, event.processId, event.recordId], ["HOST-4", 2440, 9]);
            assert.deepEqual(event.fields, normalized);
        });
    }

    it("takes rows of the table Event", async () => {
        const event = await only({
            TimeGenerated: "2026-01-31T12:00:00.124Z",
            EventLog: sysmonChannel,
            EventID: 1,
            Computer: "HOST-4",
            EventData:
                '<DataItem Type="System.XmlData" time="2026-01-31T12:00:00.1240000+00:00"><EventData xmlns="x">' +
                '<Data Name="CommandLine">&quot;a&quot; &amp; b</Data></EventData></DataItem>',
        });
        assert.deepEqual(event.fields, { CommandLine: '"a" & b' });
    });

    it("says of a row whose EventData is neither", async () => {
        const row = { Channel: sysmonChannel, EventID: 1, EventData: "<broken" };
        const content = [row, { ...row, EventData: "plain" }, { ...row, EventData: {} }];
        const { problems } = await loadRecording(recordingFile(content.map((one) => JSON.stringify(one)).join("\n")));
        assert.deepEqual(
            problems.map((problem) => [problem.line, problem.message]),
            [1, 2].map((line) => [line, "EventData is neither an object, nor JSON, nor XML"]),
        );
    });
});
