import assert from "node:assert/strict";
import { sysmonAzure } from "../support/command";
import { nobodySignedIn } from "./nobodySignedIn";

describe("sysmon-azure verify", () => {
    nobodySignedIn();

    it("ends in one line where nobody is signed in", async () => {
        const { code, stdout, stderr } = await sysmonAzure(["verify", "--stack", "everything"]);
        assert.equal(code, 2);
        assert.equal(stdout, "");
        assert.match(stderr, /^Azure Resource Manager, \S+\/workspaces\/log-detection: nobody is signed in[^\n]*\n$/);
    });
});
