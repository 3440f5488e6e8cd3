import { execFile } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { promisify } from "node:util";
import type { LocalWorkspaceOptions } from "@pulumi/pulumi/automation";
import { parse } from "yaml";
import { packagePath, packageRoot } from "../../package/root";
import { CloudDouble } from "../../test/support/cloudDouble";
import { engineFolder, setInStackFile, storedState, workspaceOf } from "../../test/support/engine";
import { ProviderDouble } from "../../test/support/providerDouble";

/** The package's own program, or a plain one of equal resources for so many machines. */
export type ProgramChoice = { readonly kind: "package" } | { readonly kind: "plain"; readonly machines: number };

/** What the process of an operation is told. */
interface Operation {
    readonly kind: "preview" | "up";
    /** Folders of policy packs. */
    readonly policyPacks: readonly string[];
    readonly program: ProgramChoice;
    /** Name of the stack. */
    readonly stack: string;
    readonly workspace: LocalWorkspaceOptions;
}

/** What an operation costs, command and program together, without the provider. */
export interface Cost {
    /** Seconds of processor time. */
    readonly cpu: number;
    /** Megabytes that the program takes at its peak. */
    readonly peak: number;
}

/** What a stack costs from nothing. */
export interface Deployment {
    /** The first one, on a machine that has compiled nothing yet. */
    readonly preview: Cost;
    readonly up: Cost;
    /** A preview that finds nothing to change. */
    readonly unchanged: Cost;
    /** Resources in the state, by their bytes. */
    readonly resources: readonly StoredResource[];
}

/** A resource of the state. */
export interface StoredResource {
    readonly urn: string;
    readonly bytes: number;
}

/** What to deploy. */
export interface DeploymentRequest {
    readonly program: ProgramChoice;
    /** Settings of the stack `dev` to change, by key. */
    readonly settings?: Readonly<Record<string, unknown>>;
    /** Arguments of node for the program. */
    readonly nodeArguments: readonly string[];
    /** Ids of resources that exist before. */
    readonly existing?: readonly string[];
}

const stack = "dev";

/** Deploys to a double of Azure, each operation in processes of its own. */
export async function deploy(request: DeploymentRequest): Promise<Deployment> {
    return inWorkspace(request, async (cost, place) => {
        const preview = await cost("preview");
        const up = await cost("up");
        const unchanged = await cost("preview");
        return { preview, up, unchanged, resources: storedResources(storedState(place)) };
    });
}

/** Runs an operation, with policy packs or without, and tells its cost. */
export type RunOperation = (kind: Operation["kind"], policyPacks?: readonly string[]) => Promise<Cost>;

/** A workspace of its own on a double of Azure, as long as the body runs. */
export async function inWorkspace<Result>(
    { program, settings = {}, nodeArguments, existing }: DeploymentRequest,
    body: (cost: RunOperation, place: { folder: string; stack: { name: string } }) => Promise<Result>,
): Promise<Result> {
    const folder = engineFolder();
    const provider = new ProviderDouble(new CloudDouble({ slow: true, existing }));
    await provider.start();
    const place = { folder, stack: { name: stack } };
    try {
        fs.copyFileSync(packagePath(`Pulumi.${stack}.yaml`), path.join(folder, `Pulumi.${stack}.yaml`));
        for (const [key, value] of Object.entries(settings)) setInStackFile(place, [key], value);
        const workspace = workspaceOf(folder, provider);
        const temporary = path.join(folder, "temporary");
        fs.mkdirSync(temporary);
        return await body(
            (kind, policyPacks = []) =>
                costOf({ kind, policyPacks, program, stack, workspace }, nodeArguments, temporary),
            place,
        );
    } finally {
        provider.stop();
        fs.rmSync(folder, { recursive: true, force: true });
    }
}

/** The arguments of node that Pulumi.yaml has for the package's program. */
export function shippedNodeArguments(): string[] {
    const manifest = parse(fs.readFileSync(packagePath("Pulumi.yaml"), "utf8")) as {
        runtime: { options: { nodeargs: string } };
    };
    return manifest.runtime.options.nodeargs.split(" ");
}

/** @param temporary Folder for temporary files, where what was compiled is found again. */
async function costOf(operation: Operation, nodeArguments: readonly string[], temporary: string): Promise<Cost> {
    const node = [process.execPath, ...nodeArguments, packagePath("bench", "engine", "operation.cjs")];
    // Only a shell tells the time of its children's children.
    const { stdout } = await promisify(execFile)(
        "sh",
        ["-c", '"$@" && times', "sh", ...node, JSON.stringify(operation)],
        { cwd: packageRoot, maxBuffer: 1 << 28, env: { ...process.env, TMPDIR: temporary } },
    );
    const [times = "", , kilobytes = "0"] = stdout.trimEnd().split("\n").reverse();
    const cpu = [...times.matchAll(/(\d+)m([\d.]+)s/g)].map(
        ([, minutes, seconds]) => 60 * Number(minutes) + Number(seconds),
    );
    return { cpu: cpu.reduce((sum, seconds) => sum + seconds, 0), peak: Number(kilobytes) / 1024 };
}

function storedResources(state: string): StoredResource[] {
    const { checkpoint } = JSON.parse(state) as { checkpoint: { latest: { resources: { urn: string }[] } } };
    return checkpoint.latest.resources.map((resource) => ({
        urn: resource.urn,
        bytes: JSON.stringify(resource).length,
    }));
}
