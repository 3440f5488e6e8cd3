import type { ResourceValidationPolicy } from "@pulumi/policy";
import { at, isObject, runCommandTypes, type PlanObject, type PlanValue } from "../rehearsal/analysis";
import { readBootstrap } from "../sysmon/installer";
import { unguarded } from "./unguarded";

/** A resource as far as its secrets go. */
export interface SecretCarrier {
    /** Type token. */
    readonly type: string;
    /** Inputs, secrets readable. */
    readonly inputs: PlanObject;
    /** Outputs that the program keeps as secrets. */
    readonly secretOutputs: readonly string[];
}

/** Where an extension keeps its settings, and what of it has to be a secret output. */
const extensions: ReadonlyMap<string, { body: readonly string[]; secretOutput: string }> = new Map([
    ["azure-native:compute:VirtualMachineExtension", { body: [], secretOutput: "protectedSettings" }],
    ["azure-native:compute:VirtualMachineScaleSetExtension", { body: [], secretOutput: "protectedSettings" }],
    // Arc machines nest all settings, and a secret output is a whole property.
    ["azure-native:hybridcompute:MachineExtension", { body: ["properties"], secretOutput: "properties" }],
]);

/** Marks of credentials: a signed address (shared access signature), an account's key, a connection string. */
const credentials: readonly [string, RegExp][] = [
    ["a shared access signature", /[?&;]sig=[^&\s]|SharedAccessSignature=/i],
    ["an account key", /(?:Account|SharedAccess)Key=/i],
];

/** Setting of the Custom Script Extension whose value is a credential, whatever it looks like. */
const keySetting = "storageAccountKey";

/**
 * Secrets of a sensor that would stand in the clear, one sentence each. A policy sees values without their secret marks,
 * so what a program must mark is judged by the outputs that it keeps secret.
 */
export function* exposedSecrets({ type, inputs, secretOutputs }: SecretCarrier): Generator<string> {
    const extension = extensions.get(type);
    if (extension !== undefined) {
        yield* exposedByExtension(at(inputs, ...extension.body), extension, secretOutputs);
    } else if (runCommandTypes.has(type)) {
        // Whoever can read the resource reads script and parameters; protectedParameters stay with the machine.
        for (const key of ["source", "parameters"]) yield* exposedIn(at(inputs, key), key);
    } else {
        for (const [path, text] of textsIn(inputs, "")) {
            if (readBootstrap(text) !== undefined)
                yield `${path} holds the sensor's command in the clear: hand it to the extension's protectedSettings only, and {} to super() of a component.`;
        }
    }
}

function* exposedByExtension(
    body: PlanValue | undefined,
    { secretOutput }: { secretOutput: string },
    secretOutputs: readonly string[],
): Generator<string> {
    const settings = at(body, "settings");
    if (isObject(settings) && "commandToExecute" in settings) {
        yield "settings.commandToExecute can be read by whoever can read the machine: put the command into protectedSettings.";
    }
    yield* exposedIn(settings, "settings");
    if (at(body, "protectedSettings") !== undefined && !secretOutputs.includes(secretOutput)) {
        yield `protectedSettings would stand in the state in the clear: add additionalSecretOutputs: ["${secretOutput}"] and wrap the value in pulumi.secret.`;
    }
}

/** Credentials among the texts of a value that everybody with read access sees. */
function* exposedIn(value: PlanValue | undefined, path: string): Generator<string> {
    if (value === undefined) return;
    for (const [place, text] of textsIn(value, path)) {
        const [marked] = credentials.find(([, mark]) => mark.test(text)) ?? [];
        const found = place.endsWith(`.${keySetting}`) ? "an account key" : marked;
        if (found !== undefined)
            yield `${place} holds ${found} in the clear: let the machine's identity fetch the file, or use the protected settings.`;
    }
}

/** Every text in a value, with its path. */
function* textsIn(value: PlanValue, path: string): Generator<[path: string, text: string]> {
    if (typeof value === "string") yield [path, value];
    else if (Array.isArray(value)) {
        for (const [index, item] of value.entries()) yield* textsIn(item, `${path}[${index}]`);
    } else if (isObject(value)) {
        for (const key of Object.keys(value)) yield* textsIn(value[key] ?? null, path === "" ? key : `${path}.${key}`);
    }
}

/** Commands and credentials that install the sensor are nowhere to be read. */
export const sensorSecretsProtected: ResourceValidationPolicy = {
    name: "sensor-secrets-protected",
    displayName: "Secrets of the sensor are protected",
    description: "The command that installs Sysmon, and credentials for its files, stand in protected settings only.",
    enforcementLevel: "mandatory",
    validateResource: ({ type, props, opts }, report) => {
        const isCarrier = extensions.has(type) || runCommandTypes.has(type);
        // Of other resources most is unknown in a preview, and no command of the sensor is.
        const inputs = isCarrier ? props : unguarded(props);
        const carrier = { type, inputs, secretOutputs: opts.additionalSecretOutputs };
        for (const problem of exposedSecrets(carrier)) report(problem);
    },
};
