import assert from "node:assert/strict";
import fc from "fast-check";
import { DetectionsError, loadCatalog, plannedQuery, sentinelQueryLimit, type Detection } from "../../detections";
import { openDatabase } from "../../kql";

const catalog = loadCatalog();

function shipped(name: string): Detection {
    const detection = catalog.find(name);
    assert.ok(detection);
    return detection;
}

const small: Detection = {
    ...shipped("svchost-thread-kill"),
    query: "SysmonParsed\n| where Image == wanted",
    data: { events: [1, 5], fields: ["Image"], tables: ["Event"] },
    parameters: { wanted: { type: "string", default: "a.exe", description: "Which image." } },
};

describe("a planned query", () => {
    it("is the detection's text behind all that it uses", () => {
        assert.equal(
            plannedQuery(small, { table: "WindowsEvent" }),
            [
                'let wanted = "a.exe";',
                "let newFrom = ago(6m);",
                "let newUntil = ago(1m);",
                "let SysmonParsed = WindowsEvent",
                "| where TimeGenerated > ago(30m)",
                '| where Provider == "Microsoft-Windows-Sysmon" and EventID in (1, 5)',
                "| project",
                "    TimeGenerated,",
                "    Computer,",
                "    _ResourceId,",
                "    EventID,",
                "    IngestionTime = ingestion_time(),",
                "    Image = tostring(EventData.Image);",
                "SysmonParsed",
                "| where Image == wanted",
            ].join("\n"),
        );
    });

    const timings: readonly (readonly [frequency: string, window: string, newFrom: string, lookBack: string])[] = [
        ["PT5M", "PT30M", "6m", "30m"],
        ["PT15M", "PT1H", "16m", "1h"],
        ["PT1H", "P1D", "61m", "1d"],
        ["P1D", "P2D", "1441m", "2d"],
    ];
    for (const [frequency, window, newFrom, lookBack] of timings) {
        it(`run every ${frequency} over ${window} sees each row as new once`, () => {
            const text = plannedQuery(small, { table: "Event", frequency, window });
            assert.match(text, new RegExp(`let newFrom = ago\\(${newFrom}\\);\nlet newUntil = ago\\(1m\\);`));
            assert.match(text, new RegExp(`TimeGenerated > ago\\(${lookBack}\\)`));
        });
    }

    it("lets an event wait for a detection's delay before it is new, each row once all the same", () => {
        const text = plannedQuery({ ...small, delay: "PT10M" }, { table: "Event", frequency: "PT15M", window: "PT1H" });
        assert.match(text, /let newFrom = ago\(26m\);\nlet newUntil = ago\(11m\);/);
    });

    it("defines the functions that the query calls, and no others", () => {
        const text = plannedQuery(
            { ...small, query: `${small.query}\n| where FileNameOf(Image) == "a.exe"` },
            { table: "Event" },
        );
        assert.match(text, /let FileNameOf = \(path: string\)/);
        assert.doesNotMatch(text, /IsProtectedPlace/);
    });

    const values: readonly (readonly [
        Detection["parameters"][string],
        number | boolean | string | readonly string[],
        string,
    ])[] = [
        [{ type: "long", default: 1, description: "." }, -7, "long(-7)"],
        [{ type: "real", default: 1, description: "." }, 2, "real(2)"],
        [{ type: "bool", default: false, description: "." }, true, "true"],
        [{ type: "string", default: "", description: "." }, 'C:\\a "b"\n\u2028', '"C:\\\\a \\"b\\"\\u000a\\u2028"'],
        [{ type: "stringList", default: [], description: "." }, ["a", 'b"'], 'dynamic(["a", "b\\""])'],
        [{ type: "stringList", default: ["x"], description: "." }, [], "dynamic([])"],
    ];
    for (const [parameter, value, literal] of values) {
        it(`says ${JSON.stringify(value)} of type ${parameter.type} as ${literal}`, () => {
            const text = plannedQuery(
                { ...small, parameters: { wanted: parameter } },
                { table: "Event", parameters: { wanted: value } },
            );
            assert.equal(text.split("\n")[0], `let wanted = ${literal};`);
        });
    }

    it("keeps any text within its literal, on one line", () => {
        fc.assert(
            fc.property(fc.string({ unit: "binary" }), (value) => {
                const [line = ""] = plannedQuery(small, { table: "Event", parameters: { wanted: value } }).split("\n");
                const literal = /^let wanted = "((?:[^"\\]|\\.)*)";$/.exec(line)?.[1] ?? "not a literal";
                assert.equal(
                    literal.replace(/\\u([0-9a-f]{4})|\\(.)/g, (_, code: string | undefined, character: string) =>
                        code === undefined ? character : String.fromCharCode(parseInt(code, 16)),
                    ),
                    value,
                );
            }),
        );
    });

    it("refuses all wrong values at once", () => {
        assert.throws(
            () =>
                plannedQuery(small, {
                    table: "Event",
                    frequency: "PT1M",
                    window: "PT7M",
                    parameters: { wantd: "x", wanted: 3 },
                }),
            (error) => {
                assert.ok(error instanceof DetectionsError);
                assert.deepEqual(
                    error.problems.map(({ code, message }) => `${code} ${message.replace(/ PT5M, .*/, " …")}`),
                    [
                        "DT208 svchost-thread-kill: frequency is PT1M; accepted is one of …",
                        "DT208 svchost-thread-kill: window is PT7M; accepted is one of …",
                        "DT208 svchost-thread-kill has no parameter wantd; did you mean wanted?",
                        "DT208 svchost-thread-kill: wanted is 3; accepted is a text",
                    ],
                );
                return true;
            },
        );
    });

    it("refuses a window shorter than the frequency", () => {
        assert.throws(
            () => plannedQuery(small, { table: "Event", frequency: "PT1H", window: "PT30M" }),
            /DT208 svchost-thread-kill: window PT30M is shorter than frequency PT1H/,
        );
    });

    it("refuses a window in which a delayed event is never new", () => {
        assert.throws(
            () => plannedQuery({ ...small, delay: "PT10M" }, { table: "Event", frequency: "PT5M", window: "PT10M" }),
            /DT208 svchost-thread-kill: window PT10M is shorter than frequency PT5M and delay PT10M/,
        );
    });

    it("refuses a parameter for a detection that has none", () => {
        assert.throws(
            () => plannedQuery({ ...small, parameters: {} }, { table: "Event", parameters: { wanted: "x" } }),
            /has no parameter wanted; it has none/,
        );
    });

    const refused: readonly (readonly [Detection["parameters"][string], number | boolean | string, string])[] = [
        [{ type: "long", default: 1, description: "." }, 1.5, "a whole number"],
        [{ type: "real", default: 1, description: "." }, "1", "a number"],
        [{ type: "bool", default: true, description: "." }, "yes", "true or false"],
        [{ type: "stringList", default: [], description: "." }, "a", "a list of texts"],
    ];
    for (const [parameter, value, form] of refused) {
        it(`refuses ${JSON.stringify(value)} for a ${parameter.type}`, () => {
            const detection: Detection = { ...small, parameters: { wanted: parameter } };
            assert.throws(
                () => plannedQuery(detection, { table: "Event", parameters: { wanted: value } }),
                new RegExp(`accepted is ${form}`),
            );
        });
    }

    it("refuses a text that no rule can hold", () => {
        const parameters = { wanted: "x".repeat(70_000) };
        assert.throws(
            () => plannedQuery(small, { table: "Event", parameters }),
            /DT209 the planned query has 70\d+ bytes, a rule may have 65536/,
        );
    });

    for (const detection of catalog.detections) {
        for (const table of ["Event", "WindowsEvent"] as const) {
            it(`of ${detection.name} for ${table} fits an Azure Monitor rule and a Sentinel rule`, () => {
                assert.ok(plannedQuery(detection, { table }).length <= sentinelQueryLimit);
            });
        }
    }
});

