import { setTimeout } from "node:timers/promises";
import {
    Server,
    ServerCredentials,
    status,
    type handleUnaryCall,
    type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct, Value } from "google-protobuf/google/protobuf/struct_pb";
import type { CloudDouble } from "./cloudDouble";
import { kindOf, pathInputs, text, type CloudObject, type CloudResource, type CloudValue } from "./cloudResources";

/** Pulumi's marks of special values on the wire. */
const marks = {
    key: "4dabf18193072939515e22adb298388d",
    secret: "1b47061264138c4ac30d75fd1eb44270",
    asset: "c44067f5952c0a294b673a41bacd8c17",
    unknown: "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
};

/** Version of the plugin: one double stands in for several, so it is newer than any that a program asks for. */
const newEnough = "999.0.0";

/** Milliseconds that a write takes, and without any other write before one of the tardy type ends. */
const writeMs = 20;
const quietMs = 3_000;

/** Subscription of a provider that was configured without one. */
export const defaultSubscriptionId = "00000000-0000-0000-0000-000000000000";

/**
 * Stands in for the plugins of azure-native and azuread: a provider on loopback whose cloud is a double. The engine
 * attaches to it where PULUMI_DEBUG_PROVIDERS names its port.
 *
 * As the real one it previews, replaces what a path or region names, deletes before it replaces, and returns what the
 * service returns: secrets that the service echoes come back in the clear, so it is the program that must mark them.
 */
export class ProviderDouble {
    private readonly server = new Server({
        "grpc.max_receive_message_length": -1,
        "grpc.max_send_message_length": -1,
    });
    /** Each configured provider has a connection of its own; nothing else tells whose request it is. */
    private readonly subscriptions = new Map<string, string>();
    private port = 0;

    constructor(
        /** Where resources are created. */
        readonly cloud: CloudDouble,
    ) {}

    /** Value of PULUMI_DEBUG_PROVIDERS once the double is started. */
    get debugProviders(): string {
        return `azure-native:${this.port},azuread:${this.port}`;
    }

    /** Listens on a free port of loopback. */
    async start(): Promise<void> {
        this.server.addService(ResourceProviderService, this.methods());
        this.port = await new Promise<number>((resolve, reject) => {
            this.server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
                if (error) reject(error);
                else resolve(port);
            });
        });
    }

    /** Closes every connection. */
    stop(): void {
        this.server.forceShutdown();
    }

    private methods(): UntypedServiceImplementation {
        return {
            attach: unary(() => new Empty()),
            cancel: unary(() => new Empty()),
            getPluginInfo: unary(() => new PluginInfo().setVersion(newEnough)),
            getSchema: unary(() => new proto.GetSchemaResponse().setSchema("{}")),
            checkConfig: unary((request: proto.CheckRequest) => new proto.CheckResponse().setInputs(request.getNews())),
            diffConfig: unary(() => new proto.DiffResponse().setChanges(proto.DiffResponse.DiffChanges.DIFF_NONE)),
            configure: unary((request: proto.ConfigureRequest, peer) => {
                const { subscriptionId } = plain(request.getArgs());
                if (typeof subscriptionId === "string") this.subscriptions.set(peer, subscriptionId);
                return new proto.ConfigureResponse().setAcceptsecrets(true).setSupportspreview(true);
            }),
            invoke: unary((request: proto.InvokeRequest) => {
                throw new Error(`The program asks the cloud (${request.getTok()}); it must do without.`);
            }),
            check: unary(check),
            diff: unary(diff),
            create: unary((request: proto.CreateRequest, peer) => this.create(request, peer)),
            read: unary((request: proto.ReadRequest) => this.read(request)),
            update: unary((request: proto.UpdateRequest) => this.update(request)),
            delete: unary(async (request: proto.DeleteRequest) => {
                this.cloud.delete(typeIn(request.getUrn()), request.getId());
                await this.finish(typeIn(request.getUrn()), request.getId());
                return new Empty();
            }),
        };
    }

    private async create(request: proto.CreateRequest, peer: string): Promise<proto.CreateResponse> {
        const inputs = plain(request.getProperties());
        // A preview knows what goes in, and nothing that the service will add.
        if (request.getPreview()) return new proto.CreateResponse().setProperties(request.getProperties());
        const subscriptionId = this.subscriptions.get(peer) ?? defaultSubscriptionId;
        const { id, outputs } = this.cloud.create(typeIn(request.getUrn()), inputs, subscriptionId);
        await this.finish(typeIn(request.getUrn()), id);
        return new proto.CreateResponse().setId(id).setProperties(Struct.fromJavaScript(outputs));
    }

    /**
     * Ends a write after the while that a service takes: what does not wait for it meets it unfinished. A tardy one ends
     * when all is quiet, so that whatever does not wait for it has overtaken it, however busy this computer is.
     */
    private async finish(type: string, id: string): Promise<void> {
        let calls: number;
        do {
            calls = this.cloud.calls.length;
            await setTimeout(type === this.cloud.tardyType ? quietMs : writeMs);
        } while (type === this.cloud.tardyType && this.cloud.calls.length > calls);
        this.cloud.finish(id);
    }

    private read(request: proto.ReadRequest): proto.ReadResponse {
        const found = this.cloud.find(request.getId());
        if (found === undefined) return new proto.ReadResponse();
        // An import has no inputs yet: the provider makes them of what the service returns.
        const inputs = request.getInputs() ?? Struct.fromJavaScript(inputsIn(found));
        return new proto.ReadResponse()
            .setId(found.id)
            .setProperties(Struct.fromJavaScript(found.outputs))
            .setInputs(inputs);
    }

    private update(request: proto.UpdateRequest): proto.UpdateResponse {
        const inputs = plain(request.getNews());
        if (request.getPreview()) {
            const known = { ...plain(request.getOlds()), ...inputs };
            return new proto.UpdateResponse().setProperties(Struct.fromJavaScript(known));
        }
        const { outputs } = this.cloud.update(typeIn(request.getUrn()), request.getId(), inputs);
        return new proto.UpdateResponse().setProperties(Struct.fromJavaScript(outputs));
    }
}

