import * as crypto from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { configFileName, readBootstrap, readInlineScript } from "../../sysmon/installer";
import { at, readableInputs, readAsset, textAt, type Plan, type PlannedResource, type PlanObject } from "./plan";

/**
 * How a configuration reaches a machine: by a VM extension, by a managed Run Command, by Azure Policy, or waiting in a
 * store.
 */
export type SensorDelivery = "extension" | "runCommand" | "policy" | "payload";

/** The Sysmon configuration that one machine (or every machine to come) would run with. */
export interface PlannedSensor {
    /** The machine as `resource group/name` in lower case; null for machines that are not listed. */
    readonly machine: string | null;
    /** How the configuration gets there. */
    readonly via: SensorDelivery;
    /** The configuration itself, unpacked from what is planned. */
    readonly configXml: string;
    /** URNs of the data collection rules that its machines are associated with, where no association says so. */
    readonly collections?: readonly string[];
}

/** A planned sensor that carries no readable configuration, in words. */
export interface SensorProblem {
    /** URN of the resource. */
    readonly urn: string;
    /** What is wrong. */
    readonly message: string;
}

const extensionTypes: ReadonlySet<string> = new Set([
    "azure-native:compute:VirtualMachineExtension",
    "azure-native:compute:VirtualMachineScaleSetExtension",
    "azure-native:hybridcompute:MachineExtension",
]);

const policyAssignment = "azure-native:authorization:PolicyAssignment";
const dataCollectionRule = "azure-native:monitor:DataCollectionRule";

/** Managed run commands, by type token. */
export const runCommandTypes: ReadonlySet<string> = new Set([
    "azure-native:compute:VirtualMachineRunCommandByVirtualMachine",
    "azure-native:hybridcompute:MachineRunCommand",
]);

/**
 * Reads every sensor back out of a plan: of each machine, of machines that policies equip, and of the payload for
 * machines to come.
 */
export function plannedSensors(plan: Plan, folder: string): { sensors: PlannedSensor[]; problems: SensorProblem[] } {
    const stored = [...plan.resources, ...(plan.pushed ?? [])];
    const blobs = new Map(stored.flatMap((resource) => plannedBlob(resource, folder)));
    const rules = new Set(plan.resources.filter(({ type }) => type === dataCollectionRule).map(({ urn }) => urn));
    const sensors: PlannedSensor[] = [];
    const problems: SensorProblem[] = [];
    for (const resource of plan.resources) {
        const found =
            resource.type === policyAssignment ? readFleet(resource, blobs, rules) : [readSensor(resource, blobs)];
        for (const read of found) {
            if (typeof read === "string") problems.push({ urn: resource.urn, message: read });
            else if (read) sensors.push(read);
        }
    }
    for (const blob of blobs.values()) {
        if (blob.name === configFileName) sensors.push({ machine: null, via: "payload", configXml: blob.content });
    }
    return { sensors: sensors.sort(byDelivery), problems };
}

const deliveryOrder: Readonly<Record<SensorDelivery, number>> = { extension: 0, runCommand: 1, policy: 2, payload: 3 };

/** Extensions first, the payload last: a chain is named after the first of its sensors. */
function byDelivery(a: PlannedSensor, b: PlannedSensor): number {
    return deliveryOrder[a.via] - deliveryOrder[b.via] || ((a.machine ?? "") < (b.machine ?? "") ? -1 : 1);
}

interface PlannedBlob {
    readonly name: string;
    readonly content: string;
}

/** A planned blob by the SHA-256 of what it would hold. */
function plannedBlob(resource: PlannedResource, folder: string): [string, PlannedBlob][] {
    if (resource.type !== "azure-native:storage:Blob") return [];
    const inputs = readableInputs(resource);
    const asset = readAsset(inputs.source);
    const blobName = textAt(inputs, "blobName");
    if (!asset || blobName === undefined) return [];
    const bytes =
        asset.kind === "text" ? Buffer.from(asset.text, "utf8") : fs.readFileSync(path.resolve(folder, asset.path));
    return [[sha256(bytes), { name: path.posix.basename(blobName), content: bytes.toString("utf8") }]];
}

