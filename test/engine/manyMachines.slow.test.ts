import assert from "node:assert/strict";
import { describeEngine, openEngineStack, setInStackFile, storedState, type EngineStack } from "../support/engine";
import { listedMachines } from "../support/listedMachines";

const machines = listedMachines(300);
const names = machines.map(({ id }) => id.split("/").pop() ?? "");

/** Bytes of state that three resources a machine with an inline script of 10 kB cost. */
const plainBytes = 24_800;

describeEngine("a list of 300 machines", function () {
    this.timeout(600_000);
    let engine: EngineStack;
    before(async () => {
        // What a state that is written in the middle is good for, small stacks show.
        engine = await openEngineStack({ name: "dev", checkpoints: false });
        // What each machine costs is looked at, not the detections.
        setInStackFile(engine, ["detections"], { include: ["verclsid-shellcode-injection"] });
    });
    after(() => engine.close());

    it("goes on where a create failed, and runs the installer once on each machine", async () => {
        const alone = await openedWith(engine, []);
        setInStackFile(engine, ["machines"], machines);
        engine.cloud.refuseAfter(500);
        await assert.rejects(engine.stack.up(), /Status=500/);
        assert.notEqual(engine.cloud.all().length, 0);
        await engine.stack.up();
        assert.deepEqual(engine.cloud.machinesThatRan("sysmon"), names);
        const created = engine.cloud.calls.filter(({ operation }) => operation === "create").map(({ id }) => id);
        // The one that was refused was asked for twice.
        assert.equal(created.length - new Set(created).size, 1);
        const bytes = (storedState(engine).length - alone) / machines.length;
        // Linear in the machines: that one of them named all others once was found here.
        assert.ok(bytes < 0.8 * plainBytes, `${bytes} bytes of state a machine`);
    });

    it("has nothing to change afterwards", async () => {
        await engine.stack.preview({ expectNoChanges: true });
    });

    it("keeps secrets, and whatever runs on the machines, out of the state", () => {
        const state = storedState(engine);
        const sent = JSON.stringify(engine.cloud.all().map(({ inputs }) => inputs));
        // Words that every command has.
        const words = ["-ExecutionPolicy Bypass -Command", "New-Client"];
        assert.deepEqual(
            words.map((word) => [sent.includes(word), state.includes(word)]),
            words.map(() => [true, false]),
        );
    });

    it("updates exactly the sensors of a ring that moves to a new configuration", async () => {
        setInStackFile(engine, ["sensor", "rings"], { canary: { config: "injection" } });
        setInStackFile(
            engine,
            ["machines"],
            machines.map((machine, index) => (index < 30 ? { ...machine, ring: "canary" } : machine)),
        );
        // A ring is told by a tag of its extensions, which the machine does not run again for.
        const runs = engine.cloud.runs.length;
        await engine.stack.up();
        assert.deepEqual(engine.cloud.machinesThatRan("sysmon", runs), names.slice(0, 30));
        setInStackFile(engine, ["sensor", "rings"], {});
        setInStackFile(engine, ["machines"], machines);
        await engine.stack.up();
    });

    it("updates the sensors with a new configuration, and nothing else of the machines", async () => {
        setInStackFile(engine, ["sensor", "config"], "injection");
        const [calls, runs] = [engine.cloud.calls.length, engine.cloud.runs.length];
        await engine.stack.up();
        assert.deepEqual(engine.cloud.machinesThatRan("sysmon", runs), names);
        const others = engine.cloud.calls.slice(calls).filter(({ id }) => !id.endsWith("/extensions/sysmon"));
        assert.deepEqual(others.map(({ operation, id }) => `${operation} ${id.split("/").pop()}`).sort(), [
            "create sysmon.xml",
            "delete sysmon.xml",
        ]);
    });

    it("serves every machine but the one that is switched off", async () => {
        setInStackFile(engine, ["sensor", "attempt"], 1);
        const runs = engine.cloud.runs.length;
        engine.cloud.stoppedMachines.add(String(machines[149]?.id).toLowerCase());
        await assert.rejects(engine.stack.up({ continueOnError: true }), /sensor-vm-150[^]*VM is not running/);
        assert.deepEqual(
            engine.cloud.machinesThatRan("sysmon", runs),
            names.filter((name) => name !== "vm-150"),
        );
        engine.cloud.stoppedMachines.clear();
    });

    it("lets go of machines that are taken off, and leaves the others alone", async () => {
        await engine.stack.up();
        setInStackFile(engine, ["machines"], machines.slice(2));
        const calls = engine.cloud.calls.length;
        await engine.stack.up();
        assert.deepEqual(
            engine.cloud.calls
                .slice(calls)
                // The workbook knows which machines to expect.
                .filter(({ id }) => !id.includes("/workbooks/"))
                .map(({ operation, id }) => `${operation} ${id.split("/").slice(-2)[0]}`)
                .sort(),
            ["dataCollectionRuleAssociations", "extensions", "extensions", "roleAssignments"]
                .flatMap((type) => [`delete ${type}`, `delete ${type}`])
                .sort(),
        );
    });

    it("leaves nothing behind when destroyed", async () => {
        await engine.stack.destroy();
        assert.deepEqual(engine.cloud.all(), []);
    });
});

/** Bytes of state of the stack with a list of machines, once it is deployed. */
async function openedWith(engine: EngineStack, list: readonly unknown[]): Promise<number> {
    setInStackFile(engine, ["machines"], list);
    await engine.stack.up();
    return storedState(engine).length;
}
