import assert from "node:assert/strict";
import { loadAsLanguageHost } from "../support/languageHost";

describe("Programs under Pulumi's language host, cold", () => {
    for (const [title, folder, stack, expected] of [
        ["the stack program", ".", "dev", "workspaceId"],
        ["the bootstrap program", "bootstrap", "ci", "backendUrl"],
    ] as const) {
        it(`${title} passes the type check that the host makes on a fresh machine`, async () => {
            const { exported } = await loadAsLanguageHost({ folder, stack, typeCheck: true });
            assert.ok(exported.includes(expected), exported.join());
        });
    }
});
