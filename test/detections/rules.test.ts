import assert from "node:assert/strict";
import * as path from "node:path";
import fc from "fast-check";
import {
    columnsIn,
    entityIdentifiers,
    loadCatalog,
    loadRecordingManifest,
    plannedQuery,
    sysmonParsed,
    type Detection,
} from "../../detections";
import { stories } from "../../detections/stories";
import { minutesOf } from "../../detections/kqlText";
import { checkQuery, columnsOf, openDatabase, workspaceTables, type NeededColumn } from "../../kql";
import { packagePath } from "../../package/root";
import { completeEvent, type SysmonEvent } from "../../sysmon/events";
import {
    eventTable,
    eventTableColumns,
    windowsEventTable,
    windowsEventTableColumns,
} from "../../sysmon/events/tableRows";
import { ringings, type RingingOptions } from "./ringing";

const catalog = loadCatalog();
const tables = { ...workspaceTables, Event: [...eventTableColumns], WindowsEvent: [...windowsEventTableColumns] };
const minute = 60_000;

function shipped(name: string): Detection {
    const detection = catalog.find(name);
    assert.ok(detection, name);
    return detection;
}

/** An access that meets the criterion, unless told otherwise. */
function access(fields: Readonly<Record<string, string>> = {}, at = "2026-05-04T10:00:00.000Z"): SysmonEvent {
    return completeEvent({
        id: 10,
        computer: "PC",
        timeCreated: at,
        fields: {
            RuleName: "-",
            SourceProcessGUID: "{00000000-0000-0000-0100-000000000000}",
            SourceProcessId: "100",
            SourceImage: "C:\\tools\\a.exe",
            TargetProcessGUID: "{00000000-0000-0000-0200-000000000000}",
            TargetProcessId: "200",
            TargetImage: "C:\\Windows\\System32\\svchost.exe",
            GrantedAccess: "0x1fffff",
            CallTrace: "C:\\Windows\\SYSTEM32\\ntdll.dll+1|UNKNOWN(0000000006B15C08)",
            SourceUser: "CORP\\user",
            TargetUser: "NT AUTHORITY\\SYSTEM",
            ...fields,
        },
    });
}

/** Accesses of one process to so many service hosts. */
function accesses(targets: number, at?: string, source = 1): SysmonEvent[] {
    return Array.from({ length: targets }, (_, index) =>
        access(
            {
                SourceProcessGUID: `{00000000-0000-0000-${source.toString(16).padStart(4, "0")}-000000000000}`,
                TargetProcessGUID: `{00000000-0000-0000-${(index + 4096).toString(16)}-000000000000}`,
            },
            at,
        ),
    );
}

function ring(name: string, events: readonly SysmonEvent[], options?: RingingOptions): boolean {
    return ringings(shipped(name), events, options).length > 0;
}

/** Columns that a rule takes out of the result, with what takes each. */
function neededColumns({ entities, customDetails, alert }: Detection): NeededColumn[] {
    return [
        { name: "_ResourceId", use: "the alert needs to name the machine" },
        ...entities.flatMap(({ type, identifiers }) =>
            Object.entries(identifiers).map(([identifier, name]) => ({
                name,
                use: `${type} needs as its ${identifier}`,
            })),
        ),
        ...Object.entries(customDetails).map(([detail, name]) => ({ name, use: `custom detail ${detail} needs` })),
        ...columnsIn(`${alert?.title ?? ""} ${alert?.description ?? ""}`).map((name) => ({
            name,
            use: "the alert's text needs",
        })),
    ];
}

