import assert from "node:assert/strict";
import fc from "fast-check";
import { compileXPath, xpathForEventIds, XPathError, type SysmonEvent } from "../../../sysmon/events";
import { anyEvent, processAccess } from "./sysmonEvent";

const channel = "Microsoft-Windows-Sysmon/Operational";

function matches(xpath: string, event: SysmonEvent = processAccess, now?: string): boolean {
    return compileXPath(`${channel}!${xpath}`).matches(event, now);
}

describe("XPath of a data collection rule", () => {
    const selected: readonly string[] = [
        "*",
        "Event",
        "*[System]",
        "*[System[EventID=10]]",
        "*[System[(EventID=1 or EventID=10)]]",
        "*[System/EventID=10]",
        "Event[System[EventID = '10']]",
        "*[System[EventID=0xA]]",
        "*[System[EventID >= 10 and EventID<=10]]",
        "*[System[EventID > 9 and (Level=4 or Level=0) and Task != 11]]",
        "*[System[Provider[@Name='Microsoft-Windows-Sysmon']]]",
        '*[System[Provider/@Name="Microsoft-Windows-Sysmon" and EventID < 11]]',
        "*[System[Provider[@Name='x' or @Name='Microsoft-Windows-Sysmon']]][System[EventID=10]]",
        "*[System[Security[@UserID='S-1-5-18'] and Execution[@ProcessID=2100]]]",
        "*[System[Computer='HOST-1' and EventRecordID=42 and Version=3 and Opcode=0]]",
        "*[EventData]",
        "*[EventData[Data]]",
        "*[EventData[Data[@Name='TargetImage']='C:\\Windows\\System32\\svchost.exe']]",
        "*[EventData[Data[@Name='RuleName'] and Data='0x1fffff']]",
        "*[EventData/Data[@Name='GrantedAccess']=0x1fffff]",
        "*[EventData/Data[@Name='GrantedAccess']>=2097151]",
        "*[EventData/Data[1]='-']",
        "*[EventData/Data[position()=1]='-']",
        "*[EventData/Data[position()>5]]",
        "*[*/Data='0x1fffff']",
        "*[System[EventID=10] and EventData[Data[@Name='RuleName']!='x']]",
        "*[System[band(Keywords,9223372036854775808)]]",
        "*[System[band(Keywords, 0x8000000000000000) and band(EventID,8)=8]]",
        "*[System[TimeCreated[timediff(@SystemTime) <= 86400000]]]",
        "*[System[TimeCreated[@SystemTime >= '2026-01-31T12:00:00.123Z' and @SystemTime < '2026-01-31T12:00:00.124Z']]]",
        "*[System[TimeCreated[@SystemTime='2026-01-31T12:00:00.12345670Z']]]",
        " *[ System [ EventID = 10 ] ] ",
    ];
    for (const xpath of selected) {
        it(`collects by ${xpath}`, () => assert.equal(matches(xpath), true));
    }

    const refusedEvents: readonly string[] = [
        "*[System[EventID=1]]",
        "*[System[(EventID=1 or EventID=3)]]",
        "*[System[EventID=10 and Level=2]]",
        "*[System[Provider[@Name='microsoft-windows-sysmon']]]",
        "*[EventData[Data[@Name='TargetImage']='svchost.exe']]",
        "*[EventData[Data[@Name='targetimage']='C:\\Windows\\System32\\svchost.exe']]",
        "*[EventData[Data[@Name='Image']!='x']]",
        "*[EventData/Data[@Name='TargetImage']>1]",
        "*[EventData/Data[2]='-']",
        "*[UserData]",
        "*[System[Correlation[@ActivityID]]]",
        "*[System[band(Keywords,1)]]",
        "*[System[band(Computer,1)]]",
        "*[System/Data]",
        "*[System[TimeCreated[@SystemTime > '2026-02-01T00:00:00Z']]]",
        "*[EventData[*[@Name='x']]]",
    ];
    for (const xpath of refusedEvents) {
        it(`leaves out by ${xpath}`, () => assert.equal(matches(xpath), false));
    }

    it("reads one channel, whatever the case of its name", () => {
        assert.equal(compileXPath("microsoft-windows-sysmon/operational!*").matches(processAccess), true);
        assert.equal(compileXPath("Security!*").matches(processAccess), false);
    });

    it("counts timediff to the time given, by default to that of the event", () => {
        const hour = "*[System[TimeCreated[timediff(@SystemTime) <= 3600000]]]";
        assert.equal(matches(hour), true);
        assert.equal(matches(hour, processAccess, "2026-01-31T12:59:00Z"), true);
        assert.equal(matches(hour, processAccess, "2026-01-31T13:01:00Z"), false);
        assert.equal(matches("*[System[TimeCreated[timediff(@SystemTime, '2026-01-31T12:00:01Z') < 1000]]]"), true);
    });

    it("judges what the recording does not tell as not there", () => {
        const { version, ...unversioned } = processAccess;
        assert.equal(version, 3);
        assert.equal(matches("*[System[Version=3]]", unversioned), false);
        assert.equal(matches("*[System[Version >= 0 or Version < 0]]", unversioned), false);
    });

    it("gives each id its own answer", () => {
        const query = compileXPath(`${channel}!*[System[(EventID=1 or EventID=10)]]`);
        const answers = [10, 3, 10, 1, 3].map((id) => query.matches({ ...processAccess, id }));
        assert.deepEqual(answers, [true, false, true, true, false]);
    });
});