/** A method with one answer; what it throws becomes the error that the engine prints. */
function unary<Request, Response>(
    answer: (request: Request, peer: string) => Response | Promise<Response>,
): handleUnaryCall<Request, Response> {
    return (call, callback) => {
        const respond = async (): Promise<Response> => await answer(call.request, call.getPeer());
        respond().then(
            (response) => callback(null, response),
            (error: unknown) =>
                callback({ code: status.UNKNOWN, details: error instanceof Error ? error.message : String(error) }),
        );
    };
}

/** The double makes up no names: every part of an id must be given. */
function check(request: proto.CheckRequest): proto.CheckResponse {
    const kind = kindOf(typeIn(request.getUrn()));
    const inputs = plain(request.getNews());
    if (kind.copiesName !== undefined) inputs[kind.copiesName] ??= nameIn(request.getUrn());
    const failures = pathInputs(kind)
        .filter((name) => inputs[name] === undefined || inputs[name] === "")
        .map((name) =>
            new proto.CheckFailure().setProperty(name).setReason(`is missing: the resource would get a random name`),
        );
    const checked = request.getNews() ?? new Struct();
    if (kind.copiesName !== undefined)
        checked.getFieldsMap().set(kind.copiesName, new Value().setStringValue(text(inputs[kind.copiesName])));
    return new proto.CheckResponse().setInputs(checked).setFailuresList(failures);
}

function diff(request: proto.DiffRequest): proto.DiffResponse {
    const kind = kindOf(typeIn(request.getUrn()));
    const fixed = new Set([...pathInputs(kind), ...(kind.fixed ?? [])]);
    const olds = plain(request.getOldInputs());
    const news = plain(request.getNews());
    const response = new proto.DiffResponse().setHasdetaileddiff(true);
    for (const key of new Set([...Object.keys(olds), ...Object.keys(news)])) {
        if (comparable(olds[key]) === comparable(news[key])) continue;
        const { Kind } = proto.PropertyDiff;
        const change = !(key in olds)
            ? [Kind.ADD, Kind.ADD_REPLACE]
            : !(key in news)
              ? [Kind.DELETE, Kind.DELETE_REPLACE]
              : [Kind.UPDATE, Kind.UPDATE_REPLACE];
        const replaces = fixed.has(key);
        response
            .getDetaileddiffMap()
            .set(key, new proto.PropertyDiff().setKind(change[replaces ? 1 : 0] ?? Kind.UPDATE).setInputdiff(true));
        response.addDiffs(key);
        if (replaces) response.addReplaces(key);
    }
    const { DIFF_NONE, DIFF_SOME } = proto.DiffResponse.DiffChanges;
    return response
        .setChanges(response.getDiffsList().length > 0 ? DIFF_SOME : DIFF_NONE)
        .setDeletebeforereplace(response.getReplacesList().length > 0);
}

/** Text that is equal for equal values. Assets are equal where their content is; an unknown value equals nothing. */
function comparable(value: CloudValue | undefined): string | symbol {
    const text = JSON.stringify(value, (_, part: CloudValue) => {
        if (typeof part !== "object" || part === null || Array.isArray(part)) return part;
        if (part[marks.key] === marks.asset) return { asset: part["hash"] };
        return Object.fromEntries(Object.entries(part).sort(([left], [right]) => (left < right ? -1 : 1)));
    });
    return text?.includes(marks.unknown) ? Symbol("unknown") : String(text);
}

/** Properties with every secret out of its envelope. */
function plain(struct: Struct | undefined): CloudObject {
    const opened = open(struct?.toJavaScript() ?? {});
    return typeof opened === "object" && opened !== null && !Array.isArray(opened) ? opened : {};
}

function open(value: CloudValue): CloudValue {
    if (Array.isArray(value)) return value.map(open);
    if (typeof value !== "object" || value === null) return value;
    if (value[marks.key] === marks.secret) return open(value["value"] ?? null);
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, open(item)]));
}

/** The inputs of a resource, as far as the service returns them. */
function inputsIn({ inputs, outputs }: CloudResource): CloudObject {
    return Object.fromEntries(Object.entries(inputs).filter(([key]) => key in outputs));
}

/** Type token in a URN, without those of its parents. */
function typeIn(urn: string): string {
    return urn.split("::")[2]?.split("$").pop() ?? "";
}

/** Logical name in a URN. */
function nameIn(urn: string): string {
    return urn.split("::").pop() ?? "";
}
