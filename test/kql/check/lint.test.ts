import assert from "node:assert/strict";
import * as fc from "fast-check";
import { checkQuery, ruleKinds, type CheckOptions } from "../../../kql";
import { issues, places } from "./found";

/** Queries in which a code is found, each with lines and columns; and some in which it is not. */
interface Lint {
    readonly found: readonly (readonly [query: string, ...places: (readonly [number, number])[]])[];
    readonly quiet: readonly string[];
    readonly options?: CheckOptions;
}

const lints: Readonly<Record<string, Lint>> = {
    KQ600: {
        found: [
            ['Event | where EventData contains "*lsass*"', [1, 34]],
            ['Event | where EventData contains "UNKNOWN(*)"', [1, 34]],
            ['Event | where EventData !has "*lsass"', [1, 30]],
            ['Event | where EventData has_any ("a", "lsass*")', [1, 39]],
            ['Event | where Computer startswith "srv-*"', [1, 35]],
            ['Event | where Computer == "srv-*"', [1, 27]],
            ['Event | where Computer in~ ("a", "*.example.com")', [1, 34]],
            ['let list = dynamic(["*a"]);\nEvent | where EventData has_all (list)', [1, 21]],
        ],
        quiet: [
            'Event | where EventData contains "*"',
            'Event | where EventData contains "select * from"',
            'Event | where EventData matches regex "a*b"',
            'Event | where Computer == "a*b"',
            'Event | where EventData contains "lsass"',
        ],
    },
    KQ601: {
        found: [
            ['Event | where EventID == 1 and Computer == "a" or Computer == "b"', [1, 15]],
            ['Event\n| where Computer == "b" or EventID == 1\n    and Source == "a"', [2, 28]],
            ['Event | where (EventID == 1 and Computer == "a" or Computer == "b") and Source == "c"', [1, 16]],
        ],
        quiet: [
            'Event | where (EventID == 1 and Computer == "a") or Computer == "b"',
            'Event | where EventID == 1 and (Computer == "a" or Computer == "b")',
            'Event | where Computer == "a" or Computer == "b" or EventID == 1',
        ],
    },
    KQ602: {
        found: [
            ['Event | where Source == @"C:\\Windows\\explorer.exe"', [1, 25]],
            ['Event | where Source != "lsass.exe"', [1, 25]],
            ['Event | where Source in ("a", "lsass.exe")', [1, 31]],
            ['Event | where Source endswith_cs @"\\lsass.exe"', [1, 34]],
            ['Event | where EventData has_cs @"HKLM\\Software"', [1, 32]],
            ['SecurityEvent | extend p = split(NewProcessName, "\\\\")[-1] | where p == "cmd.exe"', [1, 73]],
            ['let names = dynamic(["cmd.exe"]); SecurityEvent | where Process in (names)', [1, 22]],
        ],
        quiet: [
            'Event | where Source =~ @"C:\\Windows\\explorer.exe"',
            'Event | where Source in~ ("lsass.exe")',
            'Event | where Source == "Microsoft-Windows-Sysmon"',
            'Event | where UserName == @"DOMAIN\\user"',
            'Event | where Computer == "host.example.com"',
            'Event | where tolower(Source) == "lsass.exe"',
            'Event | extend p = tolower(Source) | where p == "lsass.exe"',
            'Event | extend p = tolower(Source), q = 1 | extend r = split(p, "x")[0] | where r == "lsass.exe"',
            'Event | extend p = tostring(parse_json(tolower(EventData)).Image) | where p in ("lsass.exe")',
        ],
    },
    KQ603: {
        found: [
            ['Event | where tolower(Source) == "Lsass.exe"', [1, 34]],
            ['Event | where toupper(Source) has_cs "lsass"', [1, 38]],
            ['Event | extend p = tolower(Source) | where p in ("a", "B")', [1, 55]],
        ],
        quiet: [
            'Event | where tolower(Source) == "lsass.exe"',
            'Event | where tolower(Source) =~ "Lsass.exe"',
            'Event | where tolower(Source) has "Lsass"',
            'Event | extend p = tolower(Source) | extend p = strcat(p, "X") | where p == "aX"',
        ],
    },
    KQ604: {
        found: [
            ["Event | extend x = parse_xml(EventData).DataItem.EventData.Data[4]", [1, 20]],
            ["WindowsEvent | extend x = EventData[4]", [1, 27]],
            ['Event | extend x = parse_xml(EventData)["DataItem"]["EventData"]["Data"][4]["#text"]', [1, 20]],
            [
                'Event\n| extend D = parse_xml(EventData).DataItem.EventData.Data\n| extend A = D.[4].["#text"], B = D[5]["#text"]',
                [3, 14],
            ],
            [
                "Event | extend E = parse_xml(EventData) | extend D = E.DataItem.EventData.Data | where D[0] has 'x'",
                [1, 88],
            ],
        ],
        quiet: [
            "Event | extend D = parse_xml(EventData).DataItem.EventData.Data | mv-expand D",
            "Event | extend x = split(EventData, ',')[4]",
            "WindowsEvent | extend x = EventData.Image, z = parse_json(EventData)['Image'], y = EventData['TargetImage']",
        ],
    },
    KQ605: {
        found: [
            ['Event | where EventData has "rundll"', [1, 29]],
            ['Event | where EventData has "C:\\\\Windows\\\\System32\\\\regsvr"', [1, 29]],
            ['Event | where EventData has_any ("a", "mimi")', [1, 39]],
            ["Event | parse EventData with * 'x' GrantedAccess | where GrantedAccess has '1fffff'", [1, 76]],
        ],
        quiet: [
            'Event | where EventData has "rundll32"',
            'Event | where EventData has "rundll32.exe"',
            'Event | where EventData hasprefix "rundll"',
            'Event | where EventData contains "rundll"',
            'Event | where EventData has "\\\\temp\\\\"',
            'Event | where EventData has "power"',
            "Event | parse EventData with * 'x' GrantedAccess | where GrantedAccess has '0x1fffff'",
        ],
    },
    KQ606: {
        options: {
            kind: "sentinel",
            columns: [{ name: "Computer", use: "entity Host needs as its FullName" }],
        },
        found: [
            ["Event | project EventID", [1, 9]],
            ["Event\n| summarize count() by EventID\n| where count_ > 3", [2, 3]],
            ["Event | project-away Computer", [1, 9]],
            ["Event | project-rename Host = Computer", [1, 9]],
            ["print 1", [1, 1]],
        ],
        quiet: [
            "Event",
            "Event | project EventID, Computer",
            "Event | extend b = parse_json(Message) | evaluate bag_unpack(b) | project EventID",
            "Nope | project EventID",
            "union isfuzzy=true (Event | project EventID), Nope",
            "_GetWatchlist('hosts') | project SearchKey",
        ],
    },
    KQ607: {
        options: { kind: "sentinel" },
        found: [
            ["Event | count", [1, 9]],
            ["Event | summarize n = count()", [1, 9]],
            ["let r = Event | summarize n = count(); r", [1, 17]],
            ["Event | summarize n = count() | extend m = n | project m", [1, 9]],
        ],
        quiet: [
            "Event | summarize count() by Computer",
            "Event | summarize n = count() | where n > 5",
            "Event",
            "let n = toscalar(Event | count); Event | where EventID > n",
        ],
    },
    KQ608: {
        options: { kind: "sentinel", trigger: { operator: "GreaterThan", threshold: 1 } },
        found: [["Event | where EventID == 10", [1, 1]]],
        quiet: [],
    },
    KQ609: {
        found: [
            ["Event | take 5", [1, 9]],
            ["Event\n| where EventID == 1\n| limit 5", [3, 3]],
            ["Event | join (Heartbeat | take 1) on Computer", [1, 27]],
        ],
        quiet: [
            "Event | sort by TimeGenerated | take 5",
            "Event | order by TimeGenerated | project Computer | take 5",
            "Event | top 5 by TimeGenerated",
        ],
    },
    KQ610: {
        options: { kind: "sentinel" },
        found: [
            ["Event | sort by TimeGenerated", [1, 9]],
            ["Event | summarize count() by Computer | render barchart", [1, 41]],
            ["Event | sort by EventID | render table", [1, 9], [1, 27]],
        ],
        quiet: [
            "Event | sort by TimeGenerated | take 5",
            "Event | sort by TimeGenerated asc | extend p = prev(EventID)",
        ],
    },
    KQ611: {
        found: [
            ["Event | where EventData matches regex '.*lsass'", [1, 39]],
            ["Event | where EventData matches regex '(?i).*lsass'", [1, 39]],
            ["Event | where EventData matches regex 'lsass.*'", [1, 39]],
        ],
        quiet: [
            "Event | where EventData matches regex 'a.*b'",
            "Event | where EventData matches regex @'lsass\\.*'",
            "Event | where EventData matches regex '^.*lsass'",
            "Event | extend x = extract('(.*)', 1, EventData)",
            "Event | where EventData matches regex '.*('",
        ],
    },
    KQ612: {
        found: [
            ["Event | where EventData matches regex '(?=a)'", [1, 39]],
            ["Event | extend x = extract('[', 1, EventData)", [1, 28]],
            ["Event | extend x = replace_regex(EventData, @'(a', 'b')", [1, 45]],
            ["Event | extend x = extract_all('a)', EventData)", [1, 32]],
        ],
        quiet: ["Event | where EventData matches regex '(?i)^a+$'", "Event | where EventData contains '('"],
    },
    KQ613: {
        found: [
            ['Event | where EventID == "10"', [1, 26]],
            ['Event | where EventID in (1, "10")', [1, 30]],
        ],
        quiet: ["Event | where EventID == 10", 'Event | where Computer == "10"'],
    },
    KQ614: {
        found: [
            ["let x = 1; Event", [1, 5]],
            ["let f = (x: long) {\n  let y = 2;\n  x\n};\nEvent | where EventID == f(1)", [2, 7]],
        ],
        quiet: ["let x = 1; Event | where EventID == x", "let x = view() { Event }; union *"],
    },
};

