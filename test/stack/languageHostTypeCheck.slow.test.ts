import assert from "node:assert/strict";
import { loadAsLanguageHost } from "../support/languageHost";

describe("Programs under Pulumi's language host, cold", () => {
    for (const [title, folder, main, stack, expected] of [
        ["the stack program", ".", "index.ts", "dev", "workspaceId"],
        ["the bootstrap program", "bootstrap", undefined, "ci", "backendUrl"],
    ] as const) {
        it(`${title} passes the type check that the host makes on a fresh machine`, async () => {
            const { exported } = await loadAsLanguageHost({ folder, main, stack, typeCheck: true });
            assert.ok(exported.includes(expected), exported.join());
        });
    }
});
