import assert from "node:assert/strict";
import * as path from "node:path";
import { packagePath } from "../../package/root";
import type { Chain } from "../../rehearsal/plan/chains";
import type { PlannedRule } from "../../rehearsal/plan/rules";
import type { RecordingSource } from "../../rehearsal/recordings";
import { rehearse, RehearsalError } from "../../rehearsal/rehearse";
import type { Miss, RecordingVerdict, Rehearsal } from "../../rehearsal/verdict";
import { presetXml, type PresetName } from "../../sysmon";

const minute = 60_000;

/** A chain as a plan would hold it. */
function chain(preset: PresetName, query = "Microsoft-Windows-Sysmon/Operational!*"): Chain {
    return {
        machines: [],
        resourceId: null,
        sensor: { configXml: presetXml(preset), configSha256: "0".repeat(64), via: "payload" },
        collection: { urn: "urn:rule", kind: "dataCollectionRule", queries: [query], table: "Event" },
    };
}

/** A rule as a plan would hold it. */
function rule(query: string, change: Partial<PlannedRule> = {}): PlannedRule {
    return {
        kind: "scheduled-query",
        detection: "access",
        rule: "rule-access",
        severity: "High",
        techniques: [],
        query,
        frequencyMs: 5 * minute,
        windowMs: 30 * minute,
        threshold: 0,
        groupBy: ["_ResourceId"],
        entities: [],
        failingPeriods: { toAlert: 1, of: 1 },
        ...change,
    };
}

const anyAccess = "Event | where EventID == 10";

/** One of the shipped recordings, with what is expected of it. */
function recording(expected: string[], name = "hancitor-verclsid"): RecordingSource {
    return {
        name,
        files: [path.join(packagePath("detections", "recordings", name), "events.jsonl")],
        manifest: {
            title: name,
            description: name,
            reconstructed: true,
            sources: [],
            techniques: [],
            expect: { ring: expected, quiet: "others" },
        },
    };
}

function replay(chains: Chain[], rules: PlannedRule[], sources: RecordingSource[]): Promise<Rehearsal> {
    return rehearse({ stack: "test", chains, rules, gaps: [], sources });
}

/** The only verdict of a rehearsal of one recording through one chain. */
async function verdict(planned: Chain, asked: PlannedRule, source: RecordingSource): Promise<RecordingVerdict> {
    const [only] = (await replay([planned], [asked], [source])).recordings;
    assert.ok(only);
    return only;
}

async function miss(planned: Chain, asked: PlannedRule, source = recording(["access"])): Promise<Miss> {
    const [only] = (await verdict(planned, asked, source)).missed;
    assert.ok(only, "nothing was missed");
    return only;
}