describe("Lint of a query", () => {
    for (const [code, { found, quiet, options }] of Object.entries(lints)) {
        describe(code, () => {
            for (const [query, ...expected] of found) {
                it(`is found in ${query}`, () => {
                    assert.deepEqual(
                        issues(code, query, options).map(({ line, column }) => [line, column]),
                        expected,
                    );
                });
            }
            for (const query of quiet) {
                it(`is not found in ${query}`, () => assert.deepEqual(issues(code, query, options), []));
            }
        });
    }

    it("is not told of a text that is not KQL, nor twice", () => {
        assert.deepEqual(places('Event | where EventData contains "*lsass" and'), [["KQ100", 1, 46]]);
    });

    it("tells of a count of what is one row, whatever the query is for", () => {
        assert.deepEqual(places("Event | count | count"), [["KQ607", 1, 17]]);
        assert.deepEqual(places("Event | summarize n = count() | extend m = n | count"), [["KQ607", 1, 48]]);
        assert.deepEqual(places("Event | summarize n = count() by Computer | count"), []);
    });

    it("says how a count at the end meets the rule's threshold", () => {
        for (const [operator, threshold, fate] of [
            ["GreaterThan", 0, "at every run"],
            ["GreaterThan", 1, "never"],
            ["GreaterThanOrEqual", 1, "at every run"],
            ["LessThan", 1, "never"],
            ["LessThanOrEqual", 1, "at every run"],
            ["Equal", 0, "never"],
            ["NotEqual", 0, "at every run"],
        ] as const) {
            const [issue] = issues("KQ607", "Event | count", { kind: "sentinel", trigger: { operator, threshold } });
            assert.ok(issue?.message.includes(`rings ${fate}`), `${operator} ${threshold}: ${issue?.message}`);
        }
    });

    it("leaves a rule alone that measures a column", () => {
        assert.deepEqual(places("Event | summarize n = count()", { kind: "scheduled-query", measures: true }), []);
    });

    it("weighs take by what the query is for", () => {
        const severity = (kind: CheckOptions["kind"]): string | undefined =>
            issues("KQ609", "Event | take 5", kind === undefined ? {} : { kind })[0]?.severity;
        assert.deepEqual([severity(undefined), severity("hunting"), severity("sentinel")], ["info", "info", "warning"]);
    });

    it("hints at a column of another letter case, or at what left the column out", () => {
        const columns = [{ name: "computer", use: "entity Host needs as its FullName" }];
        const message = (query: string): string =>
            issues("KQ606", query, { kind: "sentinel", columns })[0]?.message ?? "";
        assert.match(message("Event"), /did you mean Computer\?/);
        assert.match(message("Event | project EventID"), /see what project leaves out/);
    });
});

