import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import * as fs from "node:fs";
import { promisify } from "node:util";
import { parse } from "yaml";
import { packagePath, packageRoot } from "../../package/root";
import { readStackFile } from "../../settings";

/**
 * What Pulumi's language host for Node does with a program: its own ts-node with the project's tsconfig.json, then
 * `require`. A program that only `tsx` or `tsc` can load stays green everywhere else and fails at the user's preview.
 */
const host = `
const { typeScriptRequireStrings, loadTypeScriptCompilerOptions } = require("@pulumi/pulumi/tsutils");
const { tsnodeRequire, typescriptRequire } = typeScriptRequireStrings();
require(tsnodeRequire).register({
    compiler: typescriptRequire,
    transpileOnly: process.env.TRANSPILE_ONLY === "true",
    project: "tsconfig.json",
    compilerOptions: {
        target: "ES2020", module: "nodenext", moduleResolution: "nodenext", sourceMap: "true",
        ...loadTypeScriptCompilerOptions("tsconfig.json"),
    },
});
const pulumi = require("@pulumi/pulumi");
const created = [];
pulumi.runtime.setMocks({
    newResource: ({ type, name, inputs }) => { created.push(type); return { id: name + "-id", state: inputs }; },
    call: () => ({}),
}, "sysmon-azure", "dev", false);
pulumi.runtime.setAllConfig(JSON.parse(process.env.STACK_CONFIG));
const exported = Object.keys(require(process.env.PROGRAM));
pulumi.runtime.disconnect().then(() => console.log(JSON.stringify({ exported, created })));
`;

/** Loads the program that Pulumi.yaml names and tells what it exports and creates. */
export async function loadAsLanguageHost(typeCheck: boolean): Promise<{ exported: string[]; created: string[] }> {
    const manifest = parse(fs.readFileSync(packagePath("Pulumi.yaml"), "utf8")) as { main: string };
    const stack = readStackFile(fs.readFileSync(packagePath("Pulumi.dev.yaml"), "utf8"), "Pulumi.dev.yaml");
    assert.ok("file" in stack);
    // No loader of this test run may reach the host.
    const { NODE_OPTIONS: _, ...env } = process.env;
    const { stdout } = await promisify(execFile)(process.execPath, ["-e", host], {
        cwd: packageRoot,
        env: {
            ...env,
            STACK_CONFIG: JSON.stringify(stack.file.config),
            PROGRAM: packagePath(manifest.main),
            TRANSPILE_ONLY: String(!typeCheck),
        },
    });
    return JSON.parse(stdout.slice(stdout.lastIndexOf("\n{") + 1)) as { exported: string[]; created: string[] };
}
