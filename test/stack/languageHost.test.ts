import assert from "node:assert/strict";
import * as fs from "node:fs";
import { parse } from "yaml";
import { packagePath } from "../../package/root";
import { loadAsLanguageHost } from "../support/languageHost";

describe("The stack program under Pulumi's language host", () => {
    it("is named by Pulumi.yaml, or Pulumi would run what package.json exports", () => {
        const manifest = parse(fs.readFileSync(packagePath("Pulumi.yaml"), "utf8")) as {
            main?: string;
            config?: unknown;
        };
        assert.equal(manifest.main, "program.cjs");
    });

    it("leaves the check of settings to the program, which reports everything at once", () => {
        const manifest = parse(fs.readFileSync(packagePath("Pulumi.yaml"), "utf8")) as { config?: unknown };
        assert.equal(manifest.config, undefined);
    });

    for (const main of ["program.cjs", "index.ts"]) {
        it(`loads, creates and exports by ${main}`, async () => {
            const { exported, created } = await loadAsLanguageHost({
                folder: ".",
                main,
                stack: "dev",
                typeCheck: false,
            });
            assert.deepEqual(exported.filter((name) => name !== "__esModule").sort(), [
                "customerId",
                "machinesCovered",
                "ruleIds",
                "sensorConfigSha256",
                "sensorRings",
                "sentinelRuleIds",
                "workspaceId",
            ]);
            assert.ok(created.includes("azure-native:operationalinsights:Workspace"));
            assert.ok(created.includes("azure-native:monitor:ScheduledQueryRule"));
        });
    }
});