describe("Names in a query", () => {
    it("that are no tables are told with those that are", () => {
        const [issue, ...others] = checkQuery("DeviceEvents | where ActionType == 'x' | extend y = hash_sha256");
        assert.match(
            issue?.message ?? "",
            /known tables are Event, Heartbeat, Operation, SecurityEvent, SentinelHealth, Usage/,
        );
        assert.deepEqual(others, [], "nothing is said of columns that cannot be known");
    });

    it("that a fuzzy union can go without are no errors", () => {
        const severities = (query: string): string[] =>
            checkQuery(query).map(({ code, severity }) => `${code} ${severity}`);
        assert.deepEqual(severities("union isfuzzy=true (Nope | where Deep == 1), Event"), ["KQ101 warning"]);
        assert.deepEqual(severities("union isfuzzy=false (Nope | where Deep == 1), Event"), ["KQ101 error"]);
    });

    it("are told once, not again for their type", () => {
        assert.deepEqual(places("Event | project-away Nope"), [["KQ101", 1, 22]]);
    });

    it("of the service's own functions are known", () => {
        for (const query of [
            "_GetWatchlist('hosts') | project SearchKey",
            "_Im_ProcessCreate(starttime=ago(1h)) | where CommandLine has 'x'",
            "workspace('other').Event | where EventID == 1",
        ])
            assert.deepEqual(places(query), [], query);
    });

    for (const [table, columns] of [
        ["Event", "TenantId, MG, ManagementGroupName, _ItemId, EventData, RenderedDescription"],
        ["WindowsEvent", "Channel, Correlation, EventData.Image, Keywords, Opcode, Provider, Version"],
        ["SecurityEvent", "CallerProcessId, ServiceStartType, VirtualAccount, TargetLogonGuid, Workstation, MG"],
        ["Heartbeat", "ComputerPrivateIPs, OSType, VMUUID, Version"],
        ["Usage", "DataType, Quantity, IsBillable, Plan"],
        ["Operation", "Detail, OperationCategory, OperationStatus"],
        ["_LogOperation", "Category, Detail, Level, Operation"],
    ] as const) {
        it(`of ${table} are known`, () => assert.deepEqual(places(`${table} | project ${columns}`), []));
    }
});

