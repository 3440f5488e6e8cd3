import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import type { EngineEvent, PulumiFn, UpResult } from "@pulumi/pulumi/automation";
import { packagePath } from "../../package/root";
import { badVariants, variedStack, type BadResource } from "../policies/badVariants";
import {
    describeEngine,
    openEngineStack,
    programOf,
    setInStackFile,
    storedState,
    type EngineStack,
} from "../support/engine";
import { listedMachines } from "../support/listedMachines";

const program = programOf("index.ts");
const policyPacks = [packagePath("policies")];

/** What `Pulumi.everything.yaml` takes to exist. */
const subscription = "/subscriptions/00000000-0000-0000-0000-000000000000";
const existing = [
    `${subscription}/resourceGroups/rg-oncall/providers/Microsoft.Insights/actionGroups/ag-oncall`,
    `${subscription}/resourceGroups/rg-web/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-jobs`,
];

/** How each stack that we ship behaves, and what of it is protected from deletion. */
const stacks = [
    { name: "dev", guarded: false },
    { name: "staging", guarded: false },
    { name: "prod", guarded: true },
    { name: "everything", guarded: true },
];

/** Types that are protected where a stack says so, sorted. */
const holdsData = [
    "BlobContainer",
    "DataCollectionRule",
    "ResourceGroup",
    "StorageAccount",
    "UserAssignedIdentity",
    "Workspace",
];

for (const { name, guarded } of stacks) {
    describeEngine(`the stack ${name}`, () => {
        let engine: EngineStack;
        before(async () => {
            engine = await openEngineStack({ name, existing });
        });
        after(() => engine.close());

        it("deploys, and every policy is content but with the keys of its store", async () => {
            const up = await engine.stack.up({ policyPacks });
            assert.deepEqual(Object.keys(up.summary.resourceChanges ?? {}), ["create"]);
            assert.match(up.stdout, /⚠️ sysmon-azure@/);
            assert.deepEqual(findingsOf(up), []);
        });

        it("tells what others need", async () => {
            const outputs = await engine.stack.outputs();
            const types = engine.cloud.all().map(({ type }) => type.split(":").pop());
            assert.equal(
                Object.keys(Object(outputs["ruleIds"]?.value) as object).length,
                types.filter((type) => type === "ScheduledQueryRule").length,
            );
            const workspace = engine.cloud.find(String(outputs["workspaceId"]?.value));
            assert.equal(outputs["customerId"]?.value, workspace?.outputs["customerId"]);
        });

        it("has nothing to change afterwards", async () => {
            await engine.stack.preview({ expectNoChanges: true });
        });

        it(`protects ${guarded ? "what holds data" : "nothing"} from deletion`, () => {
            assert.deepEqual(protectedTypes(engine), guarded ? holdsData : []);
        });

        it("leaves nothing behind when destroyed", async () => {
            if (guarded) {
                await assert.rejects(engine.stack.destroy(), /is protected|cannot be deleted/);
                setInStackFile(engine, ["protect"], false);
                await engine.stack.up();
            }
            await engine.stack.destroy();
            assert.deepEqual(engine.cloud.all(), []);
        });
    });
}

