import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { packagePath, packageRoot } from "../../../package/root";
import { plannedChains, withSensorConfig, type Chain } from "../../../rehearsal/plan/chains";
import { plannedCollections } from "../../../rehearsal/plan/collections";
import {
    at,
    isObject,
    readableInputs,
    type Plan,
    type PlannedResource,
    type PlanObject,
} from "../../../rehearsal/plan/plan";
import { planStack, type StackPlan } from "../../../rehearsal/plan/planStack";
import { plannedRules } from "../../../rehearsal/plan/rules";
import { mergeConfigs, presetConfig, presetXml, type PresetName } from "../../../sysmon";
import { temporaryFolder } from "../../support/temporaryFolder";

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

/** Several presets merged, as a stack does it. */
function mergedXml(...names: PresetName[]): string {
    const merged = mergeConfigs(names.map((name) => ({ files: [{ name, config: presetConfig(name) }] })));
    assert.ok(merged.ok);
    return merged.xml;
}

/** Parameters of the only policy assignment of a plan, with its commands. */
function plannedAssignment({ resources }: Plan): PlanObject {
    const assignment = resources.find(({ type }) => type === "azure-native:authorization:PolicyAssignment");
    const parameters = assignment && at(readableInputs(assignment), "parameters");
    assert.ok(isObject(parameters));
    return parameters;
}

