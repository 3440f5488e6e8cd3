import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { packagePath } from "../../package/root";
import { temporaryFolder } from "../support/temporaryFolder";

/** What the pack's entry loads in a checkout with these files beside the two packs. */
function loaded(files: Readonly<Record<string, string>>): string {
    const folder = temporaryFolder({
        "dist/policies/index.js": `console.log("compiled");`,
        "policies/index.js": `console.log("sources");`,
        "package.json": "{}",
        "tsconfig.json": "{}",
        ...files,
    });
    fs.cpSync(packagePath("bin"), path.join(folder, "bin"), { recursive: true });
    fs.copyFileSync(packagePath("policies", "pack.cjs"), path.join(folder, "policies", "pack.cjs"));
    const { main } = JSON.parse(fs.readFileSync(packagePath("policies", "package.json"), "utf8")) as { main: string };
    return execFileSync(process.execPath, [path.join(folder, "policies", main)], { encoding: "utf8" }).trim();
}

describe("the entry of the policy pack", () => {
    it("takes what is compiled where no sources say otherwise", () => {
        assert.equal(loaded({}), "compiled");
    });

    it("takes the sources where they have changed since", () => {
        assert.equal(loaded({ "tsconfig.build.json": `{ "include": ["policies"] }` }), "sources");
    });
});
