import * as crypto from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { readableInputs, readAsset, textAt, type Plan } from "../rehearsal/plan/plan";
import { planStack } from "../rehearsal/plan/planStack";
import { configFileName } from "../sysmon/installer";
import { BadInput } from "./exit";

/** A file that machines of a stack fetch. */
export interface StackFile {
    /** `<sha256>/<name>`. */
    readonly blobName: string;
    readonly content: Buffer;
}

/** What machines of a stack fetch, from the stack's own store or from one that exists. */
export interface StackPayload {
    readonly plan: Plan;
    /** Installer, configurations, and Sysmon binaries of the user's own. */
    readonly files: readonly StackFile[];
}

/**
 * Plans a stack and reads what its machines fetch.
 *
 * @param from A folder in the project.
 * @throws PlanError where the stack cannot be planned; BadInput where a file is another one than was planned.
 */
export async function stackPayload(from: string, stack: string): Promise<StackPayload> {
    const { plan, folder } = await planStack(from, stack);
    const files = [...plan.resources, ...(plan.pushed ?? [])].flatMap((resource): StackFile[] => {
        if (resource.type !== "azure-native:storage:Blob") return [];
        const inputs = readableInputs(resource);
        const asset = readAsset(inputs.source);
        const blobName = textAt(inputs, "blobName");
        if (asset === undefined || blobName === undefined) return [];
        const content =
            asset.kind === "text" ? Buffer.from(asset.text, "utf8") : fs.readFileSync(path.resolve(folder, asset.path));
        const sha256 = crypto.createHash("sha256").update(content).digest("hex");
        if (!blobName.startsWith(`${sha256}/`)) throw new BadInput(`${blobName} has changed while it was read.`);
        return [{ blobName, content }];
    });
    return { plan, files };
}

/**
 * The configuration of Sysmon for the machines of a ring.
 *
 * @param ring Name of a ring; absent: for machines in none.
 * @throws BadInput where the stack plans none.
 */
export function payloadConfig({ plan, files }: StackPayload, ring = "base"): string {
    const sha256 = textAt(plan.outputs, "sensorRings", ring, "configSha256");
    const config = files.find(({ blobName }) => blobName === `${sha256}/${configFileName}`);
    if (config === undefined) throw new BadInput(`The stack ${plan.stack} plans no configuration of Sysmon.`);
    return config.content.toString("utf8");
}
