import assert from "node:assert/strict";
import { describeEngine, openEngineStack, setInStackFile, storedState, type EngineStack } from "../support/engine";
import { listedMachines } from "../support/listedMachines";

const [first, second, third] = listedMachines(3);
const machines = [first, second, third];

describeEngine("a list of machines", () => {
    let engine: EngineStack;
    before(async () => {
        // A fresh role assignment is not seen by everybody at once.
        engine = await openEngineStack({ name: "dev", readsBeforeGrant: 3 });
        setInStackFile(engine, ["machines"], machines);
    });
    after(() => engine.close());

    it("gets Sysmon though the store lets a machine in only after some tries", async () => {
        assert.deepEqual(machinesLeft((await engine.stack.up()).stdout), []);
        assert.deepEqual(runsByMachine(engine), { "vm-001": 1, "vm-002": 1, "vm-003": 1 });
        assert.ok(Math.max(...engine.cloud.runs.map(({ tries }) => tries)) > 3);
    });

    it("is stored with few of the calls that led to a machine's resources", () => {
        const { checkpoint } = JSON.parse(storedState(engine)) as {
            checkpoint: { latest: { resources: { urn: string; stackTrace?: unknown[] }[] } };
        };
        const calls = checkpoint.latest.resources
            .filter(({ urn }) => urn.includes("::sensor-vm-"))
            .map(({ stackTrace = [] }) => stackTrace.length);
        assert.equal(calls.length, 4 * machines.length);
        assert.ok(Math.max(...calls) <= 5, calls.join());
    });

    it("reports the machine that is switched off by its name, and serves the others", async () => {
        engine.cloud.stoppedMachines.add(String(second?.id).toLowerCase());
        setInStackFile(engine, ["sensor", "attempt"], 1);
        await assert.rejects(engine.stack.up({ continueOnError: true }), /sensor-vm-002[^]*VM is not running/);
        engine.cloud.stoppedMachines.clear();
        await engine.stack.up();
        assert.deepEqual(runsByMachine(engine), { "vm-001": 2, "vm-002": 2, "vm-003": 2 });
    });

    it("is warned of a machine that is taken off while Sysmon is on it", async () => {
        setInStackFile(engine, ["machines"], [second, third]);
        assert.deepEqual(machinesLeft((await engine.stack.preview()).stdout), ["vm-001"]);
        assert.deepEqual(machinesLeft((await engine.stack.up()).stdout), ["vm-001"]);
    });

    it("is not warned again", async () => {
        const { stdout } = await engine.stack.preview({ expectNoChanges: true });
        assert.deepEqual(machinesLeft(stdout), []);
    });

    it("is not warned of a machine that Sysmon was removed from before", async () => {
        setInStackFile(engine, ["sensor", "ensure"], "absent");
        assert.deepEqual(machinesLeft((await engine.stack.up()).stdout), []);
        setInStackFile(engine, ["machines"], [third]);
        assert.deepEqual(machinesLeft((await engine.stack.up()).stdout), []);
        assert.deepEqual(runsByMachine(engine), { "vm-001": 2, "vm-002": 3, "vm-003": 3 });
    });

    it("is let go in the reverse order when destroyed", async () => {
        const calls = engine.cloud.calls.length;
        await engine.stack.destroy();
        const deleted = engine.cloud.calls.slice(calls).map(({ id }) => id.split("/").slice(-2).join("/"));
        const inOrder = [
            "dataCollectionRuleAssociations/sysmon-azure",
            "extensions/sysmon",
            "extensions/AzureMonitorWindowsAgent",
        ];
        const places = inOrder.map((last) => deleted.indexOf(last));
        assert.ok(!places.includes(-1));
        assert.deepEqual(
            places,
            [...places].sort((left, right) => left - right),
        );
        assert.deepEqual(engine.cloud.all(), []);
    });
});

/** How often each machine ran the installer, by its name. */
function runsByMachine({ cloud }: EngineStack): Record<string, number> {
    const runs: Record<string, number> = {};
    for (const { id, machine } of cloud.runs) {
        const name = machine.split("/").pop() ?? "";
        if (id.endsWith("/sysmon")) runs[name] = (runs[name] ?? 0) + 1;
    }
    return runs;
}

/** Names of the machines that an operation warned of, because Sysmon stays on them. */
function machinesLeft(stdout: string): string[] {
    const [, warning = ""] =
        /warning: Sysmon stays on machines.*set ensure: absent.*\n((?: +\/subscriptions\/.*\n)+)/.exec(stdout) ?? [];
    return [...warning.matchAll(/virtualMachines\/(\S+)/g)].flatMap(([, name]) => name ?? []);
}