describe("A rehearsal", () => {
    it("counts the events that pass each station", async () => {
        const { events } = await verdict(chain("injection"), rule(anyAccess), recording(["access"]));
        assert.deepEqual(events, { read: 146, sysmon: 146, logged: 1, collected: 1 });
    });

    it("raises an alert with severity, window and rows", async () => {
        const { alerts } = await verdict(chain("injection"), rule(anyAccess), recording(["access"]));
        const [alert] = alerts;
        assert.equal(alert?.severity, "High");
        assert.equal(alert?.count, 1);
        assert.equal(Date.parse(alert?.windowEnd ?? "") - Date.parse(alert?.windowStart ?? ""), 30 * minute);
        assert.equal(alert?.rows[0]?.EventID, 10);
    });

    it("writes events as the planned sensor would, under its own rule name", async () => {
        const named = rule(`${anyAccess} and EventData has "technique_id=T1055"`);
        const { alerts } = await verdict(chain("injection"), named, recording(["access"]));
        assert.ok(alerts.length > 0);
    });

    it("loses at the sensor, and names the filter", async () => {
        const { lostAt, why } = await miss(
            chain("published-2017"),
            rule(`${anyAccess} and EventData has "verclsid.exe"`),
        );
        assert.equal(lostAt, "sensor");
        assert.match(why, /ProcessAccess exclude, line \d+: TargetImage excludes/);
    });

    it("loses at the collection, and names the XPath", async () => {
        const onlyCreation = chain("injection", "Microsoft-Windows-Sysmon/Operational!*[System[(EventID=1)]]");
        const { lostAt, why } = await miss(onlyCreation, rule(anyAccess));
        assert.equal(lostAt, "collection");
        assert.match(why, /EventID ?= ?1/);
    });

    it("loses at the query, and names the predicate and its line", async () => {
        const { lostAt, why } = await miss(
            chain("injection"),
            rule(`${anyAccess}\n| where EventData has "no-such-image.exe"`),
        );
        assert.equal(lostAt, "query");
        assert.match(why, /none passes EventData has "no-such-image\.exe" \(line 2/);
    });

    it("loses at the query where what follows single events gives no row", async () => {
        const { lostAt, why } = await miss(
            chain("injection"),
            rule(`${anyAccess} | summarize Count = count() | where Count > 99`),
        );
        assert.equal(lostAt, "query");
        assert.match(why, /1 of 27 candidate events reach the query/);
    });

    it("loses at the alert, and names the threshold", async () => {
        const { lostAt, why } = await miss(chain("injection"), rule(anyAccess, { threshold: 5 }));
        assert.equal(lostAt, "alert");
        assert.match(why, /1 row at most; the rule rings for more than 5/);
    });

    it("loses at the recording where it holds no such event", async () => {
        const { lostAt, why } = await miss(chain("injection"), rule("Event | where EventID == 25"));
        assert.equal(lostAt, "recording");
        assert.match(why, /no event with EventID == 25/);
    });

    it("misses what the stack plans no rule for", async () => {
        const { missed } = await verdict(chain("injection"), rule(anyAccess), recording(["access", "silence"]));
        assert.deepEqual(missed, [{ detection: "silence", lostAt: "alert", why: "the stack plans no rule for it" }]);
    });

    it("is not ok where something rings that must be quiet", async () => {
        const { ok, recordings } = await replay([chain("injection")], [rule(anyAccess)], [recording([])]);
        assert.equal(ok, false);
        assert.deepEqual(recordings[0]?.unexpected, ["access"]);
    });

    it("is ok where what rings is only informational, unless it is named among what must be quiet", async () => {
        const informational = rule(anyAccess, { severity: "Informational" });
        const named = recording([]);
        const sources = [
            recording([]),
            { ...named, manifest: named.manifest && { ...named.manifest, expect: { ring: [], quiet: ["access"] } } },
        ];
        const { recordings } = await replay([chain("injection")], [informational], sources);
        assert.deepEqual(
            recordings.map(({ alerts, unexpected }) => [alerts.length > 0, unexpected]),
            [
                [true, []],
                [true, ["access"]],
            ],
        );
    });

    it("is ok where nothing is expected, and still tells where candidate events went", async () => {
        const { manifest: _, ...unexpecting } = recording([]);
        const { ok, recordings } = await replay([chain("published-2017")], [rule(anyAccess)], [unexpecting]);
        assert.equal(ok, true);
        assert.equal(recordings[0]?.missed[0]?.lostAt, "sensor");
    });

    it("goes through every chain", async () => {
        const chains = [chain("injection"), chain("published-2017")];
        const { recordings, detections } = await replay(chains, [rule(anyAccess)], [recording(["access"])]);
        assert.deepEqual(
            recordings.map(({ chain: index, alerts }) => [index, alerts.length > 0]),
            [
                [0, true],
                [1, false],
            ],
        );
        assert.equal(detections[0]?.name, "access");
    });

    it("counts alerts apart for each resource", async () => {
        const apart = rule(`${anyAccess} | mv-expand _ResourceId = dynamic(["a", "b"]) to typeof(string)`);
        const { alerts } = await verdict(chain("injection"), apart, recording(["access"]));
        assert.deepEqual([...new Set(alerts.map(({ rows }) => rows[0]?._ResourceId))].sort(), ["a", "b"]);
    });

    it("collects into WindowsEvent too", async () => {
        const windowsEvent: Chain = { ...chain("injection") };
        const collection = { ...windowsEvent.collection, table: "WindowsEvent" as const };
        const asked = rule(
            'WindowsEvent | where EventID == 10 and tostring(EventData.TargetImage) endswith "verclsid.exe"',
        );
        const { alerts } = await verdict({ ...windowsEvent, collection }, asked, recording(["access"]));
        assert.ok(alerts.length > 0);
    });

    it("refuses a plan that cannot work, with every defect", async () => {
        const rejected = chain("injection");
        const chains = [{ ...rejected, sensor: { ...rejected.sensor, configXml: "<Sysmon/>" } }];
        await assert.rejects(replay(chains, [], []), (error) => {
            assert.ok(error instanceof RehearsalError);
            assert.match(error.message, /the planned sensor and collection: sysmon\.xml:1:\d+ SM\d+/);
            return true;
        });
        const rules = [rule("Event | where Nope == 1"), rule("Event |", { detection: "other" })];
        await assert.rejects(replay([chain("injection")], rules, []), (error) => {
            assert.ok(error instanceof RehearsalError);
            assert.match(error.message, /the planned query of access: .*Nope/);
            assert.match(error.message, /the planned query of other: /);
            return true;
        });
    });
});
