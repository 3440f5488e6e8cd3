import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { alertSeverity, DetectionsError, fieldsUsed, formatProblem, loadCatalog, severities } from "../../detections";

const good = {
    yaml: [
        "id: 0b7c5a52-2f7e-4f4e-9d59-1d1a6a3f0001",
        "title: A title",
        "description: A description",
        "severity: Low",
        "tactics: [DefenseEvasion]",
        "techniques: [T1055.012]",
        "data: { events: [1], fields: [Image] }",
        "frequency: PT5M",
        "window: PT30M",
        "threshold: 0",
        "entities: [{ type: Host, identifiers: { FullName: Computer } }]",
        "references: ['https://example.org/']",
        "falsePositives: [None known.]",
        "status: test",
        "evidence: What events show",
        "severityReason: Why so urgent",
    ],
    kql: "SysmonParsed\n| where Image endswith 'x.exe'\n",
};

/** A folder of detections: name to files by name. */
type Files = Readonly<Record<string, Readonly<Record<string, string>>>>;

describe("the catalog", () => {
    let folder: string;
    beforeEach(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), "detections-"))));
    afterEach(() => fs.rmSync(folder, { recursive: true }));

    const write = (files: Files) => {
        for (const [name, contents] of Object.entries(files)) {
            fs.mkdirSync(path.join(folder, name));
            for (const [file, text] of Object.entries(contents)) fs.writeFileSync(path.join(folder, name, file), text);
        }
    };
    const problems = (files: Files, folders = [folder]) => {
        write(files);
        try {
            loadCatalog({ folders });
            return [];
        } catch (error) {
            assert.ok(error instanceof DetectionsError);
            return error.problems.map((problem) => formatProblem(problem).replaceAll(`${folder}${path.sep}`, ""));
        }
    };
    /** The good detection with lines replaced, by their key. */
    const goodWith = (...lines: readonly string[]) => {
        const key = (line: string) => line.split(":")[0];
        const kept = good.yaml.map((line) => lines.find((other) => key(other) === key(line)) ?? line);
        const added = lines.filter((line) => !good.yaml.some((other) => key(other) === key(line)));
        return { "my-rule": { "detection.yaml": [...kept, ...added].join("\n"), "query.kql": good.kql } };
    };

    it("holds what we ship, sorted by name", () => {
        assert.deepEqual(
            loadCatalog().detections.map((detection) => `${detection.name} ${detection.severity}`),
            [
                "agent-silent Low",
                "alternate-data-stream-program Medium",
                "clr-in-system-binary Medium",
                "coerced-named-pipe High",
                "collection-silent High",
                "comsvcs-minidump High",
                "credential-dumping-tool High",
                "decoy-process-from-user-folder Medium",
                "direct-system-call High",
                "event-log-cleared High",
                "event-log-service-crash Medium",
                "event-log-tampering High",
                "implant-named-pipe High",
                "logon-protection-weakened High",
                "lsa-package-added Medium",
                "lsass-access-from-unbacked-code High",
                "lsass-dump-call-trace High",
                "lsass-dump-file High",
                "lsass-memory-read High",
                "machine-never-heard Low",
                "mavinject-injection High",
                "parent-process-spoofing High",
                "privileged-process-handle-theft Medium",
                "process-suspended Medium",
                "process-tampering High",
                "process-without-image-path Medium",
                "raw-disk-access Medium",
                "remote-thread-from-office High",
                "remote-thread-in-lsass High",
                "remote-thread-in-unbacked-memory High",
                "remote-thread-load-library Medium",
                "remote-thread-unusual-source Medium",
                "sacrificial-process-injection High",
                "sacrificial-process-without-arguments High",
                "sensor-process-tampering High",
                "sensor-stop-command High",
                "service-host-unusual-parent High",
                "service-pipe-impersonation High",
                "svchost-mass-access Low",
                "svchost-thread-kill High",
                "sysmon-configuration-changed Medium",
                "sysmon-error Medium",
                "sysmon-process-access Informational",
                "sysmon-rate-collapse Medium",
                "sysmon-registry-tampering High",
                "sysmon-service-stopped Medium",
                "sysmon-silent-machine High",
                "timestomping Medium",
                "unbacked-code-opens-process High",
                "unmanaged-powershell Medium",
                "unsigned-module-in-system-process Medium",
                "untrusted-driver-load Medium",
                "verclsid-shellcode-injection High",
                "vulnerable-driver-load Medium",
                "wmi-persistence High",
                "workspace-collection-error Low",
                "workspace-daily-cap-reached High",
                "workspace-ingestion-delayed Low",
                "write-rights-without-thread Medium",
            ],
        );
    });

    it("names the fields that each query uses", () => {
        for (const { kind, data, query } of loadCatalog().detections)
            if (kind === "events") assert.deepEqual([...data.fields].sort(), fieldsUsed(query));
    });

    it("rings the more loudly the severer a detection is", () => {
        const loudness = severities.map((severity) => alertSeverity[severity]);
        assert.deepEqual(
            loudness,
            [...loudness].sort((left, right) => left - right),
        );
        assert.equal(new Set(loudness).size, severities.length);
    });

    it("finds a detection by its name alone", () => {
        const catalog = loadCatalog();
        assert.equal(catalog.find("svchost-thread-kill")?.severity, severities[0]);
        assert.equal(catalog.find("Svchost-Thread-Kill"), undefined);
    });

    it("gives both svchost rules the same limit", () => {
        const catalog = loadCatalog();
        assert.deepEqual(
            catalog.find("svchost-thread-kill")?.parameters.maxTargets?.default,
            catalog.find("svchost-mass-access")?.parameters.maxTargets?.default,
        );
    });

    it("adds the detections of further folders", () => {
        write(goodWith());
        const detection = loadCatalog({ folders: [folder] }).find("my-rule");
        assert.equal(detection?.query, good.kql);
        assert.equal(detection?.folder, path.join(folder, "my-rule"));
        assert.deepEqual(detection?.parameters, {});
        assert.deepEqual(detection?.legalFor, ["scheduled-query", "sentinel"]);
    });

    it("groups incidents by machine where a detection does not say, or else by its first entity", () => {
        const groupingWith = (...lines: readonly string[]) => {
            fs.rmSync(path.join(folder, "my-rule"), { recursive: true, force: true });
            write({ "my-rule": { ...goodWith(...lines)["my-rule"], "query.kql": `${good.kql}| extend A = Image\n` } });
            return loadCatalog({ folders: [folder] }).find("my-rule")?.grouping;
        };
        const file = "{ type: File, identifiers: { Name: A } }";
        assert.deepEqual(groupingWith(), { entities: ["Host"], lookback: "PT5H" });
        assert.deepEqual(groupingWith(`entities: [${file}]`), { entities: ["File"], lookback: "PT5H" });
        assert.deepEqual(groupingWith(`entities: [${file}]`, "grouping: { entities: [File], lookback: P1D }"), {
            entities: ["File"],
            lookback: "P1D",
        });
    });

    it("reads files of Windows editors", () => {
        write({
            "my-rule": {
                "detection.yaml": `\uFEFF${good.yaml.join("\r\n")}`,
                "query.kql": `\uFEFF${good.kql.replaceAll("\n", "\r\n")}`,
            },
        });
        assert.equal(loadCatalog({ folders: [folder] }).find("my-rule")?.query, good.kql);
    });

    const bad: readonly (readonly [title: string, lines: readonly string[], reports: readonly string[]])[] = [
        [
            "an unknown key, with the nearest",
            ["sevrity: Low"],
            ["17:1: DT102 unknown key sevrity; did you mean severity?"],
        ],
        [
            "an unknown key that is like none",
            ["data: { events: [1], fields: [Image], zzz: 1 }"],
            ["7:39: DT102 unknown key data.zzz; known here are events, fields"],
        ],
        [
            "a value out of a set, with the nearest",
            ["severity: Hihg"],
            ['4:1: DT104 severity is "Hihg"; accepted is one of High, Medium, Low, Informational'],
        ],
        [
            "a value of another type",
            ["threshold: '0'"],
            ['10:1: DT104 threshold is "0"; accepted is a value of type number'],
        ],
        ["a number that is too small", ["threshold: -1"], ["10:1: DT104 threshold is -1; accepted is at least 0"]],
        ["an empty list", ["tactics: []"], ["5:1: DT104 tactics is []; accepted is at least 1 entries"]],
        [
            "a technique that is none",
            ["techniques: [T1055, T55]"],
            ['6:21: DT104 techniques[1] is "T55"; accepted is an ATT&CK technique such as T1055 or T1055.012'],
        ],
        ["an id that is no GUID", ["id: 12"], ["1:1: DT104 id is 12; accepted is a value of type string"]],
        [
            "a parameter of a type that does not exist",
            ["parameters: { x: { type: int, default: 1, description: d } }"],
            [
                '17:20: DT104 parameters.x.type is "int"; accepted is one of long, real, bool, string, stringList, duration',
            ],
        ],
        [
            "a default that is not of its type",
            ["parameters: { x: { type: long, default: a, description: d } }"],
            ['17:32: DT104 parameters.x.default is "a"; accepted is a value of type number'],
        ],
        [
            "a parameter that the query does not use",
            ["parameters: { x: { type: long, default: 1, description: d } }"],
            ["17:15: DT206 the query does not use parameter x"],
        ],
        [
            "a parameter named like a column",
            ["parameters: { Image: { type: long, default: 1, description: d } }"],
            ["17:15: DT206 Image is the name of something else in the query: choose another"],
        ],
        [
            "a window shorter than the frequency",
            ["frequency: PT1H"],
            ["9:1: DT203 window PT30M is shorter than frequency PT1H: events between two runs would go unseen"],
        ],
        [
            "a window shorter than the frequency and the delay",
            ["delay: PT30M"],
            [
                "9:1: DT203 window PT30M is shorter than frequency PT5M and delay PT30M: events between two runs would go unseen",
            ],
        ],
        [
            "an event that Sysmon does not have",
            ["data: { events: [1, 99], fields: [Image] }"],
            [
                `7:21: DT204 Sysmon has no event 99; it has ${[...Array.from({ length: 29 }, (_, index) => index + 1), 255].join(", ")}`,
            ],
        ],
        [
            "fields that Sysmon does not have, that the events do not have, that the query does not use",
            ["data: { events: [1], fields: [Imagee, CallTrace, User, Image] }"],
            [
                "7:31: DT204 SysmonParsed has no Sysmon field Imagee; did you mean Image?",
                "7:39: DT204 no event of data.events has CallTrace; events 10 have",
                "7:50: DT205 the query does not use User: take it off the list",
            ],
        ],
        [
            "a field that the query uses and the list lacks",
            ["data: { events: [1], fields: [User] }"],
            [
                "7:31: DT205 the query does not use User: take it off the list",
                "7:22: DT205 the query uses Image: put it on the list",
            ],
        ],
        [
            "a technique that ATT&CK does not have, with the nearest",
            ["techniques: [T1055, T1055.021]"],
            [
                "6:21: DT211 T1055.021 is not in the table of ATT&CK techniques; did you mean T1055.001, Dynamic-link Library Injection?",
            ],
        ],
        [
            "a tactic that no technique serves",
            ["tactics: [DefenseEvasion, Impact]"],
            ["5:27: DT211 none of the techniques serves Impact; they serve PrivilegeEscalation, DefenseEvasion"],
        ],
        [
            "an alert that takes more values than Sentinel does",
            ["alert: { title: '{{A}} {{B}} {{C}} {{A}} {{D}}' }"],
            ["17:10: DT212 title names 4 columns; Sentinel takes 3"],
        ],
        [
            "more custom details than Sentinel takes",
            [`customDetails: { ${Array.from({ length: 21 }, (_, index) => `D${index}: Image`).join(", ")} }`],
            ["17:1: DT212 there are 21 custom details; Sentinel takes 20"],
        ],
        [
            "incidents grouped by an entity that is not there",
            ["grouping: { entities: [Host, Account], lookback: PT1H }"],
            ["17:30: DT213 the detection has no entity Account; it has Host"],
        ],
        [
            "a time that no incident is kept open for",
            ["grouping: { entities: [Host], lookback: P8D }"],
            ['17:31: DT104 grouping.lookback is "P8D"; accepted is an ISO 8601 duration from PT5M to P7D'],
        ],
        [
            "a silence that no rule can keep",
            ["suppressFor: PT7M"],
            [
                '17:1: DT104 suppressFor is "PT7M"; accepted is one of PT5M, PT10M, PT15M, PT30M, PT45M, PT1H, PT2H, PT3H, PT4H, PT5H, PT6H, P1D, P2D; did you mean PT5M?',
            ],
        ],
        [
            "a kind of rule that does not exist",
            ["legalFor: [sentinal]"],
            [
                '17:12: DT104 legalFor[0] is "sentinal"; accepted is one of scheduled-query, sentinel; did you mean sentinel?',
            ],
        ],
        [
            "identifiers that an entity does not have",
            ["entities: [{ type: IP, identifiers: { Adress: A, B: C, D: E, F: G } }]"],
            [
                "11:24: DT207 IP has 4 identifiers; Sentinel takes one to three",
                ...[
                    "11:39: DT207 IP has no identifier Adress",
                    "11:50: DT207 IP has no identifier B",
                    "11:56: DT207 IP has no identifier D",
                    "11:62: DT207 IP has no identifier F",
                ].map((text) => `${text}; it has Address`),
            ],
        ],
    ];
    for (const [title, lines, reports] of bad) {
        it(`reports ${title}`, () => {
            assert.deepEqual(
                problems(goodWith(...lines)),
                reports.map((report) => `my-rule/detection.yaml:${report}`),
            );
        });
    }

    describe("on what is missing", () => {
        /** A detection over heartbeats and Sysmon's rows; lines replaced by their key. */
        const watching = (query: string, ...lines: readonly string[]) => {
            const ours = ["kind: silence", "data: { tables: [Event, Heartbeat] }"];
            const key = (line: string) => line.split(":")[0];
            const kept = ours.filter((line) => !lines.some((other) => key(other) === key(line)));
            return { "my-rule": { ...goodWith(...kept, ...lines)["my-rule"], "query.kql": query } };
        };
        const query = [
            "Heartbeat",
            "| where TimeGenerated > windowStart",
            "| join kind=leftanti (SysmonParsed | distinct _ResourceId) on _ResourceId",
            "| summarize by _ResourceId, Computer",
        ].join("\n");

        it("knows the tables that it reads in place of events and fields", () => {
            write(watching(query));
            const detection = loadCatalog({ folders: [folder] }).find("my-rule");
            assert.equal(detection?.kind, "silence");
            assert.deepEqual(detection.data, { events: [], fields: [], tables: ["Event", "Heartbeat"] });
        });

        it("is about events unless it says otherwise", () => {
            write(goodWith());
            const detection = loadCatalog({ folders: [folder] }).find("my-rule");
            assert.equal(detection?.kind, "events");
            assert.deepEqual(detection.data.tables, ["Event"]);
        });

        it("needs no technique where it is about the workspace's health", () => {
            const lines = ["kind: health", "data: { tables: [Event, Heartbeat] }", "tactics: []", "techniques: []"];
            write({ "my-rule": { ...goodWith(...lines)["my-rule"], "query.kql": query } });
            assert.deepEqual(loadCatalog({ folders: [folder] }).find("my-rule")?.techniques, []);
        });

        const wrong: readonly (readonly [title: string, files: Files, reports: readonly string[]])[] = [
            [
                "a kind that there is not, with the nearest",
                watching(query, "kind: silent"),
                ['17:1: DT104 kind is "silent"; accepted is one of events, silence, health; did you mean silence?'],
            ],
            [
                "data of another kind",
                watching(query, "data: { events: [1], fields: [Image] }"),
                [
                    "7:1: DT103 data.tables is missing; accepted is a value of type array",
                    "7:9: DT102 unknown key data.events; known here are tables",
                    "7:22: DT102 unknown key data.fields; known here are tables",
                ],
            ],
            [
                "tables that the query does not read, and those that it does",
                watching(query, "data: { tables: [Event, _LogOperation] }"),
                [
                    "7:25: DT214 the query does not read _LogOperation: take _LogOperation off the list",
                    "7:9: DT214 the query reads Heartbeat: put it on the list",
                ],
            ],
            [
                "a table read farther back than the window",
                watching(query.replace("windowStart", "ago(1h)")),
                [
                    "7:9: DT216 the query must bound Heartbeat by TimeGenerated > windowStart: the service gives it more than the window",
                ],
            ],
            [
                "failing periods that can never be met",
                watching(query, "failingPeriods: { of: 2, minimum: 3 }"),
                ["18:26: DT215 3 of 2 runs can never ring: minimum is at most of"],
            ],
        ];
        for (const [title, files, reports] of wrong) {
            it(`reports ${title}`, () => {
                assert.deepEqual(
                    problems(files),
                    reports.map((report) => `my-rule/detection.yaml:${report}`),
                );
            });
        }
    });

    it("reports all problems of all files at once", () => {
        const { "my-rule": rule } = goodWith("severity: Hihg", "threshold: -1");
        assert.deepEqual(
            problems({
                "a-rule": { "detection.yaml": "title: [", "query.kql": good.kql },
                "b-rule": { "query.kql": " \n" },
                "c-rule": rule,
                Drop_it: { ...rule, "detection.yaml": good.yaml.slice(1).join("\n") },
            }).map((line) => line.replace(/(DT101 not valid YAML): .*/s, "$1")),
            [
                'Drop_it: DT003 "Drop_it" is no detection name: kebab-case such as svchost-thread-kill, at most 60 characters',
                "Drop_it/detection.yaml:1:1: DT103 id is missing; accepted is a value of type string",
                "a-rule/detection.yaml:1:9: DT101 not valid YAML",
                "b-rule/detection.yaml: DT002 detection.yaml is missing",
                "b-rule/query.kql: DT002 query.kql is empty",
                'c-rule/detection.yaml:4:1: DT104 severity is "Hihg"; accepted is one of High, Medium, Low, Informational',
                "c-rule/detection.yaml:10:1: DT104 threshold is -1; accepted is at least 0",
            ],
        );
    });

    it("reports a name and an id that exist already", () => {
        const taken = loadCatalog().find("svchost-thread-kill");
        const rule = {
            "query.kql": good.kql,
            "detection.yaml": [`id: ${taken?.id}`, ...good.yaml.slice(1)].join("\n"),
        };
        assert.deepEqual(problems({ "svchost-thread-kill": rule }), [
            `svchost-thread-kill/detection.yaml: DT201 svchost-thread-kill exists already: ${taken?.folder}`,
            `svchost-thread-kill/detection.yaml:1:1: DT202 id ${taken?.id} belongs already to svchost-thread-kill: make a new GUID`,
        ]);
    });

    it("reports a folder that is missing, and one without any detection", () => {
        const missing = path.join(folder, "nowhere");
        assert.deepEqual(
            problems({}, [missing, folder]).map((line) => line.replace(/: ENOENT.*/, "")),
            [
                "nowhere: DT001 the folder of detections cannot be read",
                `${folder}: DT002 no detection here: each is a folder with a detection.yaml and a query.kql`,
            ],
        );
    });

    const queries: readonly (readonly [title: string, query: string, reports: readonly RegExp[]])[] = [
        ["a name that nothing declares", `${good.kql}| where Foo == 1\n`, [/^my-rule\/query\.kql:3:9: KQ101 .*Foo/]],
        [
            "text that is not KQL",
            `${good.kql}| where where\n`,
            Array<RegExp>(4).fill(/^my-rule\/query\.kql:3:\d+: KQ10[03] /),
        ],
        ["operands that do not fit", `${good.kql}| where EventID has 'x'\n`, [/^my-rule\/query\.kql:3:\d+: KQ102 /]],
        [
            "an operator that its kind of rule refuses",
            `${good.kql}| extend Bag = dynamic({})\n| evaluate bag_unpack(Bag)\n`,
            [/^my-rule\/query\.kql:4:\d+: KQ500 bag_unpack/],
        ],
        [
            "columns that alerts and entities need",
            `${good.kql}| project Image\n`,
            [
                /^my-rule\/query\.kql: DT210 the query must return _ResourceId: an alert names the machine by it$/,
                /^my-rule\/query\.kql: DT210 the query does not return Computer, which entity Host takes as its FullName$/,
            ],
        ],
        [
            "a query that no rule can hold",
            `${good.kql}// ${"x".repeat(70_000)}\n`,
            [/^my-rule: DT209 the planned query has 7\d{4} bytes, a rule may have 65536/],
        ],
    ];
    for (const [title, query, reports] of queries) {
        it(`reports ${title}`, () => {
            const found = problems({ "my-rule": { ...goodWith()["my-rule"], "query.kql": query } });
            assert.equal(found.length, reports.length, found.join("\n"));
            reports.forEach((report, index) => assert.match(found[index] ?? "", report));
        });
    }

    it("reports columns that an alert's texts and details name and the query does not return", () => {
        const rule = goodWith(
            "alert: { title: 'A {{Pid}}', description: 'B {{ Sha }}' }",
            "customDetails: { User: Who }",
        );
        assert.deepEqual(problems(rule), [
            "my-rule/query.kql: DT210 the query does not return Pid, which the alert's title names",
            "my-rule/query.kql: DT210 the query does not return Sha, which the alert's description names",
            "my-rule/query.kql: DT210 the query does not return Who, which custom detail User names",
        ]);
    });

    it("reports YAML that refers to itself without end", () => {
        const bomb = [
            "a: &a [x,x,x,x,x,x,x,x,x]",
            ..."bcdef"
                .split("")
                .map((name, index) => `${name}: &${name} [${Array(9).fill(`*${"abcde"[index]}`).join(",")}]`),
        ];
        assert.match(
            problems({ "my-rule": { "detection.yaml": bomb.join("\n"), "query.kql": good.kql } }).join(),
            /DT101 not valid YAML: Excessive alias count/,
        );
    });
});
