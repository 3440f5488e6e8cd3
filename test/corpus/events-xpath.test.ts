import assert from "node:assert/strict";
import { compileXPath, loadRecording, type SysmonEvent } from "../../sysmon/events";
import { describeShared, sharedPath } from "../support/shared";

const queries: readonly (readonly [xpath: string, picks: (event: SysmonEvent) => boolean])[] = [
    ["*", () => true],
    ["*[System[(EventID=1 or EventID=10)]]", ({ id }) => id === 1 || id === 10],
    ["*[System[EventID>=12 and EventID<=14]]", ({ id }) => id >= 12 && id <= 14],
    ["*[EventData[Data[@Name='GrantedAccess']='0x1f3fff']]", ({ fields }) => fields.GrantedAccess === "0x1f3fff"],
    [
        "*[System[EventID=10] and EventData[Data[@Name='TargetImage']='C:\\windows\\system32\\lsass.exe']]",
        ({ id, fields }) => id === 10 && fields.TargetImage === "C:\\windows\\system32\\lsass.exe",
    ],
    ["*[System[Computer!='MORDORDC.theshire.local']]", ({ computer }) => computer !== "MORDORDC.theshire.local"],
    [
        "*[System[TimeCreated[@SystemTime>='2020-08-06T15:56:10Z']]]",
        ({ timeCreated }) => timeCreated >= "2020-08-06T15:56:10",
    ],
];

describeShared("XPath over a real recording", () => {
    for (const [xpath, picks] of queries) {
        it(xpath, async () => {
            const name = "covenant_psremoting_command_2020-08-06115603.sysmon.jsonl.gz";
            const { events } = await loadRecording(sharedPath("events", "json", name));
            const query = compileXPath(`Microsoft-Windows-Sysmon/Operational!${xpath}`);
            const collected = events.filter((event) => query.matches(event));
            assert.ok(collected.length > 0);
            assert.deepEqual(collected, events.filter(picks));
            const left = events.find((event) => !query.matches(event));
            if (left !== undefined) assert.match(query.explain(left), /^not collected: .* does not hold: /);
        });
    }
});
