import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import { createRequire } from "node:module";
import * as os from "node:os";
import * as path from "node:path";
import { LocalWorkspace, type LocalWorkspaceOptions, type PulumiFn, type Stack } from "@pulumi/pulumi/automation";
import { parseDocument } from "yaml";
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
    /** The program. Default: the one that the package deploys. */
    readonly program?: PulumiFn;
    /** Cloud that another stack deploys to as well. Default: one of its own. */
    readonly cloud?: CloudDouble;
    /** Stack file to start from. Default: with the package's program, the shipped one of this stack's name; else none. */
    readonly stackFile?: string;
    /**
     * Whether the state is written after each write, as the command does unless told otherwise, or once an operation
     * ends: with many machines most of the time goes there. Default: true.
     */
    readonly checkpoints?: boolean;
    /** File of a state to start from. Default: none. */
    readonly state?: string;
}

/**
 * A suite on the real engine. Without the `pulumi` command on the PATH, CI fails; elsewhere one pending test says what
 * was left out.
 */
export function describeEngine(title: string, body: (this: Mocha.Suite) => void): void {
    const problem = commandProblem();
    if (problem === undefined) {
        describe(title, function () {
            // A machine under load takes long for what hangs nowhere.
            this.timeout(300_000);
            body.call(this);
        });
        return;
    }
    describe(title, () => {
        if (process.env.CI === "true") {
            it("finds the pulumi command", () => {
                throw new Error(`${problem}: CI must install the command before the tests`);
            });
        } else {
            it(`left out: ${problem}`);
        }
    });
}

/** Why the `pulumi` command cannot be used. */
function commandProblem(): string | undefined {
    const { status, stdout } = spawnSync("pulumi", ["version"], { encoding: "utf8" });
    if (status !== 0) return "pulumi is not on the PATH";
    // Pulumi's Automation API goes by the version, which a plain `go build` leaves out.
    return /^v3\.\d+\.\d+/.test(stdout) ? undefined : "the pulumi command on the PATH tells no version";
}

/**
 * Gives each of Pulumi's clients a connection of its own. They never close, and share connections by address: after some
 * hundred operations in one process a new engine comes to listen on the port of an old one, and the new client would take
 * the dead connection to it for its own ("No connection established").
 *
 * One that is not used goes idle soon: its timer keeps every resource of its operation until then, by default for half an
 * hour.
 */
function connectAfresh(): void {
    const { grpcClientOptions } = load("@pulumi/pulumi/runtime/settings") as {
        grpcClientOptions: Record<string, unknown>;
    };
    grpcClientOptions["grpc.use_local_subchannel_pool"] = 1;
    grpcClientOptions["grpc.client_idle_timeout_ms"] = 10_000;
}

/** Opens a stack with a state, a home and a provider of its own: no login, no plugin, no network. */
export async function openEngineStack(options: EngineOptions): Promise<EngineStack> {
    const { name = "test", program = runStackProgram } = options;
    const shipped = program === runStackProgram ? packagePath(`Pulumi.${name}.yaml`) : undefined;
    const { stackFile = shipped, state, checkpoints = true } = options;
    connectAfresh();
    const folder = engineFolder();
    if (state !== undefined) {
        fs.mkdirSync(path.dirname(stateFile({ folder, stack: { name } })), { recursive: true });
        fs.copyFileSync(state, stateFile({ folder, stack: { name } }));
    }
    // The engine writes into the stack file: it gets a copy.
    if (stackFile !== undefined) fs.copyFileSync(stackFile, path.join(folder, `Pulumi.${name}.yaml`));

    const { cloud = new CloudDouble({ slow: true, ...options }) } = options;
    const provider = new ProviderDouble(cloud);
    await provider.start();
    const close = (): void => {
        provider.stop();
        fs.rmSync(folder, { recursive: true, force: true });
    };
    const workspace = workspaceOf(folder, provider);
    try {
        const stack = await LocalWorkspace.createOrSelectStack(
            { stackName: name, projectName, program },
            { ...workspace, envVars: { ...workspace.envVars, ...(checkpoints ? {} : withoutCheckpoints) } },
        );
        return { stack, cloud, folder, use: (next) => (stack.workspace.program = next), close };
    } catch (error) {
        close();
        throw error;
    }
}