describe("XPath that the event log refuses", () => {
    const refusals: readonly (readonly [query: string, column: number, reason: RegExp])[] = [
        ["*[System[EventID=1]]", 1, /the channel is missing/],
        ["*[System[EventID!=1]]", 1, /the channel is missing/],
        ["!*", 1, /the name of the channel before ! is missing/],
        ["A/Analytic!*", 1, /cannot read analytic and debug channels/],
        ["A!", 3, /the XPath is missing/],
        ["A!System[EventID=1]", 3, /starts with \* \(or Event\)/],
        ["A!*[EventData[contains(Data,'x')]]", 15, /contains\(\) is not in the event log's subset/],
        ["A!*[EventData[Data[starts-with(@Name,'x')]]]", 20, /starts-with\(\) is not in/],
        ["A!*[System[not(EventID=1)]]", 12, /not\(\) is not in/],
        ["A!*[System[EventID &gt; 3]]", 20, /this is no XML: write > </],
        ["A!*[System[EventID=1 OR EventID=2]]", 22, /write or in lower case/],
        ["A!*[System[EventID=1 xor EventID=2]]", 22, /"xor" is no operator/],
        ["A!*[System[EventID xor 2]]", 20, /"xor" is no operator/],
        ["A!*[System[EventID=1 and]]", 25, /expected the name of an element or attribute, found "\]"/],
        ["A!*[System[EventID=1]", 22, /expected \], found the end of the query/],
        ["A!*[System[(EventID=1]]", 22, /expected \), found "\]"/],
        ["A!*[System[(EventID=1)=1]]", 23, /a condition in parentheses cannot be compared/],
        ["A!*[System[1=EventID=1]]", 21, /join comparisons with and/],
        ["A!*[System[EventID==1]]", 20, /expected the name .* found "="/],
        ["A!*=1", 4, /"=" does not belong here: conditions stand in brackets/],
        ["A!*[System//EventID=1]", 12, /\/\/ is not in the event log's subset/],
        ["A!*[System[Provider/@Name/x]]", 27, /nothing lies below an attribute/],
        ["A!*[System[Provider/@Name[1]]]", 27, /an attribute takes no condition/],
        ["A!*[System[Provider[@*='x']]]", 21, /@\* is not in/],
        ["A!*[System[Level='x]]", 18, /this quote is not closed/],
        ["A!*[System[Level=‘x’]]", 18, /typographic quotes/],
        ["A!*[EventData[Data[.='x']]]", 20, /\. and \.\. are not in/],
        ["A!*[System[EventID=1+1]]", 21, /does not calculate/],
        ["A!*[System[EventID=$id]]", 20, /no variables/],
        ["A!*[child::System]", 10, /axes and namespaces are not in/],
        ["A!*[System] | *", 13, /\| is not in/],
        ["A!*[System[EventID=1;]]", 21, /";" has no meaning/],
        ["A!*[position()=1]", 5, /position\(\) of events counts from the start of a log/],
        [`A!*[${"(".repeat(40)}1=1`, 37, /nested more than 32 deep/],
        [
            `A!*[System[${Array.from({ length: 21 }, (_, id) => `EventID=${id}`).join(" or ")}]]`,
            3,
            /21 expressions, the event log takes 20/,
        ],
    ];
    for (const [query, column, reason] of refusals) {
        it(`${query.slice(0, 60)}: column ${column}`, () => {
            assert.throws(
                () => compileXPath(query),
                (error) => {
                    assert.ok(error instanceof XPathError);
                    assert.match(error.reason, reason);
                    assert.equal(error.column, column);
                    assert.equal(error.message, `column ${column}: ${error.reason}`);
                    assert.equal(error.query, query);
                    return true;
                },
            );
        });
    }

    it("takes 20 expressions, counting conditions and not the paths to them", () => {
        const ids = Array.from({ length: 19 }, (_, id) => `EventID=${id}`).join(" or ");
        const query = compileXPath(
            `A!*[System[Provider[@Name='x'] and (${ids})] and EventData]`.replace(" and EventData", ""),
        );
        assert.equal(query.expressions, 20);
    });

    it("refuses any text with an XPathError, or compiles it", () => {
        const piece = fc.constantFrom(
            "*",
            "[",
            "]",
            "(",
            ")",
            "System",
            "EventID",
            "=",
            "1",
            "'x'",
            "@Name",
            " and ",
            "/",
            ",",
            "band",
            "&lt;",
            "!",
        );
        fc.assert(
            fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
                const query = `A!*[${pieces.join("")}]`;
                try {
                    assert.equal(typeof compileXPath(query).matches(processAccess), "boolean");
                } catch (error) {
                    assert.ok(error instanceof XPathError, String(error));
                    assert.ok(error.column >= 1 && error.column <= query.length + 1);
                }
            }),
            { numRuns: 2000 },
        );
    });
});

