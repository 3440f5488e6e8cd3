import * as fs from "node:fs";
import * as path from "node:path";
import { packagePath } from "../../package/root";
import { listedMachines } from "../../test/support/listedMachines";
import type { Measurement } from "../benchmark";
import { inWorkspace, shippedNodeArguments } from "./deployment";

/** What the policy pack costs a preview of so many machines, beside a pack that lets everything pass. */
export function withPolicies(count: number): Measurement {
    return {
        kind: "measurement",
        title: `engine: a preview of ${count} machines with the policy pack, beside a pack of two policies that find nothing`,
        measure: async () => {
            const [none, many] = [await packCosts(0), await packCosts(count)];
            const judging = many.ours - many.empty - (none.ours - none.empty);
            return [
                { name: "to load pack and parser, CPU time", value: none.ours - none.empty, unit: "s" },
                { name: `the policies on ${count} machines`, value: judging, unit: "s", goal: "under 1" },
                { name: "  ratio to the preview without a pack", value: judging / many.plain, unit: "" },
                { name: "what Pulumi takes to ask any pack", value: many.empty - many.plain, unit: "s" },
            ];
        },
    };
}

/** Seconds of processor time of a preview: without a pack, with an empty one, with ours. */
async function packCosts(count: number): Promise<{ plain: number; empty: number; ours: number }> {
    const request = {
        program: { kind: "package" },
        settings: { machines: listedMachines(count) },
        nodeArguments: shippedNodeArguments(),
    } as const;
    return inWorkspace(request, async (cost, { folder }) => {
        const ours = [packagePath("policies")];
        // The first run binds queries, which the next ones know to be clean.
        await cost("preview", ours);
        const { cpu: plain } = await cost("preview");
        const { cpu: empty } = await cost("preview", [emptyPack(folder)]);
        const { cpu: judged } = await cost("preview", ours);
        return { plain, empty, ours: judged };
    });
}

function emptyPack(folder: string): string {
    const pack = path.join(folder, "empty-pack");
    fs.mkdirSync(pack);
    fs.symlinkSync(packagePath("node_modules"), path.join(pack, "node_modules"));
    fs.writeFileSync(path.join(pack, "PulumiPolicy.yaml"), "runtime: nodejs\n");
    fs.writeFileSync(path.join(pack, "package.json"), '{ "main": "index.js" }\n');
    fs.writeFileSync(
        path.join(pack, "index.js"),
        `const texts = { description: "Finds nothing.", enforcementLevel: "advisory" };
new (require("@pulumi/policy").PolicyPack)("empty", {
    policies: [
        { ...texts, name: "resource", validateResource: () => {} },
        { ...texts, name: "stack", validateStack: () => {} },
    ],
});
`,
    );
    return pack;
}