const projectName = "sysmon-azure";

/** Pulumi takes the one only with the other. */
const withoutCheckpoints = { PULUMI_SKIP_CHECKPOINTS: "true", PULUMI_EXPERIMENTAL: "true" };

/** A temporary folder for a workspace: its state, its home, its commands. */
export function engineFolder(): string {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "sysmon-azure-engine-"));
    fs.mkdirSync(path.join(folder, "state"));
    writePolicyRunner(path.join(folder, "commands"));
    return folder;
}

/** The workspace in such a folder, on a provider that listens: nothing outside of both is used. */
export function workspaceOf(
    folder: string,
    { debugProviders }: Pick<ProviderDouble, "debugProviders">,
): LocalWorkspaceOptions {
    const url = `file://${path.join(folder, "state")}`;
    return {
        workDir: folder,
        projectSettings: { name: projectName, runtime: "nodejs", backend: { url } },
        envVars: {
            PATH: [path.join(folder, "commands"), process.env["PATH"] ?? ""].join(path.delimiter),
            PULUMI_HOME: path.join(folder, "home"),
            PULUMI_BACKEND_URL: url,
            PULUMI_CONFIG_PASSPHRASE: "of the test",
            PULUMI_DEBUG_PROVIDERS: debugProviders,
            PULUMI_SKIP_UPDATE_CHECK: "true",
            PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
        },
    };
}

/** The state as it is stored: secrets are encrypted in it, and what is not encrypted can be read. */
export function storedState({ folder, stack }: { folder: string; stack: { name: string } }): string {
    return fs.readFileSync(stateFile({ folder, stack }), "utf8");
}

function stateFile({ folder, stack }: { folder: string; stack: { name: string } }): string {
    return path.join(folder, "state", ".pulumi", "stacks", projectName, `${stack.name}.json`);
}

/** What was begun and not ended when an operation was cut off. */
export interface PendingOperation {
    readonly type: "creating" | "updating" | "deleting";
    readonly resource: { readonly urn: string };
}

/** What the state has as begun and not ended: the next operation has to resolve it. */
export function pendingOperations(place: { folder: string; stack: { name: string } }): readonly PendingOperation[] {
    const { checkpoint } = JSON.parse(storedState(place)) as {
        checkpoint: { latest: { pending_operations?: PendingOperation[] } };
    };
    return checkpoint.latest.pending_operations ?? [];
}

/** Sets a value in the engine's copy of the stack file, by its path below the settings. */
export function setInStackFile(
    { folder, stack }: { folder: string; stack: { name: string } },
    [key, ...keys]: [string, ...string[]],
    value: unknown,
): void {
    const file = path.join(folder, `Pulumi.${stack.name}.yaml`);
    const document = parseDocument(fs.readFileSync(file, "utf8"));
    document.setIn(["config", `sysmon-azure:${key}`, ...keys], value);
    fs.writeFileSync(file, document.toString());
}

const load = createRequire(__filename);

/** A program that runs a file of the package afresh each time, in this process; relative paths mean its folder. */
export function programOf(file: string): PulumiFn {
    return () => {
        const entry = load.resolve(packagePath(file));
        // Everything else stays cached: a second Pulumi in one process would not share its types with the first.
        Reflect.deleteProperty(load.cache, entry);
        return Promise.resolve(load(entry) as Record<string, unknown>);
    };
}

const runStackProgram = programOf("index.ts");

/** The command that runs a policy pack where no language host of Pulumi is installed. */
function writePolicyRunner(folder: string): void {
    fs.mkdirSync(folder);
    const runner = `#!/bin/sh
exec node "$(node -p 'require.resolve("@pulumi/pulumi/cmd/run-policy-pack", { paths: [process.cwd()] })')" "$@"
`;
    fs.writeFileSync(path.join(folder, "pulumi-analyzer-policy-nodejs"), runner, { mode: 0o755 });
}