describe("queries that we ship", () => {
    for (const table of ["Event", "WindowsEvent"] as const) {
        it(`SysmonParsed for ${table} has no issue`, () => {
            assert.deepEqual(checkQuery(sysmonParsed(table), { tables }), []);
        });

        for (const detection of catalog.detections) {
            for (const kind of detection.legalFor) {
                it(`${detection.name} for ${table} has no issue in a ${kind} rule`, () => {
                    const issues = checkQuery(plannedQuery(detection, { table }), {
                        tables,
                        kind,
                        frequency: minutesOf(detection.frequency) * minute,
                        window: minutesOf(detection.window) * minute,
                        trigger: { operator: "GreaterThan", threshold: detection.threshold },
                        columns: neededColumns(detection),
                    });
                    assert.deepEqual(issues, []);
                });
            }

            it(`${detection.name} for ${table} gives the columns that its entities name`, () => {
                const columns =
                    columnsOf(plannedQuery(detection, { table }), { tables })?.map((column) => column.name) ?? [];
                for (const { type, identifiers } of detection.entities) {
                    for (const [identifier, column] of Object.entries(identifiers)) {
                        assert.ok(columns.includes(column), column);
                        assert.ok(
                            entityIdentifiers[type].some((known) => known === identifier),
                            identifier,
                        );
                    }
                }
                assert.ok(columns.includes("_ResourceId"), "alerts name the machine by _ResourceId");
            });
        }
    }
});

describe("the injection criterion", () => {
    const masks = Array.from({ length: 16 }, (_, index) => `0x1f${index.toString(16)}fff`);
    const cases: readonly (readonly [title: string, fields: Readonly<Record<string, string>>, rings: boolean])[] = [
        ...masks.map((mask) => [`mask ${mask}`, { GrantedAccess: mask }, true] as const),
        ["a mask in capitals", { GrantedAccess: "0X1F3FFF" }, true],
        ["fewer rights", { GrantedAccess: "0x1410" }, false],
        ["a mask that only begins alike", { GrantedAccess: "0x1fffff0" }, false],
        ["a mask that only ends alike", { GrantedAccess: "0x101fffff" }, false],
        ["a mask of other standard rights", { GrantedAccess: "0x1effff" }, false],
        ["no mask", { GrantedAccess: "" }, false],
        ["a target in capitals", { TargetImage: "C:\\WINDOWS\\SYSTEM32\\SVCHOST.EXE" }, true],
        ["a target in another folder", { TargetImage: "D:\\x\\svchost.exe" }, true],
        ["a target without a folder", { TargetImage: "svchost.exe" }, true],
        ["a target whose name only ends alike", { TargetImage: "C:\\x\\mysvchost.exe" }, false],
        ["a target whose name only begins alike", { TargetImage: "C:\\x\\svchost.exe.mui" }, false],
        ["a target in a folder of that name", { TargetImage: "C:\\svchost.exe\\x.exe" }, false],
        ["a call trace in lower case", { CallTrace: "ntdll.dll+1|unknown(00)" }, true],
        ["a call trace of modules only", { CallTrace: "C:\\Windows\\SYSTEM32\\ntdll.dll+1" }, false],
        ["no call trace", { CallTrace: "" }, false],
        ["a source whose path XML would escape", { SourceImage: "C:\\a & b <c>\\d.exe" }, true],
    ];
    for (const [title, fields, rings] of cases) {
        it(`${rings ? "meets" : "leaves out"} ${title}`, () => {
            for (const table of ["Event", "WindowsEvent"] as const)
                assert.equal(ring("svchost-thread-kill", [access(fields)], { table }), rings, table);
        });

        it(`${rings ? "meets" : "leaves out"} ${title} for verclsid.exe`, () => {
            const target = (fields.TargetImage ?? "C:\\Windows\\System32\\svchost.exe").replace(/svchost/i, "verclsid");
            assert.equal(ring("verclsid-shellcode-injection", [access({ ...fields, TargetImage: target })]), rings);
        });
    }
});

