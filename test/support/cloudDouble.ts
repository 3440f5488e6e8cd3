import {
    isKnownId,
    idOf,
    kindOf,
    parentIdOf,
    type CloudObject,
    type CloudValue,
    type ResourceKind,
} from "./cloudResources";

/** A request that the service refused, in its words. */
export class CloudError extends Error {
    override readonly name = "CloudError";

    constructor(
        /** HTTP status. */
        readonly status: number,
        /** Code of the service, such as `Conflict`. */
        readonly code: string,
        message: string,
    ) {
        super(`Status=${status} Code="${code}" Message="${message}"`);
    }
}

/** A resource that exists. */
export interface CloudResource {
    /** Resource id as the service returns it. */
    readonly id: string;
    /** Pulumi's type token. */
    readonly type: string;
    /** What was last sent, write-only properties included. */
    readonly inputs: CloudObject;
    /** What the service answers. */
    readonly outputs: CloudObject;
}

/** A write that reached the service, accepted or refused. */
export interface CloudCall {
    readonly operation: "create" | "update" | "delete";
    readonly type: string;
    readonly id: string;
}

/** Content that was really run on a machine. */
export interface MachineRun {
    /** Id of the machine, in lower case. */
    readonly machine: string;
    /** Id of the extension or run command. */
    readonly id: string;
}

/** What is there before the program runs. */
export interface CloudOptions {
    /** Ids of resources of known kinds that exist already, such as a workspace or an action group. */
    readonly existing?: readonly string[];
}

/**
 * Azure as far as a deployment meets it: it keeps what was created, and refuses what the service refuses. Machines are
 * taken to exist. Ids are compared without their case, as Azure does.
 */
export class CloudDouble {
    /** Every write, in order. */
    readonly calls: CloudCall[] = [];
    /** What ran on machines, in order. */
    readonly runs: MachineRun[] = [];
    /** Ids of machines that are switched off, in lower case. */
    readonly stoppedMachines = new Set<string>();

    private readonly resources = new Map<string, CloudResource>();
    private readonly existing: ReadonlySet<string>;
    private acceptedBeforeRefusal = Infinity;

    constructor({ existing = [] }: CloudOptions = {}) {
        this.existing = new Set(existing.map((id) => id.toLowerCase()));
    }

    /** Everything that was created and not deleted, sorted by id. */
    all(): CloudResource[] {
        return [...this.resources.values()].sort((left, right) => (left.id < right.id ? -1 : 1));
    }

    /** The resource of an id, if there is one. */
    find(id: string): CloudResource | undefined {
        return this.resources.get(id.toLowerCase());
    }

    /** Accepts so many writes more, refuses the next one, and accepts again after it. */
    refuseAfter(writes: number): void {
        this.acceptedBeforeRefusal = writes;
    }

    /** Creates a resource, or refuses as the service (and azure-native, which looks first) would. */
    create(type: string, inputs: CloudObject, subscriptionId: string): CloudResource {
        const kind = kindOf(type);
        const id = idOf(kind, inputs, subscriptionId);
        this.admit({ operation: "create", type, id });
        if (this.exists(id)) {
            throw kind.refusesUpdates
                ? new CloudError(409, "Conflict", "Newer data exists in the server, or the etag is missing.")
                : new CloudError(409, "AlreadyExists", `cannot create already existing resource '${id}'`);
        }
        this.requireMachineRunning(kind, id);
        this.requireOnlyHandler(id, inputs);
        this.requireExistence(parentIdOf(kind, inputs, subscriptionId), "ParentResourceNotFound");
        for (const reference of referencesOf(inputs)) this.requireExistence(reference, "ResourceNotFound");
        if (kind.runsOnMachine) this.runs.push({ machine: machineOf(id), id });
        return this.keep(kind, { id, type, inputs });
    }

    /**
     * Updates a resource in place, or refuses as the service would; one that is gone is created again, as a PUT does.
     * Equal content is not run on a machine again.
     */
    update(type: string, id: string, inputs: CloudObject): CloudResource {
        const kind = kindOf(type);
        this.admit({ operation: "update", type, id });
        const old = this.find(id);
        if (old !== undefined && kind.refusesUpdates) {
            throw new CloudError(409, "Conflict", "Newer data exists in the server, or the etag is missing.");
        }
        this.requireMachineRunning(kind, id);
        for (const reference of referencesOf(inputs)) this.requireExistence(reference, "ResourceNotFound");
        if (kind.runsOnMachine && contentThatRuns(old?.inputs ?? {}) !== contentThatRuns(inputs)) {
            this.runs.push({ machine: machineOf(id), id });
        }
        return this.keep(kind, { id: old?.id ?? id, type, inputs });
    }