describe("The chains of a plan", () => {
    let everything: StackPlan;
    before(async () => {
        everything = await planStack(packageRoot, "everything");
    });

    /** Machines of each chain, sorted, by what their configuration is. */
    const machinesOf = (chains: readonly Chain[]): Record<string, string[]> =>
        Object.fromEntries(chains.map(({ sensor, machines }) => [sensor.configSha256, [...machines].sort()]));
    const sha256 = (xml: string): string => createHash("sha256").update(xml).digest("hex");

    it("stand for every associated machine, whatever its kind and delivery: a ring's apart, unless one is pinned", () => {
        const { chains } = plannedChains(everything.plan, everything.folder);
        assert.deepEqual(machinesOf(chains), {
            [sha256(mergedXml("injection-context", "balanced"))]: [
                "rg-arc/srv-plant",
                "rg-detection/vm-sysmon-lab",
                "rg-lab/vm-lab",
                "rg-web/vmss-web",
            ],
            [sha256(presetXml("balanced"))]: ["rg-office/vm-files"],
        });
        assert.deepEqual(
            chains.map(({ sensor }) => sensor.via),
            ["extension", "extension"],
        );
    });

    it("stand for machines that policies equip, with the configuration that the assignment's commands pin", () => {
        const { plan, folder } = everything;
        const listed = plan.resources.filter(({ parent }) => !parent?.includes("sysmon-azure:index:Sensor::"));
        const resources = listed.filter(({ type }) => !type.endsWith(":Blob"));
        const pushed = listed.filter(({ type }) => type.endsWith(":Blob"));
        const { chains, gaps } = plannedChains({ ...plan, resources, pushed }, folder);
        const [fleet] = chains;
        assert.deepEqual(
            [fleet?.sensor.via, fleet?.machines, fleet?.sensor.configXml, gaps],
            ["policy", [], mergedXml("injection-context", "balanced"), []],
        );
    });

    it("leave out policies that rest", () => {
        const command = plannedAssignment(everything.plan);
        const resting = { ...command, effect: { value: "Disabled" } };
        const type = "azure-native:authorization:PolicyAssignment";
        const { chains, gaps } = plannedChains(planOf({ type, name: "fleet", inputs: { parameters: resting } }), ".");
        assert.deepEqual([chains, gaps], [[], []]);
    });

    it("say which policies associate machines with no rule, and which pin what is in no store", () => {
        const type = "azure-native:authorization:PolicyAssignment";
        const inputs = { parameters: plannedAssignment(everything.plan) };
        const { gaps } = plannedChains(planOf({ type, name: "fleet", inputs }), ".");
        assert.deepEqual(
            gaps.map((gap) => /no planned blob holds the sysmon\.xml/.test(gap)),
            [true, true],
        );
        const pushed = everything.plan.resources.filter((resource) => resource.type.endsWith(":Blob"));
        const stored = plannedChains({ ...planOf({ type, name: "fleet", inputs }), pushed }, everything.folder);
        assert.ok(stored.gaps.some((gap) => gap.startsWith("The policies associate machines with no")));
    });

    it("know what is to be pushed into a store that exists", async () => {
        const container = "https://stsysmon.blob.core.windows.net/sysmon";
        const folder = temporaryFolder({
            "Pulumi.yaml": `name: sysmon-azure\nmain: ${packagePath("index.ts")}\nruntime: nodejs\n`,
            "Pulumi.dev.yaml": fs
                .readFileSync(packagePath("Pulumi.dev.yaml"), "utf8")
                .replace("config:\n", `config:\n  sysmon-azure:artifacts:\n    container: ${container}\n`),
        });
        const { plan } = await planStack(folder, "dev");
        assert.deepEqual(
            plan.resources.filter(({ type }) => type.includes(":storage:")),
            [],
        );
        const { chains, gaps } = plannedChains(plan, folder);
        assert.deepEqual(
            [chains.map(({ sensor }) => [sensor.via, sensor.configXml]), gaps],
            [[["payload", presetXml("balanced")]], []],
        );
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
        const resources = plan.resources.filter(({ name }) => !name.endsWith("-sysmon.xml"));
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
                kind: "scheduled-query",
                detection: "rule",
                rule: "rule",
                severity: "High",
                techniques: ["T1055", "T1055.012"],
                query: "Event",
                frequencyMs: 300_000,
                windowMs: 1_800_000,
                threshold: 2,
                groupBy: ["Computer", "_ResourceId"],
                entities: [],
                failingPeriods: { toAlert: 1, of: 1 },
            },
        ]);
    });

    it("are read back from Sentinel as well, with what an alert is about", async () => {
        const { plan } = await planStack(packageRoot, "everything");
        const both = plannedRules(plan).filter(({ detection }) => detection === "verclsid-shellcode-injection");
        assert.deepEqual(
            both.map(({ kind }) => kind),
            ["scheduled-query", "sentinel"],
        );
        const [scheduled, sentinel] = both;
        assert.deepEqual(
            [sentinel?.query, sentinel?.frequencyMs, sentinel?.windowMs, sentinel?.threshold, sentinel?.severity],
            [scheduled?.query, scheduled?.frequencyMs, scheduled?.windowMs, scheduled?.threshold, scheduled?.severity],
        );
        assert.ok(sentinel?.entities.some(({ type, identifiers }) => type === "Host" && "FullName" in identifiers));
    });

    it("of Sentinel have their title for a name outside of the package's component, and ring above a threshold only", () => {
        const type = "azure-native:securityinsights:ScheduledAlertRule";
        const inputs = {
            displayName: "Theirs",
            query: "Event",
            queryFrequency: "PT5M",
            queryPeriod: "PT1H",
            severity: "Low",
            triggerOperator: "GreaterThan",
            triggerThreshold: 3,
        };
        assert.deepEqual(plannedRules(planOf({ type, name: "theirs", inputs })), [
            {
                kind: "sentinel",
                detection: "Theirs",
                rule: "Theirs",
                severity: "Low",
                techniques: [],
                query: "Event",
                frequencyMs: 300_000,
                windowMs: 3_600_000,
                threshold: 3,
                groupBy: [],
                entities: [],
                failingPeriods: { toAlert: 1, of: 1 },
            },
        ]);
        const equal = { ...inputs, triggerOperator: "Equal" };
        assert.throws(() => plannedRules(planOf({ type, name: "theirs", inputs: equal })), /only GreaterThan can be/);
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
