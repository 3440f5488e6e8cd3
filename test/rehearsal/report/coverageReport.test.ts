import assert from "node:assert/strict";
import pc from "picocolors";
import type { Coverage, DetectionCoverage, ProofLoss } from "../../../rehearsal/analysis/coverage";
import { coverageReport } from "../../../rehearsal/report/coverageReport";

const style = { width: 80, colors: pc.createColors(false) };

const filtered: ProofLoss = {
    station: "sensor",
    event: 10,
    count: { lost: 2, of: 2 },
    why: "the ProcessAccess include (line 472) has no filters: not logged",
};

function detection(name: string, change: Partial<DetectionCoverage> = {}): DetectionCoverage {
    return {
        detection: name,
        rule: name,
        severity: "Medium",
        techniques: [],
        life: "alive",
        events: [{ id: 10, name: "ProcessAccess", sensor: "some", needed: 2, logged: 2, collected: 2 }],
        fields: 7,
        missingFields: [],
        proofs: [{ recording: "attack", lost: null }],
        ...change,
    };
}

const silent = { life: "dead", proofs: [{ recording: "attack", lost: filtered }] } as const;

const coverage: Coverage = {
    stack: "dev",
    ok: false,
    chains: [
        {
            chain: {
                machines: 2,
                sensor: { configSha256: "0123456789abcdef", schemaVersion: "4.50", via: "extension" },
                collection: { kind: "dataCollectionRule", queries: ["Sysmon!*"], table: "Event" },
            },
            detections: [
                detection("rings", { missingFields: [{ name: "SourceUser", since: 4.8 }] }),
                detection("silenced", silent),
                detection("silenced-as-well", silent),
                detection("half", {
                    proofs: [
                        { recording: "attack", lost: null },
                        { recording: "other", lost: { ...filtered, why: "excluded by line 9" } },
                    ],
                }),
                detection("new", { life: "unproven", proofs: [], events: [] }),
                detection("idle", {
                    events: [{ id: 1, name: "x", sensor: "most", needed: 0, logged: 0, collected: 0 }],
                }),
            ],
            unlogged: [{ id: 10, name: "ProcessAccess", why: "no rule includes it", rules: 16 }],
        },
    ],
    gaps: ["vm-3: no data collection rule"],
    problems: [{ file: "bad.evtx", message: "is no recording" }],
};

describe("the report of coverage on a terminal", () => {
    const text = coverageReport(coverage, style);

    for (const [what, pattern] of [
        ["the chain", /^Coverage, for 2 machines\n {2}Sysmon configuration 0123456789ab, schema 4\.50, table Event\n/],
        ["a line a rule: fields there, recordings, events", /^alive +Med\. rings +6\/7 +1 +10:2\/2$/m],
        ["a rule that is dead, with the recording that is lost", /^dead +Med\. silenced +7 +not 1 +10:2\/2$/m],
        ["a rule that rings here and not there", /^alive +Med\. half +7 +1 not 2 +10:2\/2$/m],
        ["an event of which no proof has one", /^alive +Med\. idle .*1:-$/m],
        ["the recordings by number", /^Recordings: 1:attack, 2:other$/m],
        ["how many rules are dead", /^Dead: 2 rules ring in no recording that proves them$/m],
        [
            "each cause once, with the rules that it silences",
            /^ {2}event 10 ProcessAccess, lost at the sensor: the ProcessAccess include[^]+?\n {6}silenced, silenced-as-well$/m,
        ],
        ["what is lost of rules that are alive", /excluded by line 9\n {6}half in other$/m],
        ["rules without proof", /^Unproven, no recording shows what it needs: new$/m],
        ["events of which nothing is logged", /^ {2}10 ProcessAccess: no rule includes it \(16 rules read it\)$/m],
        ["fields newer than the configuration", /^Fields newer than schema 4\.50: SourceUser \(4\.80\)\./m],
        ["the totals", /^6 rules: 3 alive, 2 dead, 1 unproven$/m],
        ["what the plan leaves open", /^gap: vm-3: no data collection rule\n1 problem with recordings$/m],
    ] as const) {
        it(`shows ${what}`, () => {
            assert.match(text, pattern);
        });
    }

    it("stays within the columns", () => {
        const longest = Math.max(...text.split("\n").map((line) => line.length));
        assert.ok(longest <= style.width, `${longest} columns`);
    });

    it("numbers the chains where there are several", () => {
        const twice = coverageReport({ ...coverage, chains: [...coverage.chains, ...coverage.chains] }, style);
        assert.match(twice, /^Coverage of chain 1, for 2 machines$[^]+^Coverage of chain 2, for 2 machines$/m);
    });
});
