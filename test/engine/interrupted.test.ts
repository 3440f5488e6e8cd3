import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import type { PulumiFn } from "@pulumi/pulumi/automation";
import {
    describeEngine,
    openEngineStack,
    pendingOperations,
    programOf,
    setInStackFile,
    type EngineStack,
} from "../support/engine";
import { listedMachines } from "../support/listedMachines";

const program = programOf("index.ts");
const storageAccount = "azure-native:storage:StorageAccount";

describeEngine("an up that is interrupted", function () {
    let engine: EngineStack;
    beforeEach(async () => {
        engine = await openEngineStack({ name: "dev", tardyType: storageAccount });
        setInStackFile(engine, ["machines"], listedMachines(2));
        setInStackFile(engine, ["detections"], { include: ["verclsid-shellcode-injection"] });
    });
    afterEach(() => engine.close());

    it("waits for what it has begun, and the next one goes on from there", async () => {
        await interrupt(engine, 1);
        assert.deepEqual(pendingOperations(engine), []);
        assert.ok(engine.cloud.all().some(({ type }) => type === storageAccount));
        await engine.stack.up();
        await assertComplete(engine);
    });

    // An impatient person, or a runner that is taken away: the engine cannot know what became of the write.
    it("and cut off names the write that has no end, and goes on once it is told what became of it", async () => {
        await interrupt(engine, 2);
        const [begun, ...others] = pendingOperations(engine);
        assert.deepEqual([begun?.type, others], ["creating", []]);
        await assert.rejects(
            engine.stack.up(),
            /1 pending operations[^]*interrupted while creating[^]*cannot create already existing resource/,
        );
        // The service ends what it began, whoever has gone away meanwhile.
        await engine.cloud.settled();
        const account = engine.cloud.all().find(({ type }) => type === storageAccount);
        await engine.stack.refresh({ clearPendingCreates: true });
        engine.use(adopting(storageAccount, String(account?.id)));
        await engine.stack.up();
        engine.use(program);
        await assertComplete(engine);
    });
});

/** The package's program, which takes the one resource of a type over that is there already: `import` of its options. */
function adopting(adopted: string, id: string): PulumiFn {
    return () => {
        pulumi.runtime.registerStackTransformation(({ type, props, opts }) =>
            type === adopted ? { props, opts: { ...opts, import: id } } : undefined,
        );
        return program();
    };
}

/** Starts to deploy, and presses ^C so many times while the storage account is being created. */
async function interrupt({ cloud, stack }: EngineStack, times: number): Promise<void> {
    const keyboard = new AbortController();
    let left = times;
    const press = (): void => {
        if (left-- > 0) keyboard.signal.dispatchEvent(new Event("abort"));
    };
    void cloud.asked(storageAccount).then(press);
    const onOutput = (text: string): void => {
        if (text.includes("^C received")) press();
    };
    await assert.rejects(stack.up({ parallel: 1, signal: keyboard.signal, onOutput }), /\^C received/);
}

/** Everything is there, and each machine ran the installer once; nothing stays at destroy. */
async function assertComplete({ cloud, stack }: EngineStack): Promise<void> {
    await stack.preview({ expectNoChanges: true });
    assert.deepEqual(cloud.machinesThatRan("sysmon"), ["vm-001", "vm-002"]);
    await stack.destroy();
    assert.deepEqual(cloud.all(), []);
}
