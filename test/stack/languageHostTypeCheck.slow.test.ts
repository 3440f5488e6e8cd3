import assert from "node:assert/strict";
import { loadAsLanguageHost } from "../support/languageHost";

describe("The stack program under Pulumi's language host, cold", () => {
    it("passes the type check that the host makes on a fresh machine", async () => {
        const { exported } = await loadAsLanguageHost(true);
        assert.ok(exported.includes("workspaceId"));
    });
});
