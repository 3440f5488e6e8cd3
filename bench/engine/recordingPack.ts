import * as fs from "node:fs";
import * as path from "node:path";
import { packagePath } from "../../package/root";

/** A question of the engine to a policy pack. */
export interface AskedQuestion {
    /** Method of Pulumi's service for packs. */
    readonly method: "analyze" | "remediate" | "analyzeStack";
    /** The request, as it was sent. */
    readonly request: Buffer;
}

/** A policy pack without policies that writes down what the engine asks it. */
export interface RecordingPack {
    readonly folder: string;
    /** What it was asked so far, in order. */
    questions(): AskedQuestion[];
}

/** Makes such a pack in a folder. */
export function recordingPack(folder: string): RecordingPack {
    const file = path.join(folder, "questions");
    writePack(
        folder,
        `const fs = require("node:fs");
const grpc = require("@grpc/grpc-js");
const { AnalyzerService } = require("@pulumi/pulumi/proto/analyzer_grpc_pb");
const recorded = ["analyze", "remediate", "analyzeStack"];
const answers = Object.entries(AnalyzerService).map(([method, { responseType }]) => [
    method,
    ({ request }, answer) => {
        if (recorded.includes(method)) {
            const sent = Buffer.from(request.serializeBinary()).toString("base64");
            fs.appendFileSync(${JSON.stringify(file)}, method + " " + sent + "\\n");
        }
        const response = new responseType();
        if (method === "getAnalyzerInfo") {
            response.setName("recording");
            response.setVersion("1.0.0");
        }
        answer(null, response);
    },
]);
const server = new grpc.Server({ "grpc.max_receive_message_length": -1 });
server.addService(AnalyzerService, Object.fromEntries(answers));
server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (_, port) => console.log(String(port)));
`,
    );
    return {
        folder,
        questions: () =>
            fs
                .readFileSync(file, "utf8")
                .trimEnd()
                .split("\n")
                .map((line): AskedQuestion => {
                    const [method = "", request = ""] = line.split(" ");
                    if (method !== "analyze" && method !== "remediate" && method !== "analyzeStack") {
                        throw new Error(`${file} records ${method}`);
                    }
                    return { method, request: Buffer.from(request, "base64") };
                }),
    };
}

/** Makes a pack in a folder whose policies find nothing, of each kind as many as named. */
export function emptyPack(folder: string, count: { readonly resource: number; readonly stack: number }): string {
    writePack(
        folder,
        `const texts = { description: "Finds nothing.", enforcementLevel: "advisory" };
const many = (count, made) => Array.from({ length: count }, (_, index) => made(index));
new (require("@pulumi/policy").PolicyPack)("empty", {
    policies: [
        ...many(${count.resource}, (index) => ({ ...texts, name: "resource-" + index, validateResource: () => {} })),
        ...many(${count.stack}, (index) => ({ ...texts, name: "stack-" + index, validateStack: () => {} })),
    ],
});
`,
    );
    return folder;
}

function writePack(folder: string, program: string): void {
    fs.mkdirSync(folder);
    fs.symlinkSync(packagePath("node_modules"), path.join(folder, "node_modules"));
    fs.writeFileSync(path.join(folder, "PulumiPolicy.yaml"), "runtime: nodejs\n");
    fs.writeFileSync(path.join(folder, "package.json"), '{ "version": "1.0.0", "main": "index.js" }\n');
    fs.writeFileSync(path.join(folder, "index.js"), program);
}