describe("the two svchost rules", () => {
    for (const [targets, which] of [
        [1, "svchost-thread-kill"],
        [10, "svchost-thread-kill"],
        [11, "svchost-mass-access"],
        [200, "svchost-mass-access"],
    ] as const) {
        it(`${targets} targets of one process ring ${which} alone, once, in one row`, () => {
            for (const name of ["svchost-thread-kill", "svchost-mass-access"]) {
                const runs = ringings(shipped(name), accesses(targets));
                assert.deepEqual(
                    runs.map(({ rows }) => rows.map((row) => row.Targets)),
                    name === which ? [[targets]] : [],
                );
            }
        });
    }

    it("never let an access pass between them, whoever opens how many", () => {
        fc.assert(
            fc.property(
                fc.array(fc.integer({ min: 1, max: 25 }), { minLength: 1, maxLength: 4 }),
                fc.integer({ min: 0, max: 12 }),
                (counts, maxTargets) => {
                    const events = counts.flatMap((count, index) => accesses(count, undefined, index + 1));
                    const sources = (name: string) =>
                        ringings(shipped(name), events, { parameters: { maxTargets } }).flatMap(({ rows }) =>
                            rows.map((row) => row.SourceProcessGUID),
                        );
                    const few = sources("svchost-thread-kill");
                    const many = sources("svchost-mass-access");
                    assert.equal(few.length, counts.filter((count) => count <= maxTargets).length);
                    assert.equal(new Set([...few, ...many]).size, counts.length);
                },
            ),
            { numRuns: 15 },
        );
    });

    it("count one target once, however often it is opened", () => {
        const events = Array.from({ length: 30 }, () => access());
        const [run] = ringings(shipped("svchost-thread-kill"), events);
        assert.deepEqual(
            run?.rows.map(({ Targets, Accesses }) => [Targets, Accesses]),
            [[1, 30]],
        );
    });

    it("ring the rarer rule first, the other once a process goes on to open many", () => {
        const events = [...accesses(2), ...accesses(15, "2026-05-04T10:12:00.000Z")];
        assert.deepEqual(
            ["svchost-thread-kill", "svchost-mass-access"].map((name) =>
                ringings(shipped(name), events).map(({ rows }) => rows.length),
            ),
            [[1], [1]],
        );
    });

    it("leave out source images on the allow-list, in any case", () => {
        const parameters = { allowedSourceImages: ["c:\\TOOLS\\a.exe"] };
        assert.equal(ring("svchost-thread-kill", [access()], { parameters }), false);
        assert.equal(ring("svchost-thread-kill", [access({ SourceImage: "C:\\tools\\b.exe" })], { parameters }), true);
    });
});

describe("a row of an alert", () => {
    it("says who did what to whom, when, on which machine", () => {
        const events = [
            access({ GrantedAccess: "0x1f3fff", RuleName: "technique_id=T1055" }),
            access({ RuleName: "technique_id=T1055" }, "2026-05-04T10:00:02.500Z"),
        ];
        const [run] = ringings(shipped("svchost-thread-kill"), events);
        const [row] = run?.rows ?? [];
        assert.deepEqual(
            {
                ...row,
                GrantedAccess: Array.isArray(row?.GrantedAccess) ? row.GrantedAccess.map(String).sort() : undefined,
            },
            {
                FirstSeen: "2026-05-04T10:00:00Z",
                LastSeen: "2026-05-04T10:00:02.5Z",
                Computer: "PC",
                _ResourceId: "/subscriptions/0/resourcegroups/rg/providers/microsoft.compute/virtualmachines/vm",
                SourceImage: "C:\\tools\\a.exe",
                SourceProcessId: 100,
                SourceProcessGUID: "{00000000-0000-0000-0100-000000000000}",
                SourceUser: "CORP\\user",
                TargetImage: "C:\\Windows\\System32\\svchost.exe",
                Targets: 1,
                GrantedAccess: ["0x1f3fff", "0x1fffff"],
                CallTrace: "C:\\Windows\\SYSTEM32\\ntdll.dll+1|UNKNOWN(0000000006B15C08)",
                RuleName: "technique_id=T1055",
                Accesses: 2,
            },
        );
    });
});

