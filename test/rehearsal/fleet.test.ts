import assert from "node:assert/strict";
import * as path from "node:path";
import {
    loadCatalog,
    loadRecordingManifest,
    plannedQuery,
    shippedRecordings,
    type RecordedFleet,
    type RecordingManifest,
    type SysmonTable,
} from "../../detections";
import { minutesOf } from "../../detections/kqlText";
import type { PlannedRule } from "../../rehearsal/plan/rules";
import type { RecordingSource } from "../../rehearsal/recordings";
import { rehearse } from "../../rehearsal/rehearse";
import type { Rehearsal } from "../../rehearsal/verdict";
import { presetXml } from "../../sysmon";
import { plannedChain, plannedRule } from "./analysis/planned";

const minute = 60_000;
const watching = loadCatalog().detections.filter(({ kind }) => kind !== "events");
const withFleet = shippedRecordings().filter((folder) => loadRecordingManifest(folder).fleet !== undefined);
const resourceId =
    "/subscriptions/11111111-2222-3333-4444-555555555555/resourcegroups/rg/providers/microsoft.compute/virtualmachines/vm-first";

interface Planned {
    readonly table?: SysmonTable;
    readonly machines?: readonly string[];
    readonly latencyMs?: number;
    readonly change?: Partial<PlannedRule>;
}

/** The rules that look for what is missing, as a stack plans them. */
function rules({ table = "Event", machines = [], change = {} }: Planned): PlannedRule[] {
    return watching.map((detection) =>
        plannedRule(detection.name, plannedQuery(detection, { table, machines }), {
            severity: detection.severity,
            frequencyMs: minutesOf(detection.frequency) * minute,
            windowMs: minutesOf(detection.window) * minute,
            threshold: detection.threshold,
            failingPeriods: { toAlert: detection.failingPeriods?.minimum ?? 1, of: detection.failingPeriods?.of ?? 1 },
            ...(detection.suppressFor !== undefined && { muteMs: minutesOf(detection.suppressFor) * minute }),
            ...change,
        }),
    );
}

/** A shipped recording, its manifest changed. */
function recording(name: string, change: (manifest: RecordingManifest) => RecordingManifest = (same) => same) {
    const folder = shippedRecordings().find((candidate) => path.basename(candidate) === name);
    assert.ok(folder, name);
    const manifest = change(loadRecordingManifest(folder));
    return { name, files: [path.join(folder, "events.jsonl")], manifest };
}

function fleetOf(manifest: RecordingManifest): RecordedFleet {
    assert.ok(manifest.fleet);
    return manifest.fleet;
}

/** The same recording with the first machine of its fleet changed. */
function withFirstMachine(name: string, change: Partial<RecordedFleet["machines"][number]>): RecordingSource {
    return recording(name, (manifest) => {
        const fleet = fleetOf(manifest);
        const machines = fleet.machines.map((machine, index) => (index === 0 ? { ...machine, ...change } : machine));
        return { ...manifest, fleet: { ...fleet, machines } };
    });
}

function replay(source: RecordingSource, planned: Planned = {}): Promise<Rehearsal> {
    const chain = { ...plannedChain(presetXml("balanced"), { table: planned.table ?? "Event" }), resourceId };
    return rehearse({
        stack: "test",
        chains: [chain],
        rules: rules(planned),
        gaps: [],
        sources: [source],
        latencyMs: planned.latencyMs,
    });
}

/** Names of the detections that ring. */
async function rung(source: RecordingSource, planned?: Planned): Promise<string[]> {
    const { recordings } = await replay(source, planned);
    return [...new Set(recordings.flatMap(({ alerts }) => alerts.map(({ detection }) => detection)))].sort();
}

describe("What machines should send and do not", () => {
    for (const folder of withFleet) {
        const name = path.basename(folder);
        const expected = loadRecordingManifest(folder)
            .expect.ring.filter((detection) => watching.some((watched) => watched.name === detection))
            .sort();

        for (const table of ["Event", "WindowsEvent"] as const) {
            it(`rings ${expected.join(", ") || "nothing"} in ${name}, at every phase of the clock, over ${table}`, async () => {
                const { recordings, detections } = await replay(recording(name), { table });
                const alerts = recordings.flatMap((verdict) => verdict.alerts);
                assert.deepEqual([...new Set(alerts.map(({ detection }) => detection))].sort(), expected);
                assert.deepEqual(
                    alerts.filter(({ certainty }) => certainty !== "always").map(({ detection }) => detection),
                    [],
                );
                const heard = detections.filter(({ exercised }) => exercised).length;
                assert.equal(heard, loadRecordingManifest(folder).rows ? watching.length : watching.length - 2);
            });
        }

        for (const latency of [0, 8]) {
            it(`rings the same in ${name} with data ${latency} minutes late`, async () => {
                assert.deepEqual(await rung(recording(name), { latencyMs: latency * minute }), expected);
            });
        }
    }

    it("is proven for every detection of its kinds", () => {
        const proven = new Set(withFleet.flatMap((folder) => loadRecordingManifest(folder).expect.ring));
        assert.deepEqual(
            watching.map(({ name }) => name).filter((name) => !proven.has(name)),
            [],
        );
    });

    it("is told once while the rule is muted, and hangs at the machine", async () => {
        const { recordings } = await replay(recording("phant0m-silences-server"));
        const [verdict] = recordings;
        assert.deepEqual(
            verdict?.alerts.map(({ detection, rows: [row] }) => [detection, row?.Computer, row?._ResourceId]),
            [["sysmon-silent-machine", "SRV-FILE07.corp.example", resourceId]],
        );
    });

    it("needs its evaluations to fail again and again: one of three rings earlier than two of three", async () => {
        const first = async (change: Partial<PlannedRule>) => {
            const { recordings } = await replay(recording("phant0m-silences-server"), { change });
            return Date.parse(recordings[0]?.alerts[0]?.windowEnd ?? "");
        };
        const later = (await first({})) - (await first({ failingPeriods: { toAlert: 1, of: 1 } }));
        assert.ok(later >= 14 * minute && later <= 16 * minute, `${later / minute} minutes`);
    });
});

