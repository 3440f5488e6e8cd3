import assert from "node:assert/strict";
import { createRequire } from "node:module";
import type { PolicyResource } from "@pulumi/policy";
import * as pulumi from "@pulumi/pulumi";
import { AnalyzeRequest, AnalyzerResourceOptions, type AnalyzeResponse } from "@pulumi/pulumi/proto/analyzer_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { z } from "zod";
import { policies } from "../../policies/catalog";
import { crossGuard, type EnginePolicy } from "../../policies/crossGuard";
import { resourcePolicy, stackPolicy, type Policy } from "../../policies/policy";
import { presetXml } from "../../sysmon";
import { unknownText } from "./judged";

/** Pulumi's guard around unknown values, which it exports and leaves out of its typings. */
const { unknownCheckingProxy } = createRequire(__filename)("@pulumi/policy") as {
    unknownCheckingProxy: (props: object) => PolicyResource["props"];
};

/** A resource as the engine hands it to policies. */
function engineResource(type: string, props: object): PolicyResource {
    return {
        type,
        props: unknownCheckingProxy(props),
        urn: `urn:pulumi:test::sysmon-azure::${type}::judged`,
        name: "judged",
        opts: {
            protect: false,
            ignoreChanges: [],
            aliases: [],
            customTimeouts: { createSeconds: 0, updateSeconds: 0, deleteSeconds: 0 },
            additionalSecretOutputs: [],
        },
        dependencies: [],
        propertyDependencies: {},
        isType: () => false,
        asType: () => undefined,
    };
}

/** Runs policies over a stack in the engine's order, and returns what each says. */
async function run(guards: readonly EnginePolicy[], resources: PolicyResource[], config = {}): Promise<string[]> {
    const said: string[] = [];
    const common = {
        stackTags: new Map<string, string>(),
        notApplicable: (): never => {
            throw new Error("not applicable");
        },
        getConfig: <T extends object>(): T => Object.assign(Object.create(null) as T, config),
    };
    for (const guard of guards) {
        const tell = (message: string): number => said.push(`${guard.name}: ${message}`);
        if ("validateStack" in guard) await guard.validateStack({ ...common, resources }, tell);
        else if (typeof guard.validateResource === "function") {
            for (const resource of resources) {
                await guard.validateResource({ ...common, ...resource, asType: () => undefined }, tell);
            }
        }
    }
    return said;
}

const texts = { title: "T", description: "D.", severity: "low", mend: "Mend it." } as const;
const big = resourcePolicy(
    { ...texts, name: "big", settings: z.object({ most: z.number().default(1) }) },
    function* ({ inputs }, { most }) {
        if (inputs.size === unknownText) yield { kind: "unjudged", message: "Its size is unknown." };
        else if (Number(inputs.size) > most) yield { kind: "violation", message: "It is big." };
    },
);
const ofType = (name: string, types?: readonly string[]): Policy =>
    resourcePolicy({ ...texts, name, ...(types && { types }), settings: z.object({}) }, () => [
        { kind: "violation", message: "It is there." },
    ]);
const counted = stackPolicy({ ...texts, name: "counted", settings: z.object({}) }, function* (resources) {
    if (resources.length > 1) yield { kind: "violation", message: `There are ${resources.length}.` };
});

/** What Pulumi's server of a pack makes of a resource, which it takes from the engine. */
const { makeAnalyzeRpcFun } = createRequire(__filename)("@pulumi/policy/server") as {
    makeAnalyzeRpcFun: (
        ...pack: [name: string, version: string, level: string, policies: readonly EnginePolicy[]]
    ) => (call: { request: AnalyzeRequest }, answer: (error: Error | null, response: AnalyzeResponse) => void) => void;
};

/** Names of the policies that found something in a resource of a type, and of those that were not asked. */
function asked(guards: readonly EnginePolicy[], type: string): Promise<{ found: string[]; unasked: string[] }> {
    const request = new AnalyzeRequest();
    request.setType(type);
    request.setProperties(Struct.fromJavaScript({ size: 2 }));
    request.setOptions(new AnalyzerResourceOptions());
    return new Promise((resolve, reject) => {
        makeAnalyzeRpcFun(
            "pack",
            "1.0.0",
            "advisory",
            guards,
        )({ request }, (error, response) => {
            if (error) reject(error);
            else {
                resolve({
                    found: response.getDiagnosticsList().map((diagnostic) => diagnostic.getPolicyname()),
                    unasked: response.getNotApplicableList().map((policy) => policy.getPolicyName()),
                });
            }
        });
    });
}

describe("the pack under Pulumi's engine", () => {
    it("says what is wrong and how to mend it", async () => {
        const resources = [engineResource("a", { size: 2 }), engineResource("b", { size: 1 })];
        assert.deepEqual(await run(crossGuard([big, counted]), resources), [
            "big: It is big. Mend it.",
            "counted: There are 2. Mend it.",
        ]);
    });

    it("tells as advice, and once, what a policy cannot judge before the deployment", async () => {
        const guards = crossGuard([big]);
        const advice = ["what-cannot-be-judged: big: Its size is unknown."];
        assert.deepEqual(await run(guards, [engineResource("a", { size: unknownText })]), advice);
        assert.deepEqual(await run(guards, []), []);
        assert.equal(guards.at(-1)?.enforcementLevel, "advisory");
    });

    it("takes what is set of a policy, and offers the engine its schema", async () => {
        assert.deepEqual(await run(crossGuard([big]), [engineResource("a", { size: 2 })], { most: 3 }), []);
        const [guard] = crossGuard([big]);
        assert.deepEqual(guard?.configSchema?.properties["most"], { type: "number", default: 1 });
        assert.ok(guard?.configSchema?.properties["except"]);
    });

    it("reads the text of an asset, which is a promise there", async () => {
        const blob = engineResource("azure-native:storage:Blob", {
            blobName: "ab/sysmon.xml",
            source: new pulumi.asset.StringAsset(presetXml("published-2017")),
        });
        const rule = engineResource("azure-native:monitor:ScheduledQueryRule", {
            actions: { customProperties: { detection: "svchost-thread-kill" } },
        });
        const guards = crossGuard(policies.filter(({ name }) => name === "sysmon-config-feeds-detections"));
        assert.match((await run(guards, [blob, rule])).join(), /logs nothing that svchost-thread-kill could ring on/);
    });

    it("asks a policy of resources of its types only, and where that is one has Pulumi spare it the others", async () => {
        const guards = crossGuard([ofType("any"), ofType("one", ["a"]), ofType("several", ["a", "b"])]);
        assert.deepEqual(await asked(guards, "a"), { found: ["any", "one", "several"], unasked: [] });
        assert.deepEqual(await asked(guards, "b"), { found: ["any", "several"], unasked: ["one"] });
        assert.deepEqual(await asked(guards, "c"), { found: ["any"], unasked: ["one"] });
    });

    it("takes settings that change from one resource to the next", async () => {
        const guards = crossGuard([big]);
        const resources = [engineResource("a", { size: 2 })];
        assert.deepEqual(await run(guards, resources, { most: 3 }), []);
        assert.deepEqual(await run(guards, resources, { most: 1 }), ["big: It is big. Mend it."]);
    });
});