describe("late data", () => {
    it("rings exactly once, whatever the latency up to 23 minutes and whenever the rule runs", () => {
        fc.assert(
            fc.property(fc.integer({ min: 0, max: 23 * 60 }), fc.integer({ min: 0, max: 299 }), (late, phase) => {
                const options = { latency: () => late * 1000, phase: phase * 1000 };
                assert.equal(ringings(shipped("verclsid-shellcode-injection"), [verclsid], options).length, 1);
            }),
            { numRuns: 60 },
        );
    });
    const verclsid = access({ TargetImage: "C:\\Windows\\System32\\verclsid.exe" });

    it("never cuts a burst that arrives within a minute into one that looks aimed", () => {
        fc.assert(
            fc.property(
                fc.integer({ min: 0, max: 299 }),
                fc.array(fc.integer({ min: 0, max: 59 }), { minLength: 40, maxLength: 40 }),
                (phase, seconds) => {
                    const options = {
                        latency: (index: number) => 3 * minute + (seconds[index] ?? 0) * 1000,
                        phase: phase * 1000,
                    };
                    assert.equal(ring("svchost-thread-kill", accesses(40), options), false);
                    assert.equal(ring("svchost-mass-access", accesses(40), options), true);
                },
            ),
            { numRuns: 25 },
        );
    });
});

describe("SysmonParsed", () => {
    const text = "a & b < c > d \"e\" 'f' \t\r\n &lt; &amp;lt; &#13; ü 😀 \\ | UNKNOWN";
    const fields = {
        Image: text,
        ProcessId: "4294967295",
        Initiated: "true",
        UtcTime: "2026-05-04 10:00:00.123",
        ProcessGuid: "{0}",
    };
    const event = completeEvent({ id: 3, computer: "PC", timeCreated: "2026-05-04T10:00:00.2Z", fields });

    for (const table of ["Event", "WindowsEvent"] as const) {
        const fill = table === "Event" ? eventTable : windowsEventTable;
        const rows = fill([event], { ingestionTimes: ["2026-05-04T10:03:00Z"] });
        const read = (columns: string) =>
            openDatabase({
                tables: { [table]: rows },
                functions: [{ name: "SysmonParsed", body: sysmonParsed(table) }],
            }).query(`SysmonParsed | project ${columns}`).rows[0];

        it(`gives back out of ${table} what the sensor wrote`, () => {
            assert.deepEqual(read("Image, ProcessId, Initiated, UtcTime, ProcessGuid, EventID"), [
                text,
                4294967295,
                true,
                "2026-05-04T10:00:00.123Z",
                "{0}",
                3,
            ]);
        });

        it(`leaves empty in ${table} what the event does not have`, () => {
            assert.deepEqual(read("CallTrace, SourceThreadId, Archived, CreationUtcTime, SysmonType"), [
                "",
                null,
                "",
                null,
                "",
            ]);
        });
    }
});

describe("what our recordings must raise", () => {
    const proven = new Set<string>();
    for (const [name, story] of Object.entries(stories)) {
        const { ring: loud, quiet } = loadRecordingManifest(packagePath("detections", "recordings", name)).expect;
        for (const detection of loud) proven.add(detection);
        const events = story();
        for (const detection of catalog.detections) {
            // What should be sent and is not, a rehearsal alone can tell: its tests are with the rehearsal.
            if (detection.kind !== "events") continue;
            const must = loud.includes(detection.name);
            // Without a sensor's filter every access rings the informational rule, expected or not.
            if (!must && detection.severity === "Informational") continue;
            if (!must && quiet !== "others" && !quiet.includes(detection.name)) continue;
            it(`${path.basename(name)} ${must ? "rings" : "does not ring"} ${detection.name}`, () => {
                const read = events.filter((event) => detection.data.events.includes(event.id));
                assert.equal(ringings(detection, read).length > 0, must);
            });
        }
    }

    for (const detection of catalog.detections) {
        it(`proves ${detection.name}`, () => {
            assert.ok(proven.has(detection.name), "no recording expects it to ring: write one in detections/stories/");
        });
    }
});
