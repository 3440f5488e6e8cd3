/**
 * Deploys a stack with the code at hand and keeps its state, for later code to be held to:
 * `npx tsx test/engine/writeUpgradeState.ts FOLDER`, where FOLDER has the stack's `Pulumi.prod.yaml`. Once a release.
 */
import * as fs from "node:fs";
import * as path from "node:path";
import { openEngineStack, storedState } from "../support/engine";

const [, , folder = ""] = process.argv;

async function writeState(): Promise<void> {
    const engine = await openEngineStack({ name: "prod", stackFile: path.join(folder, "Pulumi.prod.yaml") });
    try {
        await engine.stack.up();
        // Where the program lay, and how it came to a resource, is of this machine.
        const ofThisMachine = new Set(["sourcePosition", "stackTrace"]);
        const state: unknown = JSON.parse(storedState(engine), (key, value: unknown) =>
            ofThisMachine.has(key) ? undefined : value,
        );
        fs.writeFileSync(path.join(folder, "state.json"), `${JSON.stringify(state, null, 1)}\n`);
    } finally {
        engine.close();
    }
}

writeState().catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
});
