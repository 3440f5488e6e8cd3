import assert from "node:assert/strict";
import pc from "picocolors";
import type { Plan } from "../../../rehearsal/plan/plan";
import { rehearsalPage } from "../../../rehearsal/report/html";
import { planTree } from "../../../rehearsal/report/planTree";
import { rehearsalReport } from "../../../rehearsal/report/terminal";
import type { RecordingVerdict, Rehearsal } from "../../../rehearsal/verdict";

const style = { width: 80, colors: pc.createColors(false) };

const verdict: RecordingVerdict = {
    name: "attack",
    files: ["attack.evtx"],
    chain: 0,
    events: { read: 1234, sysmon: 1200, logged: 3, collected: 2 },
    alerts: [
        {
            kind: "sentinel",
            detection: "injection",
            rule: "rule-injection",
            severity: "High",
            count: 5,
            certainty: "sometimes",
            windowStart: "2026-01-01T00:00:00.000Z",
            windowEnd: "2026-01-01T00:30:00.000Z",
            rows: Array.from({ length: 5 }, (_, index) => ({
                SourceImage: "C:\\<b>evil</b>.exe",
                TargetImage: "C:\\Windows\\svchost.exe",
                Accesses: index + 1,
                Computer: "host",
            })),
            entities: [
                { type: "Host", identifiers: { FullName: "host" } },
                { type: "Process", identifiers: { ProcessId: "4711", CommandLine: "evil.exe -k" } },
            ],
        },
    ],
    missed: [{ detection: "silence", lostAt: "sensor", why: "1 candidate event, none logged: excluded by line 3" }],
    unexpected: ["injection"],
};

const rehearsal: Rehearsal = {
    stack: "dev",
    ok: false,
    chains: [
        {
            machines: 2,
            sensor: { configSha256: "0123456789abcdef", schemaVersion: "4.90", via: "extension" },
            collection: { kind: "dataCollectionRule", queries: ["Sysmon!*"], table: "Event" },
        },
    ],
    recordings: [verdict],
    detections: [
        { name: "injection", alerts: 1, exercised: true },
        { name: "silence", alerts: 0, exercised: false },
    ],
    gaps: ["vm-3: no data collection rule"],
    problems: [{ file: "bad.evtx", message: "is no recording" }],
};

describe("The report on a terminal", () => {
    const text = rehearsalReport(rehearsal, style);

    it("shows the chain and how many events pass each station", () => {
        assert.match(text, /Chain, for 2 machines/);
        assert.match(text, /Sysmon configuration 0123456789ab, schema 4\.90, by VM extension/);
        assert.match(text, /1,234 records read → 1,200 of Sysmon → 3 logged → 2 collected → 1 alert/);
    });

    it("shows an alert with severity, time, source and target", () => {
        assert.match(text, /High +2026-01-01 00:30:00 {2}injection {2}Sentinel {2}sometimes {2}unexpected/);
        assert.match(text, /evil<\/b>\.exe → svchost\.exe {3}1× {2}host/);
        assert.match(text, /and 2 more rows/);
    });

    it("shows what did not ring, and where it was lost", () => {
        assert.match(text, /did not ring {2}silence, lost at the sensor\n +1 candidate event, none logged/);
    });

    it("shows what the plan leaves open, and the verdict", () => {
        assert.match(text, /gap +vm-3: no data collection rule/);
        assert.match(text, /1 replay, 1 alert, 1 problem with recordings: not as expected$/);
    });

    it("names the detections that no recording exercised", () => {
        assert.match(text, /\nnot exercised, for no recording gives what they read: silence\n/);
    });

    it("stays within the columns", () => {
        const longest = Math.max(...text.split("\n").map((line) => line.length));
        assert.ok(longest <= style.width, `${longest} columns`);
    });
});

describe("The report as a page", () => {
    it("holds the whole result, and nothing of a recording acts as markup", () => {
        const page = rehearsalPage(rehearsal);
        for (const part of ["Not as expected", "injection", "silence", "vm-3", "bad.evtx", "&lt;b&gt;evil"]) {
            assert.ok(page.includes(part), part);
        }
        assert.ok(!page.includes("<b>evil"));
        assert.ok(!/<script|https?:/.test(page), "nothing is loaded");
    });
});

describe("The tree of a plan", () => {
    const root = "urn:pulumi:dev::p::pulumi:pulumi:Stack::p-dev";
    const resource = (index: number, parent: string | null = root) => ({
        urn: `urn:${index}`,
        type: "azure-native:compute:VirtualMachineExtension",
        name: `extension-${index}`,
        parent,
        custom: true,
        dependencies: [],
        protect: index === 0,
        inputs: {},
    });
    const stack = { ...resource(-1, null), urn: root, type: "pulumi:pulumi:Stack", custom: false };
    const planOf = (count: number): Plan => ({
        project: "p",
        stack: "dev",
        resources: [stack, ...Array.from({ length: count }, (_, index) => resource(index))],
        outputs: {},
        warnings: [],
    });

    it("counts what would be created", () => {
        assert.match(
            planTree(planOf(3), style),
            /^Stack dev would create 3 resources\n├─ compute:VirtualMachineExtension/,
        );
    });

    it("marks what is protected", () => {
        assert.match(planTree(planOf(1), style), /extension-0 {2}protected$/);
    });

    it("counts the surplus of many siblings instead of drawing it", () => {
        const lines = planTree(planOf(300), style).split("\n");
        assert.equal(lines.length, 10);
        assert.match(lines.at(-1) ?? "", /└─ … and 292 more of compute:VirtualMachineExtension/);
    });

    it("draws nine siblings rather than counting one", () => {
        assert.equal(planTree(planOf(9), style).split("\n").length, 10);
    });
});