    /** Deletes a resource and what it holds; one that is gone already is no error, as in azure-native. */
    delete(type: string, id: string): void {
        const kind = kindOf(type);
        this.admit({ operation: "delete", type, id });
        if (this.find(id) === undefined) return;
        this.requireMachineRunning(kind, id);
        if (kind.keptByReferences) {
            const holder = this.all().find(({ inputs }) =>
                referencesOf(inputs).some((reference) => reference.toLowerCase() === id.toLowerCase()),
            );
            if (holder !== undefined) throw new CloudError(409, "Conflict", `'${id}' is associated by '${holder.id}'`);
        }
        for (const key of this.resources.keys()) {
            if (key === id.toLowerCase() || key.startsWith(`${id.toLowerCase()}/`)) this.resources.delete(key);
        }
    }

    private admit(call: CloudCall): void {
        this.calls.push(call);
        if (this.acceptedBeforeRefusal-- > 0) return;
        this.acceptedBeforeRefusal = Infinity;
        throw new CloudError(500, "InternalServerError", `the service refuses ${call.operation} of '${call.id}'`);
    }

    private keep(kind: ResourceKind, { id, type, inputs }: Omit<CloudResource, "outputs">): CloudResource {
        const returned = Object.entries(inputs).filter(([key]) => !kind.writeOnly?.includes(key));
        const outputs: CloudObject = {
            ...Object.fromEntries(returned),
            name: id.split("/").pop() ?? "",
            ...kind.computed?.(id, inputs),
        };
        const resource = { id, type, inputs, outputs };
        this.resources.set(id.toLowerCase(), resource);
        return resource;
    }

    private exists(id: string): boolean {
        return this.existing.has(id.toLowerCase()) || this.resources.has(id.toLowerCase());
    }

    private requireExistence(id: string | undefined, code: string): void {
        if (id === undefined || this.exists(id) || !isKnownId(id)) return;
        throw new CloudError(404, code, `'${id}' was not found`);
    }

    private requireMachineRunning(kind: ResourceKind, id: string): void {
        if (!kind.runsOnMachine || !this.stoppedMachines.has(machineOf(id))) return;
        const message = "Cannot modify extensions in the VM when the VM is not running.";
        throw new CloudError(409, "OperationNotAllowed", message);
    }

    /** A machine takes one extension of a handler, whatever the extensions are called. */
    private requireOnlyHandler(id: string, inputs: CloudObject): void {
        const handler = handlerOf(inputs);
        if (handler === undefined) return;
        const machine = machineOf(id);
        const other = this.all().find(
            (resource) => machineOf(resource.id) === machine && handlerOf(resource.inputs) === handler,
        );
        if (other === undefined) return;
        const message = `Multiple VMExtensions per handler not supported. VMExtension '${other.id}' with handler '${handler}' already added.`;
        throw new CloudError(409, "Conflict", message);
    }
}

/** Ids of machines and scale sets end before what is installed on them. */
function machineOf(id: string): string {
    return id.replace(/\/(extensions|runCommands)\/[^/]+$/i, "").toLowerCase();
}

/** Every resource id among the values of some inputs, but those in a command or a query. */
function referencesOf(value: CloudValue): string[] {
    if (typeof value === "string") return /^\/subscriptions\/\S+\/providers\/[^\s']+$/i.test(value) ? [value] : [];
    if (Array.isArray(value)) return value.flatMap(referencesOf);
    return value === null || typeof value !== "object" ? [] : Object.values(value).flatMap(referencesOf);
}

/** `publisher.type` of an extension; Arc machines nest both in `properties`. */
function handlerOf(inputs: CloudObject): string | undefined {
    const { publisher, type } = bodyOf(inputs);
    return typeof publisher === "string" && typeof type === "string" ? `${publisher}.${type}` : undefined;
}

/** What a change of makes the machine run an extension or command again, as text to compare. */
function contentThatRuns(inputs: CloudObject): string {
    const { settings, protectedSettings, forceUpdateTag, source, parameters, protectedParameters } = bodyOf(inputs);
    return JSON.stringify([settings, protectedSettings, forceUpdateTag, source, parameters, protectedParameters]);
}

function bodyOf(inputs: CloudObject): CloudObject {
    const { properties } = inputs;
    return typeof properties === "object" && properties !== null && !Array.isArray(properties) ? properties : inputs;
}
