import assert from "node:assert/strict";
import { eventXml, loadRecording } from "../../../sysmon/events";
import { recordingFile } from "./recordingFile";
import { processAccess } from "./sysmonEvent";

const first = eventXml(processAccess);
const second = eventXml({ ...processAccess, recordId: 43 });

function utf16(text: string, order: "le" | "be", mark = true): Buffer {
    const bytes = Buffer.from(mark ? `\ufeff${text}` : text, "utf16le");
    return order === "le" ? bytes : bytes.swap16();
}

async function recordIds(content: string | Uint8Array): Promise<(number | undefined)[]> {
    const { events, problems } = await loadRecording(recordingFile(content, "log.txt"));
    assert.deepEqual(problems, []);
    return events.map((event) => event.recordId);
}

describe("event XML", () => {
    const declaration = '<?xml version="1.0" encoding="utf-8" standalone="yes"?>\r\n';
    const forms: readonly (readonly [form: string, content: string | Uint8Array])[] = [
        ["several events without a common root", `${first}\r\n${second}`],
        ["several events on one line", first + second],
        [
            "an Events root behind a declaration and a byte order mark",
            `\ufeff${declaration}<Events>${first}${second}</Events>`,
        ],
        ["UTF-16 with a byte order mark", utf16(`<Events>${first}${second}</Events>`, "le")],
        ["big-endian UTF-16", utf16(`<Events>${first}${second}</Events>`, "be")],
        ["UTF-16 without a byte order mark", utf16(`<Events>${first}${second}</Events>`, "le", false)],
        ["two files joined, each with its declaration", `${declaration}${first}\n${declaration}${second}`],
        [
            "lines of another tool between events",
            `Record 1\n${declaration}${first}\n\nRecord 2\n${declaration}${second}\n`,
        ],
        ["a comment that holds an event", `<!-- ${first} --><Events>${first}${second}</Events>`],
    ];
    for (const [form, content] of forms) {
        it(`takes ${form}`, async () => {
            assert.deepEqual(await recordIds(content), [42, 43]);
        });
    }

    it("takes an event over many lines, with rendering information that is passed over", async () => {
        const xml = first
            .replaceAll("><", ">\n  <")
            .replace("</Event>", '<RenderingInfo Culture="en-US"><Level>Information</Level></RenderingInfo></Event>');
        const { events } = await loadRecording(recordingFile(xml));
        assert.deepEqual(events[0]?.level, 4);
        assert.deepEqual(events[0]?.fields, processAccess.fields);
    });

    it("takes character data sections, even with the end of an event in them", async () => {
        const xml = first.replace("0x1fffff", "<![CDATA[a </Event> & <b>]]>");
        const { events, problems } = await loadRecording(recordingFile(xml));
        assert.deepEqual(problems, []);
        assert.equal(events[0]?.fields.GrantedAccess, "a </Event> & <b>");
    });

    it("brings times of nine digits, and GUIDs of older Windows, into the form of today", async () => {
        const xml = first
            .replace("2026-01-31T12:00:00.1234567Z", "2026-01-31T12:00:00.123456700Z")
            .replace(
                '<Data Name="RuleName">-',
                '<Data Name="SourceProcessGUID">{365ABB72-A1E3-5C8E-0000-0010CEF72200}',
            );
        const [event] = (await loadRecording(recordingFile(xml))).events;
        assert.equal(event?.timeCreated, "2026-01-31T12:00:00.1234567Z");
        assert.equal(event?.fields.SourceProcessGUID, "{365abb72-a1e3-5c8e-0000-0010cef72200}");
    });

    it("counts events of other channels", async () => {
        const other = first.replace("Microsoft-Windows-Sysmon/Operational", "Security");
        const { counts } = await loadRecording(recordingFile(first + other + other));
        assert.deepEqual(counts, { read: 3, sysmon: 1, otherChannels: { Security: 2 } });
    });

    const damages: readonly (readonly [damage: string, content: string, line: number, message: RegExp])[] = [
        ["an event that is cut off at the end", `${first}\n${second.slice(0, -30)}`, 2, /ends within this event/],
        [
            "an event that is cut off in the middle",
            `${first.slice(0, 500)}\n${second}`,
            1,
            /not closed before the next/,
        ],
        [
            "a tag that is not closed",
            `${first.replace("</Data>", "")}\n${second}`,
            1,
            /no well-formed XML: 1:\d+: unexpected close tag/,
        ],
        ["an entity that XML does not have", `${first.replace("&amp;", "&nbsp;")}\n${second}`, 1, /undefined entity/],
        ["an event without an id", `\n${first.replace("<EventID>10</EventID>", "")}\n${second}`, 2, /no EventID/],
        ["an event without a channel", `${first.replace(/<Channel>.*<\/Channel>/, "")}\n${second}`, 1, /no Channel/],
    ];
    for (const [damage, content, line, message] of damages) {
        it(`gives all but ${damage}, and says where`, async () => {
            const { events, problems } = await loadRecording(recordingFile(content));
            assert.equal(events.length, 1);
            assert.equal(problems.length, 1);
            assert.equal(problems[0]?.line, line);
            assert.match(problems[0].message, message);
        });
    }

    it("is not led astray by entities that grow", async () => {
        const bomb = '<!DOCTYPE Events [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>';
        const { events, problems } = await loadRecording(
            recordingFile(`${bomb}<Events>${first.replace("&amp;", "&b;")}${second}</Events>`),
        );
        assert.equal(events.length, 1);
        assert.match(problems[0]?.message ?? "", /undefined entity/);
    });
});
