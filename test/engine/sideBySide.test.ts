import assert from "node:assert/strict";
import { describeEngine, openEngineStack, setInStackFile, type EngineStack } from "../support/engine";
import { listedMachines } from "../support/listedMachines";

const subscription = "/subscriptions/00000000-0000-0000-0000-000000000000";

describeEngine("two stacks side by side", function () {
    let dev: EngineStack;
    let staging: EngineStack;
    before(async () => {
        dev = await openEngineStack({ name: "dev" });
        staging = await openEngineStack({ name: "staging", cloud: dev.cloud });
        const machines = listedMachines(2);
        for (const [index, engine] of [dev, staging].entries()) {
            setInStackFile(engine, ["machines"], machines.slice(index, index + 1));
            setInStackFile(engine, ["fleet"], { scope: subscription });
            setInStackFile(engine, ["sentinel"], {});
            setInStackFile(engine, ["detections"], { include: ["verclsid-shellcode-injection"], target: "both" });
        }
    });
    after(() => {
        staging.close();
        dev.close();
    });

    it("deploy into one subscription at the same time", async () => {
        const { cloud } = dev;
        await Promise.all([dev.stack.up(), staging.stack.up()]);
        // The cloud refuses to create what is there: whatever they shared would have stopped one of them.
        assert.equal(cloud.calls.length, cloud.all().length);
        for (const { stack } of [dev, staging]) await stack.preview({ expectNoChanges: true, refresh: true });
    });

    it("leave each other alone when one changes", async () => {
        const { cloud } = dev;
        const [calls, runs] = [cloud.calls.length, cloud.runs.length];
        setInStackFile(dev, ["sensor", "config"], "injection");
        await dev.stack.up();
        assert.ok(cloud.calls.length > calls);
        assert.deepEqual(
            cloud.runs.slice(runs).map(({ machine }) => machine.split("/").pop()),
            ["vm-001"],
        );
        await staging.stack.preview({ expectNoChanges: true, refresh: true });
    });

    it("leave each other alone when one is destroyed, and nothing behind when both are", async () => {
        await dev.stack.destroy();
        await staging.stack.preview({ expectNoChanges: true, refresh: true });
        await staging.stack.destroy();
        // Remediations that ended stay as a record.
        assert.deepEqual(
            dev.cloud.all().filter(({ type }) => !type.includes(":Remediation")),
            [],
        );
    });
});