/** The sensor that a resource installs; a text where it should, but cannot be read; undefined where it installs none. */
function readSensor(
    resource: PlannedResource,
    blobs: ReadonlyMap<string, PlannedBlob>,
): PlannedSensor | string | undefined {
    const machine = machineOf(resource);
    if (machine === undefined) return undefined;
    const inputs = readableInputs(resource);
    if (extensionTypes.has(resource.type)) {
        const fetched = fetchedConfig(commandOf(inputs), blobs);
        if (fetched === undefined || typeof fetched === "string") return fetched;
        return { machine, via: "extension", configXml: fetched.configXml };
    }
    if (runCommandTypes.has(resource.type)) {
        const script = textAt(inputs, "source", "script");
        const carried = script === undefined ? undefined : readInlineScript(script);
        return carried && { machine, via: "runCommand", configXml: carried.configXml };
    }
    return undefined;
}

/** The configuration that a command fetches; a text where it cannot be known; undefined where it is no such command. */
function fetchedConfig(
    command: string | undefined,
    blobs: ReadonlyMap<string, PlannedBlob>,
): { configXml: string } | string | undefined {
    const bootstrap = command === undefined ? undefined : readBootstrap(command);
    if (!bootstrap) return undefined;
    const file = bootstrap.files.find((candidate) => candidate.name === configFileName);
    if (!file) return `its command fetches no ${configFileName}`;
    const blob = blobs.get(file.sha256);
    if (!blob) return `no planned blob holds the ${configFileName} that its command pins (SHA-256 ${file.sha256})`;
    return { configXml: blob.content };
}

/** The sensors that the commands among a policy assignment's parameters install, where it has some and is in effect. */
function readFleet(
    resource: PlannedResource,
    blobs: ReadonlyMap<string, PlannedBlob>,
    rules: ReadonlySet<string>,
): (PlannedSensor | string)[] {
    const parameters = at(readableInputs(resource), "parameters");
    if (textAt(parameters, "effect", "value")?.toLowerCase() === "disabled") return [];
    // The rule's id is unknown before `up`; what the assignment depends on is not.
    const collections = resource.dependencies.filter((urn) => rules.has(urn));
    return ["azureCommand", "arcCommand"].flatMap((key): (PlannedSensor | string)[] => {
        const fetched = fetchedConfig(textAt(parameters, key, "value"), blobs);
        if (fetched === undefined) return [];
        if (typeof fetched === "string") return [`${key}: ${fetched}`];
        return [{ machine: null, via: "policy", configXml: fetched.configXml, collections }];
    });
}

/** The command of a Custom Script Extension; Arc machines nest it in `properties`. */
function commandOf(inputs: PlanObject): string | undefined {
    for (const holder of [inputs, at(inputs, "properties")]) {
        for (const settings of ["protectedSettings", "settings"]) {
            const command = textAt(holder, settings, "commandToExecute");
            if (command !== undefined) return command;
        }
    }
    return undefined;
}

/** `resource group/name`, in lower case, of the machine that an extension or command belongs to; undefined for others. */
export function machineOf(resource: PlannedResource): string | undefined {
    if (!extensionTypes.has(resource.type) && !runCommandTypes.has(resource.type)) return undefined;
    const inputs = readableInputs(resource);
    const group = textAt(inputs, "resourceGroupName");
    const name = textAt(inputs, "vmName") ?? textAt(inputs, "vmScaleSetName") ?? textAt(inputs, "machineName");
    return group === undefined || name === undefined ? undefined : `${group}/${name}`.toLowerCase();
}

function sha256(bytes: Uint8Array): string {
    return crypto.createHash("sha256").update(bytes).digest("hex");
}