describe("What is no silence", () => {
    it("is a machine whose heartbeat ends with its events: it is off", async () => {
        const off = withFirstMachine("phant0m-silences-server", { heartbeatUntil: "2026-06-02T04:35:00Z" });
        assert.deepEqual(await rung(off), ["agent-silent"]);
    });

    it("is a recording that says nothing of its machines: rules are not exercised, and say so where they must ring", async () => {
        const bare = recording("phant0m-silences-server", ({ fleet: _, ...manifest }) => manifest);
        const { ok, recordings, detections } = await replay(bare);
        assert.equal(ok, false);
        assert.deepEqual(
            detections.filter(({ exercised, alerts }) => exercised || alerts > 0),
            [],
        );
        const miss = recordings[0]?.missed.find(({ detection }) => detection === "sysmon-silent-machine");
        assert.equal(miss?.lostAt, "recording");
        assert.match(miss.why, /^not exercised: its rule reads Heartbeat/);
    });

    it("is told as a miss where it must ring all the same", async () => {
        const heard = recording("quiet-fleet", (manifest) => {
            return { ...manifest, expect: { ring: ["sysmon-silent-machine"], quiet: [] } };
        });
        const { recordings } = await replay(heard);
        assert.deepEqual(recordings[0]?.missed, [
            {
                detection: "sysmon-silent-machine",
                lostAt: "query",
                why: "to the end of the recording, nothing that it looks for is missing",
            },
        ]);
    });

    it("is a miss at the alert where it does not last for the failing periods", async () => {
        const short = recording("phant0m-silences-server", (manifest) => {
            return { ...manifest, fleet: { ...fleetOf(manifest), until: "2026-06-02T05:42:00Z" } };
        });
        const { recordings } = await replay(short);
        const miss = recordings[0]?.missed.find(({ detection }) => detection === "sysmon-silent-machine");
        assert.equal(miss?.lostAt, "alert");
        assert.match(miss.why, /not for long enough; the rule rings for more than 0 in 2 of 3 evaluations/);
    });
});

describe("A fleet", () => {
    const listed = (name: string) => resourceId.replace("vm-first", name);

    it("is the plan's: a listed machine that is never heard rings, by its resource id", async () => {
        const { recordings } = await replay(recording("machines-lost"), { machines: [resourceId] });
        const alert = recordings[0]?.alerts.find(({ detection }) => detection === "machine-never-heard");
        assert.deepEqual(
            alert?.rows.map(({ _ResourceId: id, State }) => [id, State]),
            [[resourceId, "heartbeats, but no event"]],
        );
    });

    it("knows nothing of listed machines that it does not name", async () => {
        const machines = [listed("vm-a"), listed("vm-b")];
        assert.ok(!(await rung(recording("machines-lost"), { machines })).includes("machine-never-heard"));
    });

    it("stands for the planned machines that it names", async () => {
        const source = withFirstMachine("machines-lost", { machine: listed("VM-B") });
        const { recordings } = await replay(source, { machines: [listed("vm-a"), listed("vm-b")] });
        const alert = recordings[0]?.alerts.find(({ detection }) => detection === "machine-never-heard");
        assert.deepEqual(
            alert?.rows.map(({ _ResourceId: id }) => id),
            [listed("vm-b")],
        );
    });

    it("loses the events of a machine from when it is silent, and none before", async () => {
        const source = withFirstMachine("quiet-fleet", { silentFrom: "2026-07-01T01:30:00Z" });
        const { recordings } = await replay(source);
        const [alert, ...others] = recordings[0]?.alerts ?? [];
        assert.equal(alert?.detection, "sysmon-silent-machine");
        assert.deepEqual(others, []);
        assert.ok(String(alert.rows[0]?.LastEvent) > "2026-07-01T01:15");
        assert.ok(String(alert.rows[0]?.LastEvent) < "2026-07-01T01:30");
    });
});
