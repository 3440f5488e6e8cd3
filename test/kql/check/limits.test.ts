import assert from "node:assert/strict";
import { checkQuery, type CheckOptions, type StoredFunction } from "../../../kql";
import { issues, places, type Place } from "./found";

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

const functions: readonly StoredFunction[] = [
    { name: "Unpacked", body: "Event\n| extend Bag = parse_json(Message)\n| evaluate bag_unpack(Bag)" },
    { name: "Both", body: "union Event, Heartbeat" },
    { name: "Recent", body: "Event | where TimeGenerated > ago(1h)" },
    { name: "Outer", body: "Unpacked | where EventID == 1" },
    { name: "Double", parameters: "(x: long)", body: "x * 2" },
    { name: "Endless", body: "Endless | take 1" },
    { name: "Elsewhere", body: "cluster('x').database('y').T" },
];

const scheduled: CheckOptions = { functions, kind: "scheduled-query" };
const everyMinute: CheckOptions = { ...scheduled, frequency: minute };
const sentinel: CheckOptions = { functions, kind: "sentinel" };

/** A query, and the findings about limits in it. */
type Case = readonly [query: string, places: readonly Place[], options?: CheckOptions];

function tells(title: string, base: CheckOptions, cases: readonly Case[]): void {
    describe(title, () => {
        for (const [query, expected, options] of cases) {
            const shown = query.length > 90 ? `${query.slice(0, 87)}…` : query;
            it(`${shown} ${options === undefined ? "" : JSON.stringify(options)}`, () => {
                const found = places(query, { ...base, ...options }).filter(([code]) => code.startsWith("KQ5"));
                assert.deepEqual(found, expected);
            });
        }
    });
}

