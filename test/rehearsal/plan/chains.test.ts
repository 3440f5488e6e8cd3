import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { packagePath, packageRoot } from "../../../package/root";
import { plannedChains, withSensorConfig } from "../../../rehearsal/plan/chains";
import { plannedCollections } from "../../../rehearsal/plan/collections";
import type { Plan, PlannedResource, PlanObject } from "../../../rehearsal/plan/plan";
import { planStack, type StackPlan } from "../../../rehearsal/plan/planStack";
import { plannedRules } from "../../../rehearsal/plan/rules";
import { mergeConfigs, presetConfig, presetXml } from "../../../sysmon";

/** A plan of single resources. */
function planOf(...resources: { type: string; name: string; inputs: PlanObject; dependencies?: string[] }[]): Plan {
    const planned = resources.map(({ type, name, inputs, dependencies = [] }): PlannedResource => ({
        urn: `urn:pulumi:test::example::${type}::${name}`,
        type,
        name,
        parent: null,
        custom: true,
        dependencies,
        protect: false,
        inputs,
    }));
    return { project: "example", stack: "test", resources: planned, outputs: {}, warnings: [] };
}

const rule = (inputs: PlanObject): Plan =>
    planOf({ type: "azure-native:monitor:ScheduledQueryRule", name: "rule", inputs });

const wholeRule: PlanObject = {
    severity: 1,
    actions: { customProperties: { techniques: "T1055, T1055.012" } },
    evaluationFrequency: "PT5M",
    windowSize: "PT30M",
    criteria: {
        allOf: [{ query: "Event", threshold: 2, dimensions: [{ name: "Computer" }], resourceIdColumn: "_ResourceId" }],
    },
};

describe("The chains of a plan", () => {
    let everything: StackPlan;
    before(async () => {
        everything = await planStack(packageRoot, "everything");
    });

    it("stand for every associated machine, whatever its kind and delivery", () => {
        const { chains } = plannedChains(everything.plan, everything.folder);
        assert.equal(chains.length, 1);
        assert.deepEqual([...(chains[0]?.machines ?? [])].sort(), [
            "rg-arc/srv-plant",
            "rg-lab/vm-lab",
            "rg-office/vm-files",
            "rg-web/vmss-web",
        ]);
        assert.equal(chains[0]?.sensor.via, "extension");
    });

    it("carry the configuration that the planned command pins", () => {
        const [chain] = plannedChains(everything.plan, everything.folder).chains;
        const parts = (["injection-context", "balanced"] as const).map((name) => ({
            name,
            config: presetConfig(name),
        }));
        const merged = mergeConfigs(parts.map((part) => ({ files: [part] })));
        assert.ok(merged.ok);
        assert.equal(chain?.sensor.configXml, merged.xml);
    });

    it("leave out machines whose events reach no table, and say so", () => {
        const { gaps } = plannedChains(everything.plan, everything.folder);
        assert.deepEqual(gaps.map((gap) => gap.split(":")[0]).sort(), ["rg-office/vm-kiosk", "rg-web/vmss-jobs"]);
    });

    it("stand for machines to come where a stack lists none", async () => {
        const { plan, folder } = await planStack(packageRoot, "prod");
        const { chains, gaps } = plannedChains(plan, folder);
        assert.deepEqual([chains.length, chains[0]?.machines, chains[0]?.sensor.via, gaps], [1, [], "payload", []]);
    });

    it("say which planned command pins a configuration that no planned blob holds", () => {
        const { plan, folder } = everything;
        const resources = plan.resources.filter(({ name }) => name !== "payload-sysmon.xml");
        const { chains, gaps } = plannedChains({ ...plan, resources }, folder);
        assert.ok(gaps.some((gap) => /sensor-vm-files.*no planned blob holds the sysmon\.xml/.test(gap)));
        assert.deepEqual(chains, []);
    });

    it("can be tried with another configuration", () => {
        const { chains } = plannedChains(everything.plan, everything.folder);
        const [tried, ...others] = withSensorConfig([...chains, ...chains], presetXml("published-2017"));
        assert.equal(others.length, 0);
        assert.equal(tried?.sensor.configXml, presetXml("published-2017"));
    });

    it("find no collection in a stream that no flow carries", () => {
        const dataSources = { windowsEventLogs: [{ streams: ["Microsoft-Event"], xPathQueries: ["Security!*"] }] };
        const type = "azure-native:monitor:DataCollectionRule";
        const collections = (flows: PlanObject[]): number =>
            plannedCollections(planOf({ type, name: "rule", inputs: { dataSources, dataFlows: flows } })).length;
        assert.equal(collections([]), 0);
        assert.equal(collections([{ streams: ["Microsoft-Event"] }]), 1);
    });
});

describe("The rules of a plan", () => {
    it("are read back with query, schedule, threshold and what splits alerts", () => {
        assert.deepEqual(plannedRules(rule(wholeRule)), [
            {
                detection: "rule",
                rule: "rule",
                severity: "High",
                techniques: ["T1055", "T1055.012"],
                query: "Event",
                frequencyMs: 300_000,
                windowMs: 1_800_000,
                threshold: 2,
                groupBy: ["Computer", "_ResourceId"],
                failingPeriods: { toAlert: 1, of: 1 },
            },
        ]);
    });

    it("leave out those that are switched off", () => {
        assert.deepEqual(plannedRules(rule({ ...wholeRule, enabled: false })), []);
    });

    it("cannot be judged where the schedule is missing or unreadable", () => {
        assert.throws(
            () => plannedRules(rule({ ...wholeRule, windowSize: "half an hour" })),
            /`windowSize` is missing/,
        );
    });
});

describe("A stack of somebody else's project", () => {
    it("is planned with its own program, as Pulumi would load it", async () => {
        const folder = fs.mkdtempSync(path.join(os.tmpdir(), "sysmon-azure-foreign-"));
        fs.symlinkSync(packagePath("node_modules"), path.join(folder, "node_modules"));
        fs.writeFileSync(path.join(folder, "Pulumi.yaml"), "name: theirs\nruntime: nodejs\nmain: program.js\n");
        fs.writeFileSync(path.join(folder, "Pulumi.dev.yaml"), "config:\n  theirs:group: rg-theirs\n");
        fs.writeFileSync(
            path.join(folder, "program.js"),
            `const pulumi = require("@pulumi/pulumi");
             const { ResourceGroup } = require("@pulumi/azure-native/resources");
             new ResourceGroup("g", { resourceGroupName: new pulumi.Config().require("group"), location: "westeurope" });`,
        );
        const { plan } = await planStack(folder, "dev");
        fs.rmSync(folder, { recursive: true, force: true });
        assert.equal(plan.project, "theirs");
        assert.equal(plan.resources.at(-1)?.inputs.resourceGroupName, "rg-theirs");
    });
});
