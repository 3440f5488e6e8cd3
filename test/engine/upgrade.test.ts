import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import type { EngineEvent } from "@pulumi/pulumi/automation";
import { packagePath } from "../../package/root";
import { describeEngine, openEngineStack } from "../support/engine";

const upgrades = packagePath("test", "engine", "upgrades");

/**
 * What an upgrade may write anew, and so replace: the function (the service refuses to change one in place), and what
 * machines fetch, which is named by its content.
 */
const writtenAnew = ["azure-native:operationalinsights:SavedSearch", "azure-native:storage:Blob"];

describeEngine("a stack that earlier code deployed", function () {
    for (const name of fs.readdirSync(upgrades)) {
        it(`is brought up to date without the loss of what holds data or runs on machines: ${name}`, async () => {
            const state = path.join(upgrades, name, "state.json");
            const stackFile = path.join(upgrades, name, "Pulumi.prod.yaml");
            const engine = await openEngineStack({ name: "prod", stackFile, state, existing: idsIn(state) });
            try {
                const lost = new Set<string>();
                const onEvent = ({ resourcePreEvent }: EngineEvent): void => {
                    const { op = "same", type = "", urn = "" } = resourcePreEvent?.metadata ?? {};
                    if (/delete|replace/.test(op) && !writtenAnew.includes(type)) lost.add(`${op} ${urn}`);
                };
                await engine.stack.preview({ onEvent });
                assert.deepEqual([...lost], []);
                // The service refuses to create what the state has under another name.
                await engine.stack.up();
                await engine.stack.preview({ expectNoChanges: true });
            } finally {
                engine.close();
            }
        });
    }
});

/** Ids of what the service has, by a state. */
function idsIn(state: string): string[] {
    const { checkpoint } = JSON.parse(fs.readFileSync(state, "utf8")) as {
        checkpoint: { latest: { resources: { id?: string }[] } };
    };
    return checkpoint.latest.resources.flatMap(({ id }) => (id?.startsWith("/") ? [id] : []));
}
