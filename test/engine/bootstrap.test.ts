import assert from "node:assert/strict";
import { packagePath } from "../../package/root";
import { describeEngine, openEngineStack, programOf, type EngineStack } from "../support/engine";

describeEngine("the bootstrap program on the engine", () => {
    let engine: EngineStack;
    before(async () => {
        engine = await openEngineStack({
            name: "ci",
            program: programOf("bootstrap/index.ts"),
            stackFile: packagePath("bootstrap", "Pulumi.ci.yaml"),
        });
    });
    after(() => engine.close());

    it("sets up state, key and an identity for each environment", async () => {
        const { outputs } = await engine.stack.up();
        const count = (suffix: string): number => engine.cloud.all().filter(({ type }) => type.endsWith(suffix)).length;
        assert.deepEqual(
            [":Application", ":ServicePrincipal", ":ApplicationFederatedIdentityCredential", ":Key"].map(count),
            [6, 6, 6, 1],
        );
        assert.equal(Object.keys(Object(outputs["clientIds"]?.value) as object).length, 6);
    });

    it("has nothing to change afterwards", async () => {
        await engine.stack.preview({ expectNoChanges: true });
    });

    it("refuses to be destroyed: no state could be read any more", async () => {
        await assert.rejects(engine.stack.destroy(), /cannot be deleted|is protected/);
    });
});
