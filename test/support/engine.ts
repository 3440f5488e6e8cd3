import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import { createRequire } from "node:module";
import * as os from "node:os";
import * as path from "node:path";
import { LocalWorkspace, type ConfigMap, type PulumiFn, type Stack } from "@pulumi/pulumi/automation";
import { packagePath } from "../../package/root";
import { CloudDouble, type CloudOptions } from "./cloudDouble";
import { ProviderDouble } from "./providerDouble";

/** A stack of the real engine on a double of the cloud. */
export interface EngineStack {
    /** The stack; each operation takes about four seconds. */
    readonly stack: Stack;
    /** Where it deploys. */
    readonly cloud: CloudDouble;
    /** Its workspace: a temporary folder with the stack file. */
    readonly folder: string;
    /** Sets the program of the next operations. */
    use(program: PulumiFn): void;
    /** Stops the provider and deletes the folder. */
    close(): void;
}

/** What a stack of the real engine starts with. */
export interface EngineOptions extends CloudOptions {
    /** Name of the stack. Default: `test`. */
    readonly name?: string;
    /** The program; default: the one that the package deploys, with the shipped file of this stack's name. */
    readonly program?: PulumiFn;
}

const pulumiIsThere = spawnSync("pulumi", ["version"], { encoding: "utf8" }).status === 0;

/**
 * A suite on the real engine. Without the `pulumi` command on the PATH, CI fails; elsewhere one pending test says what
 * was left out.
 */
export function describeEngine(title: string, body: () => void): void {
    if (pulumiIsThere) {
        describe(title, body);
        return;
    }
    describe(title, () => {
        if (process.env.CI === "true") {
            it("finds the pulumi command", () => {
                throw new Error("pulumi is not on the PATH: CI must install the command before the tests");
            });
        } else {
            it("left out: pulumi is not on the PATH");
        }
    });
}

/** Opens a stack with a state, a home and a provider of its own: no login, no plugin, no network. */
export async function openEngineStack({ name = "test", program, existing }: EngineOptions): Promise<EngineStack> {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "sysmon-azure-engine-"));
    const state = path.join(folder, "state");
    const commands = path.join(folder, "commands");
    fs.mkdirSync(state);
    writePolicyRunner(commands);
    if (program === undefined) {
        // The engine writes into the stack file: it gets a copy.
        const shipped = `Pulumi.${name}.yaml`;
        fs.copyFileSync(packagePath(shipped), path.join(folder, shipped));
    }

    const cloud = new CloudDouble({ existing });
    const provider = new ProviderDouble(cloud);
    await provider.start();
    const close = (): void => {
        provider.stop();
        fs.rmSync(folder, { recursive: true, force: true });
    };
    try {
        const stack = await LocalWorkspace.createOrSelectStack(
            { stackName: name, projectName: "sysmon-azure", program: program ?? runStackProgram },
            {
                workDir: folder,
                projectSettings: { name: "sysmon-azure", runtime: "nodejs", backend: { url: `file://${state}` } },
                envVars: {
                    PATH: [commands, process.env["PATH"] ?? ""].join(path.delimiter),
                    PULUMI_HOME: path.join(folder, "home"),
                    PULUMI_BACKEND_URL: `file://${state}`,
                    PULUMI_CONFIG_PASSPHRASE: "of the test",
                    PULUMI_DEBUG_PROVIDERS: provider.debugProviders,
                    PULUMI_SKIP_UPDATE_CHECK: "true",
                    // A command that was built from its module says no version.
                    PULUMI_AUTOMATION_API_SKIP_VERSION_CHECK: "true",
                    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
                },
            },
        );
        return { stack, cloud, folder, use: (next) => (stack.workspace.program = next), close };
    } catch (error) {
        close();
        throw error;
    }
}

/** Sets keys of the stack's file; objects as they stand in it. */
export async function configure({ stack }: EngineStack, settings: Record<string, unknown>): Promise<void> {
    const config: ConfigMap = Object.fromEntries(
        Object.entries(settings).map(([key, value]) => [
            `sysmon-azure:${key}`,
            { value: typeof value === "string" ? value : JSON.stringify(value) },
        ]),
    );
    await stack.setAllConfig(config);
}

const load = createRequire(__filename);

/** Runs the package's own program afresh, in this process; relative paths mean the package's folder. */
export const runStackProgram: PulumiFn = () => {
    const entry = load.resolve("../../index");
    // Everything else stays cached: a second Pulumi in one process would not share its types with the first.
    Reflect.deleteProperty(load.cache, entry);
    return Promise.resolve(load(entry) as Record<string, unknown>);
};

/** The command that runs a policy pack where no language host of Pulumi is installed. */
function writePolicyRunner(folder: string): void {
    fs.mkdirSync(folder);
    const runner = `#!/bin/sh
exec node "$(node -p 'require.resolve("@pulumi/pulumi/cmd/run-policy-pack", { paths: [process.cwd()] })')" "$@"
`;
    fs.writeFileSync(path.join(folder, "pulumi-analyzer-policy-nodejs"), runner, { mode: 0o755 });
}
