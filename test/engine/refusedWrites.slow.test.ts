import assert from "node:assert/strict";
import {
    describeEngine,
    openEngineStack,
    pendingOperations,
    setInStackFile,
    type EngineStack,
} from "../support/engine";
import { listedMachines } from "../support/listedMachines";

const names = ["vm-001", "vm-002"];

describeEngine("an operation that the service refuses once at each write", function () {
    this.timeout(600_000);
    let engine: EngineStack;
    before(async () => {
        engine = await openEngineStack({ name: "dev" });
        setInStackFile(engine, ["machines"], listedMachines(2));
        // One detection has every kind of write.
        setInStackFile(engine, ["detections"], { include: ["verclsid-shellcode-injection"] });
    });
    after(() => engine.close());

    it("goes on with the next up: everything is there, nothing twice", async () => {
        const refused = await refusedInTurn(engine, () => engine.stack.up({ parallel: 1 }));
        // The cloud refuses to create what is there already.
        assert.deepEqual(refused.sort(), idsOf(engine));
        assert.ok(refused.length > 20);
        assert.deepEqual(engine.cloud.machinesThatRan("sysmon"), names);
        await engine.stack.preview({ expectNoChanges: true });
    });

    it("goes on with a new configuration, and installs it once on each machine", async () => {
        setInStackFile(engine, ["sensor", "config"], "injection");
        const runs = engine.cloud.runs.length;
        const refused = await refusedInTurn(engine, () => engine.stack.up({ parallel: 1 }));
        const kinds = ["sysmon", "sysmon", "sysmon.xml", "sysmon.xml"];
        assert.deepEqual(refused.map((id) => id.split("/").pop()).sort(), kinds);
        assert.deepEqual(engine.cloud.machinesThatRan("sysmon", runs), names);
        await engine.stack.preview({ expectNoChanges: true });
    });

    it("goes on with the next destroy, until nothing is left", async () => {
        const complete = engine.cloud.all().length;
        const refused = await refusedInTurn(engine, () => engine.stack.destroy({ parallel: 1 }));
        assert.equal(refused.length, complete);
        assert.deepEqual(engine.cloud.all(), []);
    });
});

/**
 * Repeats an operation until it ends well: the service refuses its first write, then takes that one and refuses the next,
 * and so on. Each run goes on from the state that the one before left. Ids of what was refused.
 */
async function refusedInTurn(engine: EngineStack, operation: () => Promise<unknown>): Promise<string[]> {
    const refused: string[] = [];
    for (;;) {
        engine.cloud.refuseAfter(Math.min(refused.length, 1));
        try {
            await operation();
            return refused;
        } catch (error) {
            const [, id] = /Status=500.*of '([^']+)'/.exec(String(error)) ?? [];
            if (id === undefined) throw error;
            assert.deepEqual(pendingOperations(engine), []);
            refused.push(id);
        } finally {
            engine.cloud.refuseAfter(Infinity);
        }
    }
}

/** Ids of everything that is there, sorted. */
function idsOf({ cloud }: EngineStack): string[] {
    return cloud
        .all()
        .map(({ id }) => id)
        .sort();
}
