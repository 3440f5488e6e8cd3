/**
 * A plan: what a stack program would create, as plain data. Everything behind it (rehearsal, policies, reports) reads
 * the planned resources themselves, never the settings that they came from.
 */

/** JSON as it stands in a plan. Secrets, unknowns and assets are objects or texts with Pulumi's own marks. */
export type PlanValue = null | boolean | number | string | PlanValue[] | PlanObject;

/** An object of a plan. */
export interface PlanObject {
    [key: string]: PlanValue;
}

/** One resource of a plan. */
export interface PlannedResource {
    /** Pulumi's URN: stack, project, chain of parents' types, name. */
    urn: string;
    /** Type token, e.g. `azure-native:compute:VirtualMachineExtension`. */
    type: string;
    /** Logical name, unique a type and parent. */
    name: string;
    /** URN of the parent; null for the stack itself. */
    parent: string | null;
    /** False for components, which exist in the program only. */
    custom: boolean;
    /** URNs of the resources that come first, sorted. */
    dependencies: string[];
    /** Whether a deletion is refused. */
    protect: boolean;
    /** The inputs as the provider would get them; secrets still readable, in Pulumi's envelope. */
    inputs: PlanObject;
}

/** What a stack program would create. */
export interface Plan {
    /** Project name of Pulumi.yaml. */
    project: string;
    /** Stack name. */
    stack: string;
    /** Resources in the order in which the program registered them. */
    resources: PlannedResource[];
    /**
     * What is to lie in a store that exists and is filled by a push of its own, as the blobs that a store of the stack's
     * own would hold; absent where nothing is pushed.
     */
    pushed?: PlannedResource[];
    /** What the program exports. */
    outputs: PlanObject;
    /** Warnings that the program logged. */
    warnings: string[];
}

const signatureKey = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";
const assetSignature = "c44067f5952c0a294b673a41bacd8c17";

/** How a plan shows a value that is known only once the resource exists (Pulumi's own mark). */
export const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** How a plan shows a secret unless asked for it. */
export const secretMask = "[secret]";

/** Whether a value is an object (and no list, text or number). */
export function isObject(value: PlanValue | undefined): value is PlanObject {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A value with every secret taken out of its envelope, or masked. */
export function withSecrets(value: PlanValue, secrets: "shown" | "masked"): PlanValue {
    if (Array.isArray(value)) return value.map((item) => withSecrets(item, secrets));
    if (!isObject(value)) return value;
    if (value[signatureKey] === secretSignature) {
        return secrets === "masked" ? secretMask : withSecrets(value.value ?? null, secrets);
    }
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withSecrets(item, secrets)]));
}

/** The inputs of a resource with secrets readable: for what must judge the plan, never for what prints it. */
export function readableInputs(resource: PlannedResource): PlanObject {
    const inputs = withSecrets(resource.inputs, "shown");
    return isObject(inputs) ? inputs : {};
}

/** Where the content of a planned blob comes from. */
export type PlannedAsset = { kind: "text"; text: string } | { kind: "file"; path: string };

/** The asset behind an input, or undefined where the input is none. */
export function readAsset(value: PlanValue | undefined): PlannedAsset | undefined {
    if (!isObject(value) || value[signatureKey] !== assetSignature) return undefined;
    if (typeof value.text === "string") return { kind: "text", text: value.text };
    if (typeof value.path === "string") return { kind: "file", path: value.path };
    return undefined;
}

/** A text asset as it stands in a plan. */
export function textAsset(text: string): PlanObject {
    return { [signatureKey]: assetSignature, text };
}

/** A value found by a path of keys and indexes, or undefined where the path leaves the data. */
export function at(value: PlanValue | undefined, ...path: (string | number)[]): PlanValue | undefined {
    let here = value;
    for (const step of path) {
        if (typeof step === "number") here = Array.isArray(here) ? here[step] : undefined;
        else here = isObject(here) ? here[step] : undefined;
    }
    return here;
}

/** A text found by a path, or undefined where there is none or it is not known before `up`. */
export function textAt(value: PlanValue | undefined, ...path: (string | number)[]): string | undefined {
    const found = at(value, ...path);
    return typeof found === "string" && found !== unknownValue ? found : undefined;
}

/** A list found by a path; empty where there is none. */
export function listAt(value: PlanValue | undefined, ...path: (string | number)[]): PlanValue[] {
    const found = at(value, ...path);
    return Array.isArray(found) ? found : [];
}
