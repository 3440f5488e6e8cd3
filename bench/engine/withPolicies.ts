import * as path from "node:path";
import { packagePath } from "../../package/root";
import { policies } from "../../policies/catalog";
import { listedMachines } from "../../test/support/listedMachines";
import type { Measurement } from "../benchmark";
import { median } from "../median";
import { askPack, type PackCost } from "./askedPack";
import { inWorkspace, shippedNodeArguments, type Cost } from "./deployment";
import { emptyPack, recordingPack, type AskedQuestion } from "./recordingPack";

/** Rounds of which the median counts. */
const rounds = 5;

/**
 * What the policy pack costs a preview of so many machines. A preview takes too long, and takes too unlike a time, to see
 * it there: what the engine asks is recorded once, and asked again of our pack and of one with as many policies that find
 * nothing, in turn. The latter is what Pulumi itself takes, to unpack each resource for each policy.
 */
export function withPolicies(count: number): Measurement {
    return {
        kind: "measurement",
        title: `engine: the policy pack in a preview of ${count} machines, beside a pack of as many policies that find nothing`,
        measure: () =>
            inStack(count, async ({ preview, questions: ofMany, folder }) => {
                const ofNone = await inStack(0, ({ questions }) => Promise.resolve(questions));
                const packs = { ours: packagePath("policies"), empty: emptyPack(path.join(folder, "empty"), counts()) };
                // The first run compiles the pack and binds queries, which the next ones know to be clean.
                for (const questions of [ofNone, ofMany]) await askPack(packs.ours, stack, questions);
                const costs: Record<"oursNone" | "oursMany" | "emptyNone" | "emptyMany", PackCost[]> = {
                    oursNone: [],
                    oursMany: [],
                    emptyNone: [],
                    emptyMany: [],
                };
                for (let round = 0; round < rounds; round++) {
                    costs.oursNone.push(await askPack(packs.ours, stack, ofNone));
                    costs.emptyNone.push(await askPack(packs.empty, stack, ofNone));
                    costs.oursMany.push(await askPack(packs.ours, stack, ofMany));
                    costs.emptyMany.push(await askPack(packs.empty, stack, ofMany));
                }
                const of = (which: keyof typeof costs, what: keyof PackCost): number =>
                    median(costs[which].map((cost) => cost[what]));
                const ours = of("oursMany", "toAnswer") - of("oursNone", "toAnswer");
                const pulumis = of("emptyMany", "toAnswer") - of("emptyNone", "toAnswer");
                return [
                    { name: "to load our pack, CPU time", value: of("oursMany", "toLoad"), unit: "s" },
                    { name: "  the other", value: of("emptyMany", "toLoad"), unit: "s" },
                    { name: "to judge no machine, CPU time", value: of("oursNone", "toAnswer"), unit: "s" },
                    { name: "  the other", value: of("emptyNone", "toAnswer"), unit: "s" },
                    { name: `${count} machines more, CPU time`, value: ours, unit: "s" },
                    { name: "  the other", value: pulumis, unit: "s" },
                    {
                        name: "  the difference, which the policies take",
                        value: ours - pulumis,
                        unit: "s",
                        goal: "under 1",
                    },
                    { name: "the preview without a pack, CPU time", value: preview.cpu, unit: "s" },
                ];
            }),
    };
}

const stack = "dev";

/** How many policies of each kind our pack has under the engine. */
function counts(): { resource: number; stack: number } {
    const resource = policies.filter(({ scope }) => scope === "resource").length;
    // One more tells what the others cannot judge.
    return { resource, stack: policies.length - resource + 1 };
}

/** What a preview of so many machines costs, and what the engine asks a pack in one. */
async function inStack<Result>(
    count: number,
    body: (stack: { preview: Cost; questions: readonly AskedQuestion[]; folder: string }) => Promise<Result>,
): Promise<Result> {
    const request = {
        program: { kind: "package" },
        settings: { machines: listedMachines(count) },
        nodeArguments: shippedNodeArguments(),
    } as const;
    return inWorkspace(request, async (cost, { folder }) => {
        const pack = recordingPack(path.join(folder, "recording"));
        const preview = await cost("preview");
        await cost("preview", [pack.folder]);
        return body({ preview, questions: pack.questions(), folder });
    });
}