describeEngine("a stack with machines", () => {
    let engine: EngineStack;
    before(async () => {
        engine = await openEngineStack({ name: "everything", existing });
        await engine.stack.up();
    });
    after(() => engine.close());

    /** Names of the machines, sorted. */
    const sensors = ["srv-plant", "vm-files", "vm-kiosk", "vm-lab", "vm-sysmon-lab", "vmss-jobs", "vmss-web"];

    it("runs the installer once on each machine", () => {
        assert.deepEqual(engine.cloud.machinesThatRan("sysmon"), sensors);
    });

    it("reaches a machine of another subscription there", () => {
        const lab = engine.cloud.all().filter(({ id }) => id.includes("/vm-lab/"));
        assert.ok(lab.length > 0);
        for (const { id } of lab) assert.match(id, /^\/subscriptions\/11111111-1111-1111-1111-111111111111\//);
    });

    it("keeps every secret out of the state", () => {
        const state = storedState(engine);
        // The address of the webhook, and words that every protected command has.
        const secrets = ["hooks.example.com", "-ExecutionPolicy Bypass -Command"];
        const sent = JSON.stringify(engine.cloud.all().map(({ inputs }) => inputs));
        assert.deepEqual(
            secrets.map((secret) => [secret, sent.includes(secret), state.includes(secret)]),
            secrets.map((secret) => [secret, true, false]),
        );
    });

    it("sends a new Sysmon configuration to the sensors and the fleet, and touches no ring with one of its own", async () => {
        setInStackFile(engine, ["sensor", "config"], ["balanced", "injection"]);
        const [calls, runs] = [engine.cloud.calls.length, engine.cloud.runs.length];
        await engine.stack.up({ policyPacks });
        const written = engine.cloud.calls.slice(calls);
        assert.deepEqual(
            written
                .map(({ operation, id }) =>
                    `${operation} ${id.split("/").slice(-3).join("/")}`
                        .replace(/[0-9a-f]{64}/, "*")
                        .replace(/-[0-9a-f]{12}$/, "-@"),
                )
                .sort(),
            [
                "create blobs/*/sysmon.xml",
                "delete blobs/*/sysmon.xml",
                ...["srv-plant", "vm-lab", "vm-sysmon-lab", "vmss-jobs", "vmss-web"].map(
                    (machine) => `update ${machine}/extensions/sysmon`,
                ),
                "update vm-kiosk/runCommands/sysmon",
                "update Microsoft.Authorization/policyAssignments/sysmon-dev",
                ...["arcmachine", "scaleset", "virtualmachine"].flatMap((target) =>
                    ["create", "delete"].map(
                        (operation) =>
                            `${operation} Microsoft.PolicyInsights/remediations/sysmon-dev-sysmon-${target}-@`,
                    ),
                ),
            ].sort(),
        );
        assert.deepEqual(
            engine.cloud.machinesThatRan("sysmon", runs),
            sensors.filter((machine) => machine !== "vm-files"),
        );
    });

    it("had the new configuration in its store before the first machine was told, the old one until the last was", () => {
        const calls = engine.cloud.calls.map(({ operation, id }) => `${operation} ${id.split("/").pop()}`);
        const updates = calls.flatMap((call, index) => (call === "update sysmon" ? [index] : []));
        assert.ok(calls.lastIndexOf("create sysmon.xml") < Math.min(...updates));
        assert.ok(calls.lastIndexOf("delete sysmon.xml") > Math.max(...updates));
    });

    it("installs again where a person asks for another attempt", async () => {
        setInStackFile(engine, ["sensor", "attempt"], 2);
        const runs = engine.cloud.runs.length;
        await engine.stack.up();
        assert.deepEqual(engine.cloud.machinesThatRan("sysmon", runs), sensors);
    });

    it("goes on where the service failed, without a second run on the machines that were served", async () => {
        setInStackFile(engine, ["sensor", "attempt"], 3);
        const runs = engine.cloud.runs.length;
        engine.cloud.refuseAfter(2);
        await assert.rejects(engine.stack.up({ parallel: 1 }), /Status=500/);
        await engine.stack.up();
        assert.deepEqual(engine.cloud.machinesThatRan("sysmon", runs), sensors);
    });

    it("is refused by a machine that is switched off, and by no other", async () => {
        const off = `${subscription}/resourceGroups/rg-office/providers/Microsoft.Compute/virtualMachines/vm-files`;
        setInStackFile(engine, ["sensor", "attempt"], 4);
        const runs = engine.cloud.runs.length;
        engine.cloud.stoppedMachines.add(off.toLowerCase());
        await assert.rejects(engine.stack.up({ continueOnError: true }), /VM is not running/);
        assert.deepEqual(
            engine.cloud.machinesThatRan("sysmon", runs),
            sensors.filter((machine) => machine !== "vm-files"),
        );
    });
});

describeEngine("the policy pack", () => {
    let engine: EngineStack;
    before(async () => {
        engine = await openEngineStack({ name: "dev" });
    });
    after(() => engine.close());

    it("stops a configuration that feeds no detection before anything is created", async () => {
        setInStackFile(engine, ["sensor", "config"], "published-2017");
        await assert.rejects(
            engine.stack.preview({ policyPacks }),
            /sysmon-config-feeds-detections[\s\S]*logs nothing that verclsid-shellcode-injection could ring on/,
        );
        assert.deepEqual(engine.cloud.all(), []);
    });
});

describeEngine("the policy pack on a program that is bad in many ways", () => {
    let engine: EngineStack;
    before(async () => {
        engine = await openEngineStack({ name: variedStack });
        setInStackFile(engine, ["machines"], listedMachines(2));
    });
    after(() => engine.close());

    it("names each policy that stops it, before anything is created", async () => {
        const variants = togetherBad();
        engine.use(changed(variants.map(({ change }) => change)));
        const stopped = new Set<string>();
        const onEvent = ({ policyEvent }: EngineEvent): void => {
            if (policyEvent?.enforcementLevel === "mandatory") stopped.add(policyEvent.policyName);
        };
        await assert.rejects(engine.stack.preview({ policyPacks, onEvent }));
        assert.deepEqual([...stopped].sort(), [...new Set(variants.map(({ policy }) => policy))].sort());
        assert.deepEqual(engine.cloud.calls, []);
    });
});

/** The bad variants of single resources that one program can have together: none sets an input that another one sets. */
function togetherBad(): { policy: string; change: BadResource }[] {
    const taken = new Set<string>();
    return badVariants.flatMap(({ policy, change }) => {
        // A changed file is not the one that commands pin: nobody could tell any more which machines have a sensor.
        if (change.kind !== "resource" || change.type === ":Blob") return [];
        const inputs = Object.keys(change.inputs).map((key) => `${change.type} ${change.name} ${key}`);
        if (inputs.some((input) => taken.has(input))) return [];
        inputs.forEach((input) => taken.add(input));
        return [{ policy, change }];
    });
}

/** The package's program with some of its resources changed. */
function changed(changes: readonly BadResource[]): PulumiFn {
    return () => {
        pulumi.runtime.registerStackTransformation(({ type, name, props, opts }) => {
            const fitting = changes.filter((change) => type.endsWith(change.type) && name.endsWith(change.name));
            if (fitting.length === 0) return undefined;
            return { props: Object.assign({}, props, ...fitting.map(({ inputs }) => inputs)) as object, opts };
        });
        return program();
    };
}

/** Types of the provider's resources that the state has as protected, sorted. */
function protectedTypes(engine: EngineStack): (string | undefined)[] {
    const { checkpoint } = JSON.parse(storedState(engine)) as {
        checkpoint: { latest: { resources: { type: string; custom: boolean; protect?: boolean }[] } };
    };
    return checkpoint.latest.resources
        .filter(({ type, custom, protect }) => custom && protect === true && type.startsWith("azure-native:"))
        .map(({ type }) => type.split(":").pop())
        .sort();
}

/** Lines in which a policy found something, advice included; but for the keys of the stack's own store, which are known. */
function findingsOf({ stdout }: UpResult): string[] {
    const lines = stdout.split("\n").filter((line) => /\[(advisory|mandatory)\]|can't run policy/.test(line));
    return lines.filter((line) => !line.includes("filled-store-takes-keys"));
}