describe("Limits of a rule:", () => {
    tells("any query of Log Analytics", {}, [
        [
            "cluster('x').database('y').T | count",
            [
                ["KQ511", 1, 1],
                ["KQ511", 1, 14],
            ],
        ],
        ["database('y').T", [["KQ511", 1, 1]]],
        ["Event\n| where Computer == current_principal()", [["KQ511", 2, 21]]],
        [
            "Event | extend e = extent_id(), t = extent_tags()",
            [
                ["KQ511", 1, 20],
                ["KQ511", 1, 37],
            ],
        ],
        ["Event | where cursor_after('x')", [["KQ511", 1, 15]]],
        ["Event | extend c = cursor_current()", [["KQ511", 1, 20]]],
        ["Event | where cursor_before_or_at('x')", [["KQ511", 1, 15]]],
        ["Event | evaluate python(typeof(*), 'x')", [["KQ511", 1, 18]]],
        ["evaluate sql_request('a', 'b')", [["KQ511", 1, 10]]],
        ["declare query_parameters(a: long = 1); Event | where EventID == a", [["KQ511", 1, 1]]],
        [
            "alias database d = cluster('x').database('y'); Event",
            [
                ["KQ511", 1, 1],
                ["KQ511", 1, 20],
                ["KQ511", 1, 33],
            ],
        ],
        [
            "Event | join (cluster('x').database('y').T) on EventID",
            [
                ["KQ511", 1, 15],
                ["KQ511", 1, 28],
            ],
        ],
        ["Elsewhere | count", [["KQ511", 1, 1]], { functions }],
        ["Event | where EventData has 'cluster(x)'", []],
        ["Event | evaluate bag_unpack(parse_json(Message))", []],
        ["search * | union *", []],
    ]);

    tells("a scheduled-query rule", scheduled, [
        ["Event | extend b = parse_json(Message)\n| evaluate bag_unpack(b)", [["KQ500", 2, 12]]],
        ["Event | evaluate pivot(Computer)", [["KQ500", 1, 18]]],
        ["Event | evaluate narrow()", [["KQ500", 1, 18]]],
        ["Unpacked | where EventID == 1", [["KQ500", 1, 1]]],
        ["Outer | where EventID == 1", [["KQ500", 1, 1]]],
        ["Event | evaluate ipv4_lookup(Heartbeat, Message, ComputerIP)", []],
        ["let t = 1h; Event | where TimeGenerated > ago(t)", [["KQ501", 1, 47]]],
        ["Event | where TimeGenerated > ago(2 * 1h)", [["KQ501", 1, 35]]],
        ["Event | where TimeGenerated > ago(1h)", []],
        ["Event | where TimeGenerated > ago(timespan(1h))", []],
        ["Event | where TimeGenerated > ago(time(01:00:00))", []],
        ["Event | summarize AggregatedValue = count() by Computer", [["KQ502", 1, 19]]],
        ["Event | where AggregatedValue > 1", [["KQ502", 1, 15]]],
        ["Event | where Message has 'AggregatedValue'", []],
        ["", [["KQ503", 1, 1]]],
        [`Event | where Message has '${"x".repeat(65_536)}'`, [["KQ503", 1, 1]]],
        [`Event | where Message has '${"x".repeat(20_000)}'`, []],
        ["search 'lsass'", [["KQ504", 1, 1]]],
        ["Event | search 'lsass'", [["KQ504", 1, 9]]],
        ["union Event, Heartbeat", [["KQ504", 1, 1]]],
        ["Event | union Heartbeat", [["KQ504", 1, 9]]],
        ["Both | where EventID == 1", [["KQ504", 1, 1]]],
        ["union workspace('other').Event, Event", []],
        ["union app('a').requests, resource('/b').requests", []],
        ["Event | where TimeGenerated > ago(7d)", [["KQ508", 1, 35]]],
        ["Event | where TimeGenerated > ago(time(3.00:00:00))", [["KQ508", 1, 35]]],
        ["Event | where TimeGenerated > ago(2d)", []],
        ["Event | where ingestion_time() > ago(5m)", [["KQ509", 1, 34]]],
        ["Event | where TimeGenerated > ago(30m) and ingestion_time() > ago(5m)", []],
        ["Recent | where EventID == 1", [["KQ510", 1, 1]]],
        ["Event | extend x = Double(1)", []],
        ["Event | take 10", [["KQ515", 1, 9]]],
        ["Event | limit 10", [["KQ515", 1, 9]]],
        ["Event | sort by TimeGenerated | take 10", [["KQ515", 1, 33]]],
        ["Endless", [["KQ515", 1, 1]]],
        ["Event", [], { frequency: minute, window: 5 * minute }],
        ["Event", [["KQ507", 1, 1]], { frequency: minute / 2 }],
        ["Event", [["KQ507", 1, 1]], { frequency: 2 * day }],
        ["Event", [["KQ507", 1, 1]], { window: 3 * day }],
        ["Event", [["KQ507", 1, 1]], { frequency: hour, window: 5 * minute }],
        ["Event", [], { dimensions: ["Computer", "EventID"] }],
        ["Event | project Computer", [["KQ513", 1, 9]], { dimensions: ["EventID"] }],
        ["Event | project TimeGenerated", [["KQ513", 1, 9]], { dimensions: ["TimeGenerated"] }],
        [
            "Event",
            [["KQ513", 1, 1]],
            { dimensions: ["Computer", "EventID", "Source", "EventLog", "UserName", "Role", "Message"] },
        ],
        ["Event | summarize count() by Computer", [["KQ514", 1, 9]], { countsViolations: true }],
        ["Event | summarize count() by Computer, bin(TimeGenerated, 5m)", [], { countsViolations: true }],
        ["Event | evaluate ipv4_lookup(Heartbeat, Message, ComputerIP)", [], { countsViolations: true }],
    ]);

    tells("a scheduled-query rule of every minute", everyMinute, [
        ["Event | where EventID == 1", []],
        ["Event | where EventID == 1", [], { frequency: 5 * minute }],
        [
            "search 'x'",
            [
                ["KQ504", 1, 1],
                ["KQ506", 1, 1],
            ],
        ],
        [
            "union Event, Heartbeat",
            [
                ["KQ504", 1, 1],
                ["KQ506", 1, 1],
            ],
        ],
        [
            "Event | take 1",
            [
                ["KQ506", 1, 9],
                ["KQ515", 1, 9],
            ],
        ],
        ["Event | extend t = ingestion_time()", [["KQ506", 1, 20]]],
        ["adx('https://help.kusto.windows.net/Samples').StormEvents", [["KQ506", 1, 1]]],
        [
            "Recent",
            [
                ["KQ506", 1, 1],
                ["KQ510", 1, 1],
            ],
        ],
        ["Event | extend x = Double(1)", []],
    ]);

    tells("a Sentinel rule", sentinel, [
        ["search *", [["KQ505", 1, 1]]],
        ["Event | search *", [["KQ505", 1, 9]]],
        ["union *", [["KQ505", 1, 1]]],
        ["union Event, *", [["KQ505", 1, 1]]],
        ["search 'lsass'", []],
        ["search in (Event) 'lsass'", []],
        ["union Event, Heartbeat", []],
        ["union isfuzzy=true Event, Sec*", []],
        ["Event | extend b = parse_json(Message) | evaluate bag_unpack(b)", []],
        ["adx('https://help.kusto.windows.net/Samples').StormEvents", [["KQ512", 1, 1]]],
        ["", [["KQ503", 1, 1]]],
        [`Event | where Message has '${"x".repeat(9_972)}'`, []],
        [`Event | where Message has '${"x".repeat(9_973)}'`, [["KQ503", 1, 10_001]]],
        ["Event", [], { frequency: 5 * minute, window: 14 * day }],
        ["Event", [["KQ507", 1, 1]], { frequency: minute }],
        ["Event", [["KQ507", 1, 1]], { frequency: 15 * day }],
        ["Event", [["KQ507", 1, 1]], { window: 15 * day }],
        ["Event", [["KQ507", 1, 1]], { frequency: hour, window: 5 * minute }],
        ["let t = 1h; Event | where TimeGenerated > ago(t) | take 5", []],
    ]);

    tells("a hunting query", { functions, kind: "hunting" }, [
        ["search * | union * | take 5", []],
        ["Event | where TimeGenerated > ago(90d) | evaluate narrow()", []],
    ]);

    it("what Azure refuses is an error, what may fail is a warning", () => {
        const severities = (query: string, options: CheckOptions): string[] =>
            checkQuery(query, options)
                .filter(({ code }) => code.startsWith("KQ5"))
                .map(({ severity }) => severity);
        assert.deepEqual(severities("Unpacked", scheduled), ["error"]);
        assert.deepEqual(severities("union Event, Heartbeat", scheduled), ["error"]);
        assert.deepEqual(severities("Both", scheduled), ["warning"], "in a stored function it may pass");
        assert.deepEqual(severities("Event | extend t = ingestion_time()", everyMinute), ["warning"]);
        assert.deepEqual(severities("Event | where TimeGenerated > ago(7d)", scheduled), ["warning"]);
    });

    it("what a stored function brings in is told with the function and its line", () => {
        const [issue] = issues("KQ500", "Outer | count", scheduled);
        assert.match(issue?.message ?? "", /^Outer brings it in: bag_unpack\(\) .*\(function Unpacked, line 3\)$/);
    });

    it("a setting of the rule that is wrong is named", () => {
        const [issue] = issues("KQ507", "Event", { ...sentinel, frequency: minute });
        assert.deepEqual(issue?.setting, { kind: "frequency" });
        assert.equal(issue?.message, "a Sentinel rule runs every 5m to 14d; found 1m");
    });
});
