import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { stringify } from "yaml";
import {
    DetectionsError,
    evidenceFile,
    loadCatalog,
    loadEvidence,
    loadRecordingManifest,
    shippedRecordings,
} from "../../detections";
import { recordingText, stories } from "../../detections/stories";
import { Story, system } from "../../detections/stories/story";
import { packagePath } from "../../package/root";
import { eventById } from "../../sysmon/schema";
import { evidenceFor } from "./evidenceFor";
import { ringings } from "./ringing";

describe("recordings that we ship", () => {
    it("are those that a story makes", () => {
        assert.deepEqual(
            shippedRecordings().map((folder) => path.basename(folder)),
            Object.keys(stories).sort(),
        );
    });

    for (const [name, story] of Object.entries(stories)) {
        const file = packagePath("detections", "recordings", name, "events.jsonl");
        const text = recordingText(story());

        it(`${name} is what its story makes (UPDATE_GOLDEN=1 writes it)`, () => {
            if (process.env.UPDATE_GOLDEN === "1") fs.writeFileSync(file, text);
            assert.ok(fs.readFileSync(file, "utf8") === text, `${file} differs from its story`);
        });

        it(`${name} says what each of its detections rings on (UPDATE_GOLDEN=1 writes it)`, () => {
            const folder = path.dirname(file);
            const catalog = loadCatalog();
            const events = story();
            const detectionNamed = (detection: string) => {
                const found = catalog.find(detection);
                assert.ok(found, `${detection} is no detection`);
                return found;
            };
            // What rings on silence rings on no event.
            const expected = loadRecordingManifest(folder)
                .expect.ring.filter((detection) => detectionNamed(detection).kind === "events")
                .sort();
            if (process.env.UPDATE_GOLDEN === "1") {
                const found = expected.map((detection) => [detection, evidenceFor(detectionNamed(detection), events)]);
                fs.writeFileSync(path.join(folder, evidenceFile), stringify(Object.fromEntries(found)));
            }
            const evidence = loadEvidence(folder);
            assert.deepEqual(Object.keys(evidence), expected);
            for (const [detection, records] of Object.entries(evidence)) {
                const among = events.filter(({ recordId = 0 }) => records.includes(recordId));
                const others = events.filter(({ recordId = 0 }) => !records.includes(recordId));
                assert.ok(
                    ringings(detectionNamed(detection), among).length > 0,
                    `${detection} is silent on its evidence`,
                );
                assert.deepEqual(ringings(detectionNamed(detection), others), [], `${detection} rings without it`);
            }
        });

        it(`${name} is told the same twice`, () => {
            assert.equal(recordingText(story()), text);
        });

        it(`${name} has every field of every event in the sensor's order`, () => {
            for (const event of story()) {
                assert.deepEqual(
                    Object.keys(event.fields),
                    eventById(event.id)?.fields.map((field) => field.name),
                );
            }
        });

        it(`${name} counts records and time up, on each machine`, () => {
            const last = new Map<string, { recordId: number; time: string }>();
            for (const { computer, recordId = 0, fields } of story()) {
                const before = last.get(computer) ?? { recordId: recordId - 1, time: "" };
                const time = fields.UtcTime ?? "";
                assert.equal(recordId, before.recordId + 1);
                assert.ok(time >= before.time);
                last.set(computer, { recordId, time });
            }
        });

        it(`${name} gives no record number twice`, () => {
            const numbers = story().map(({ recordId }) => recordId);
            assert.equal(new Set(numbers).size, numbers.length);
        });

        it(`${name} names each machine that logs in its fleet, where it has one`, () => {
            const { fleet } = loadRecordingManifest(path.dirname(file));
            const hosts = new Set((fleet?.machines ?? []).map(({ host }) => host.toLowerCase()));
            if (fleet === undefined) return;
            for (const { computer } of story()) assert.ok(hosts.has(computer.toLowerCase()), computer);
        });

        it(`${name} gives each process one id, one image and one start`, () => {
            const images = new Map<string, string>();
            const started = new Set<string>();
            for (const { id, fields } of story()) {
                const named: [string | undefined, string | undefined][] = [
                    [fields.ProcessGuid, fields.Image],
                    [fields.SourceProcessGUID, fields.SourceImage],
                    [fields.TargetProcessGUID, fields.TargetImage],
                    [fields.ParentProcessGuid, fields.ParentImage],
                ];
                for (const [guid, image] of named) {
                    if (guid === undefined || image === undefined) continue;
                    assert.match(guid, /^\{[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\}$/);
                    // Where the sensor does not know a path, it gives the file name alone.
                    const known = images.get(guid) ?? image;
                    assert.ok(image === known || image === path.win32.basename(known), `${guid} changes its image`);
                    images.set(guid, known);
                }
                if (id !== 1 || fields.ProcessGuid === undefined) continue;
                assert.ok(!started.has(fields.ProcessGuid), `${fields.ProcessGuid} starts twice`);
                started.add(fields.ProcessGuid);
            }
        });

        it(`${name} expects only detections that exist`, () => {
            const catalog = loadCatalog();
            const { ring, quiet } = loadRecordingManifest(path.dirname(file)).expect;
            for (const detection of [...ring, ...(quiet === "others" ? [] : quiet)])
                assert.ok(catalog.find(detection), `${detection} is no detection`);
        });
    }

    it("have a quiet half hour of many kinds of events", () => {
        const events = stories["quiet-workstation"]?.() ?? [];
        assert.ok(events.length > 500, `${events.length} events`);
        assert.ok(new Set(events.map((event) => event.id)).size >= 10);
        const span = Date.parse(events.at(-1)?.timeCreated ?? "") - Date.parse(events[0]?.timeCreated ?? "");
        assert.ok(span > 25 * 60_000 && span < 40 * 60_000, `${span / 60_000} minutes`);
    });
});

describe("a story", () => {
    const story = () =>
        new Story({
            computer: "PC",
            startedAt: "2026-01-01T00:00:00.000Z",
            machine: "00000001",
            firstRecord: 1,
            seed: 1,
        });

    it("refuses an event that Sysmon does not have", () => {
        assert.throws(() => story().record(99, {}), /no event 99/);
    });

    it("refuses an event without one of its fields", () => {
        assert.throws(() => story().record(5, { Image: "a.exe" }), /event 5 needs ProcessGuid/);
    });

    it("names a process by machine, second of its start and a number", () => {
        const program = { image: "a.exe", version: "1", description: "", product: "", company: "", originalName: "" };
        const told = story();
        const process = told.start(program, told.running(program, system));
        assert.match(process.guid, /^\{00000001-b900-6955-0200-/);
    });
});

describe("recording.yaml", () => {
    const manifest = (text: string) => {
        const folder = fs.mkdtempSync(path.join(os.tmpdir(), "recording-"));
        try {
            fs.writeFileSync(path.join(folder, "recording.yaml"), text);
            return loadRecordingManifest(folder);
        } finally {
            fs.rmSync(folder, { recursive: true });
        }
    };
    const good = [
        "title: T",
        "description: D",
        "reconstructed: true",
        "sources: []",
        "techniques: [T1055]",
        "expect: { ring: [a], quiet: others }",
    ];
    const problems = (lines: readonly string[]) => {
        try {
            manifest(lines.join("\n"));
            return [];
        } catch (error) {
            assert.ok(error instanceof DetectionsError);
            return error.problems.map(({ code, line, message }) => `${code} ${line} ${message}`);
        }
    };

    it("says what a recording must raise", () => {
        assert.deepEqual(manifest(good.join("\n")).expect, { ring: ["a"], quiet: "others" });
    });

    it("reports all problems with their lines", () => {
        assert.deepEqual(problems(["tittle: T", ...good.slice(1, 2), "reconstructed: false", ...good.slice(3)]), [
            "DT103 1 title is missing; accepted is a value of type string",
            "DT104 3 reconstructed is false; accepted is one of true",
            "DT102 1 unknown key tittle; did you mean title?",
        ]);
    });

    it("says what its machines send, and until when", () => {
        const fleet =
            "fleet: { until: 2026-03-01T08:00:00Z, machines: [{ host: pc, silentFrom: 2026-03-01T07:00:00Z }] }";
        assert.deepEqual(manifest([...good, fleet].join("\n")).fleet, {
            until: "2026-03-01T08:00:00Z",
            heartbeat: "PT1M",
            machines: [{ host: "pc", silentFrom: "2026-03-01T07:00:00Z", osType: "Windows" }],
        });
    });

    it("refuses times that do not exist, and machines that no plan can have", () => {
        const fleet = "fleet: { until: 2026-13-01T08:00:00Z, heartbeat: 1m, machines: [{ host: pc, machine: vm-1 }] }";
        assert.deepEqual(problems([...good, fleet]), [
            'DT104 7 fleet.until is "2026-13-01T08:00:00Z"; accepted is a time that exists',
            'DT104 7 fleet.heartbeat is "1m"; accepted is an ISO 8601 duration in whole minutes, such as PT30M',
            'DT104 7 fleet.machines[0].machine is "vm-1"; accepted is a resource id of a machine',
        ]);
    });

    it("refuses rows without a time, or of a table that the workspace does not write", () => {
        const rows = "rows: { _LogOperation: [{ Category: Agent }], Sysmon: [{ A: 1 }] }";
        assert.deepEqual(problems([...good, rows]), [
            "DT103 7 rows._LogOperation[0].TimeGenerated is missing; accepted is a value of type string",
            "DT102 7 unknown key rows.Sysmon; known here are _LogOperation",
        ]);
    });

    it("refuses a detection that must both ring and be quiet", () => {
        assert.deepEqual(problems([...good.slice(0, 5), "expect: { ring: [a, b], quiet: [b] }"]), [
            "DT104 6 expect: b cannot both ring and be quiet",
        ]);
    });

    it("has evidence that is checked as well", () => {
        const folder = fs.mkdtempSync(path.join(os.tmpdir(), "recording-"));
        try {
            fs.writeFileSync(path.join(folder, evidenceFile), "a: [1]\nb: []\n");
            assert.throws(
                () => loadEvidence(folder),
                /evidence\.yaml:2:1: DT104 b is \[\]; accepted is at least 1 entries/,
            );
            fs.writeFileSync(path.join(folder, evidenceFile), "a: [1, 2]\n");
            assert.deepEqual(loadEvidence(folder), { a: [1, 2] });
        } finally {
            fs.rmSync(folder, { recursive: true });
        }
    });

    it("is reported where it is missing", () => {
        assert.throws(() => loadRecordingManifest(os.tmpdir()), /recording\.yaml: DT001 the file cannot be read/);
    });
});