describe("A hostile query", () => {
    it("ends in a finding where brackets nest too deep", () => {
        assert.deepEqual(places(`print ${"(".repeat(5_000)}`), [["KQ302", 1, 307]]);
    });

    it("of thousands of alternatives ends in a finding", () => {
        const alternatives = Array.from({ length: 5_000 }, (_, index) => `EventID == ${index}`);
        const found = checkQuery(`Event | where ${alternatives.join(" or ")}`);
        assert.deepEqual(
            found.map(({ code, severity }) => [code, severity]),
            [["KQ302", "error"]],
        );
    });

    it("of any text ends in findings", () => {
        const words = [
            ..."| where extend project summarize count() by take 5 sort union search evaluate let = ; and or not".split(
                " ",
            ),
            ..."Event EventData EventID == has contains in ( ) [0] . , 'a*' '\\\\x.exe' ago(1h) * \"".split(" "),
        ];
        fc.assert(
            fc.property(
                fc.array(fc.constantFrom(...words), { maxLength: 30 }),
                fc.constantFrom(...ruleKinds, undefined),
                (parts, kind) => {
                    const found = checkQuery(parts.join(" "), kind === undefined ? {} : { kind });
                    assert.ok(found.every(({ line, column }) => line >= 1 && column >= 1));
                },
            ),
            { numRuns: 300 },
        );
    });

    it("of hundreds of alternatives is checked", () => {
        const query = `Event | where ${Array.from({ length: 300 }, (_, index) => `EventID == ${index}`).join(" or ")}`;
        assert.deepEqual(places(query), []);
    });
});
