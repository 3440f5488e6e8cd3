import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { promisify } from "node:util";
import { parse } from "yaml";
import { packagePath } from "../../package/root";
import { readStackConfig } from "../../settings";

/**
 * What Pulumi's language host for Node does with a program: its own ts-node with the project's tsconfig.json, then
 * `require`. A program that only `tsx` or `tsc` can load stays green everywhere else and fails at the user's preview.
 */
const host = `
require(process.env.HOST_COMPILER)({ transpileOnly: process.env.TRANSPILE_ONLY === "true" });
const pulumi = require("@pulumi/pulumi");
const created = [];
pulumi.runtime.setMocks({
    newResource: ({ type, name, inputs }) => { created.push(type); return { id: name + "-id", state: inputs }; },
    call: () => ({}),
}, "sysmon-azure", process.env.STACK, false);
pulumi.runtime.setAllConfig(JSON.parse(process.env.STACK_CONFIG));
const exported = Object.keys(require(process.env.PROGRAM));
pulumi.runtime.disconnect().then(() => console.log(JSON.stringify({ exported, created })));
`;

/** A program of this repository as Pulumi runs it. */
export interface HostedProgram {
    /** Folder of its Pulumi.yaml, from the root of the package. */
    readonly folder: string;
    /** Its file, from that folder. Default: the one that Pulumi.yaml names. */
    readonly main?: string;
    /** Stack whose file configures it. */
    readonly stack: string;
    /** Whether types are checked, as the host does on a fresh machine. */
    readonly typeCheck: boolean;
}

/** Loads a program and tells what it exports and creates. */
export async function loadAsLanguageHost(program: HostedProgram): Promise<{ exported: string[]; created: string[] }> {
    const folder = packagePath(program.folder);
    const manifest = parse(fs.readFileSync(path.join(folder, "Pulumi.yaml"), "utf8")) as { main: string };
    const file = `Pulumi.${program.stack}.yaml`;
    const stack = readStackConfig(fs.readFileSync(path.join(folder, file), "utf8"), file);
    assert.ok("file" in stack);
    // No loader of this test run may reach the host.
    const { NODE_OPTIONS: _, ...env } = process.env;
    const { stdout } = await promisify(execFile)(process.execPath, ["-e", host], {
        cwd: folder,
        env: {
            ...env,
            STACK: program.stack,
            STACK_CONFIG: JSON.stringify(stack.file.config),
            PROGRAM: path.join(folder, program.main ?? manifest.main),
            TRANSPILE_ONLY: String(!program.typeCheck),
            HOST_COMPILER: packagePath("test", "support", "hostCompiler.cjs"),
        },
    });
    return JSON.parse(stdout.slice(stdout.lastIndexOf("\n{") + 1)) as { exported: string[]; created: string[] };
}