describe("warnings about an XPath", () => {
    const warnings: readonly (readonly [xpath: string, warnings: readonly string[]])[] = [
        ["*[System[EventID=10]]", []],
        [
            "*[System[EventId=10]]",
            ["column 12: System of a Sysmon event has no element EventId (EventID?), so this never holds"],
        ],
        [
            "*[EventData[Image='x']]",
            ["column 15: EventData of a Sysmon event has no element Image, so this never holds"],
        ],
        [
            "*[System[Provider[@name='x']]]",
            ["column 21: Provider of a Sysmon event has no attribute name (Name?), so this never holds"],
        ],
        [
            "*[EventData[Data[@Name='image']='x']]",
            ["column 26: Sysmon has no field image (Image?), so this never holds"],
        ],
        ["*[UserData]", ["column 5: Event of a Sysmon event has no element UserData, so this never holds"]],
        ["*[*/*[@Name='x']]", []],
    ];
    for (const [xpath, expected] of warnings) {
        it(`${xpath}: ${expected.length}`, () => assert.deepEqual(compileXPath(`A!${xpath}`).warnings, expected));
    }
});

describe("why an event is not collected", () => {
    const reasons: readonly (readonly [query: string, reason: string])[] = [
        [`${channel}!*`, `collected by ${channel}!*`],
        ["System!*", `not collected: the event is in ${channel}, the query reads System`],
        [
            `${channel}!*[System[(EventID=1 or EventID=3)]]`,
            "not collected: (EventID=1 or EventID=3) does not hold: EventID is 10",
        ],
        [`${channel}!*[System[Level=4 and EventID=1]]`, "not collected: EventID=1 does not hold: EventID is 10"],
        [
            `${channel}!*[EventData[Data[@Name='GrantedAccess']='0x1410']]`,
            "not collected: Data[@Name='GrantedAccess']='0x1410' does not hold: Data[@Name='GrantedAccess'] is 0x1fffff",
        ],
        [
            `${channel}!*[EventData[Data[@Name='Image']='x']]`,
            "not collected: Data[@Name='Image']='x' does not hold: there is no Data[@Name='Image']",
        ],
        [`${channel}!*[UserData]`, "not collected: there is no UserData"],
        [`${channel}!*/System[EventID=3]`, "not collected: EventID=3 does not hold: EventID is 10"],
        [`${channel}!*/EventData/Data/@Id`, "not collected: there is no @Id"],
        [
            `${channel}!*[System[Provider[@Name='x']]]`,
            "not collected: @Name='x' does not hold: @Name is Microsoft-Windows-Sysmon",
        ],
        [`${channel}!*[System[band(Level, 3)]]`, "not collected: band(Level, 3) does not hold: Level is 4"],
        [
            `${channel}!*[System[TimeCreated[timediff(@SystemTime) > 5]]]`,
            "not collected: timediff(@SystemTime) > 5 does not hold: @SystemTime is 2026-01-31T12:00:00.1234567Z",
        ],
        [`${channel}!*[EventData/Data[@Name='RuleName'][2]]`, "not collected: no Data fits Data[@Name='RuleName'][2]"],
    ];
    for (const [query, reason] of reasons) {
        it(reason, () => assert.equal(compileXPath(query).explain(processAccess), reason));
    }
});

describe("queries for event ids", () => {
    it("read all of a channel", () => assert.deepEqual(xpathForEventIds("S", "all"), ["S!*"]));

    it("use ranges where three or more ids follow one another", () => {
        assert.deepEqual(xpathForEventIds("S", [10, 1, 2, 3, 8, 7, 8]), [
            "S!*[System[((EventID>=1 and EventID<=3) or EventID=7 or EventID=8 or EventID=10)]]",
        ]);
    });

    it("ask for nothing where there are no ids", () => assert.deepEqual(xpathForEventIds("S", []), []));

    it("together collect exactly the ids asked for, each within the event log's limit", () => {
        fc.assert(
            fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 255 })), anyEvent, fc.nat(255), (ids, event, id) => {
                const queries = xpathForEventIds(channel, ids).map(compileXPath);
                assert.ok(queries.every(({ expressions }) => expressions <= 20));
                const collected = queries.some((query) => query.matches({ ...event, id }));
                assert.equal(collected, ids.includes(id));
            }),
        );
    });
});
