import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import { packagePath } from "../../package/root";
import { temporaryFolder } from "../support/temporaryFolder";

/** What Pulumi starts, by its manifest: where the compiled form lies, and the sources. */
const entries: { title: string; manifest: string; compiled: string; sources: string }[] = [
    {
        title: "the program",
        manifest: "Pulumi.yaml",
        compiled: "dist/index.js",
        sources: "index.js",
    },
    {
        title: "the policy pack",
        manifest: "policies/package.json",
        compiled: "dist/policies/index.js",
        sources: "policies/index.js",
    },
];

for (const { title, manifest, compiled, sources } of entries) {
    describe(`the entry of ${title}`, () => {
        const { main } = parse(fs.readFileSync(packagePath(manifest), "utf8")) as { main: string };
        const entry = path.join(path.dirname(manifest), main);

        /** What it exports in a checkout with these files beside the two forms. */
        function exported(files: Readonly<Record<string, string>>): string {
            const folder = temporaryFolder({
                [compiled]: `exports.from = "compiled";`,
                [sources]: `exports.from = "sources";`,
                "package.json": "{}",
                "tsconfig.json": "{}",
                ...files,
            });
            fs.cpSync(packagePath("bin"), path.join(folder, "bin"), { recursive: true });
            fs.copyFileSync(packagePath(entry), path.join(folder, entry));
            return execFileSync(process.execPath, ["-p", `require(${JSON.stringify(path.join(folder, entry))}).from`], {
                encoding: "utf8",
            }).trim();
        }

        it("takes what is compiled where no sources say otherwise", () => {
            assert.equal(exported({}), "compiled");
        });

        it("takes the sources where they have changed since", () => {
            assert.equal(exported({ "tsconfig.build.json": `{ "include": ["policies"] }` }), "sources");
        });
    });
}
