import type { AsyncLocalStorage } from "node:async_hooks";
import * as pulumi from "@pulumi/pulumi";
import { MockMonitor } from "@pulumi/pulumi/runtime/mocks";
import * as runtimeState from "@pulumi/pulumi/runtime/state";
import type { Plan, PlannedResource, PlanObject } from "./plan";
import { PlanError } from "./planError";

/** What to evaluate, and as what. */
export interface EvaluationArgs {
    /** Project name, as in Pulumi.yaml. */
    project: string;
    /** Stack name, as in Pulumi.STACK.yaml. */
    stack: string;
    /** The folder of Pulumi.yaml: relative paths of the program mean this folder. */
    folder: string;
    /** Configuration of the stack by full key (`sysmon-azure:location`), objects as JSON. */
    config: Record<string, string>;
    /** Keys whose values are secrets. */
    secretKeys: string[];
    /** Runs the program and returns what it exports. */
    program: () => unknown;
}

/**
 * Evaluates a stack program in this process, as `pulumi preview` would: no engine, no provider, no cloud, no login.
 * URNs, parents and dependencies equal those of the real state.
 *
 * @throws PlanError with the program's own report where it refuses its settings.
 */
export async function evaluate(args: EvaluationArgs): Promise<Plan> {
    const warnings: string[] = [];
    const rejections: unknown[] = [];
    const monitor = new RecordingMonitor((error) => void rejections.push(error));
    const onRejection = (reason: unknown): void => void rejections.push(reason);
    const workingDirectory = process.cwd();

    // A failure inside an `apply` surfaces as an unhandled rejection only: the plan must fail with it, not the process.
    process.on("unhandledRejection", onRejection);
    process.chdir(args.folder);
    let outputs: PlanObject = {};
    try {
        await inStoreOfItsOwn(async (store) => {
            pulumi.runtime.setAllConfig(args.config, args.secretKeys);
            pulumi.runtime.setMockOptions(monitor, args.project, args.stack, true, "organization");
            Object.assign(store, engineFeatures);
            store.settings.engine = new LoggingEngine(warnings);
            await pulumi.runtime.runInPulumiStack(() => Promise.resolve(args.program()));
            await pulumi.runtime.disconnect();
        });
        outputs = monitor.stackOutputs;
    } catch (error) {
        rejections.push(error);
    } finally {
        process.chdir(workingDirectory);
        await settle();
        process.off("unhandledRejection", onRejection);
    }
    if (rejections.length > 0) throw planError(rejections[0]);
    return { project: args.project, stack: args.stack, resources: monitor.planned, outputs, warnings };
}

/** What the engine of today offers a program; the mock monitor alone claims none of it. */
const engineFeatures = {
    supportsSecrets: true,
    supportsResourceReferences: true,
    supportsOutputValues: false,
    supportsDeletedWith: true,
    supportsReplaceWith: true,
    supportsAliasSpecs: true,
    supportsTransforms: false,
    supportsParameterization: true,
    supportsResourceHooks: true,
    supportsErrorHooks: true,
};

/** The narrow part of a registration that a plan keeps. Pulumi types the request as `any`. */
interface Registration {
    getType(): string;
    getName(): string;
    getParent(): string;
    getCustom(): boolean;
    getProtect(): boolean | undefined;
    getDependenciesList(): string[];
    getObject(): { toJavaScript(): PlanObject } | undefined;
}

type Callback = (error: unknown, response: unknown) => void;

/** Records what the program registers, under the URNs that the engine would give. */
class RecordingMonitor extends MockMonitor {
    readonly planned: PlannedResource[] = [];
    stackOutputs: PlanObject = {};

    /** @param refuse Told of what no plan can answer: Pulumi loses the message of an error thrown here. */
    constructor(refuse: (error: PlanError) => void) {
        // As in a preview nothing has an id yet, and outputs are known as far as they are inputs.
        super({
            call: ({ token }) => {
                // What the stack told after its last deployment: a plan is made as if it were the first.
                if (token === "pulumi:pulumi:readStackOutputs") return { outputs: {} };
                refuse(new PlanError(`The program asks the cloud (${token}); a plan must be possible without one.`));
                return {};
            },
            newResource: ({ inputs }) => ({ id: undefined, state: inputs as PlanObject }),
        });
        // `newUrn` is private in Pulumi's typings and joins parents' types once too often.
        Object.defineProperty(this, "newUrn", { value: newUrn });
    }

    override async registerResource(request: Registration, callback: Callback): Promise<void> {
        const parent = request.getParent();
        this.planned.push({
            urn: newUrn(parent, request.getType(), request.getName()),
            type: request.getType(),
            name: request.getName(),
            parent: parent === "" ? null : parent,
            custom: request.getCustom(),
            dependencies: [...request.getDependenciesList()].sort(),
            protect: request.getProtect() ?? false,
            inputs: request.getObject()?.toJavaScript() ?? {},
        });
        await super.registerResource(request, callback);
    }

    override registerResourceOutputs(
        request: { getUrn(): string; getOutputs(): { toJavaScript(): PlanObject } | undefined },
        callback: Callback,
    ): void {
        if (request.getUrn().split("::")[2] === "pulumi:pulumi:Stack") {
            this.stackOutputs = request.getOutputs()?.toJavaScript() ?? {};
        }
        super.registerResourceOutputs(request, callback);
    }
}

function newUrn(parent: string, type: string, name: string): string {
    const parentType = parent.split("::")[2];
    const qualified = parentType === undefined || parentType === "pulumi:pulumi:Stack" ? type : `${parentType}$${type}`;
    return `urn:pulumi:${pulumi.getStack()}::${pulumi.getProject()}::${qualified}::${name}`;
}

/** Stands in for the engine where a program logs. */
class LoggingEngine {
    constructor(private readonly warnings: string[]) {}

    log(request: { getSeverity(): number; getMessage(): string }, callback: Callback): void {
        const warning = 2;
        if (request.getSeverity() >= warning) this.warnings.push(request.getMessage());
        callback(null, {});
    }

    setRootResource(_request: unknown, callback: Callback): void {
        callback(null, {});
    }
}

/** The part of Pulumi's per-program store that an evaluation sets. */
interface ProgramStore {
    settings: { engine?: LoggingEngine };
}

/**
 * Runs a body in a Pulumi store of its own, as Pulumi's inline programs do, so that evaluations leave nothing behind
 * in the process. Pulumi marks the store's class as internal and leaves it out of its typings.
 */
async function inStoreOfItsOwn(body: (store: ProgramStore) => Promise<void>): Promise<void> {
    const { LocalStore } = runtimeState as unknown as { LocalStore: new () => ProgramStore };
    const { asyncLocalStorage } = globalThis as unknown as { asyncLocalStorage: AsyncLocalStorage<ProgramStore> };
    const store = new LocalStore();
    await asyncLocalStorage.run(store, () => body(store));
}

/** Lets rejections that are already on their way arrive here, and not in whatever runs next. */
async function settle(): Promise<void> {
    for (let round = 0; round < 3; round++) await new Promise((resolve) => setImmediate(resolve));
}

function planError(reason: unknown): PlanError {
    if (reason instanceof PlanError) return reason;
    const message = reason instanceof Error ? reason.message : String(reason);
    return new PlanError(message, { cause: reason });
}