describe("a planned query on what is missing", () => {
    const watching: Detection = {
        ...small,
        kind: "silence",
        query: "ExpectedMachines",
        data: { events: [], fields: [], tables: ["Heartbeat"] },
        parameters: {},
        window: "P1D",
    };
    const group = "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/RG-Office/providers";
    const machine = (name: string) => `${group}/Microsoft.Compute/virtualMachines/${name}`;
    const planned = (machines: readonly string[], kind?: "sentinel" | "scheduled-query", detection = watching) =>
        plannedQuery(detection, { table: "Event", machines, ...(kind !== undefined && { kind }) });
    /** Machines with names of 15 characters, the longest that Windows has. */
    const many = (count: number) =>
        Array.from({ length: count }, (_, index) => machine(`VM-OFFICE-${String(index).padStart(5, "0")}`));
    const lists = (text: string) => text.includes("datatable");

    it("lists the machines of the stack, those of one group in one row, in lower case", () => {
        assert.equal(
            planned([machine("vm-b"), machine("VM-A"), `${group}/Microsoft.HybridCompute/machines/srv-1`]),
            [
                "let ExpectedMachines = datatable(Group: string, Names: dynamic) [",
                `    "${group}/microsoft.compute/virtualmachines/", dynamic(["vm-a","vm-b"]),`.toLowerCase(),
                `    "${group}/microsoft.hybridcompute/machines/", dynamic(["srv-1"])`.toLowerCase(),
                "]",
                "| mv-expand Name = Names to typeof(string)",
                "| project _ResourceId = strcat(Group, Name);",
                "ExpectedMachines",
            ].join("\n"),
        );
    });

    it("expects the resource ids that the list names", () => {
        const { rows } = openDatabase({}).query(planned([machine("vm-b"), machine("VM-A"), machine("vm-b")]));
        assert.deepEqual(rows.flat().sort(), [machine("vm-a").toLowerCase(), machine("vm-b").toLowerCase()]);
    });

    it("expects whoever sends heartbeats where the stack lists no single machine", () => {
        const scaleSet = `${group}/Microsoft.Compute/virtualMachineScaleSets/vmss`;
        for (const machines of [[], [scaleSet], ["no id"]]) {
            const text = planned(machines);
            assert.match(text, /^let windowStart = ago\(1d\);\nlet ExpectedMachines = Heartbeat\n/);
        }
    });

    for (const [kind, room] of [
        ["sentinel", 500],
        ["scheduled-query", 3000],
    ] as const) {
        it(`lists ${room} machines in a ${kind} rule, and beyond what it has room for those that send heartbeats`, () => {
            assert.ok(lists(planned(many(room), kind)));
            assert.ok(!lists(planned(many(room + 700), kind)));
        });
    }

    it("has room in every kind of rule that the detection is legal for", () => {
        assert.ok(!lists(planned(many(1500))));
        assert.ok(lists(planned(many(1500), undefined, { ...watching, legalFor: ["scheduled-query"] })));
    });

    it("defines only what the query mentions", () => {
        const text = planned([], undefined, { ...watching, query: "Heartbeat\n| where TimeGenerated > windowStart" });
        assert.equal(text, "let windowStart = ago(1d);\nHeartbeat\n| where TimeGenerated > windowStart");
    });

    it("reads Sysmon's rows and none of their fields", () => {
        const text = planned([], undefined, { ...watching, query: "SysmonParsed\n| summarize Image = max(Computer)" });
        assert.match(text, /\| where TimeGenerated > ago\(1d\)\n\| where Source == "Microsoft-Windows-Sysmon"\n/);
        assert.doesNotMatch(text, /extract|EventData/);
    });

    it("takes durations as ISO 8601 and writes them as timespans", () => {
        const detection: Detection = {
            ...watching,
            query: "print silentFor",
            parameters: { silentFor: { type: "duration", default: "PT90M", description: "How long." } },
        };
        const text = (silentFor: string) => plannedQuery(detection, { table: "Event", parameters: { silentFor } });
        assert.match(plannedQuery(detection, { table: "Event" }), /^let silentFor = 90m;/);
        assert.match(text("PT2H"), /^let silentFor = 2h;/);
        for (const wrong of ["2h", "PT30S", "PT0M", ""]) {
            assert.throws(() => text(wrong), /accepted is an ISO 8601 duration in whole minutes, such as PT30M/);
        }
    });
});
