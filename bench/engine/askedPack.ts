import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import * as grpc from "@grpc/grpc-js";
import { AnalyzerClient } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import {
    AnalyzeRequest,
    type AnalyzerInfo,
    AnalyzeStackRequest,
    ConfigureAnalyzerRequest,
} from "@pulumi/pulumi/proto/analyzer_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { packagePath } from "../../package/root";
import type { AskedQuestion } from "./recordingPack";

/** Seconds of processor time that the process of a pack takes. */
export interface PackCost {
    /** Until it can be asked. */
    readonly toLoad: number;
    /** For all the answers. */
    readonly toAnswer: number;
}

/** Runs a pack as Pulumi runs it for a stack, and asks it what the engine once asked. */
export async function askPack(folder: string, stack: string, questions: readonly AskedQuestion[]): Promise<PackCost> {
    const pack = fork(createRequire(__filename).resolve("@pulumi/pulumi/cmd/run-policy-pack"), ["127.0.0.1:0", "."], {
        cwd: folder,
        execArgv: ["--require", packagePath("bench", "engine", "tellCpuTime.cjs")],
        env: { ...process.env, PULUMI_NODEJS_PROJECT: "sysmon-azure", PULUMI_NODEJS_STACK: stack },
        stdio: ["ignore", "pipe", "inherit", "ipc"],
    });
    try {
        const [port] = (await once(pack.stdout ?? pack, "data")) as [Buffer];
        const toLoad = await cpuTime(pack);
        const client = new AnalyzerClient(`127.0.0.1:${String(port).trim()}`, grpc.credentials.createInsecure(), {
            "grpc.max_send_message_length": -1,
            "grpc.max_receive_message_length": -1,
        });
        await configure(client);
        for (const question of questions) await ask(client, question);
        client.close();
        return { toLoad, toAnswer: (await cpuTime(pack)) - toLoad };
    } finally {
        pack.kill();
    }
}

async function cpuTime(pack: ChildProcess): Promise<number> {
    const answer = once(pack, "message") as Promise<[number]>;
    pack.send("CPU time");
    return (await answer)[0];
}

/** Sets what the pack itself wants set of its policies, as the engine does. */
async function configure(client: AnalyzerClient): Promise<void> {
    const wanted = await answered<AnalyzerInfo>((done) => client.getAnalyzerInfo(new Empty(), done));
    const request = new ConfigureAnalyzerRequest();
    for (const [name, config] of wanted.getInitialconfigMap().entries()) {
        if (!config.hasProperties()) config.setProperties(new Struct());
        request.getPolicyconfigMap().set(name, config);
    }
    await answered((done) => client.configure(request, done));
}

async function ask(client: AnalyzerClient, { method, request }: AskedQuestion): Promise<void> {
    if (method === "analyzeStack") {
        await answered((done) => client.analyzeStack(AnalyzeStackRequest.deserializeBinary(request), done));
    } else if (method === "remediate") {
        await answered((done) => client.remediate(AnalyzeRequest.deserializeBinary(request), done));
    } else await answered((done) => client.analyze(AnalyzeRequest.deserializeBinary(request), done));
}

/** The answer to a call. */
function answered<Answer>(
    call: (done: (error: grpc.ServiceError | null, answer: Answer) => void) => unknown,
): Promise<Answer> {
    return new Promise((resolve, reject) => {
        call((error, answer) => {
            if (error) reject(error);
            else resolve(answer);
        });
    });
}
