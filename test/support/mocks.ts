import * as pulumi from "@pulumi/pulumi";
import type { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb";
import { MockMonitor } from "@pulumi/pulumi/runtime/mocks";

/** A resource as the program registered it. */
export interface RegisteredResource {
    /** Type token, such as `azure-native:monitor:DataCollectionRule`. */
    type: string;
    /** Logical name. */
    name: string;
    /** Logical name of the parent; empty at the top. */
    parent: string;
    /** Inputs, secrets in the clear. Assets are objects with `text` or `path`. */
    inputs: Record<string, unknown>;
    /** Paths of the inputs that are secrets, such as `protectedSettings`. */
    secretInputs: string[];
    /** Logical names of the resources that this one waits for, by `dependsOn` or by its inputs. */
    dependencies: string[];
    /** Whether it is protected against deletion. */
    protect: boolean | undefined;
    /** Inputs whose change replaces the resource. */
    replaceOnChanges: string[];
    /** Whether a replacement deletes the old resource first. */
    deleteBeforeReplace: boolean;
    /** Outputs that are kept as secrets. */
    additionalSecretOutputs: string[];
}

/** What a program of one component planned. */
export class Build<T> {
    constructor(
        /** What the program returned. */
        readonly result: T,
        /** All resources, in the order of registration. */
        readonly resources: RegisteredResource[],
        /** Warnings that the program logged. */
        readonly warnings: string[],
    ) {}

    /** The one resource of this logical name whose type ends in `type`. */
    resource(name: string, type = ""): RegisteredResource {
        const found = this.resources.filter((resource) => resource.name === name && resource.type.endsWith(type));
        const [only] = found;
        if (only === undefined || found.length > 1) {
            const all = this.resources.map((resource) => `${resource.type} ${resource.name}`).join("\n");
            throw new Error(`${found.length} resources are a ${type} "${name}", of:\n${all}`);
        }
        return only;
    }

    /** Type and logical name of each resource, sorted. */
    outline(): string[] {
        return this.resources.map(({ type, name }) => `${type.split(":").pop()} ${name}`).sort();
    }
}

/**
 * Runs a program against a monitor that answers like Azure, and waits until every resource is registered. The runtime's
 * state is one for the process: runs must not overlap.
 */
export async function build<T>(program: () => T): Promise<Build<T>> {
    const resources: RegisteredResource[] = [];
    const warnings: string[] = [];
    const { warn } = console;
    // Without an engine the runtime prints its log.
    console.warn = (text: string) => void warnings.push(text.replace("warning: [runtime] ", ""));
    try {
        await pulumi.runtime.setMocks(azure, "sysmon-azure", "test");
        recordRegistrations(resources);
        const result = program();
        await pulumi.runtime.disconnect();
        return new Build(result, resources, warnings);
    } finally {
        console.warn = warn;
    }
}

/** The value of an output. */
export function valueOf<T>(output: pulumi.Output<T>): Promise<T> {
    return new Promise((resolve) => {
        output.apply(resolve);
    });
}

const azure: pulumi.runtime.Mocks = {
    call: () => ({}),
    newResource: ({ type, name, inputs }) => ({
        id: `/id/of/${name}`,
        state: { ...record(inputs), ...computed(type, name, record(inputs)) },
    }),
};

/** What Azure adds to a resource: names that azure-native returns under `name`, and ids of its own. */
function computed(type: string, name: string, inputs: Record<string, unknown>): Record<string, unknown> {
    switch (type) {
        case "azure-native:managedidentity:UserAssignedIdentity":
            return {
                principalId: "11111111-0000-4000-8000-000000000001",
                clientId: "11111111-0000-4000-8000-000000000002",
            };
        case "azure-native:authorization:PolicyAssignment":
            return { identity: { principalId: "11111111-0000-4000-8000-000000000005", type: "SystemAssigned" } };
        case "azuread:index/group:Group":
            return { objectId: "11111111-0000-4000-8000-000000000004" };
        case "azure-native:operationalinsights:Workspace":
            return { name: inputs["workspaceName"], customerId: "11111111-0000-4000-8000-000000000003" };
        case "azure-native:storage:StorageAccount":
            return { name: inputs["accountName"] };
        case "azure-native:storage:BlobContainer":
            return { name: inputs["containerName"] };
        default:
            return { name };
    }
}

/** Makes the monitor of setMocks note what it hides from mocks: parents, dependencies, options, secrets. */
function recordRegistrations(resources: RegisteredResource[]): void {
    const monitor: unknown = pulumi.runtime.getMonitor();
    if (!(monitor instanceof MockMonitor)) throw new Error("setMocks set no monitor of its own");
    const register = monitor.registerResource.bind(monitor);
    monitor.registerResource = (request: RegisterResourceRequest, callback): Promise<void> => {
        const secretInputs: string[] = [];
        const inputs = request.getObject()?.toJavaScript() ?? {};
        resources.push({
            type: request.getType(),
            name: request.getName(),
            parent: nameIn(request.getParent()),
            inputs: record(unwrap(inputs, "", secretInputs)),
            secretInputs,
            dependencies: request.getDependenciesList().map(nameIn),
            protect: request.getProtect(),
            replaceOnChanges: request.getReplaceonchangesList(),
            deleteBeforeReplace: request.getDeletebeforereplace(),
            additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
        });
        return register(request, callback);
    };
}

/** Pulumi's marks of special values on the wire. */
const signature = { key: "4dabf18193072939515e22adb298388d", secret: "1b47061264138c4ac30d75fd1eb44270" };

function unwrap(value: unknown, path: string, secrets: string[]): unknown {
    if (Array.isArray(value)) return value.map((item, index) => unwrap(item, `${path}[${index}]`, secrets));
    if (!isRecord(value)) return value;
    const { [signature.key]: mark, ...rest } = value;
    if (mark === signature.secret) {
        secrets.push(path);
        return unwrap(rest["value"], path, secrets);
    }
    const below = path === "" ? "" : `${path}.`;
    return Object.fromEntries(Object.entries(rest).map(([key, item]) => [key, unwrap(item, below + key, secrets)]));
}

function nameIn(urn: string): string {
    return urn.split("::").pop() ?? "";
}

function record(value: unknown): Record<string, unknown> {
    return isRecord(value) ? value : {};
}

function isRecord(value: unknown): value is Record<string, unknown> {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}
