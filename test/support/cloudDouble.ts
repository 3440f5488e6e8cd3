import { demandOf } from "./cloudDemands";
import { contentThatRuns, handlerOf, machineOf, triesToFetch } from "./cloudMachine";
import {
    CloudError,
    idOf,
    isKnownId,
    kindOf,
    parentIdOf,
    type CloudObject,
    type CloudResource,
    type CloudValue,
    type ResourceKind,
} from "./cloudResources";

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
    /** How often the machine asked for what it fetches until it was let in. */
    readonly tries: number;
}

/** What is there before the program runs. */
export interface CloudOptions {
    /** Ids of resources of known kinds that exist already, such as a workspace or an action group. */
    readonly existing?: readonly string[];
    /**
     * Whether each write takes its time, until `finish` is called: what was created is not there before, and what was
     * deleted is there until then. Default: false.
     */
    readonly slow?: boolean;
    /** Type whose writes end when no other is under way, to be overtaken by whatever does not wait for them. Default: none. */
    readonly tardyType?: string;
    /** How many reads a fresh role assignment is not yet seen by. Default: 0. */
    readonly readsBeforeGrant?: number;
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

    /** Type whose writes end last, if any. */
    readonly tardyType: string | undefined;

    private readonly resources = new Map<string, CloudResource>();
    private readonly existing: ReadonlySet<string>;
    private readonly slow: boolean;
    private readonly readsBeforeGrant: number;
    /** Keys of resources that are being created or deleted. */
    private readonly unfinished = new Map<string, "create" | "delete">();
    /** How often each role assignment was looked for. */
    private readonly readsOfGrant = new Map<string, number>();
    private acceptedBeforeRefusal = Infinity;
    private readonly waitingForEnd: (() => void)[] = [];
    private waiting: { readonly type: string; readonly tell: () => void }[] = [];

    constructor({ existing = [], slow = false, tardyType, readsBeforeGrant = 0 }: CloudOptions = {}) {
        this.existing = new Set(existing.map((id) => id.toLowerCase()));
        this.slow = slow;
        this.tardyType = tardyType;
        this.readsBeforeGrant = readsBeforeGrant;
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

    /**
     * Names of the machines that ran an extension or command of a name, sorted; one that ran it twice is there twice.
     *
     * @param since How many runs of any kind to leave out. Default: none.
     */
    machinesThatRan(name: string, since = 0): string[] {
        return this.runs
            .slice(since)
            .filter(({ id }) => id.endsWith(`/${name}`))
            .map(({ machine }) => machine.split("/").pop() ?? "")
            .sort();
    }

    /** Waits until the next write of a type has reached the service. */
    async asked(type: string): Promise<void> {
        return new Promise((tell) => this.waiting.push({ type, tell }));
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
        this.requireNothingInside(kind, id);
        for (const reference of referencesOf(inputs)) this.requireExistence(reference, "ResourceNotFound");
        this.demand("create", { id, type, inputs });
        if (kind.runsOnMachine) this.run(id, inputs);
        const created = this.keep(kind, { id, type, inputs });
        if (this.slow) this.unfinished.set(id.toLowerCase(), "create");
        return created;
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
        this.demand("update", { id, type, inputs });
        if (kind.runsOnMachine && contentThatRuns(old?.inputs ?? {}) !== contentThatRuns(inputs)) this.run(id, inputs);
        return this.keep(kind, { id: old?.id ?? id, type, inputs });
    }

    /** Deletes a resource and what it holds; one that is gone already is no error, as in azure-native. */
    delete(type: string, id: string): void {
        const kind = kindOf(type);
        this.admit({ operation: "delete", type, id });
        const found = this.find(id);
        if (found === undefined) return;
        this.requireMachineRunning(kind, id);
        this.demand("delete", found);
        const holder = this.all().find(
            (resource) =>
                kind.keptBy?.includes(resource.type) &&
                referencesOf(resource.inputs).some((reference) => reference.toLowerCase() === id.toLowerCase()),
        );
        if (holder !== undefined) throw new CloudError(409, "Conflict", `'${id}' is still used by '${holder.id}'`);
        if (this.slow) this.unfinished.set(id.toLowerCase(), "delete");
        else this.remove(id);
    }

    /** Ends the creation or the deletion of a resource, where one is under way. */
    finish(id: string): void {
        if (this.unfinished.get(id.toLowerCase()) === "delete") this.remove(id);
        this.unfinished.delete(id.toLowerCase());
        if (this.unfinished.size === 0) for (const tell of this.waitingForEnd.splice(0)) tell();
    }

    /** Waits until no creation and no deletion is under way. */
    async settled(): Promise<void> {
        if (this.unfinished.size > 0) await new Promise<void>((tell) => this.waitingForEnd.push(tell));
    }

    private remove(id: string): void {
        for (const key of this.resources.keys()) {
            if (key === id.toLowerCase() || key.startsWith(`${id.toLowerCase()}/`)) this.resources.delete(key);
        }
    }

    private admit(call: CloudCall): void {
        this.calls.push(call);
        for (const { type, tell } of this.waiting) if (type === call.type) tell();
        this.waiting = this.waiting.filter(({ type }) => type !== call.type);
        if (this.acceptedBeforeRefusal-- > 0) return;
        this.acceptedBeforeRefusal = Infinity;
        throw new CloudError(500, "InternalServerError", `the service refuses ${call.operation} of '${call.id}'`);
    }

    private demand(operation: CloudCall["operation"], write: Omit<CloudResource, "outputs">): void {
        demandOf(write.type)?.(write, { operation, ready: this.ready() });
    }

    /** What is there, neither on its way in nor out. */
    private ready(): CloudResource[] {
        return [...this.resources.values()].filter(({ id }) => !this.unfinished.has(id.toLowerCase()));
    }

    private run(id: string, inputs: CloudObject): void {
        const tries = triesToFetch(inputs, this.ready(), (grant) => this.isSeen(grant));
        this.runs.push({ machine: machineOf(id), id, tries });
    }

    /** Whether one more read sees a role assignment. */
    private isSeen({ id }: CloudResource): boolean {
        const reads = this.readsOfGrant.get(id) ?? 0;
        this.readsOfGrant.set(id, reads + 1);
        return reads >= this.readsBeforeGrant;
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
        if (id === undefined || (this.exists(id) && !this.unfinished.has(id.toLowerCase()))) return;
        const held = this.ready().some((resource) =>
            kindOf(resource.type).holds?.(resource.id, resource.inputs).includes(id),
        );
        if (held || (!this.exists(id) && !isKnownId(id))) return;
        throw new CloudError(404, code, `'${id}' was not found`);
    }

    /** A machine that the program creates is taken to exist until then: nothing may have been put on it before. */
    private requireNothingInside(kind: ResourceKind, id: string): void {
        if (!kind.takenToExist) return;
        const inside = this.all().find((resource) => resource.id.toLowerCase().startsWith(`${id.toLowerCase()}/`));
        if (inside !== undefined) throw new CloudError(404, "ParentResourceNotFound", `of '${inside.id}': '${id}'`);
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

/** Every resource id among the values of some inputs, but those in a command or a query. */
function referencesOf(value: CloudValue): string[] {
    if (typeof value === "string") return /^(\/subscriptions\/\S+)?\/providers\/[^\s']+$/i.test(value) ? [value] : [];
    if (Array.isArray(value)) return value.flatMap(referencesOf);
    return value === null || typeof value !== "object" ? [] : Object.values(value).flatMap(referencesOf);
}
