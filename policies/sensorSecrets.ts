import { at, isObject, runCommandTypes, unknownValue, type PlanValue } from "../rehearsal/analysis";
import { readBootstrap } from "../sysmon/installer";
import { noSettings, resourcePolicy, type Finding, type JudgedResource } from "./policy";

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

/** Commands and credentials that install the sensor are nowhere to be read. */
export const sensorSecretsProtected = resourcePolicy(
    {
        name: "sensor-secrets-protected",
        title: "Secrets of the sensor are protected",
        description:
            "The command that installs Sysmon, and credentials for its files, stand in protected settings only.",
        severity: "critical",
        mend: "Let the machine's identity fetch files; put commands and credentials into protectedSettings (protectedParameters of a run command), as pulumi.secret and with additionalSecretOutputs, and hand {} to super() of a component.",
        settings: noSettings,
    },
    exposedSecrets,
);

/**
 * Secrets of a sensor that would stand in the clear. A policy sees values without their secret marks, so what a program
 * must mark is judged by the outputs that it keeps secret.
 */
function* exposedSecrets({ type, inputs, secretOutputs }: JudgedResource): Generator<Finding> {
    const extension = extensions.get(type);
    if (extension !== undefined) {
        yield* exposedByExtension(at(inputs, ...extension.body), extension, secretOutputs);
    } else if (runCommandTypes.has(type)) {
        // Whoever can read the resource reads script and parameters; protectedParameters stay with the machine.
        for (const key of ["source", "parameters"]) yield* exposedIn(at(inputs, key), key);
    } else if (type === "azure-native:authorization:PolicyAssignment") {
        // Azure Policy has no protected parameters: a fleet's commands can be read, and so carry no credential.
        for (const key of ["azureCommand", "arcCommand"]) {
            yield* exposedIn(at(inputs, "parameters", key), `parameters.${key}`);
        }
    } else {
        for (const [path, text] of textsIn(inputs, "")) {
            if (readBootstrap(text) !== undefined) yield exposed(`${path} holds the sensor's command in the clear.`);
        }
    }
}

function exposed(message: string): Finding {
    return { kind: "violation", message };
}

function* exposedByExtension(
    body: PlanValue | undefined,
    { secretOutput }: { secretOutput: string },
    secretOutputs: readonly string[],
): Generator<Finding> {
    const settings = at(body, "settings");
    if (isObject(settings) && "commandToExecute" in settings) {
        yield exposed("settings.commandToExecute can be read by whoever can read the machine.");
    }
    yield* exposedIn(settings, "settings");
    if (at(body, "protectedSettings") !== undefined && !secretOutputs.includes(secretOutput)) {
        yield exposed(
            `protectedSettings would stand in the state in the clear: additionalSecretOutputs lacks "${secretOutput}".`,
        );
    }
}

/** Credentials among the texts of a value that everybody with read access sees. */
function* exposedIn(value: PlanValue | undefined, path: string): Generator<Finding> {
    if (value === undefined) return;
    for (const [place, text] of textsIn(value, path)) {
        const [marked] = credentials.find(([, mark]) => mark.test(text)) ?? [];
        const found = place.endsWith(`.${keySetting}`) ? "an account key" : marked;
        if (found !== undefined) yield exposed(`${place} holds ${found} in the clear.`);
        else if (text === unknownValue) {
            yield { kind: "unjudged", message: `Whether ${place} holds a credential is known only at the deployment.` };
        }
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
